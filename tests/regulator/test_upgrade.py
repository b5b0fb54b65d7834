"""A house that is upgraded: what haard at commit 081e98e kept on its broker is read, or refused with words."""

import json
from pathlib import Path

import pytest

from house import settings
from regulator.laws import LAWS
from tests.regulator.house import BATH_VALVE, LIVING_VALVE, House, refusal

CAPTURE = json.loads((Path(__file__).parents[1] / "captures" / "retained_081e98e.json").read_text("utf-8"))
KEPT = {topic.removeprefix("home/"): payload for topic, payload in CAPTURE["retained"].items()}


def upgraded(law: str) -> House:
    """A regulator that has heard all that was kept, and each refusal."""
    house = House(settings.parse(f"{CAPTURE['settings']}regulator: {{law: {law}}}\n"))
    for path, payload in KEPT.items():
        said = house.say(path, payload, retained=True)
        assert not said or refusal(said)
    return house


@pytest.mark.parametrize("law", LAWS)
def test_a_house_of_an_older_haard_heats_on_with_its_wishes(law: str) -> None:
    house = upgraded(law)
    assert house.snapshot.now is not None
    house.now, house.air, house.deaf = house.snapshot.now, {"living": 21.6, "bath": 20.6}, set()
    house.pass_minutes(2)
    living, bath = house.status("living"), house.status("bath")
    assert (living.setpoint, living.rule, living.until is not None) == (21.5, "override", True)
    assert (bath.setpoint, bath.mode) == (20.5, "heat")
    house.air = {"living": 19.0, "bath": 18.0}
    house.pass_minutes(30)
    assert house.opening(LIVING_VALVE) == house.opening(BATH_VALVE) == 100
    assert house.boiler.call


def test_nothing_that_was_kept_is_refused() -> None:
    house = House(settings.parse(CAPTURE["settings"]))
    said = [house.say(path, payload, retained=True) for path, payload in KEPT.items()]
    assert not any(said)
