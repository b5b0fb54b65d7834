"""Which rooms need heat, and why: the law's verdict for each room, turned into a wish for its valves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from house.messages import HouseMemory
from regulator.laws import Law, LawHouse, LawRoom, RoomVerdict, Verdict, hysteresis
from regulator.valves import Target, open_fully, shut
from regulator.view import RoomView

LAWS: Mapping[str, Law] = {"hysteresis": hysteresis.decide}


@dataclass(frozen=True, slots=True)
class Want:
    """What a room's valves should do; None leaves them alone. `rule` is one word, `reason` a sentence."""

    target: Target | None
    demand: int
    rule: str
    reason: str
    alert: str | None = None

    @property
    def is_open(self) -> bool:
        return self.target is not None and self.target.opening == 100


def may_be_regulated(view: RoomView) -> bool:
    """Whether the law may decide on the room at all."""
    paused = view.window is not None and view.window.paused
    return view.staleness == "fresh" and view.settings.mode != "bypass" and not paused


def ask_law(name: str, views: Mapping[str, RoomView], memory: HouseMemory, now: datetime) -> Verdict:
    """The verdict of the law on all rooms that it may decide on."""
    rooms = {
        id_: LawRoom(
            temperature=view.temperature,
            setpoint=view.effective.setpoint,
            power_w=view.power_w,
            confirmed_w=view.confirmed_w,
            hysteresis=view.wiring.hysteresis,
            memory=view.memory.law,
        )
        for id_, view in views.items()
        if may_be_regulated(view) and view.temperature is not None
    }
    return LAWS[name](LawHouse(now, rooms, memory.call, memory.law))


def want(view: RoomView, verdict: RoomVerdict | None) -> Want:
    """The room's wish by the law; without a verdict it wishes nothing, and the safety rules say what happens."""
    setpoint = view.effective.setpoint
    if verdict is None:
        return Want(shut(setpoint), 0, view.effective.rule, "not regulated")
    target = open_fully(setpoint) if verdict.open else shut(setpoint)
    return Want(target, verdict.demand, view.effective.rule, verdict.reason)
