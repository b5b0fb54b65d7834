"""One room at one tick: what is believed of it, what it aims at, and the dose that it needs."""

from datetime import datetime, timedelta
from typing import NamedTuple

from house.settings.laws import Doses
from house.wall_time import MINUTE
from regulator.laws.doses import observer, radiator
from regulator.laws.doses.memory import NO_WARM_UP, Lessons, RoomMemory, WarmUp, due_lesson, is_worth_telling, settled
from regulator.laws.doses.observer import Belief
from regulator.laws.doses.prediction import Aims, Later, minutes_until, outlook
from regulator.laws.doses.size import Slack
from regulator.laws.interface import LawInput, LawRoom, Switch
from regulator.laws.open_window import SuspectedWindow, airing, is_disturbed, watch
from regulator.laws.remembered import seconds

PREPARES_MIN = 240.0
DECIDES_EVERY_MIN = 5
EARLY_MIN = 15.0  # so long before its switch point a room should be warm
NEAR_ENOUGH_K, AIM_BELOW_K, RELEASE_K = 0.3, 0.2, 0.4
RELEASE_PART = 0.5  # one that warms up waits again if it needs less than this part of the time that is left
WARMING_POWER = 0.6  # of nominal, while a room warms up
LEAST_TELLING_MIN = 15.0  # a shorter warming up teaches nothing
LONGEST_LATE_S = 3600
HOLD_STEP = 0.004
ASKS_MUCH, SPARES_MUCH = 10.0, 6.0
STOPS_EARLY_WITHIN_K = 0.5
LESSON_PART, MOST_LESSON = 0.3, 1.0
AHEAD_S = 300  # a reading from further ahead came from a wrong clock
NEVER = Later(1e9, 0.0)
UNHEARD_OF = RoomMemory()


class Water(NamedTuple):
    """What the boiler has sent in the `minutes` since the last tick, until now (`until`, seconds since 1970): its
    temperature at the radiators, °C, and whether it flowed. `is_gap`: it is too long ago to go on from there.
    """

    inlet: float
    flows: bool
    open_share: float
    minutes: int
    is_gap: bool
    until: int


class DosedRoom(NamedTuple):
    """A room at this tick: `aim` °C, `dose` in nominal minutes of radiator, `soon` its air in a quarter of an hour.

    While it looks `aired` it is held back, unless it is being heated already or warms up for its switch point.
    """

    room: LawRoom
    memory: RoomMemory
    belief: Belief
    aim: float
    dose: float
    soon: float
    prepares: Switch | None = None
    aired: SuspectedWindow | None = None
    held_back: bool = False
    drop: Switch | None = None
    """The switch point from which on it may be colder, where that counts already."""
    soon_aim: float | None = None
    """What it should be in a quarter of an hour at least, °C, where that decides its dose."""
    in_setback: bool = False
    spare: float = 0.0
    """So many nominal minutes it must have to spare to be shut during a burn."""

    @property
    def is_open(self) -> bool:
        return self.room.told_open

    @property
    def energy_j(self) -> float:
        """What it needs of the boiler."""
        return self.dose * self.room.power_w * 60.0 if self.dose > 0.0 else 0.0


def room_now(room: LawRoom, house: LawInput, water: Water, outside: float, numbers: Doses, slack: Slack) -> DosedRoom:
    """The room at this tick."""
    memory, ticked = room.memory if isinstance(room.memory, RoomMemory) else UNHEARD_OF, house.ticked
    if ticked or memory.belief is None:
        memory = _observed(room, memory, house, water, outside)
    belief, lessons = memory.belief, memory.lessons
    assert belief is not None
    aired = airing(room, memory.air, house)
    following = room.coming[0] if room.coming else None
    is_comfort = following is None or following.setpoint <= room.setpoint
    hold = lessons.comfort if is_comfort else lessons.setback
    rise = _rise(room) if is_comfort else following
    if ticked:
        memory = _prepared(room, memory, belief, rise, house, outside)
    prepares = rise if memory.warm_up.prepares else None
    aim = room.setpoint - hold
    if prepares is not None:
        aim = max(aim, prepares.setpoint - AIM_BELOW_K)
    drop = following if prepares is None and _stops_early(room, belief, following, house.now, numbers) else None
    soon_aim = max(aim, room.setpoint - numbers.soon_below_k) if is_comfort else aim
    aims = Aims(aim, soon_aim, _later(drop, hold, house.now) if drop else NEVER)
    soon, dose, is_soon = outlook(belief, lessons, outside, numbers.horizon_min, aims)
    if ticked:
        memory = _held(memory, belief, room, dose, is_comfort, numbers, slack)
    held_back = aired is not None and prepares is None and not (room.told_open and house.call)
    in_setback = not is_comfort and prepares is None
    decides = soon_aim if is_soon else None
    spare = slack.spare + (numbers.spare_in_setback if in_setback else 0.0)
    return DosedRoom(
        room, memory, belief, aim, dose, soon, prepares, aired, held_back, drop, decides, in_setback, spare
    )


def _rise(room: LawRoom) -> Switch | None:
    """The next switch point from which on it should be warmer than now."""
    for switch in room.coming:
        if switch.setpoint > room.setpoint:
            return switch
    return None


def _stops_early(room: LawRoom, belief: Belief, following: Switch | None, now: datetime, numbers: Doses) -> bool:
    """Whether a drop that is near counts already: for the schedule's own setpoint, where the room is nearly there."""
    if following is None or following.setpoint >= room.setpoint or not room.is_scheduled:
        return False
    is_near = following.at < now + timedelta(minutes=numbers.horizon_min)
    return is_near and belief.air >= room.setpoint - STOPS_EARLY_WITHIN_K


def _later(following: Switch, hold: float, now: datetime) -> Later:
    """The aim after a drop that is near: nobody warms a room for later than that."""
    return Later((following.at - now) / MINUTE, following.setpoint - hold)


def _observed(room: LawRoom, memory: RoomMemory, house: LawInput, water: Water, outside: float) -> RoomMemory:
    """The memory with a belief for this tick."""
    lessons, due = memory.lessons, memory.due
    if is_worth_telling(due):
        lessons, due = settled(lessons, due)
    air, belief = watch(room, memory.air, house), memory.belief
    read_at = seconds(room.measured_at) if room.measured_at is not None else water.until
    is_of_another_time = belief is not None and belief.read_at > water.until + AHEAD_S
    if belief is None or is_of_another_time or water.is_gap:
        begins = observer.first_belief(room.temperature, read_at, lessons.disturbance)
        return RoomMemory(begins, lessons, due, memory.warm_up, air)
    flow = _flow(room, water) if water.flows else 0.0
    for _ in range(water.minutes):
        belief = observer.passed(belief, lessons.gain, outside, water.inlet, flow)
    is_usual = not is_disturbed(air, house.now)
    if is_usual:
        usual = lessons.disturbance + due.disturbance
        lesson = observer.usual_lesson(belief, usual, water.minutes)
        due = due._replace(disturbance=due_lesson(due.disturbance + lesson))
    if read_at <= belief.read_at:
        return RoomMemory(observer.as_remembered(*belief), lessons, due, memory.warm_up, air)
    belief, more = observer.corrected(belief, room.temperature, read_at)
    if more and is_usual:
        due = due._replace(gain=due_lesson(due.gain + more))
    return RoomMemory(belief, lessons, due, memory.warm_up, air)


def _flow(room: LawRoom, water: Water) -> float:
    share = room.confirmed_w / room.power_w if room.power_w > 0 else 0.0
    return radiator.water(share, water.open_share)


def _prepared(
    room: LawRoom, memory: RoomMemory, belief: Belief, rise: Switch | None, house: LawInput, outside: float
) -> RoomMemory:
    """The memory with what a warming up has taught, and whether it warms up for its next switch point."""
    before, due = memory.warm_up, memory.due
    if before.begun_at:
        before, due = _taught(room, memory, belief, house)
    warm_up = _warm_up(before, belief, memory.lessons, rise, house, outside)
    if warm_up is memory.warm_up and due is memory.due:
        return memory
    return RoomMemory(belief, memory.lessons, due, warm_up, memory.air)


def _warm_up(
    before: WarmUp, belief: Belief, lessons: Lessons, rise: Switch | None, house: LawInput, outside: float
) -> WarmUp:
    """Whether it warms up for its next switch point: decided anew every few minutes, never latched."""
    if rise is None:
        return _waiting(before)
    left = (rise.at - house.now) / MINUTE - EARLY_MIN
    if left > PREPARES_MIN:
        return _waiting(before)
    if house.now.minute % DECIDES_EVERY_MIN:
        return before
    enough = rise.setpoint - NEAR_ENOUGH_K + (RELEASE_K if before.prepares else 0.0)
    alone = minutes_until(belief, lessons, outside, enough, WARMING_POWER, PREPARES_MIN / lessons.warmup)
    if alone * lessons.warmup < left * (RELEASE_PART if before.prepares else 1.0):
        return NO_WARM_UP
    if before.prepares and before.due_at == seconds(rise.at):
        return before._replace(due_setpoint=rise.setpoint)
    if left <= 0:
        return WarmUp(True, seconds(rise.at), rise.setpoint)
    return WarmUp(True, seconds(rise.at), rise.setpoint, seconds(house.now), round(alone, 1))


def _waiting(before: WarmUp) -> WarmUp:
    """Not warming up: what it was to be warm for is forgotten, unless something is still to be learned of it."""
    if not before.begun_at:
        return NO_WARM_UP
    return before._replace(prepares=False) if before.prepares else before


def _taught(room: LawRoom, memory: RoomMemory, belief: Belief, house: LawInput) -> tuple[WarmUp, Lessons]:
    """What has begun, and what is due: when it has become warm, or should have long ago, how much longer that took than
    its radiators alone would.
    """
    warm_up, due, now = memory.warm_up, memory.due, seconds(house.now)
    is_late = now >= warm_up.due_at
    if is_late and room.setpoint != warm_up.due_setpoint:
        return warm_up.learned_of(), due
    if belief.air < warm_up.due_setpoint - NEAR_ENOUGH_K and now < warm_up.due_at + LONGEST_LATE_S:
        return warm_up, due
    if warm_up.alone_min < LEAST_TELLING_MIN:
        return warm_up.learned_of(), due
    took = (now - warm_up.begun_at) / 60.0 / warm_up.alone_min
    warmup = due.warmup + LESSON_PART * min(MOST_LESSON, took - memory.lessons.warmup - due.warmup)
    return warm_up.learned_of(), due._replace(warmup=due_lesson(warmup))


def _held(
    memory: RoomMemory, belief: Belief, room: LawRoom, dose: float, is_comfort: bool, numbers: Doses, slack: Slack
) -> RoomMemory:
    """How far below its setpoint the room is held, so that it is well below for a small part of its time.

    Only time in which that matters counts: what sun and people keep warm is no warmer for being held higher.
    """
    if not -SPARES_MUCH <= dose <= ASKS_MUCH or memory.warm_up.prepares:
        return memory
    fraction, (gain, comfort, setback, warmup, disturbance) = slack.well_below, memory.due
    step = HOLD_STEP * (fraction if belief.air >= room.setpoint - numbers.well_below_k else fraction - 1.0)
    if is_comfort:
        comfort = due_lesson(comfort + step)
    else:
        setback = due_lesson(setback + step)
    due = Lessons(gain, comfort, setback, warmup, disturbance)
    return RoomMemory(belief, memory.lessons, due, memory.warm_up, memory.air)
