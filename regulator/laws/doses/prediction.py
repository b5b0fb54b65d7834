"""How a room will go on: with its valves shut, or heated all the time."""

from typing import NamedTuple

from regulator.laws.doses.memory import Lessons
from regulator.laws.doses.observer import EXCHANGE, LOSS, WALLS_MIN, Belief
from regulator.laws.doses.radiator import CELL_J_PER_K, conductance

STEP_MIN = 5.0
DELAY_MIN = 12.0  # until what is fed now is felt
RADIATOR_MIN = 12.0  # a radiator's lag
LAG_MIN = RADIATOR_MIN + STEP_MIN
SOON_MIN = 15.0
STEPS = tuple(STEP_MIN * step for step in range(1, 25))  # the longest horizon that can be set has so many
FADED = 1.0 - (EXCHANGE + LOSS) * STEP_MIN  # of what was fed, a step later
STAYS_WARM, STAYS_COLD = 0.85, 0.6  # of an unusual disturbance, a step later: people and sun stay longer than a window


class Later(NamedTuple):
    """Another aim, °C, from so many minutes on."""

    minutes: float
    aim: float


class Aims(NamedTuple):
    """What a room should not fall below, °C: in the long run, and in a quarter of an hour; and another from later on.

    A room is held low so that the next burn finds it near its setpoint. Where it falls slowly, because sun or people
    are there, it would stay as low as that; the second aim forbids it.
    """

    long: float
    soon: float
    later: Later


class Outlook(NamedTuple):
    """What becomes of a room whose valves are shut: the air in a quarter of an hour, °C, and the dose that it needs.

    The dose is the nominal minutes of radiator that keep it above its aims; negative: so many it can spare. `is_soon`:
    it is what happens in the next quarter of an hour that decides.
    """

    soon: float
    dose: float
    is_soon: bool


def outlook(belief: Belief, lessons: Lessons, outside: float, horizon_min: float, aims: Aims) -> Outlook:
    """The next `horizon_min` minutes: what usually disturbs the room goes on, what is unusual fades."""
    air, walls, near, far, gain = belief.air, belief.walls, belief.near, belief.far, lessons.gain
    drift, unusual, stays = _disturbed(belief, lessons, outside)
    kept_near = 1.0 / (1.0 + STEP_MIN * 60.0 * conductance(near, air) / CELL_J_PER_K)
    kept_far = 1.0 / (1.0 + STEP_MIN * 60.0 * conductance(far, air) / CELL_J_PER_K)
    gives = gain * CELL_J_PER_K / 60.0  # kelvin of the room per kelvin that a cell loses
    near, far = near - air, far - air
    most, most_at, soon, reach = -1e9, 0.0, air, gain
    long, soon_aim, (later_from, later_aim) = aims
    for minutes in STEPS:
        if minutes > horizon_min:
            break
        cooler_near, cooler_far = near * kept_near, far * kept_far
        given = gives * (near - cooler_near + far - cooler_far)
        near, far = cooler_near, cooler_far
        air += given + STEP_MIN * (drift + unusual - EXCHANGE * (air - walls) - LOSS * air)
        unusual *= stays
        walls += (air - walls) * STEP_MIN / WALLS_MIN
        if minutes < DELAY_MIN:
            continue
        aim = long
        if minutes <= SOON_MIN:
            aim, soon = soon_aim, air
        needed = ((aim if minutes <= later_from else later_aim) - air) / reach
        reach *= FADED
        if needed > most:
            most, most_at = needed, minutes
    return Outlook(soon, most, most_at <= SOON_MIN < later_from and soon_aim > long)


def minutes_until(
    belief: Belief, lessons: Lessons, outside: float, enough: float, power: float, at_most: float
) -> float:
    """How long the room takes to be warm enough (°C) while it is heated with so much of nominal power.

    Where that lasts longer than `at_most` it is `at_most`. What usually disturbs goes on: most of it is what the model
    is always wrong by in this room, and a room of which that were forgotten would begin an hour early.
    """
    air, walls, minutes, gain = belief.air, belief.walls, 0.0, lessons.gain
    drift, unusual, stays = _disturbed(belief, lessons, outside)
    near, far = belief.near, belief.far
    output = conductance(near, air) * (near - air) + conductance(far, air) * (far - air)
    while air < enough and minutes < at_most:
        output += (power - output) * STEP_MIN / LAG_MIN
        rate = gain * output - EXCHANGE * (air - walls) - LOSS * air + drift + unusual
        air += STEP_MIN * rate
        unusual *= stays
        walls += (air - walls) * STEP_MIN / WALLS_MIN
        minutes += STEP_MIN
        if air > enough:
            minutes -= (air - enough) / rate
    return min(minutes, at_most)


def _disturbed(belief: Belief, lessons: Lessons, outside: float) -> tuple[float, float, float]:
    """What warms the air beside its radiators, K/min: always (with what `outside` °C gives), and unusually; and what
    part of the latter is left a step later.
    """
    usual = lessons.disturbance / 60.0
    unusual = belief.disturbance - usual
    return LOSS * outside + usual, unusual, STAYS_WARM if unusual > 0.0 else STAYS_COLD
