"""What is decided at one instant: a target for each room's valves and one for the boiler, each with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from regulator.laws.interface import LawInput, LawOutput, Memory
from regulator.room import HouseState
from regulator.valves import ValveTarget


class RoomTarget(NamedTuple):
    """What a room's valves should do; None leaves them alone. `rule` is one word, `reason` a sentence."""

    target: ValveTarget | None
    demand: int
    rule: str
    reason: str
    alert: str | None = None

    @property
    def is_open(self) -> bool:
        return self.target is not None and self.target.opening == 100


class BoilerTarget(NamedTuple):
    """Whether the boiler is called, and why or why not."""

    call: bool
    reason: str


RoomTargets = Mapping[str, RoomTarget]


@dataclass(frozen=True, slots=True)
class Decision:
    """All targets for the house as it was observed, and what the control law was given and answered: how warm the
    water should be, say.
    """

    house: HouseState
    given: LawInput
    rooms: RoomTargets
    boiler: BoilerTarget
    law: LawOutput
    remembered: Mapping[str, Memory]
    """What the law remembers of every room from now on, and under no name of the house."""
