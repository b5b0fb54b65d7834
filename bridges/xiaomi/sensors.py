"""From what a thermometer sends to what the house hears: one pure step for each advertisement.

BlueZ calls back on any change of a device, with the last service data it knows; so a callback proves nothing, and a
measurement is new only if its bytes (a counter among them) are. A device that sends several formats is read by the
first of `SERVICE_UUIDS`, for as long as that one goes on. What cannot be believed (damaged, replayed, a leap of more
than 5 K a minute) is counted and told once an hour; a leap that lasts is believed as soon as it is slow enough.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bridges.xiaomi.protocol import SERVICE_UUIDS, SILENT_AFTER, Measurement, decode
from house import topics
from house.errors import PayloadError
from house.messages import Humidity, RoomTemperature, SensorStatus, Window
from house.settings import Settings

FASTEST_K_PER_MIN = 5.0
STATUS_EVERY = timedelta(minutes=5)
COMPLAIN_EVERY = timedelta(hours=1)
LOW_BATTERY_PERCENT, LOW_BATTERY_V = 10, 2.4
BATTERY_CHANGED_BELOW = 100
"""An encryption counter that falls below this comes from a device with a new battery, not from a replay."""
BEGUN_AGAIN_FRAMES, BEGUN_AGAIN_AFTER = 10, timedelta(seconds=60)
"""A counter that rises for so many frames under the right key, over so long, has begun again: nobody replays that."""


@dataclass(frozen=True, slots=True)
class Advertisement:
    """What the radio heard: 12 hex digits of address, service data by UUID, signal in dBm."""

    address: str
    service_data: Mapping[str, bytes]
    at: datetime
    rssi: float | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device stands and what it is there for; the calibration, K, is added to what it says."""

    room: str
    thermometer: bool = False
    contact: bool = False
    calibration: float = 0.0
    key: bytes | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What must be remembered of one device between two advertisements.

    `frames` are the last bytes of each service and kind of frame; `fresh_at` tells when each format last said something
    new, `refused` how many frames were not believed.
    """

    frames: Mapping[tuple[str, tuple[bool, ...]], bytes] = field(default_factory=dict)
    last_bytes: Mapping[str, bytes] = field(default_factory=dict)
    fresh_at: Mapping[str, datetime] = field(default_factory=dict)
    encryption_counter: int | None = None
    kinds: frozenset[tuple[bool, ...]] = frozenset()
    """The kinds of frames that came with this counter: a device may spread one measurement over several."""
    lower: tuple[int, int, datetime] | None = None
    """Frames with rising counters that are lower than believed: how many, the last counter, and since when."""
    temperature: tuple[datetime, float] | None = None
    battery: int | None = None
    voltage: float | None = None
    battery_low: bool = False
    status_at: datetime | None = None
    refused: int = 0
    complained_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from one advertisement: things to say on the broker, and to a person in the log."""

    publications: tuple[topics.Publication, ...] = ()
    warnings: tuple[str, ...] = ()


def places(settings: Settings, keys: Mapping[str, bytes]) -> dict[str, Place]:
    """The thermometers and contacts that no node hears, by address, each with its key where it has one."""
    found: dict[str, Place] = {}
    for room_id, room in settings.rooms.items():
        for sensor in room.sensors:
            key = keys.get(sensor.address)
            found[sensor.address] = Place(room_id, thermometer=True, calibration=sensor.calibration, key=key)
        for address in room.windows:
            place = found.get(address, Place(room_id, key=keys.get(address)))
            found[address] = replace(place, contact=True)
    return {address: place for address, place in found.items() if address not in settings.nodes_by_device}


def step(memory: Memory, place: Place, heard: Advertisement) -> tuple[Memory, Outcome]:
    """Take in one advertisement of a known device."""
    publications: list[topics.Publication] = []
    warnings: list[str] = []
    for uuid in SERVICE_UUIDS:
        data = heard.service_data.get(uuid)
        if data is None or memory.last_bytes.get(uuid) == data:
            continue
        memory = replace(memory, last_bytes={**memory.last_bytes, uuid: data})
        try:
            measurement = decode(heard.address, uuid, data, place.key)
            if measurement is None or not _is_new(memory, uuid, measurement, data):
                continue
            memory, told = _with_counter(memory, measurement, heard.address, heard.at)
            warnings += told
            memory = _believe(memory, uuid, measurement, data, heard.at)
        except PayloadError as error:
            memory, told = _refuse(memory, str(error), heard.at)
            warnings += told
            continue
        if _is_outranked(memory, measurement.format, heard.at):
            continue
        memory, said, told = _take_in(memory, place, heard, measurement)
        publications += said
        warnings += told
    return memory, Outcome(tuple(publications), tuple(warnings))


def _kind(measurement: Measurement) -> tuple[bool, ...]:
    """Some devices spread a measurement over frames of several kinds, in turn and with the same counter."""
    values = (measurement.temperature, measurement.humidity, measurement.battery, measurement.voltage)
    return tuple(value is not None for value in (*values, measurement.window_open))


def _is_new(memory: Memory, uuid: str, measurement: Measurement, data: bytes) -> bool:
    return memory.frames.get((uuid, _kind(measurement))) != data


def _with_counter(
    memory: Memory, measurement: Measurement, address: str, at: datetime
) -> tuple[Memory, tuple[str, ...]]:
    """Follow a counter that is lower than believed; once it has risen for long enough it is the one to believe."""
    counter, believed = measurement.encryption_counter, memory.encryption_counter
    if counter is None or believed is None or counter > believed:
        return replace(memory, lower=None), ()
    if counter == believed:
        return memory, ()
    count, last, since = memory.lower or (0, -1, at)
    if counter == last:
        return memory, ()
    count, since = (count + 1, since) if last < counter and at >= since else (1, at)
    if count <= BEGUN_AGAIN_FRAMES or at - since < BEGUN_AGAIN_AFTER:
        return replace(memory, lower=(count, counter, since)), ()
    text = f"the counter of {address} has begun again at {counter} (after {believed}): a new battery is believed"
    return replace(memory, lower=None, encryption_counter=None), (text,)


def _believe(memory: Memory, uuid: str, measurement: Measurement, data: bytes, at: datetime) -> Memory:
    """Raise PayloadError for a replay."""
    counter, last = measurement.encryption_counter, memory.encryption_counter
    kind, known = _kind(measurement), memory.kinds if counter == last else frozenset()
    is_old = counter is not None and last is not None and BATTERY_CHANGED_BELOW <= counter <= last
    if is_old and (counter != last or kind in known):
        raise PayloadError(f"{measurement.format}: encryption counter {counter} after {last}: a replay, not believed")
    return replace(
        memory,
        frames={**memory.frames, (uuid, kind): data},
        kinds=known if counter is None else known | {kind},
        fresh_at={**memory.fresh_at, measurement.format: at},
        encryption_counter=last if counter is None else counter,
    )


def _is_outranked(memory: Memory, format: str, at: datetime) -> bool:
    """Whether a better format of the same device is still alive."""
    formats = list(SILENT_AFTER)
    better = formats[: formats.index(format)]
    return any(name in memory.fresh_at and at - memory.fresh_at[name] < SILENT_AFTER[name] for name in better)


def _refuse(memory: Memory, reason: str, at: datetime) -> tuple[Memory, tuple[str, ...]]:
    memory = replace(memory, refused=memory.refused + 1)
    if not _is_due(memory.complained_at, COMPLAIN_EVERY, at):
        return memory, ()
    return replace(memory, complained_at=at), (f"{reason} (refused so far: {memory.refused})",)


def _is_due(last: datetime | None, every: timedelta, now: datetime) -> bool:
    """Also when the clock was put back."""
    return last is None or not timedelta(0) <= now - last < every


def _take_in(
    memory: Memory, place: Place, heard: Advertisement, measurement: Measurement
) -> tuple[Memory, tuple[topics.Publication, ...], tuple[str, ...]]:
    leap = _leap(memory, measurement.temperature, heard.at)
    if leap:
        memory, warnings = _refuse(memory, f"temperature of {heard.address}: {leap}", heard.at)
        return memory, (), warnings
    if measurement.temperature is not None:
        memory = replace(memory, temperature=(heard.at, measurement.temperature))
    memory, status, told = _with_status(memory, place, heard, measurement)
    return memory, (*_readings(place, heard, measurement), *status), told


def _leap(memory: Memory, celsius: float | None, at: datetime) -> str | None:
    if celsius is None or memory.temperature is None:
        return None
    before_at, before = memory.temperature
    minutes = max((at - before_at) / timedelta(minutes=1), 1.0)
    if abs(celsius - before) <= FASTEST_K_PER_MIN * minutes:
        return None
    return f"from {before:g} to {celsius:g} °C in {minutes:.0f} min, more than {FASTEST_K_PER_MIN:g} K a minute"


def _readings(place: Place, heard: Advertisement, measurement: Measurement) -> Iterator[topics.Publication]:
    where, at = (place.room, heard.address), heard.at
    if place.thermometer and measurement.temperature is not None:
        value = round(measurement.temperature + place.calibration, 2)
        yield topics.publication(topics.ROOM_TEMPERATURE, *where, message=RoomTemperature(value=value, measured_at=at))
    if place.thermometer and measurement.humidity is not None:
        humidity = Humidity(value=round(measurement.humidity, 2), measured_at=at)
        yield topics.publication(topics.ROOM_HUMIDITY, *where, message=humidity)
    if place.contact and measurement.window_open is not None:
        window = Window(value="open" if measurement.window_open else "closed", measured_at=at)
        yield topics.publication(topics.ROOM_WINDOW, *where, message=window)


def _with_status(
    memory: Memory, place: Place, heard: Advertisement, measurement: Measurement
) -> tuple[Memory, tuple[topics.Publication, ...], tuple[str, ...]]:
    """Battery and signal change with every frame, so they are said every few minutes only."""
    battery = memory.battery if measurement.battery is None else measurement.battery
    voltage = memory.voltage if measurement.voltage is None else measurement.voltage
    was_low, low = memory.battery_low, _is_low(battery, voltage)
    has_more = (memory.battery is None) != (battery is None) or (memory.voltage is None) != (voltage is None)
    is_due = _is_due(memory.status_at, STATUS_EVERY, heard.at) or low != was_low or has_more
    memory = replace(memory, battery=battery, voltage=voltage, battery_low=low)
    warnings = (f"battery of {heard.address} in {place.room} is low: change it soon",) if low and not was_low else ()
    if not is_due:
        return memory, (), warnings
    status = SensorStatus(battery=battery, voltage=voltage, rssi=heard.rssi, measured_at=heard.at)
    said = topics.publication(topics.SENSOR_STATUS, heard.address, message=status)
    return replace(memory, status_at=heard.at), (said,), warnings


def _is_low(battery: int | None, voltage: float | None) -> bool:
    """The voltage is the better witness; the percent of most firmwares is a straight line through it."""
    if voltage is not None:
        return voltage < LOW_BATTERY_V
    return battery is not None and battery < LOW_BATTERY_PERCENT
