"""What a room's size is worth: warmth counts for each room alike, and costs gas by the power of its radiators.

So a small room is held closer to its setpoint than a large one and is filled further before it is shut: a kelvin of it
costs little gas, and it then seldom wakes the boiler. The large rooms pay by being held a little lower.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from house.settings.laws import Doses
from regulator.laws.interface import LawInput

SMALLEST, LARGEST = 1 / 3, 3.0
MOST_OF_ITS_TIME = 0.5


class Slack(NamedTuple):
    """For what part of the time in which it matters a room may be `well_below` its setpoint, and how many nominal
    minutes of radiator it must have to spare to be shut during a burn: no less than one that opens for company has.
    """

    well_below: float
    spare: float


class Sizes(NamedTuple):
    """The powers of the radiators of the rooms that the law may decide on, W, their sum, and the slack of each power.

    The same value goes from decision to decision while neither a room's power nor the settings are others.
    """

    powers: tuple[float, ...] = ()
    numbers: Doses | None = None
    total_w: float = 0.0
    slacks: Mapping[float, Slack] = MappingProxyType({})


def sizes(house: LawInput, numbers: Doses, before: Sizes) -> Sizes:
    """The sizes of the rooms; those of `before` where they are the same."""
    powers = tuple([room.power_w for room in house.rooms.values()])
    if powers == before.powers and numbers is before.numbers:
        return before
    total_w = float(sum(powers))
    usual_w = total_w / len(powers) if powers else 0.0
    return Sizes(powers, numbers, total_w, {power_w: slack(power_w, usual_w, numbers) for power_w in powers})


def slack(power_w: float, usual_w: float, numbers: Doses) -> Slack:
    """The slack of a room with so much power in a house whose rooms have `usual_w` on average."""
    size = min(LARGEST, max(SMALLEST, power_w / usual_w)) if usual_w > 0 else 1.0
    held, filled = size**numbers.held_by_size, size**numbers.filled_by_size
    well_below = min(MOST_OF_ITS_TIME, numbers.well_below_fraction * held)
    return Slack(well_below, max(numbers.company, numbers.spare / filled))
