"""What other numbers would have come to: nothing where they change nothing, less where rooms are colder, no guess where
too little is known.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haard.replay.changes import change
from haard.replay.sources import FileRecord
from haard.replay.twin import CHANCE, band, lasting
from haard.replay.whatif import Estimate, lines, whatif
from haard.settings_file import example
from house import messages, topics
from house.errors import SettingsError
from house.settings import Settings, parse
from house.topics import Root
from recorder.archive import Message
from tests.haard.replay import lived
from tests.haard.replay.lived import BEGIN, MINUTE

SINCE, UNTIL = BEGIN + 2 * MINUTE, BEGIN + 90 * MINUTE
COLDER = "rooms.living.schedule={daily: {'00:00': 16}}"


@pytest.fixture(scope="session")
def learned(house: lived.Lived, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record, with what the analyst would have learned of the rooms at its begin."""
    model = messages.RoomModel(a=1.5, b=0.03, count=12).encode()
    said = [Message(BEGIN, f"home/{topics.ROOM_MODEL.path(room)}", 1, False, model) for room in house.wiring.rooms]
    return lived.write(tmp_path_factory.mktemp("learned") / "r.gz", [*said, *house.broker.record])


@pytest.fixture(scope="session")
def wiring() -> Settings:
    return parse(example())


def estimated(path: Path, wiring: Settings, *assignments: str) -> Estimate:
    return whatif(FileRecord(path, Root("home")), SINCE, UNTIL, wiring, change(None, None, assignments))


@pytest.mark.slow
def test_a_colder_room_takes_less_heat_and_the_band_holds_the_middle(learned: Path, wiring: Settings) -> None:
    estimate = estimated(learned, wiring, COLDER)
    middle, least, most = estimate.band(estimate.heat_parts)
    assert middle < 1
    assert least <= middle <= most
    text = list(lines(estimate, [messages.Day(day=BEGIN.date(), gas=10, hot_water=2, cost=12)]))
    assert text[1].startswith("gas for heating: 8.0 m³; ")
    assert text[2].startswith("cost: 12.00 €; -")


@pytest.mark.slow
def test_a_name_changes_nothing(learned: Path, wiring: Settings) -> None:
    estimate = estimated(learned, wiring, "home.name=Other")
    assert estimate.heat_parts == pytest.approx(
        [1, 1 - CHANCE, 1 + CHANCE], abs=0.03
    )  # a valve confirms at other seconds


@given(st.lists(st.floats(0.5, 1.5), min_size=3, max_size=3))
def test_the_band_holds_what_each_of_its_ends_tells_and_chance_besides(parts: list[float]) -> None:
    middle, least, most = band(parts)
    assert middle == parts[0]
    assert least <= min(parts) - CHANCE * 0.999
    assert most >= max(parts) + CHANCE * 0.999


@given(st.floats(-9, 9), st.floats(0.01, 1))
def test_what_lasts_half_a_day_counts_and_an_hour_hardly(difference: float, hours: float) -> None:
    mean = 0.0
    for _ in range(round(24 / hours)):
        mean = lasting(mean, difference, hours)
    assert mean == pytest.approx(difference, rel=0.15)
    assert abs(lasting(0.0, difference, 1.0)) <= abs(difference) / 10


@pytest.mark.slow
def test_a_room_of_which_nothing_is_learned_is_no_ground_for_a_guess(
    house: lived.Lived, tmp_path: Path, wiring: Settings
) -> None:
    path = lived.write(tmp_path / "r.gz", house.broker.record)
    with pytest.raises(SettingsError, match="how it warms and cools is not learned yet"):
        estimated(path, wiring, COLDER)


@pytest.mark.slow
def test_a_setpoint_that_was_never_near_is_no_ground_for_a_guess(learned: Path, wiring: Settings) -> None:
    with pytest.raises(SettingsError, match="nobody can know"):
        estimated(learned, wiring, "rooms.living.schedule={daily: {'00:00': 29}}")
