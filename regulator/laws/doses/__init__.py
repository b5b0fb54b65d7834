"""Doses: each room gets the heat that it will need, many rooms in the same minute, and then everything rests.

Of every room is believed how warm air, walls and radiators are (`observer`); from that follows how it will go on with
its valves shut (`prediction`), and so the dose: how many minutes of full radiator keep it above its aim. The house
starts the boiler when the doses together are worth it (`cycle`).
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from house.settings.laws import Doses
from regulator.laws.doses import cycle
from regulator.laws.doses.flow import flow_setpoint
from regulator.laws.doses.memory import HouseMemory, read_house, read_room
from regulator.laws.doses.observer import LONGEST_GAP_MIN, UNKNOWN_OUTSIDE
from regulator.laws.doses.radiator import PIPE_K
from regulator.laws.doses.reasons import describe, explain_room, horizon, why_no_call
from regulator.laws.doses.room import DosedRoom, Water, room_now
from regulator.laws.doses.size import Sizes, Slack, sizes
from regulator.laws.interface import Law, LawInput, LawOutput, LawRoom, RoomDemand
from regulator.laws.remembered import minutes_since, seconds

OVERRUN_S = 180
UNSEEN_FLOW = 60.0


class WorkedOut(NamedTuple):
    """The rooms as they were under these conditions of the house, and what was asked of them in this phase."""

    conditions: tuple[Any, ...] = ()
    rooms: Mapping[str, DosedRoom] = MappingProxyType({})
    phase: str = ""
    demands: Mapping[str, RoomDemand] = MappingProxyType({})
    seen: Mapping[str, LawRoom] = MappingProxyType({})
    sizes: Sizes = Sizes()


def decide(house: LawInput) -> LawOutput:
    """Rooms, valves and burner in one decision."""
    numbers = house.numbers.doses_by_comfort[house.comfort or house.numbers.comfort]
    before = house.memory if isinstance(house.memory, HouseMemory) else HouseMemory()
    at = seconds(house.now)
    if house.call and house.ticked:
        before = before._replace(pumped_at=at)
    known = _still_true(house, numbers)
    same = _as_before(house.rooms, known)
    rooms = _rooms(house, _water(house, before, at, known.sizes.total_w), numbers, same, known.sizes.slacks)
    now = cycle.house_now(rooms.values(), house, before, numbers, at, known.sizes.total_w)
    memory = now.memory
    if memory.pumped_at != before.pumped_at:
        memory = memory._replace(pumped_at=before.pumped_at)
    of_before = {id_: known.demands[id_] for id_ in same} if memory.phase == known.phase else {}
    demands = _demands(rooms, now, house, numbers, at, of_before)
    flow = flow_setpoint(house.numbers.flow, rooms.values(), memory)
    waits = why_no_call(now, house)
    worked_out = WorkedOut(known.conditions, rooms, memory.phase, demands, house.rooms, known.sizes)
    return LawOutput(demands, memory.phase == "burn", memory, waits, flow, worked_out)


def _still_true(house: LawInput, numbers: Doses) -> WorkedOut:
    """What was worked out at the last decision, if that was at the same instant and in the same house."""
    known = house.worked_out if isinstance(house.worked_out, WorkedOut) else WorkedOut()
    now_sizes, conditions = sizes(house, numbers, known.sizes), (house.now, house.call, house.outside)
    if known.conditions == conditions and known.sizes is now_sizes and not house.ticked:
        return known
    return WorkedOut(conditions, sizes=now_sizes)


def _as_before(rooms: Mapping[str, LawRoom], known: WorkedOut) -> dict[str, DosedRoom]:
    """What was worked out of the rooms that are the same or remember just what was answered of them."""
    if not known.rooms:
        return {}
    return {id_: was for id_, room in rooms.items() if (was := _was(room, id_, known)) is not None}


def _was(room: LawRoom, id_: str, known: WorkedOut) -> DosedRoom | None:
    seen = known.seen.get(id_)
    if seen is None or (seen is not room and (room.memory is not known.demands[id_].memory or not seen.is_like(room))):
        return None
    return known.rooms[id_]


def _rooms(
    house: LawInput, water: Water, numbers: Doses, same: Mapping[str, DosedRoom], slacks: Mapping[float, Slack]
) -> dict[str, DosedRoom]:
    outside = UNKNOWN_OUTSIDE if house.outside is None else house.outside
    return {
        id_: same.get(id_) or room_now(room, house, water, outside, numbers, slacks[room.power_w])
        for id_, room in house.rooms.items()
    }


def _demands(
    rooms: Mapping[str, DosedRoom],
    now: cycle.House,
    house: LawInput,
    numbers: Doses,
    at: int,
    of_before: Mapping[str, RoomDemand],
) -> dict[str, RoomDemand]:
    """What is asked of each room, and why: what was asked before where that holds."""
    phase = now.memory.phase
    starts = phase == "burn" and now.memory.since == at
    opened = cycle.open_rooms(rooms, phase, starts, numbers, house.minimum_power_w)
    until, demands = horizon(house, numbers), {}
    for id_, room in rooms.items():
        demand = of_before.get(id_)
        if demand is None or demand.open is not (id_ in opened):
            demand = _demand(room, id_ in opened, describe(room, id_ in opened, now, house, until))
        demands[id_] = demand
    return demands


def _demand(room: DosedRoom, opens: bool, reason: str) -> RoomDemand:
    asks = min(100, round(5 * room.dose)) if room.dose > 0 and not room.held_back else 0
    return RoomDemand(opens, asks, reason, room.memory, "airing" if room.held_back else None)


def _water(house: LawInput, before: HouseMemory, at: int, total_w: float) -> Water:
    """What has come to the radiators since the last tick."""
    flows = (house.call or 0 <= at - before.pumped_at <= OVERRUN_S) and house.hot_water is not True
    flow = house.flow if house.flow is not None else UNSEEN_FLOW
    if house.flow is None and house.flame is False:
        flows = False
    share = _open_share(house.rooms.values(), total_w) if flows else 0.0
    minutes = minutes_since(house.last_tick, house.now)
    return Water(flow - PIPE_K, flows, share, max(1, round(minutes)), minutes > LONGEST_GAP_MIN, at)


def _open_share(rooms: Collection[LawRoom], total_w: float) -> float:
    """What part of the house's radiators is open."""
    return sum([room.confirmed_w for room in rooms]) / total_w if total_w > 0 else 0.0


LAW = Law(decide, read_room, read_house, explain_room)
