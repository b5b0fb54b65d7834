"""What a room's size is worth: warmth counts for each room alike, and costs gas by the power of its radiators.

So a small room is held closer to its setpoint than a large one and is filled further before it is shut: a kelvin of it
costs little gas, and it then seldom wakes the boiler. The large rooms pay by being held a little lower.
"""

from typing import NamedTuple

from house.settings.laws import Doses
from regulator.laws.interface import LawInput

SMALLEST, LARGEST = 1 / 3, 3.0
MOST_OF_ITS_TIME = 0.5


class Slack(NamedTuple):
    """For what part of its time a room may be well below its setpoint, by day and in setback, and how many nominal
    minutes of radiator it must have to spare to be shut during a burn: no less than one that opens for company has.
    """

    comfort: float
    setback: float
    spare: float


def usual_power_w(house: LawInput) -> float:
    """The mean power of the radiators of the rooms that the law may decide on."""
    return sum(room.power_w for room in house.rooms.values()) / len(house.rooms) if house.rooms else 0.0


def slack(power_w: float, usual_w: float, numbers: Doses) -> Slack:
    """The slack of a room with so much power in a house whose rooms have `usual_w` on average."""
    size = min(LARGEST, max(SMALLEST, power_w / usual_w)) if usual_w > 0 else 1.0
    held, filled = size**numbers.held_by_size, size**numbers.filled_by_size
    return Slack(
        min(MOST_OF_ITS_TIME, numbers.well_below_fraction * held),
        min(MOST_OF_ITS_TIME, numbers.well_below_setback_fraction * held),
        max(numbers.company, numbers.spare / filled),
    )
