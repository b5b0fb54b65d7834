"""The house under `doses`: idle or burning, and which rooms are open.

The boiler starts when the house needs enough heat to be worth it; then every room that needs a little opens in the
same minute and the burner has all of them to heat. It ends when what is open needs nothing any more, or some minutes
after the burner has stopped itself: the pump brings the rooms what the water holds, and the next burn begins with
cooler water and lasts longer. Where the flow can be set that goes on for longer, since the water is then asked to be
cool and nothing lights the burner meanwhile. Then everything rests, the longer the less any room needs, and for a
short time only while a room is too cold, since each minute of that is felt, or where the boiler is too big for all
radiators together, since its burns are short.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from house.settings.laws import Doses
from regulator.laws.doses.memory import HouseMemory
from regulator.laws.doses.room import DosedRoom
from regulator.laws.interface import LawInput

MINUTE_S = 60
MEGAJOULE = 1e6
UNSEEN_BURN_MIN = 15.0  # where the boiler does not show its flame
LEFT_J = 0.2 * MEGAJOULE
DRAINS_MIN = 15.0  # so much longer the pump brings the rooms what the water holds, where the flow can be set
COLD_K, ALONE_K = 0.5, 0.9
RESTS_LESS_K, RESTS_LEAST_K = 0.4, 0.9  # below a setpoint: from there on the boiler rests less, and there least


class House(NamedTuple):
    """The house at this tick: its phase, what it needs, what makes a start worth it (`enough_j`), when it has rested
    (seconds since 1970), and whether a room that needs heat is held back because an open window is suspected.
    """

    memory: HouseMemory
    heat: float
    needs_j: float
    enough_j: float
    rested_at: float
    aired: bool


def house_now(
    rooms: Collection[DosedRoom], house: LawInput, memory: HouseMemory, numbers: Doses, now: int, power_w: float
) -> House:
    """The phase at this tick, `now` in seconds since 1970, in a house with radiators of this power."""
    if memory.since > now:
        memory = memory._replace(since=now)
    heat = heat_index(rooms)
    needs_j = sum([room.energy_j for room in rooms if room.dose > 0 and not room.held_back])
    enough_j, fits = start_j(power_w, numbers), min(1.0, power_w / house.minimum_power_w)
    rest_s = MINUTE_S * rest(heat, cold_index(rooms), fits, numbers)
    if memory.phase == "burn":
        lit = memory.lit or (house.ticked and house.call and house.flame is True)
        begun = memory.since if house.call or not house.ticked else now  # before a valve has confirmed, nothing burns
        memory = memory._replace(lit=lit, since=begun)
        memory = memory._replace(out_at=_out_at(house, memory, numbers, now))
        if is_over(rooms, house, memory, numbers, now):
            memory = HouseMemory("idle", _rests_from(memory, numbers, now))
    elif now >= memory.since + rest_s and is_worth_a_start(rooms, needs_j, enough_j, numbers):
        memory = HouseMemory("burn", now)
    aired = any(room.dose > 0 for room in rooms if room.held_back)
    return House(memory, heat, needs_j, enough_j, memory.since + rest_s, aired)


def heat_index(rooms: Collection[DosedRoom]) -> float:
    """0 calm to 1 hot: how much the neediest room needs; one that warms up counts for more."""
    most = max([room.dose for room in rooms if not room.held_back], default=0.0)
    warming = max([room.dose for room in rooms if room.prepares is not None], default=0.0)
    return min(1.0, max(0.0, (most - 8.0) / 10.0, (warming - 6.0) / 8.0))


def cold_index(rooms: Collection[DosedRoom]) -> float:
    """0 warm to 1 cold: how far the coldest room is below its setpoint now, where it should be warm."""
    needy = (room for room in rooms if not (room.held_back or room.in_setback or room.prepares or room.drop))
    below = max((room.room.setpoint - room.belief.air for room in needy), default=0.0)
    return min(1.0, max(0.0, (below - RESTS_LESS_K) / (RESTS_LEAST_K - RESTS_LESS_K)))


def rest(heat: float, cold: float, fits: float, numbers: Doses) -> float:
    """How long the boiler rests after a burn, minutes.

    Where all radiators that may be opened together take only a part (`fits`) of the burner's least power, each burn is
    as much shorter, and so is the rest.
    """
    needed = numbers.rest_min + heat * (numbers.rest_urgent_min - numbers.rest_min)
    needed = max(numbers.rest_cold_min, fits * needed)
    return needed + cold * (numbers.rest_cold_min - needed)


def start_j(power_w: float, numbers: Doses) -> float:
    """So much a house with radiators of this power must need for a start to be worth it."""
    return min(numbers.start_mj * MEGAJOULE, MINUTE_S * numbers.start_min * power_w)


def is_worth_a_start(rooms: Collection[DosedRoom], needs_j: float, enough_j: float, numbers: Doses) -> bool:
    """Whether the house needs enough, or a room too much to wait for others, and any room would open."""
    is_needed = needs_j >= enough_j or _is_urgent(rooms, needs_j, enough_j, numbers)
    return is_needed and any(is_open(room, "burn", True, numbers) for room in rooms)


def _is_urgent(rooms: Collection[DosedRoom], needs_j: float, enough_j: float, numbers: Doses) -> bool:
    """Whether a room would get too cold if it waited for others."""
    asking = (room for room in rooms if not room.held_back and room.dose > numbers.opens)
    coldest = max((below_soon(room, numbers) for room in asking), default=0.0)
    return coldest >= ALONE_K or (coldest >= COLD_K and needs_j >= numbers.urgent_fraction * enough_j)


def below_soon(room: DosedRoom, numbers: Doses) -> float:
    """By how much it will be colder than it should be in a quarter of an hour, K.

    A room that warms up is measured by what it warms up for: it began because it needs all the time that is left. In
    setback a room may become colder before the boiler starts for it alone.
    """
    due = room.prepares.setpoint if room.prepares else room.room.setpoint
    return due - room.soon - (numbers.setback_patience_k if room.in_setback else 0.0)


def is_over(rooms: Collection[DosedRoom], house: LawInput, memory: HouseMemory, numbers: Doses, now: int) -> bool:
    """Whether a burn has done its work."""
    minutes = (now - memory.since) / MINUTE_S
    live = [room for room in rooms if is_open(room, "burn", minutes == 0, numbers)]
    if not live:
        return True
    if minutes == 0 or minutes < numbers.burn_min:
        return False
    if sum(room.energy_j for room in live) < LEFT_J:
        return True
    if house.flame is None:
        return minutes >= UNSEEN_BURN_MIN
    return has_gone_out(house, memory) and is_drained(house, memory, numbers, now)


def is_drained(house: LawInput, memory: HouseMemory, numbers: Doses, now: int) -> bool:
    """Whether the pump has brought the rooms what the water held, after the burner has gone out."""
    minutes, flow = (now - memory.out_at) / MINUTE_S - numbers.linger_min, house.numbers.flow
    if flow is None or house.flow is None or house.flow <= flow.coolest:
        return minutes >= 0
    return minutes >= DRAINS_MIN


def _out_at(house: LawInput, memory: HouseMemory, numbers: Doses, now: int) -> int:
    """When the burner went out in this burn, 0 if it has not; one that has lit again is not lingered for once more.

    Where the flow can be set the first time counts: the water that is then asked for keeps the burner out.
    """
    if memory.out_at:
        lights_again = house.flame is True and house.hot_water is not True and house.numbers.flow is None
        return now - round(MINUTE_S * numbers.linger_min) if lights_again else memory.out_at
    return now if has_gone_out(house, memory) else 0


def _rests_from(memory: HouseMemory, numbers: Doses, now: int) -> int:
    """The rest counts from when the pump has used the water of a burner that went out."""
    if not memory.out_at:
        return now
    return min(now, memory.out_at + round(MINUTE_S * numbers.linger_min))


def has_gone_out(house: LawInput, memory: HouseMemory) -> bool:
    """Whether the water has stopped the burner that was lit in this burn."""
    return memory.lit and house.flame is False and house.hot_water is not True


def open_rooms(rooms: Mapping[str, DosedRoom], phase: str, starts: bool, numbers: Doses, enough_w: float) -> set[str]:
    """The rooms whose valves are open now.

    Where those that need heat cannot take what the burner gives at least, others that will need it next join when a
    burn begins: else the water would end it after a few minutes.
    """
    opened = {id_ for id_, room in rooms.items() if is_open(room, phase, starts, numbers)}
    if not starts or not opened:
        return opened
    power_w = sum(room.room.power_w for id_, room in rooms.items() if id_ in opened)
    for id_, room in sorted(rooms.items(), key=lambda one: -one[1].dose):
        if power_w >= enough_w or room.dose <= -numbers.company:
            break
        if id_ not in opened and not room.held_back:
            opened.add(id_)
            power_w += room.room.power_w
    return opened


def is_open(room: DosedRoom, phase: str, starts: bool, numbers: Doses) -> bool:
    """Whether the room's valves are open now."""
    if room.held_back:
        return False
    if phase == "idle":
        return room.is_open and room.belief.air <= room.aim + numbers.shut_idle_k
    if room.is_open:
        return room.dose > -room.spare
    return room.dose > (numbers.opens if starts else numbers.joins)
