"""What the law believes of a room between and behind its readings: air, walls, thermometer, and what disturbs.

A model with two masses runs along with the room; each reading pulls it. What the model cannot explain (sun, people, a
window, its own errors) gathers in one `disturbance`, K/min: that is the law's feel for a room, and the most valuable
number it has. What it usually is in a room is learned and expected to go on; the rest fades. The heat that a nominal
minute of radiator brings, `gain`, is learned only from what is unusual of a room, lest an offset be taken for it.
"""

from typing import NamedTuple

from regulator.laws.doses.radiator import heated

EXCHANGE = 0.022  # of the difference between air and walls, per minute
LOSS = 0.004  # of the difference between air and outside, per minute
WALLS_MIN = 360.0
THERMOMETER_MIN = 5.0
USUAL_MIN = 60.0
LEARNS_USUAL_MIN = 2880.0  # two days
LARGEST_SURPRISE_K = 3.0
LARGEST_DISTURBANCE = 0.3
PULL_THERMOMETER, PULL_AIR, PULL_DISTURBANCE, PULL_GAIN = 0.2, 0.5, 0.018, 0.0015
FIRST_GAIN, LEAST_GAIN, MOST_GAIN = 0.20, 0.08, 0.5
LONGEST_GAP_MIN = 30
UNKNOWN_OUTSIDE = 7.0


class Belief(NamedTuple):
    """Air, walls and thermometer °C; disturbance K/min; the radiators' two cells near and far from the valve, °C; how
    much they gave lately and usually.

    `read_at` is when the last reading was taken, seconds since 1970.
    """

    air: float
    walls: float
    thermometer: float
    disturbance: float
    near: float
    far: float
    given: float
    usually_given: float
    read_at: int


def first_belief(reading: float, read_at: int, usual: float = 0.0) -> Belief:
    """Of a room that is heard of for the first time, or again after long: disturbed as usual, K/h."""
    return Belief(reading, reading, reading, round(usual / 60.0, 5), reading, reading, 0.0, 0.0, read_at)


def passed(belief: Belief, gain: float, outside: float, inlet: float, flow: float) -> Belief:
    """The belief a minute later."""
    air, walls, thermometer, disturbance, near, far, given, usual, read_at = belief
    near, far, output = heated(near, far, air, inlet, flow)
    air += gain * output - EXCHANGE * (air - walls) - LOSS * (air - outside) + disturbance
    walls += (air - walls) / WALLS_MIN
    thermometer += (air - thermometer) / THERMOMETER_MIN
    usual += (given - usual) / USUAL_MIN
    given += EXCHANGE * (output - given)
    return Belief(air, walls, thermometer, disturbance, near, far, given, usual, read_at)


def corrected(belief: Belief, reading: float, read_at: int) -> tuple[Belief, float]:
    """The belief after a reading, as it is remembered, and by how much that says that a nominal minute brings more than
    was thought, K.
    """
    air, walls, thermometer, disturbance, near, far, given, usual, _ = belief
    surprise = _within(LARGEST_SURPRISE_K, reading - thermometer)
    air += PULL_AIR * surprise
    thermometer += PULL_THERMOMETER * surprise
    disturbance = _within(LARGEST_DISTURBANCE, disturbance + PULL_DISTURBANCE * surprise)
    following = as_remembered(air, walls, thermometer, disturbance, near, far, given, usual, read_at)
    return following, PULL_GAIN * surprise * (given - usual)


def usual_lesson(belief: Belief, usual: float, minutes: int) -> float:
    """By how much what usually disturbs the room, K/h, is to be thought otherwise after so many minutes."""
    return (60.0 * belief.disturbance - usual) * minutes / LEARNS_USUAL_MIN


def _within(most: float, value: float) -> float:
    return value if -most <= value <= most else most if value > 0.0 else -most


def as_remembered(
    air: float,
    walls: float,
    thermometer: float,
    disturbance: float,
    near: float,
    far: float,
    given: float,
    usual: float,
    read_at: int,
) -> Belief:
    """A belief in as many digits as are kept: a regulator that starts anew goes on as one that never stopped."""
    return Belief(
        round(air, 3),
        round(walls, 3),
        round(thermometer, 3),
        round(disturbance, 5),
        round(near, 2),
        round(far, 2),
        round(given, 4),
        round(usual, 4),
        read_at,
    )
