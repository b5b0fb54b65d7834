"""What other numbers would have come to: nothing where they change nothing, less where rooms are colder, no guess where
too little is known.
"""

from pathlib import Path

import pytest

from haard.replay.changes import change
from haard.replay.sources import FileRecord
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


def test_a_colder_room_takes_less_heat_and_the_band_holds_the_middle(learned: Path, wiring: Settings) -> None:
    estimate = estimated(learned, wiring, COLDER)
    middle, least, most = estimate.band(estimate.heat_parts)
    assert middle < 1
    assert least <= middle <= most
    text = list(lines(estimate, [messages.Day(day=BEGIN.date(), gas=10, hot_water=2, cost=12)]))
    assert text[1].startswith("gas for heating: 8.0 m³; ")
    assert text[2].startswith("cost: 12.00 €; -")


def test_a_name_changes_nothing(learned: Path, wiring: Settings) -> None:
    estimate = estimated(learned, wiring, "home.name=Other")
    assert estimate.heat_parts == pytest.approx([1, 1, 1], abs=0.03)  # a valve confirms at other seconds


def test_a_room_of_which_nothing_is_learned_is_no_ground_for_a_guess(
    house: lived.Lived, tmp_path: Path, wiring: Settings
) -> None:
    path = lived.write(tmp_path / "r.gz", house.broker.record)
    with pytest.raises(SettingsError, match="how it warms and cools is not learned yet"):
        estimated(path, wiring, COLDER)


def test_a_setpoint_that_was_never_near_is_no_ground_for_a_guess(learned: Path, wiring: Settings) -> None:
    with pytest.raises(SettingsError, match="nobody can know"):
        estimated(learned, wiring, "rooms.living.schedule={daily: {'00:00': 29}}")
