"""Burst, the default: the house heats in bursts, hungry rooms together, and the boiler rests in between.

Most stops of a burner are made by the water: where the open radiators take less than the burner's minimum, the water
gets too hot, and the boiler starts again and again for as long as anyone calls. Hence the house goes through phases
(`cycle`), in a burn the rooms share what the burner gives (`valves`), and what can be learned is: of each room how
far it coasts and how long it takes to warm up, of the burner how much radiator it needs and how long it should rest.
"""

from dataclasses import replace

from regulator.laws.burst import cycle, valves
from regulator.laws.burst.heating_curve import flow_setpoint
from regulator.laws.burst.reasons import describe, explain_house, explain_room, why_no_call
from regulator.laws.burst.room import case_of, memory_of
from regulator.laws.interface import Law, LawInput, LawOutput, RoomDemand


def decide(house: LawInput) -> LawOutput:
    """Rooms, valves and burner in one decision."""
    before = cycle.phase_of(house.memory)
    cases = {id_: case_of(one, house) for id_, one in house.rooms.items()}
    now = cycle.next_phase(before, cases, house)
    rooms_to_open = set(valves.rooms_to_open(now, cases, house))
    if rooms_to_open:
        now = replace(now, joined=house.now)
    live_w = sum(one.power_w for one in cases.values() if one.is_open and not one.satisfied)
    resumes_at = cycle.resumes_at(now, cases, house)
    rooms = {}
    for id_, one in cases.items():
        is_open = valves.is_open(id_ in rooms_to_open, one, now, live_w, house)
        reason = describe(one, is_open, now.state, resumes_at, house)
        demand = 0 if one.satisfied else min(100, max(1, round(100 * one.short)))
        rule = "airing" if one.is_held_back else None
        rooms[id_] = RoomDemand(is_open, demand, reason, memory_of(one, is_open, house.now), rule)
    waits = why_no_call(now.state, resumes_at, cases.values(), house)
    flow = flow_setpoint(house.numbers.heating_curve, house.outside, any(one.is_in_a_hurry for one in cases.values()))
    return LawOutput(rooms, now.state == "burn", cycle.memory_of(now, house), waits, flow)


LAW = Law(
    decide,
    learned=frozenset({"coast", "fall", "way", "ways", "top", "burns", "rest"}),
    watching=frozenset({"start", "ended", "fed", "held", "peak", "air"}),
    explain_room=explain_room,
    explain_house=explain_house,
)
