"""A thermometer that still speaks but says the same for hours is frozen: no room stands still to a tenth for so long.

Temperature and humidity of all the room's thermometers are compared with what they were, for an hour at a time: that is
little to remember and seldom changes. An hour in which the regulator was away tells nothing.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from house import messages

FROZEN_HOURS = 6
LONGEST_HOURS = 10_000  # more is damage
HOUR = timedelta(hours=1)
AWAY = timedelta(minutes=80)


def steady(
    temperatures: Mapping[str, messages.Temperature],
    humidities: Mapping[str, messages.Humidity],
    before: messages.SteadyMemory | None,
    now: datetime,
) -> messages.SteadyMemory | None:
    """For how long the thermometers have said the same; None where none is heard, or none tells the humidity too:
    the temperature alone may stand still for hours in a room that nobody heats.
    """
    if not temperatures or not humidities:
        return None
    said = (
        *(temperatures[sensor].value for sensor in sorted(temperatures)),
        *(humidities[sensor].value for sensor in sorted(humidities)),
    )
    if before is None or not timedelta(0) <= now - before.at <= AWAY:
        return messages.SteadyMemory(said=said, at=now)
    varied = before.varied or said != before.said
    if now - before.at >= HOUR:
        return messages.SteadyMemory(said=said, at=now, hours=0 if varied else before.hours + 1)
    return before if varied is before.varied else before.model_copy(update={"varied": True})


def frozen_since(steady: messages.SteadyMemory | None) -> datetime | None:
    """Since when the thermometers are frozen, if they are."""
    if steady is None or steady.varied or not FROZEN_HOURS <= steady.hours <= LONGEST_HOURS:
        return None
    return steady.at - steady.hours * HOUR
