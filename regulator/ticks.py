"""The time, as ticks tell it: a leap is not believed at once, a clock that does not know the time counts minutes, and
once a clock was set, what was wished for a duration ends as much later.
"""

from datetime import datetime, timedelta
from typing import Any

from house import messages, topics
from house.fields import END_OF_INSTANTS, FIRST_INSTANT
from house.wall_time import MINUTE
from regulator.snapshot import AHEAD, NO_TIME, Snapshot, dated, instant_of, with_changes

CLOCK_SLACK = timedelta(minutes=2)  # ticks of two clocks may overtake each other; more than that is a clock set back
LARGEST_STEP = timedelta(minutes=15)  # a tick that is further ahead is not believed at once
TICKS_TO_AGREE = 2


def tick_heard(snapshot: Snapshot, tick: messages.Message) -> Snapshot:
    assert isinstance(tick, messages.Tick)
    now, at = snapshot.now, tick.at
    if at is None:
        return _at(snapshot._replace(doubt=None, is_clockless=True, observed={}), (now or NO_TIME) + MINUTE)
    if now is None or snapshot.is_clockless:
        return _clock_set(_at(snapshot._replace(doubt=None, is_clockless=False, observed={}), at), now, at)
    if timedelta(0) <= now - at <= CLOCK_SLACK:
        return snapshot
    if timedelta(0) < at - now <= LARGEST_STEP:
        return _at(snapshot._replace(doubt=None), at)
    if at > now and not _is_witnessed(snapshot, at):
        doubt = _doubt(snapshot.doubt, at)
        if doubt.agreed < TICKS_TO_AGREE:
            return _at(snapshot._replace(doubt=doubt), now + MINUTE)
    return _clock_set(_at(snapshot._replace(doubt=None), at), now, at)


def _at(snapshot: Snapshot, now: datetime) -> Snapshot:
    """The snapshot at another time; what arrived before the first tick and had no date was measured now."""
    waiting = [(name, dated(message, now, None)) for name, message in snapshot.undated.items()]
    known = with_changes(snapshot, waiting) if waiting else snapshot
    arrived = {**snapshot.arrived, **dict(waiting)}
    known = known._replace(now=now, ticked=True, undated={}, arrived=arrived)
    if snapshot.now is None or now < snapshot.now:
        return known._replace(observed={}, decision=None)
    return known._replace(observed={id_: view for id_, view in known.observed.items() if now < view.same_until})


def _doubt(before: messages.TickDoubt | None, at: datetime) -> messages.TickDoubt:
    agrees = before is not None and timedelta(0) < at - before.at <= AHEAD
    return messages.TickDoubt(at=at, agreed=before.agreed + 1 if before is not None and agrees else 0)


def _is_witnessed(snapshot: Snapshot, at: datetime) -> bool:
    """Whether a reading or report is dated so too: another clock that says the same."""
    dates = (
        instant_of(message)
        for topic in (topics.ROOM_TEMPERATURE, topics.VALVE_STATUS)
        for by_sensor in snapshot.heard.get(topic, {}).values()
        for message in by_sensor.values()
    )
    return any(one is not None and abs(one - at) <= CLOCK_SLACK for one in dates)


def _clock_set(snapshot: Snapshot, before: datetime | None, now: datetime) -> Snapshot:
    """The snapshot after the clock was set: what was wished for a duration ends as much later (or earlier)."""
    if before is None:
        return snapshot
    shift = now - before - MINUTE
    changes: list[tuple[topics.Name, messages.Message | None]] = []
    for room_id in snapshot.wiring.rooms:
        settings = snapshot.last(topics.ROOM_SETTINGS, room_id)
        if settings is not None and settings.durations:
            changes.append((topics.Name(topics.ROOM_SETTINGS, (room_id,)), _shifted(settings, shift)))
        memory = snapshot.last(topics.ROOM_MEMORY, room_id)
        if memory is not None:
            changes.append((topics.Name(topics.ROOM_MEMORY, (room_id,)), _clocks_right(memory, shift, now)))
    house = snapshot.last(topics.HOUSE_SETTINGS)
    if house is not None and house.away is not None and house.away.duration and house.away.until is not None:
        away = house.away.but(until=_moved(house.away.until, shift))
        changes.append((topics.Name(topics.HOUSE_SETTINGS), house.but(away=away)))
    return with_changes(snapshot, changes)


def _shifted(settings: messages.RoomSettings, shift: timedelta) -> messages.RoomSettings:
    changes: dict[str, Any] = {}
    if "boost" in settings.durations and settings.boost_until is not None:
        changes["boost_until"] = _moved(settings.boost_until, shift)
    if "preset" in settings.durations and settings.preset_until is not None:
        changes["preset_until"] = _moved(settings.preset_until, shift)
    override = settings.override
    if "override" in settings.durations and override is not None and override.until is not None:
        changes["override"] = override.but(until=_moved(override.until, shift))
    return settings.but(**changes)


def _moved(until: datetime, shift: timedelta) -> datetime:
    return min(max(until + shift, FIRST_INSTANT), END_OF_INSTANTS - MINUTE)


def _clocks_right(memory: messages.RoomMemory, shift: timedelta, now: datetime) -> messages.RoomMemory:
    """How far the clocks of the thermometers are off once the house's own has been set."""
    sensors = {address: _clock_right(sensor, shift, now) for address, sensor in memory.sensors.items()}
    valves = {address: valve.but(clock=_ahead(valve.clock, shift)) for address, valve in memory.valves.items()}
    return memory.but(sensors=sensors, valves=valves)


def _ahead(clock: messages.ClockMemory | None, shift: timedelta) -> messages.ClockMemory | None:
    """What remains of a device's error; None if it was the house's."""
    if clock is None or not clock.ahead_s:
        return None
    ahead = timedelta(seconds=clock.ahead_s) - shift
    is_wrong = ahead > AHEAD or (clock.ahead_s < 0 and ahead < -AHEAD)
    return messages.ClockMemory(ahead_s=ahead.total_seconds()) if is_wrong else None


def _clock_right(sensor: messages.SensorMemory, shift: timedelta, now: datetime) -> messages.SensorMemory:
    clock = _ahead(sensor.clock, shift)
    if clock is not None or sensor.clock is None:
        return sensor if clock == sensor.clock else sensor.but(clock=clock)
    at = min(sensor.said_at, now) if sensor.said_at is not None and sensor.doubt is None else sensor.at
    return sensor.but(clock=None, at=at if sensor.clock.ahead_s else sensor.at)
