"""What the control law sees of the house."""

from collections.abc import Mapping

from regulator.laws.interface import LawInput, LawOutput, LawRoom, Memory
from regulator.room import HouseState, RoomState
from regulator.setpoint import house_settings
from regulator.snapshot import Snapshot


def seen_by_law(snapshot: Snapshot, house: HouseState) -> LawInput:
    """All rooms that the law may decide on, and what it may know of the house."""
    boiler = house.boiler
    rooms = {
        id_: _law_room(snapshot, view, view.temperature)
        for id_, view in house.rooms.items()
        if view.may_be_regulated and view.temperature is not None
    }
    return LawInput(
        now=house.now,
        rooms=rooms,
        call=house.memory.call,
        memory=snapshot.remembered.get(""),
        last_tick=house.memory.tick_at,
        numbers=snapshot.wiring.regulator,
        comfort=house_settings(snapshot).comfort,
        zone=snapshot.zone,
        minimum_power_w=snapshot.wiring.boiler.minimum_power_w,
        flame=boiler.flame,
        hot_water=boiler.hot_water,
        flow=boiler.flow_temperature,
        outside=house.outside,
        worked_out=snapshot.decision.law.worked_out if snapshot.decision is not None else None,
    )


def _law_room(snapshot: Snapshot, view: RoomState, temperature: float) -> LawRoom:
    """A room as the law sees it; the same as at the last decision where nothing is known anew of it."""
    id_, last = view.id, snapshot.decision
    memory = snapshot.remembered.get(id_)
    if last is not None and last.house.rooms.get(id_) is view:
        before: LawRoom = last.given.rooms[id_]
        return before if before.memory is memory else before.with_memory(memory)
    return LawRoom(
        temperature=temperature,
        setpoint=view.effective.setpoint,
        power_w=view.power_w,
        confirmed_w=view.confirmed_w,
        hysteresis=view.wiring.hysteresis,
        memory=memory,
        told_open=view.told_open,
        coming=view.wished.coming,
        measured_at=view.measured_at,
        has_contact=view.window is not None,
        is_scheduled=view.effective.rule == "schedule",
    )


def remembered(snapshot: Snapshot, answer: LawOutput) -> Mapping[str, Memory]:
    """What the law remembers from now on; rooms that it may not decide on are out of its sight."""
    others = {id_: one.out_of_sight() for id_, one in snapshot.remembered.items() if id_ not in answer.rooms}
    return {**others, **{id_: one.memory for id_, one in answer.rooms.items()}, "": answer.memory}
