"""Doses: each room gets the heat that it will need, many rooms in the same minute, and then everything rests.

Of every room is believed how warm air, walls and radiators are (`observer`); from that follows how it will go on with
its valves shut (`prediction`), and so the dose: how many minutes of full radiator keep it above its aim. The house
starts the boiler when the doses together are worth it (`cycle`).
"""

from regulator.laws.doses import cycle
from regulator.laws.doses.flow import flow_setpoint
from regulator.laws.doses.memory import HouseMemory, as_read, read_house, read_room
from regulator.laws.doses.observer import UNKNOWN_OUTSIDE
from regulator.laws.doses.radiator import PIPE_K
from regulator.laws.doses.reasons import describe, explain_room, horizon, why_no_call
from regulator.laws.doses.room import Water, room_now
from regulator.laws.interface import Law, LawInput, LawOutput, RoomDemand
from regulator.laws.remembered import seconds

OVERRUN_S = 180
UNSEEN_FLOW = 60.0


def decide(house: LawInput) -> LawOutput:
    """Rooms, valves and burner in one decision."""
    numbers = house.numbers.doses_by_comfort[house.comfort or house.numbers.comfort]
    before = house.memory if isinstance(house.memory, HouseMemory) else HouseMemory()
    if house.call and house.ticked:
        before = before._replace(pumped_at=seconds(house.now))
    water = _water(house, before)
    outside = UNKNOWN_OUTSIDE if house.outside is None else house.outside
    rooms = {id_: room_now(room, house, water, outside, numbers) for id_, room in house.rooms.items()}
    now = cycle.house_now(rooms.values(), house, before, numbers)
    memory = now.memory._replace(pumped_at=before.pumped_at)
    enough_j = cycle.start_j(rooms.values(), numbers)
    starts = memory.phase == "burn" and memory.since == seconds(house.now)
    until = horizon(house, numbers)
    demands = {}
    opened = cycle.open_rooms(rooms, memory.phase, starts, numbers, house.minimum_power_w)
    for id_, room in rooms.items():
        opens = id_ in opened
        reason = describe(room, opens, now, house, until)
        demand = 0 if room.held_back else min(100, max(0, round(5 * room.dose)))
        rule = "airing" if room.held_back else None
        demands[id_] = RoomDemand(opens, demand, reason, as_read(room.memory), rule)
    flow = flow_setpoint(house.numbers.flow, rooms.values())
    return LawOutput(demands, memory.phase == "burn", memory, why_no_call(now, house, enough_j), flow)


def _water(house: LawInput, before: HouseMemory) -> Water:
    """What has come to the radiators since the last tick."""
    flows = (house.call or 0 <= seconds(house.now) - before.pumped_at <= OVERRUN_S) and house.hot_water is not True
    flow = house.flow if house.flow is not None else UNSEEN_FLOW
    if house.flow is None and house.flame is False:
        flows = False
    total = sum(room.power_w for room in house.rooms.values())
    share = sum(room.confirmed_w for room in house.rooms.values()) / total if total > 0 else 0.0
    return Water(flow - PIPE_K, flows, share)


LAW = Law(decide, read_room, read_house, explain_room)
