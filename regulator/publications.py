"""What is said of a decision: targets for devices, what people want to see, what must be remembered.

All of it are levels, of which only those are said that differ from what was said before: deciding twice says nothing
twice.
"""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from house import messages, topics
from regulator import boiler, motors, safety, valves
from regulator.decision import Decision, RoomTarget
from regulator.laws.interface import Kept, Memory
from regulator.room import HouseState, RoomState
from regulator.setpoint import house_settings
from regulator.snapshot import Snapshot
from regulator.status import status

Level = tuple[topics.Topic[Any], str, messages.Message | None]
"""What should stand on the topic of one room, valve or the house."""
Words = tuple[messages.ValveSet | None, messages.ValveMemory]
"""What a valve is told, and what is to be remembered of it."""
NOTHING: Mapping[str, Any] = MappingProxyType({})
NOTHING_KEPT, NEVER_TOLD = Kept({}), messages.ValveMemory()


def publications(snapshot: Snapshot, decision: Decision, before: Snapshot) -> list[topics.Publication]:
    """What is new in a decision, where what was said `before` it stands in that snapshot."""
    news, heard = [], before.heard
    for topic, id_, message in _levels(snapshot, decision):
        by_id = heard.get(topic, NOTHING)
        said = by_id.get(id_, NOTHING).get("")  # as `before.last` finds it, of so many levels
        if message is not said and message != said:
            known = snapshot.last(topic, id_) if snapshot.heard.get(topic) is not by_id else None
            name = topics.name(topic, id_) if id_ else topics.name(topic)
            news.append(topics.Publication(name, known if known == message else message))
    return news


def _levels(snapshot: Snapshot, decision: Decision) -> list[Level]:
    """All that should be said of a decision, but for the rooms of which it was said at the last one."""
    house, before, levels = decision.house, snapshot.decision, list[Level]()
    told_of = before if before is not None and _is_same_house(before, decision) else None
    lifetime = timedelta(minutes=house.limits.valve_expiry_min)
    for view in house.rooms.values():
        if told_of is None or not _is_as_before(view, told_of, decision):
            levels += _room(snapshot, view, decision, lifetime)
    return levels + _house(snapshot, decision)


def _is_same_house(before: Decision, decision: Decision) -> bool:
    """Whether nothing of the house is otherwise that the words of every room may tell of, nor the time."""
    if before.house.now != decision.house.now:
        return False
    is_same = (before.boiler, before.law.waits) == (decision.boiler, decision.law.waits)
    return is_same and _flame(before.house) == _flame(decision.house)


def _flame(house: HouseState) -> tuple[bool | None, bool, bool]:
    return house.boiler.flame, house.makes_hot_water, house.stays_dark


def _is_as_before(view: RoomState, before: Decision, decision: Decision) -> bool:
    """Whether all that can be said of a room follows from the same as at the last decision, which has said it."""
    id_, now, then = view.id, decision.house, before.house
    return (
        then.rooms.get(id_) is view
        and before.rooms[id_] == decision.rooms[id_]
        and before.remembered.get(id_) == decision.remembered.get(id_)
        and before.law.rooms.get(id_) == decision.law.rooms.get(id_)
        and (id_ in then.emergency) is (id_ in now.emergency)
    )


def _house(snapshot: Snapshot, decision: Decision) -> list[Level]:
    house, told, kept = decision.house, snapshot.last(topics.BOILER_SET), decision.law.memory.kept()
    memory = boiler.remember(decision.boiler, house, snapshot.doubt, kept.passing, is_clockless=snapshot.is_clockless)
    return [
        (topics.BOILER_SET, "", boiler.level(decision.boiler, told, house, decision.law.flow_setpoint)),
        (topics.HOUSE, "", snapshot.wiring.description),
        (topics.HOUSE_SETTINGS, "", house_settings(snapshot)),
        (topics.HOUSE_LEARNED, "", _learned(kept)),
        (topics.HOUSE_MEMORY, "", memory),
    ]


def _room(snapshot: Snapshot, view: RoomState, decision: Decision, lifetime: timedelta) -> list[Level]:
    id_, want, house = view.id, decision.rooms[view.id], decision.house
    levels, told, of_valves = list[Level](), dict[str, Words](), dict[str, messages.ValveMemory]()
    for address in view.reports:
        before = snapshot.last(topics.VALVE_SET, address)
        command, of_valves[address] = told[address] = _valve(before, address, view, want, house, lifetime)
        levels.append((topics.VALVE_SET, address, command))
    shut = motors.watched(told, view, house, call=decision.boiler.call)
    complaints = (*view.complaints, *motors.complaints(told, view.reports, shut, house.now))
    alert = safety.alert(want, of_valves, house.now, complaints)
    kept, schedule = _kept(decision.remembered.get(id_)), snapshot.last(topics.ROOM_SCHEDULE, id_)
    return [
        *levels,
        (topics.ROOM_LEARNED, id_, _learned(kept)),
        (topics.ROOM_MEMORY, id_, _memory(view, of_valves, shut, kept)),
        (topics.ROOM_SETTINGS, id_, view.settings),
        (topics.ROOM_SCHEDULE, id_, schedule or messages.Schedule(points=snapshot.wiring.rooms[id_].schedule)),
        (topics.ROOM_STATUS, id_, status(snapshot, view, want, alert, decision)),
    ]


def _kept(remembered: Memory | None) -> Kept:
    return remembered.kept() if remembered is not None else NOTHING_KEPT


def _memory(
    view: RoomState, of_valves: dict[str, messages.ValveMemory], shut: messages.ShutMemory | None, kept: Kept
) -> messages.RoomMemory:
    seen = view.memory
    return messages.RoomMemory.of(
        {
            "window": view.window,
            "sensors": seen.sensors,
            "contacts": seen.contacts,
            "frost": view.frost,
            "valves": of_valves,
            "shut": shut,
            "law": kept.passing,
        }
    )


def _learned(kept: Kept) -> messages.Learned | None:
    return messages.Learned.of({"law": kept.learned}) if kept.learned else None


def _valve(
    before: messages.ValveSet | None,
    address: str,
    view: RoomState,
    want: RoomTarget,
    house: HouseState,
    lifetime: timedelta,
) -> Words:
    report, known, now, zone = view.reports[address], view.memory.valves.get(address), house.now, house.zone
    able = valves.range_of(view.wiring.valves[address], report)
    kept = known if known is not None else NEVER_TOLD
    command: messages.ValveSet | None
    if want.target is None:
        own = valves.regulate_itself(view.effective.setpoint).within(able)
        command, memory = valves.let_go(before, report, kept, own, now, lifetime, zone)
    else:
        target, why = want.target.within(able), f"{want.rule}: {want.reason}"
        command, memory = valves.tell(target, before, report, kept, now, lifetime, zone, why)
    return command, memory if memory is known else _of_reports(known, memory)


def _of_reports(kept: messages.ValveMemory | None, memory: messages.ValveMemory) -> messages.ValveMemory:
    """The memory with what is to be remembered of the valve's reports."""
    if kept is None or (kept.clock, kept.newest) == (memory.clock, memory.newest):
        return memory
    return memory.but(clock=kept.clock, newest=kept.newest)
