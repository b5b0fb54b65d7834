from datetime import UTC, datetime

import pytest

from house.settings.laws import Tpi
from regulator.laws.tpi import RoomMemory, decide, opening_part
from tests.regulator.laws.rooms import MINUTE, NOON, house, room, run


@pytest.mark.parametrize(
    ("temperature", "part"), [(20.0, 0.2), (19.5, 0.5), (18.0, 1.0), (20.3, 0.0), (19.0, 0.8), (18.8, 1.0)]
)
def test_part_of_the_cycle(temperature: float, part: float) -> None:
    assert opening_part(room(temperature), 0.0, Tpi()) == pytest.approx(part)


def test_without_an_outside_temperature_only_the_error_inside_counts() -> None:
    assert opening_part(room(19.5), None, Tpi()) == pytest.approx(0.3)


def test_the_cycles_of_all_rooms_begin_together_though_one_appears_later() -> None:
    rooms = {"living": room(19.5), "bath": room(19.5, memory=RoomMemory(datetime(1970, 1, 1, tzinfo=UTC), 1.0))}
    _, verdict = run(decide, house(rooms, outside=0.0, now=NOON + 7 * MINUTE), 7)
    assert [one.open for one in verdict.rooms.values()] == [True, True]
    _, verdict = run(decide, house(rooms, outside=0.0, now=NOON + 7 * MINUTE), 9)
    assert [one.open for one in verdict.rooms.values()] == [False, False]
