"""What is said of a decision: targets for devices, what people want to see, what must be remembered.

All of it are levels, of which only those are said that differ from what was said before: deciding twice says nothing
twice.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Literal, TypeVar

from pydantic import JsonValue

from house import messages, topics
from house.fields import Mode, Preset
from regulator import boiler, motors, safety, valves
from regulator.boiler import UNCONFIRMED
from regulator.decision import Decision, RoomTarget
from regulator.laws.interface import NO_NEED, Kept, LawOutput
from regulator.room import HouseState, RoomState
from regulator.setpoint import house_settings
from regulator.snapshot import Snapshot

M = TypeVar("M", bound=messages.Message)
Level = tuple[topics.Topic[Any], str, messages.Message | None]
"""What should stand on the topic of one room, valve or the house."""
NOTHING_KEPT = Kept({})


def publications(snapshot: Snapshot, decision: Decision, before: Snapshot) -> Iterator[topics.Publication]:
    """What is new in a decision, where what was said `before` it stands in that snapshot."""
    for topic, id_, message in _levels(snapshot, decision):
        said = before.last(topic, id_)
        if message is not said and message != said:
            yield topics.publication(topic, *((id_,) if id_ else ()), message=message)


def _levels(snapshot: Snapshot, decision: Decision) -> Iterator[Level]:
    """All that should be said of a decision, but for the rooms of which it was said at the last one."""
    house, before = decision.house, snapshot.decision
    told_of = before if before is not None and _is_same_house(before, decision) else None
    for view in house.rooms.values():
        if told_of is None or not _is_as_before(view, told_of, decision):
            yield from _room(snapshot, view, decision)
    told = snapshot.last(topics.BOILER_SET)
    yield topics.BOILER_SET, "", boiler.level(decision.boiler, told, house, decision.law.flow_setpoint)
    yield topics.HOUSE, "", snapshot.wiring.description
    yield topics.HOUSE_SETTINGS, "", house_settings(snapshot)
    kept = decision.law.memory.kept()
    yield topics.HOUSE_LEARNED, "", _learned(snapshot.last(topics.HOUSE_LEARNED), kept.learned)
    yield topics.HOUSE_MEMORY, "", _with_clock(snapshot, boiler.remember(decision.boiler, house, kept.passing))


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


def _with_clock(snapshot: Snapshot, memory: messages.HouseMemory) -> messages.HouseMemory:
    return memory.but(doubt=snapshot.doubt, is_clockless=snapshot.is_clockless)


def _room(snapshot: Snapshot, view: RoomState, decision: Decision) -> list[Level]:
    id_, want, remembered = view.id, decision.rooms[view.id], decision.remembered.get(view.id)
    told = {address: _valve(snapshot, view, want, address) for address in view.wiring.valves}
    shut = motors.watched(told, view, decision.house, call=decision.boiler.call)
    of_valves = {address: one for address, (_, one) in told.items()}
    kept = remembered.kept() if remembered is not None else NOTHING_KEPT
    memory = {
        "window": view.window,
        "sensors": view.memory.sensors,
        "contacts": view.memory.contacts,
        "frost": view.frost,
        "valves": of_valves,
        "shut": shut,
        "law": kept.passing,
    }
    schedule = snapshot.last(topics.ROOM_SCHEDULE, id_)
    now = decision.house.now
    to_see_to = (*view.complaints, *motors.complaints(told, view.reports, shut, now))
    status = _status(snapshot, view, want, safety.alert(want, of_valves, now, to_see_to), decision)
    return [
        *[(topics.VALVE_SET, address, command) for address, (command, _) in told.items()],
        (topics.ROOM_LEARNED, id_, _learned(snapshot.last(topics.ROOM_LEARNED, id_), kept.learned)),
        (topics.ROOM_MEMORY, id_, _renewed(snapshot.last(topics.ROOM_MEMORY, id_), messages.RoomMemory, memory)),
        (topics.ROOM_SETTINGS, id_, view.settings),
        (topics.ROOM_SCHEDULE, id_, schedule or messages.Schedule(points=snapshot.wiring.rooms[id_].schedule)),
        (topics.ROOM_STATUS, id_, _renewed(snapshot.last(topics.ROOM_STATUS, id_), messages.RoomStatus, status)),
    ]


def _learned(before: messages.Learned | None, learned: Mapping[str, JsonValue]) -> messages.Learned | None:
    return _renewed(before, messages.Learned, {"law": learned}) if learned else None


def _valve(
    snapshot: Snapshot, view: RoomState, want: RoomTarget, address: str
) -> tuple[messages.ValveSet | None, messages.ValveMemory]:
    """What a valve of the room is told, and what is to be remembered of it."""
    assert snapshot.now is not None
    lifetime = timedelta(minutes=snapshot.wiring.safety.valve_expiry_min)
    before, report = snapshot.last(topics.VALVE_SET, address), view.reports[address]
    able = valves.range_of(view.wiring.valves[address], report)
    known = view.memory.valves.get(address)
    kept = known or messages.ValveMemory()
    command: messages.ValveSet | None
    if want.target is None:
        own = valves.regulate_itself(view.effective.setpoint).within(able)
        command, memory = valves.let_go(before, report, kept, own, snapshot.now, lifetime, snapshot.zone)
    else:
        target, why = want.target.within(able), f"{want.rule}: {want.reason}"
        command, memory = valves.tell(target, before, report, kept, snapshot.now, lifetime, snapshot.zone, why)
    return command, memory if memory is known else _of_reports(known, memory)


def _of_reports(kept: messages.ValveMemory | None, memory: messages.ValveMemory) -> messages.ValveMemory:
    """The memory with what is to be remembered of the valve's reports."""
    if kept is None or (kept.clock, kept.newest) == (memory.clock, memory.newest):
        return memory
    return memory.but(clock=kept.clock, newest=kept.newest)


def _status(
    snapshot: Snapshot, view: RoomState, want: RoomTarget, alert: str | None, decision: Decision
) -> dict[str, Any]:
    settings, effective, scheduled = view.settings, view.effective, view.effective.scheduled
    return {
        "temperature": view.temperature,
        "humidity": view.humidity,
        "setpoint": effective.setpoint,
        "action": _action(settings.mode, want, decision, view),
        "demand": want.demand,
        "rule": want.rule,
        "reason": _reason(effective.words(snapshot), want, decision, view),
        "until": effective.until,
        "next_setpoint": scheduled.next_setpoint if scheduled else None,
        "next_switch_at": scheduled.next_at if scheduled else None,
        "mode": settings.mode,
        "preset": _preset(effective.rule, settings),
        "window": view.window.value if view.window else None,
        "staleness": view.staleness,
        "measured_at": view.measured_at,
        "alert": alert,
    }


def _renewed(before: M | None, kind: type[M], fields: dict[str, Any]) -> M:
    """`kind(**fields)`; the message before where it says the same: to compare is quicker than to build anew."""
    if before is None:
        return kind(**fields)
    return before if vars(before) == fields else before.but(**fields)


def _reason(words: str, want: RoomTarget, decision: Decision, view: RoomState) -> str:
    """One reason, true now: what was wished, and what comes of it or what that waits for."""
    if want.rule == "bypass":
        return want.reason
    return f"{words}{_in_vain(view.settings)}; {_outcome(want, decision, view)}"


def _in_vain(settings: messages.RoomSettings) -> str:
    """What a person should know who wishes something of a room that is off."""
    is_wished = settings.override or settings.boost_until or settings.preset != "none"
    return ", which only mode auto or heat changes" if settings.mode == "off" and is_wished else ""


def _outcome(want: RoomTarget, decision: Decision, view: RoomState) -> str:
    call, law = decision.boiler, decision.law
    is_open_blind = view.id in decision.house.open_blind
    if not call.call:
        if want.is_open and call.reason.startswith("waits") and call.reason != law.waits:
            return call.reason
        return f"{want.reason}; {law.waits}" if law.waits != NO_NEED and _is_by_law(want, law, view) else want.reason
    if (want.is_open or is_open_blind) and decision.house.makes_hot_water:
        return "waits: the boiler makes hot water"
    if (want.is_open or is_open_blind) and decision.house.stays_dark:
        return "waits: the boiler is called and does not burn"
    if is_open_blind:
        return f"{want.reason}, the boiler runs for emergency heat"
    if view.is_open_by_nature and _action(view.settings.mode, want, decision, view) == "heating" and not want.is_open:
        return "a radiator without a valve takes heat of every burn"
    return UNCONFIRMED if want.is_open and not view.confirmed_w else want.reason


def _is_by_law(want: RoomTarget, law: LawOutput, view: RoomState) -> bool:
    """Whether the room's target is the law's: no safety rule has changed it."""
    asked = law.rooms.get(view.id)
    return asked is not None and want.rule == (asked.rule or view.effective.rule)


def _action(mode: Mode, want: RoomTarget, decision: Decision, view: RoomState) -> Literal["heating", "idle", "off"]:
    """`heating` only while heat can flow."""
    is_open = view.id in decision.house.open_blind or (want.is_open and view.confirmed_w > 0) or view.is_open_by_nature
    if is_open and decision.boiler.call and not (decision.house.makes_hot_water or decision.house.stays_dark):
        return "heating"
    return "off" if mode == "off" else "idle"


def _preset(rule: str, settings: messages.RoomSettings) -> Preset:
    if rule in ("boost", "away"):
        return "boost" if rule == "boost" else "away"
    return settings.preset
