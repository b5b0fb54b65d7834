"""The air of a room: what its thermometers say together, and how far that can be relied on.

The temperature is the mean of the thermometers that count; where none does it is the newest reading, with a word for
how stale that is.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from statistics import fmean
from typing import NamedTuple

from house import messages, topics
from house.fields import END_OF_INSTANTS, Staleness
from house.messages import SensorMemory
from house.settings import Safety
from house.wall_time import MINUTE
from regulator import thermometers
from regulator.clocks import by_our_clock
from regulator.snapshot import Snapshot
from regulator.thermometers import Thermometer

FROST_HYSTERESIS = 0.5  # K
FROST_CONFIRMED_AFTER = timedelta(minutes=2)

_NO_SENSOR = SensorMemory()


class Temperature(NamedTuple):
    """How warm a room is, °C, when that was measured, and how far it can be relied on."""

    value: float | None
    measured_at: datetime | None
    staleness: Staleness
    frozen_since: datetime | None = None


class Air(NamedTuple):
    """How warm and how humid a room is, °C and %, what is known of each thermometer, and what to see to."""

    temperature: Temperature
    humidity: float | None
    sensors: dict[str, SensorMemory]
    complaints: tuple[str, ...]
    same_until: datetime
    """Until when all of this stays so if none of them speaks."""


def air_of(snapshot: Snapshot, room_id: str, known: Mapping[str, SensorMemory], frost: float) -> Air:
    """The air of a room whose thermometers were `known` so; below `frost`, °C, none is taken for frozen."""
    assert snapshot.now is not None
    limits, now = snapshot.wiring.safety, snapshot.now
    readings = snapshot.all(topics.ROOM_TEMPERATURE, room_id)
    humidities = snapshot.all(topics.ROOM_HUMIDITY, room_id)
    sensors = _sensors(snapshot, room_id, readings, humidities, known)
    judged = {address: thermometers.judge(one, limits, now, frost) for address, one in sensors.items()}
    complaints = thermometers.complaints(judged, snapshot.wiring.rooms[room_id].thermometers, limits)
    humidity, humid_until = _humidity(humidities, sensors, limits, now)
    until = [thermometers.same_until(one, readings[address], limits, now) for address, one in judged.items()]
    return Air(_temperature(judged.values(), limits), humidity, sensors, complaints, min([humid_until, *until]))


def _sensors(
    snapshot: Snapshot,
    room_id: str,
    readings: Mapping[str, messages.RoomTemperature],
    humidities: Mapping[str, messages.Humidity],
    known: Mapping[str, SensorMemory],
) -> dict[str, SensorMemory]:
    """What is known of each thermometer after what it said last."""
    assert snapshot.now is not None
    sensors = {}
    for address in sorted(readings):
        kept, live = readings[address], snapshot.live(topics.ROOM_TEMPERATURE, room_id, address)
        after, humidity = known.get(address), humidities.get(address)
        is_new = after is None or after.at is None
        beside = thermometers.beside(readings.keys() - {address}, known, snapshot.now) if is_new else None
        after = thermometers.after(after, kept, humidity, snapshot.now, is_live=live is kept, beside=beside)
        if live is not None and live is not kept:  # older than what is known
            after = thermometers.after(after, live, humidity, snapshot.now, is_live=True, beside=beside)
        if after is not None:
            sensors[address] = after
    return sensors


def _temperature(judged: Iterable[Thermometer], limits: Safety) -> Temperature:
    read = [one for one in judged if one.age is not None]
    if not read:
        return Temperature(None, None, "lost")
    # Two may be equally new: the value decides then, since the order of arrival is forgotten at a restart.
    newest = max(read, key=lambda one: (one.memory.at, one.memory.value)) if len(read) > 1 else read[0]
    counting = [one.memory.value for one in read if one.counts and one.memory.value is not None]
    if counting:
        return Temperature(_mean(counting), newest.memory.at, "fresh")
    frozen = min([one.frozen_since for one in read if one.is_fresh and one.frozen_since], default=None)
    is_old = frozen is None and not newest.is_fresh
    staleness = _staleness(newest.age or timedelta(0), limits) if is_old else "stale"
    return Temperature(newest.memory.value, newest.memory.at, staleness, frozen)


def _mean(values: list[float]) -> float:
    """In hundredths, which is more than sensors tell."""
    return round(fmean(values) if len(values) > 1 else values[0], 2)


def _staleness(age: timedelta, safety: Safety) -> Staleness:
    minutes = age / MINUTE
    if minutes <= safety.alert_after_min:
        return "stale"
    return "alert" if minutes <= safety.lost_after_min else "lost"


def _humidity(
    said: Mapping[str, messages.Humidity], sensors: Mapping[str, SensorMemory], limits: Safety, now: datetime
) -> tuple[float | None, datetime]:
    """The mean of the humidities that are fresh, and until when they are."""
    fresh, until = [], END_OF_INSTANTS
    for address, humidity in said.items():
        sensor = sensors.get(address, _NO_SENSOR)
        if humidity.measured_at is None:
            continue
        at = by_our_clock(humidity.measured_at, sensor.clock, now)
        is_old_after = at + thermometers.fresh_for(sensor, limits) if at is not None else None
        if is_old_after is None:  # it is still to come
            until = now
        elif now <= is_old_after:
            until = min(until, is_old_after)
            fresh.append(humidity.value)
    return _mean(fresh) if fresh else None, until


def frost_of(before: messages.FrostMemory | None, air: Temperature, frost: float) -> messages.FrostMemory | None:
    """Frost is believed from two readings that are some minutes apart, and is over half a degree above its limit."""
    if air.staleness != "fresh" or air.value is None or air.measured_at is None:
        return None
    is_on = before is not None and before.on
    if air.value >= (frost + FROST_HYSTERESIS if is_on else frost):
        return None
    if before is None or before.since > air.measured_at:
        return messages.FrostMemory(since=air.measured_at)
    if not before.on and air.measured_at - before.since >= FROST_CONFIRMED_AFTER:
        return messages.FrostMemory(since=before.since, on=True)
    return before
