"""What the control law sees of the house, and which law that is."""

from collections.abc import Mapping

from house import topics
from regulator.laws import doses, hysteresis, time_proportional, tpi
from regulator.laws.interface import Law, LawInput, LawRoom
from regulator.remembering import together
from regulator.room import HouseState, RoomState
from regulator.setpoint import coming
from regulator.snapshot import Snapshot

LAWS: Mapping[str, Law] = {
    "doses": doses.LAW,
    "hysteresis": hysteresis.LAW,
    "timeprop": time_proportional.LAW,
    "tpi": tpi.LAW,
}


def law_of(snapshot: Snapshot) -> Law:
    return LAWS[snapshot.wiring.regulator.law]


def seen_by_law(snapshot: Snapshot, house: HouseState) -> LawInput:
    """All rooms that the law may decide on, and what it may know of the house."""
    boiler = house.boiler
    law = law_of(snapshot)
    rooms = {
        id_: _law_room(snapshot, view, view.temperature, law)
        for id_, view in house.rooms.items()
        if view.may_be_regulated and view.temperature is not None
    }
    return LawInput(
        now=house.now,
        rooms=rooms,
        call=house.memory.call,
        memory=together(house.memory, snapshot.last(topics.HOUSE_LEARNED), law),
        last_tick=house.memory.tick_at,
        numbers=snapshot.wiring.regulator,
        zone=snapshot.zone,
        minimum_power_w=snapshot.wiring.boiler.minimum_power_w,
        flame=boiler.flame,
        hot_water=boiler.hot_water,
        flow=boiler.flow_temperature,
        outside=house.outside,
    )


def _law_room(snapshot: Snapshot, view: RoomState, temperature: float, law: Law) -> LawRoom:
    """A room as the law sees it; the same as at the last decision where nothing is known anew of it."""
    if snapshot.decision is not None and snapshot.decision.house.rooms.get(view.id) is view:
        before: LawRoom = snapshot.decision.given.rooms[view.id]
        return before
    return LawRoom(
        temperature=temperature,
        setpoint=view.effective.setpoint,
        power_w=view.power_w,
        confirmed_w=view.confirmed_w,
        hysteresis=view.wiring.hysteresis,
        memory=together(view.memory, snapshot.last(topics.ROOM_LEARNED, view.id), law),
        told_open=view.told_open,
        coming=coming(snapshot, view.id, view.effective),
        measured_at=view.measured_at,
        has_contact=view.window is not None,
        is_scheduled=view.effective.rule == "schedule",
    )
