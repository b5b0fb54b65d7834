"""What `make up` shows: a house that is kept. Its second day, minute by minute, as it really was in the rooms.

House, weather, people and beginning are those of the try-out; the first day is left to the law to learn in. A room
is occupied while its schedule asks for more than the week's lowest setpoint.
"""

from datetime import datetime
from statistics import fmean
from zoneinfo import ZoneInfo

import pytest

from bridges.simulated import protocol
from bridges.simulated.restore import Past, go_on
from haard.simulation.closed_loop import ClosedLoop
from haard.tryout.try_out import BEGINS_AT
from house.schedule import in_force, week_of
from house.settings import Settings
from simulation.weather import InventedHours, Weather

pytestmark = pytest.mark.slow

BEGIN = datetime.fromisoformat(BEGINS_AT)
DAY_S = 86_400


@pytest.fixture(scope="module")
def over_setpoint(house: Settings) -> dict[str, list[float]]:
    """By how much each room's air was warmer than asked, K, in each occupied minute of the second day."""
    plan, begin_at = protocol.house_plan(house), int(BEGIN.timestamp())
    weather = Weather(InventedHours(0, begin_at, latitude=plan.latitude, longitude=plan.longitude), 0)
    true = go_on(plan, weather, Past(begin_at, protocol.kept_air(house, BEGIN)), seed=0)
    weeks = {id_: week_of(room.schedule) for id_, room in house.rooms.items()}
    lowest = {id_: min(setpoint for _, _, setpoint in week) for id_, week in weeks.items()}
    zone, found = ZoneInfo(house.home.timezone), {id_: list[float]() for id_ in weeks}

    def watch() -> None:
        for id_, week in weeks.items():
            current = in_force(week, zone, protocol.instant(true.now))
            if true.now > begin_at + DAY_S and current is not None and current.setpoint > lowest[id_]:
                found[id_].append(true.building.rooms[id_].air - current.setpoint)

    ClosedLoop(true, house).run(begin_at + 2 * DAY_S, watch)
    return found


def test_every_room_is_within_half_a_kelvin_on_average_while_occupied(over_setpoint: dict[str, list[float]]) -> None:
    means = {id_: fmean(over) for id_, over in over_setpoint.items() if over}
    assert len(means) >= 6
    assert all(abs(mean) < 0.5 for mean in means.values()), means


def test_no_more_than_a_tenth_of_occupied_time_is_colder_than_half_a_kelvin_below(
    over_setpoint: dict[str, list[float]],
) -> None:
    every = [over for room in over_setpoint.values() for over in room]
    assert sum(over < -0.5 for over in every) / len(every) < 0.1
