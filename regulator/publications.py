"""What is said of a decision: targets for devices, what people want to see, what must be remembered.

All of it are levels. What was said before and still holds is yielded as it was, so deciding twice says nothing twice.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Literal, TypeVar

from pydantic import JsonValue

from house import messages, topics
from house.fields import Mode, Preset
from house.wall_time import day_began
from regulator import boiler, motors, safety, valves
from regulator.boiler import UNCONFIRMED
from regulator.decision import Decision, RoomTarget
from regulator.laws.interface import NO_NEED, Kept, LawOutput
from regulator.room import RoomState
from regulator.setpoint import house_settings
from regulator.snapshot import Snapshot

M = TypeVar("M", bound=messages.Message)
NOTHING_KEPT = Kept({})


def publications(snapshot: Snapshot, decision: Decision) -> Iterator[topics.Publication]:
    """All that should be said of a decision, whether it has been said before or not."""
    house, before = decision.house, snapshot.decision
    for view in house.rooms.values():
        if before is not None and _is_as_before(view, before, decision):
            continue
        yield from _room(snapshot, view, decision)
    told = snapshot.last(topics.BOILER_SET)
    level = boiler.level(decision.boiler, told, house, decision.law.flow_setpoint)
    yield topics.publication(topics.BOILER_SET, message=level)
    yield topics.publication(topics.HOUSE, message=snapshot.wiring.description)
    yield topics.publication(topics.HOUSE_SETTINGS, message=house_settings(snapshot))
    kept = decision.law.memory.kept()
    yield topics.publication(topics.HOUSE_LEARNED, message=_learned(snapshot.last(topics.HOUSE_LEARNED), kept.learned))
    yield topics.publication(
        topics.HOUSE_MEMORY, message=_with_clock(snapshot, boiler.remember(decision.boiler, house, kept.passing))
    )


def _is_as_before(view: RoomState, before: Decision, decision: Decision) -> bool:
    """Whether all that can be said of a room follows from the same as at the last decision, which has said it."""
    id_, now, then = view.id, decision.house, before.house
    return (
        then.rooms.get(id_) is view
        and before.rooms[id_] == decision.rooms[id_]
        and before.remembered.get(id_) == decision.remembered.get(id_)
        and before.law.rooms.get(id_) == decision.law.rooms.get(id_)
        and (before.boiler, before.law.waits) == (decision.boiler, decision.law.waits)
        and (id_ in then.emergency, then.makes_hot_water) == (id_ in now.emergency, now.makes_hot_water)
    )


def _with_clock(snapshot: Snapshot, memory: messages.HouseMemory) -> messages.HouseMemory:
    return memory.but(doubt=snapshot.doubt, is_clockless=snapshot.is_clockless)


def _room(snapshot: Snapshot, view: RoomState, decision: Decision) -> Iterator[topics.Publication]:
    want = decision.rooms[view.id]
    told = dict(_valves(snapshot, view, want))
    for address, (command, _) in told.items():
        yield topics.publication(topics.VALVE_SET, address, message=command)
    of_valves = {address: one for address, (_, one) in told.items()}
    before = snapshot.last(topics.ROOM_LEARNED, view.id)
    remembered = decision.remembered.get(view.id)
    kept = remembered.kept() if remembered is not None else NOTHING_KEPT
    memory = _renewed(
        snapshot.last(topics.ROOM_MEMORY, view.id),
        messages.RoomMemory,
        window=view.window,
        sensors=view.memory.sensors,
        contacts=view.memory.contacts,
        frost=view.frost,
        valves=of_valves,
        law=kept.passing,
    )
    yield topics.publication(topics.ROOM_LEARNED, view.id, message=_learned(before, kept.learned))
    yield topics.publication(topics.ROOM_MEMORY, view.id, message=memory)
    yield topics.publication(topics.ROOM_SETTINGS, view.id, message=view.settings)
    schedule = snapshot.last(topics.ROOM_SCHEDULE, view.id) or messages.Schedule(
        points=snapshot.wiring.rooms[view.id].schedule
    )
    yield topics.publication(topics.ROOM_SCHEDULE, view.id, message=schedule)
    now = decision.house.now
    to_see_to = (*view.complaints, *motors.complaints(told, view.reports, now))
    status = _status(snapshot, view, safety.alert(want, of_valves, now, to_see_to), decision)
    yield topics.publication(topics.ROOM_STATUS, view.id, message=status)


def _learned(before: messages.Learned | None, learned: Mapping[str, JsonValue]) -> messages.Learned | None:
    return _renewed(before, messages.Learned, law=learned) if learned else None


def _valves(
    snapshot: Snapshot, view: RoomState, want: RoomTarget
) -> Iterator[tuple[str, tuple[messages.ValveSet | None, messages.ValveMemory]]]:
    """What each valve of the room is told, and what is to be remembered of it."""
    assert snapshot.now is not None
    lifetime = timedelta(minutes=snapshot.wiring.safety.valve_expiry_min)
    for address, radiator in view.wiring.valves.items():
        report = view.reports[address]
        known = valves.range_of(radiator, report)
        if want.target is None:
            before, kept = snapshot.last(topics.VALVE_SET, address), view.memory.valves.get(address)
            own, memory = valves.regulate_itself(view.effective.setpoint).within(known), kept or messages.ValveMemory()
            left = valves.let_go(before, report, memory, own, snapshot.now, lifetime)
            yield address, (left[0], _of_reports(view, address, left[1]))
            continue
        command, remembered = valves.tell(
            want.target.within(known),
            snapshot.last(topics.VALVE_SET, address),
            report,
            view.memory.valves.get(address) or messages.ValveMemory(),
            snapshot.now,
            lifetime,
            day_began(snapshot.zone, snapshot.now),
            f"{want.rule}: {want.reason}",
        )
        yield address, (command, _of_reports(view, address, remembered))


def _of_reports(view: RoomState, address: str, memory: messages.ValveMemory) -> messages.ValveMemory:
    """The memory with what is to be remembered of the valve's reports."""
    kept = view.memory.valves.get(address)
    if kept is None or (kept.clock, kept.newest) == (memory.clock, memory.newest):
        return memory
    return memory.but(clock=kept.clock, newest=kept.newest)


def _status(snapshot: Snapshot, view: RoomState, want: RoomTarget, decision: Decision) -> messages.RoomStatus:
    settings, effective, scheduled = view.settings, view.effective, view.effective.scheduled
    return _renewed(
        snapshot.last(topics.ROOM_STATUS, view.id),
        messages.RoomStatus,
        temperature=view.temperature,
        humidity=view.humidity,
        setpoint=effective.setpoint,
        action=_action(settings.mode, want, decision, view),
        demand=want.demand,
        rule=want.rule,
        reason=_reason(effective.words(snapshot), want, decision, view),
        until=effective.until,
        next_setpoint=scheduled.next_setpoint if scheduled else None,
        next_switch_at=scheduled.next_at if scheduled else None,
        mode=settings.mode,
        preset=_preset(effective.rule, settings),
        window=view.window.value if view.window else None,
        staleness=view.staleness,
        measured_at=view.measured_at,
        alert=want.alert,
    )


def _renewed(before: M | None, kind: type[M], **fields: Any) -> M:
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
    if is_open_blind:
        return f"{want.reason}, the boiler runs for emergency heat"
    if view.is_open_by_nature and not want.is_open and not decision.house.makes_hot_water:
        return "a radiator without a valve takes heat of every burn"
    return UNCONFIRMED if want.is_open and not view.confirmed_w else want.reason


def _is_by_law(want: RoomTarget, law: LawOutput, view: RoomState) -> bool:
    """Whether the room's target is the law's: no safety rule has changed it."""
    asked = law.rooms.get(view.id)
    return asked is not None and want.rule == (asked.rule or view.effective.rule)


def _action(mode: Mode, want: RoomTarget, decision: Decision, view: RoomState) -> Literal["heating", "idle", "off"]:
    """`heating` only while heat can flow."""
    is_open = view.id in decision.house.open_blind or (want.is_open and view.confirmed_w > 0) or view.is_open_by_nature
    if is_open and decision.boiler.call and not decision.house.makes_hot_water:
        return "heating"
    return "off" if mode == "off" else "idle"


def _preset(rule: str, settings: messages.RoomSettings) -> Preset:
    if rule in ("boost", "away"):
        return "boost" if rule == "boost" else "away"
    return settings.preset
