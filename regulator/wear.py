"""The law's demands as targets for valves, which are spared: a motor has some thousands of moves in it."""

from regulator.decision import RoomTarget, RoomTargets
from regulator.laws.interface import LawOutput, RoomDemand
from regulator.room import HouseState, RoomState
from regulator.valves import open_fully, shut

NECESSARY_K = 1.0  # so far from its setpoint a room's valves move whatever was moved before


def targets(asked: LawOutput, house: HouseState) -> RoomTargets:
    """Every room's target by the law; valves that have moved too often today stay as they are."""
    moves = house.settings.regulator.moves_per_day
    return {id_: room_target(room, asked.rooms.get(id_), moves) for id_, room in house.rooms.items()}


def room_target(view: RoomState, verdict: RoomDemand | None, moves_per_day: int) -> RoomTarget:
    """The room's target by the law; where the law may not decide it is shut, and the safety rules say what happens.

    Once its valves have moved `moves_per_day` times they stay as they are unless the room is far from its setpoint.
    """
    setpoint = view.effective.setpoint
    if verdict is None:
        return RoomTarget(shut(setpoint), 0, view.effective.rule, "not regulated")
    target, reason = (open_fully(setpoint) if verdict.open else shut(setpoint)), verdict.reason
    would_move = verdict.open is not view.told_open and not view.regulates_itself
    if would_move and view.moves >= moves_per_day and not _is_far_off(view, verdict):
        target = open_fully(setpoint) if view.told_open else shut(setpoint)
        reason = f"{reason}; spares its valve, which has moved {view.moves} times today"
    return RoomTarget(target, verdict.demand, verdict.rule or view.effective.rule, reason)


def _is_far_off(view: RoomState, verdict: RoomDemand) -> bool:
    """From its setpoint or, where the law opens it, from the next one: it may be warming up for that."""
    if view.temperature is None:
        return False
    setpoint, following = view.effective.setpoint, view.effective.scheduled
    warming_up = verdict.open and following is not None and following.next_setpoint - view.temperature >= NECESSARY_K
    return warming_up or abs(view.temperature - setpoint) >= NECESSARY_K
