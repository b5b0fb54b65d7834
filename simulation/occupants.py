"""The people in the house: they give off heat, open windows, take showers and cook, each day a little differently.

Everything they do is an episode that adds an amount to a quantity at its begin and takes it away at its end. Each day
and each concern has its own random numbers, so a room more changes nobody's shower.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from random import Random
from zoneinfo import ZoneInfo

from simulation.plan import HousePlan, RoomKind, RoomPlan


class Quantity(Enum):
    """What an episode changes: heat in a room (W), windows open in a room, hot water (W), gas for cooking (W)."""

    GAINS_W = "gains"
    OPEN_WINDOWS = "windows"
    HOT_WATER_W = "hot water"
    COOKING_W = "cooking"


@dataclass(frozen=True, slots=True)
class Episode:
    """From `begin_at` to `end_at` (seconds UTC) the quantity is larger by `amount`."""

    begin_at: int
    end_at: int
    quantity: Quantity
    amount: float
    room_id: str = ""


@dataclass(frozen=True, slots=True)
class Habit:
    """Something done on most days, in minutes of the local day; `watts` scales with residents where `each` is set."""

    begin: int
    minutes: int
    watts: float = 1.0
    chance: float = 1.0
    each: bool = False


def _clock(hour: int, minute: int = 0) -> int:
    return 60 * hour + minute


ALWAYS_ON_W = {RoomKind.LIVING: 40.0, RoomKind.KITCHEN: 60.0, RoomKind.STUDY: 20.0}

# What warms a room of each kind on a working day, and on a day at home.
WORKDAY_GAINS = {
    RoomKind.LIVING: (Habit(_clock(7), 60, 90), Habit(_clock(18, 30), 250, 75, each=True)),
    RoomKind.KITCHEN: (Habit(_clock(7), 50, 200), Habit(_clock(17, 30), 60, 150)),
    RoomKind.BEDROOM: (Habit(_clock(22, 50), 480, 75),),
    RoomKind.BATHROOM: (Habit(_clock(6, 50), 50, 250), Habit(_clock(22, 15), 30, 120)),
    RoomKind.STUDY: (Habit(_clock(9), 220, 180, chance=0.5), Habit(_clock(13, 15), 230, 180, chance=0.5)),
    RoomKind.HALL: (),
}
HOME_DAY_GAINS = {
    **WORKDAY_GAINS,
    RoomKind.LIVING: (Habit(_clock(9), 240, 55, each=True), Habit(_clock(14), 520, 65, each=True)),
    RoomKind.STUDY: (Habit(_clock(14), 120, 150, chance=0.3),),
}
AIRINGS = {
    RoomKind.LIVING: (Habit(_clock(10), 12, chance=0.15),),
    RoomKind.KITCHEN: (Habit(_clock(18, 15), 10, chance=0.3),),
    RoomKind.BEDROOM: (Habit(_clock(8), 18, chance=0.45),),
    RoomKind.BATHROOM: (Habit(_clock(7, 40), 12, chance=0.5),),
    RoomKind.STUDY: (Habit(_clock(12, 30), 10, chance=0.1),),
    RoomKind.HALL: (Habit(_clock(8, 20), 3, chance=0.8), Habit(_clock(17, 15), 3, chance=0.8)),
}
COOKING = (Habit(_clock(7, 10), 5, 1800, chance=0.7), Habit(_clock(17, 40), 32, 2000, chance=0.9))
COOKING_INTO_ROOM = 0.8
SHOWER_TIMES = (_clock(7), _clock(7, 25), _clock(21, 45))
SHOWER_W = 20_000.0
TAP_W = 11_000.0
TAPS_EACH = 3


class People:
    """The residents' days, one at a time; `episodes(day)` for the same seed and day is always the same."""

    def __init__(self, plan: HousePlan, seed: int) -> None:
        self._rooms = plan.rooms
        self._residents = plan.people
        self._zone = ZoneInfo(plan.timezone)
        self._seed = seed

    def day_of(self, at: int) -> date:
        """The local day of an instant."""
        return datetime.fromtimestamp(at, self._zone).date()

    def midnight(self, day: date) -> int:
        """The instant at which a local day begins."""
        return int(datetime.combine(day, time(), self._zone).timestamp())

    def episodes(self, day: date) -> list[Episode]:
        """All that begins on this day."""
        if self._residents == 0:
            return []
        return [
            *(episode for room in self._rooms for episode in self._in_room(day, room)),
            *self._hot_water(day),
            *self._cooking(day),
        ]

    def _random(self, day: date, concern: str) -> Random:
        return Random(f"people/{self._seed}/{day.isoformat()}/{concern}")

    def _in_room(self, day: date, room: RoomPlan) -> Iterator[Episode]:
        random = self._random(day, room.room_id)
        gains = (HOME_DAY_GAINS if day.isoweekday() >= 6 else WORKDAY_GAINS)[room.kind]
        for habit, begin_at, end_at in self._kept(day, gains, random):
            watts = habit.watts * random.uniform(0.8, 1.2) * (self._residents if habit.each else 1)
            yield Episode(begin_at, end_at, Quantity.GAINS_W, watts, room.room_id)
        for _, begin_at, end_at in self._kept(day, AIRINGS[room.kind], random):
            yield Episode(begin_at, end_at, Quantity.OPEN_WINDOWS, 1.0, room.room_id)
        always = ALWAYS_ON_W.get(room.kind, 0.0)
        if always:
            tomorrow = self.midnight(day + timedelta(days=1))
            yield Episode(self.midnight(day), tomorrow, Quantity.GAINS_W, always, room.room_id)

    def _kept(self, day: date, habits: Sequence[Habit], random: Random) -> Iterator[tuple[Habit, int, int]]:
        """Those habits that are kept today, with the instants of begin and end."""
        for habit in habits:
            late, longer, luck = random.gauss(0.0, 12.0), random.uniform(0.8, 1.25), random.random()
            begin_at = self.midnight(day) + round(60 * (habit.begin + late))
            if luck < habit.chance:
                yield habit, begin_at, begin_at + max(60, round(60 * habit.minutes * longer))

    def _hot_water(self, day: date) -> Iterator[Episode]:
        random = self._random(day, "hot water")
        for resident in range(self._residents):
            shower = Habit(SHOWER_TIMES[resident % len(SHOWER_TIMES)], 7, SHOWER_W, chance=0.85)
            for habit, begin_at, end_at in self._kept(day, (shower,), random):
                yield Episode(begin_at, end_at, Quantity.HOT_WATER_W, habit.watts)
        for _ in range(TAPS_EACH * self._residents):
            begin_at = self.midnight(day) + 60 * random.randint(_clock(6, 45), _clock(22, 30))
            yield Episode(begin_at, begin_at + random.randint(15, 75), Quantity.HOT_WATER_W, TAP_W)

    def _cooking(self, day: date) -> Iterator[Episode]:
        random = self._random(day, "cooking")
        kitchen = next((room.room_id for room in self._rooms if room.kind is RoomKind.KITCHEN), "")
        for habit, begin_at, end_at in self._kept(day, COOKING, random):
            yield Episode(begin_at, end_at, Quantity.COOKING_W, habit.watts)
            if kitchen:
                yield Episode(begin_at, end_at, Quantity.GAINS_W, COOKING_INTO_ROOM * habit.watts, kitchen)
