"""A thermometer that still speaks but says the same for hours is frozen: no room stands still to a tenth for so long.

Its temperature and humidity are compared with what they were, for an hour at a time: that is little to remember and
seldom changes. An hour in which the regulator was away tells nothing. Whether a thermometer tells tenths at all is
judged by whoever asks: whole degrees may well stand still.
"""

from datetime import datetime, timedelta

from house import messages

FROZEN_HOURS = 6
LONGEST_HOURS = 10_000  # more is damage
HOUR = timedelta(hours=1)
AWAY = timedelta(minutes=80)


def steady(said: tuple[float, ...], before: messages.SteadyMemory | None, now: datetime) -> messages.SteadyMemory:
    """For how long a thermometer has said the same temperature and humidity: the temperature alone may stand still for
    hours in a room that nobody heats.
    """
    if before is None or not timedelta(0) <= now - before.at <= AWAY:
        return messages.SteadyMemory(said=said, at=now)
    varied = before.varied or said != before.said
    if now - before.at >= HOUR:
        return messages.SteadyMemory(said=said, at=now, hours=0 if varied else before.hours + 1)
    return before if varied is before.varied else before.but(varied=True)


def frozen_since(steady: messages.SteadyMemory | None) -> datetime | None:
    """Since when the thermometer is frozen, if it is."""
    if steady is None or steady.varied or not FROZEN_HOURS <= steady.hours <= LONGEST_HOURS:
        return None
    return steady.at - steady.hours * HOUR
