"""The EQ3 / eqiva CC-RT-BLE radiator valve: wishes to bytes for `WRITE`, bytes from `NOTIFY` to values.

The valve is a slave with one characteristic to write to and one that answers. Every accepted command is answered by
one notification, nearly always a status. Temperatures travel as twice their value in one byte, program times as tens
of minutes, clocks as local wall time. What we ask wrongly is a ValueError here and never reaches the radio (a valve
takes any bytes and then believes in the year 2040); what a valve says wrongly is a PayloadError.

Facts: the reverse engineering in github.com/Heckie75/eQ-3-radiator-thermostat and github.com/rytilahti/python-eq3bt.
The factory reset (0xF0) is left out on purpose.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from math import floor
from typing import TypeVar

from house.errors import PayloadError

CONTROL_SERVICE = "3e135142-654f-9090-134a-a6ff5bb77046"
WRITE = "3fa4585a-ce4a-3bad-db4b-b8df8179ea09"
NOTIFY = "d0e8434d-cd29-0996-af41-6c90f4e0eb2a"

OFF = 4.5
"""The setpoint that shuts the valve for good: no frost protection."""
ON = 30.0
"""The setpoint that opens the valve fully and leaves it so."""
MIDNIGHT = 24 * 60
"""Where the last slot of a day program ends, in minutes."""

IDENTIFY = b"\x00"
SELECT_AUTO = b"\x40\x00"
SELECT_MANUAL = b"\x40\x40"
SELECT_COMFORT = b"\x43"
SELECT_ECO = b"\x44"
BOOST = b"\x45\x01"
END_BOOST = b"\x45\x00"
LOCK = b"\x80\x01"
UNLOCK = b"\x80\x00"

_LONGEST_WINDOW = timedelta(minutes=150)
_MAXIMUM_SLOTS = 7


class Day(IntEnum):
    """The days of the valve's own program, by its numbers."""

    SATURDAY = 0
    SUNDAY = 1
    MONDAY = 2
    TUESDAY = 3
    WEDNESDAY = 4
    THURSDAY = 5
    FRIDAY = 6


@dataclass(frozen=True, slots=True)
class Slot:
    """Hold `setpoint` (°C) until `until` (minutes since midnight, in tens; 1440 is 24:00)."""

    setpoint: float
    until: int


@dataclass(frozen=True, slots=True)
class DayProgram:
    """What the valve does by itself on one day, in mode auto; the slots follow one another up to 24:00.

    A valve may say that it has none; none can be written.
    """

    day: Day
    slots: tuple[Slot, ...]

    def check(self) -> None:
        """Raise ValueError where the valve could not hold this program."""
        ends = [slot.until for slot in self.slots]
        if not 1 <= len(ends) <= _MAXIMUM_SLOTS or ends != sorted(set(ends)) or ends[0] <= 0 or ends[-1] != MIDNIGHT:
            raise ValueError(
                f"program ends at minutes {ends}: expected 1 to {_MAXIMUM_SLOTS}, rising, the last {MIDNIGHT}"
            )
        if any(end % 10 for end in ends):
            raise ValueError(f"program ends at minutes {ends}: expected steps of ten")
        for slot in self.slots:
            _setpoint_byte(slot.setpoint)


@dataclass(frozen=True, slots=True)
class Status:
    """What the valve says of itself: temperatures in °C, opening in percent.

    The opening is the position before the command that this answers. ON and OFF show in the setpoint only. Firmware
    below 1.20 says nothing of its settings: those fields are None. `vacation_until` is the valve's local wall time.
    """

    setpoint: float
    opening: int
    manual: bool
    vacation: bool
    boost: bool
    summer_time: bool
    window_open: bool
    locked: bool
    battery_low: bool
    vacation_until: datetime | None = None
    window_setpoint: float | None = None
    window_duration: timedelta | None = None
    comfort: float | None = None
    eco: float | None = None
    offset: float | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """The firmware's version, such as `1.20`, and the serial number, ten letters and digits."""

    firmware: str
    serial: str


@dataclass(frozen=True, slots=True)
class ProgramWritten:
    """The valve took the program of this day."""

    day: Day


B = TypeVar("B")
T = TypeVar("T")

Notification = Status | Identity | DayProgram | ProgramWritten


def nearest_setpoint(celsius: float) -> float:
    """What the valve will report after it was told this: halves, 4.5 (off) and 30.0 (on) only where meant."""
    return _setpoint_byte(celsius) / 2


def set_setpoint(celsius: float) -> bytes:
    """Change the setpoint and leave the mode; in mode auto the valve's own program will overwrite it."""
    return bytes([0x41, _setpoint_byte(celsius)])


def hold(celsius: float) -> bytes:
    """Mode manual and the setpoint in one write: what a valve under control should always be told."""
    return bytes([0x40, 0x40 | _setpoint_byte(celsius)])


def hold_until(celsius: float, until: datetime) -> bytes:
    """Hold the setpoint until `until` (aware, in the house's zone; rounded up to the half hour): vacation."""
    wall_time = _wall_time(until)
    past = timedelta(minutes=wall_time.minute, seconds=wall_time.second, microseconds=wall_time.microsecond)
    end = wall_time + -past % timedelta(minutes=30)
    half_hours = end.hour * 2 + end.minute // 30
    return bytes([0x40, 0x80 | _setpoint_byte(celsius), end.day, end.year % 100, half_hours, end.month])


def set_presets(comfort: float, eco: float) -> bytes:
    """Set the temperatures (°C) behind SELECT_COMFORT, SELECT_ECO and the buttons."""
    return bytes([0x11, _setpoint_byte(comfort), _setpoint_byte(eco)])


def set_offset(kelvin: float) -> bytes:
    """Correct the valve's own thermometer by -3.5 to 3.5 K, in halves."""
    if not -3.5 <= kelvin <= 3.5:
        raise ValueError(f"offset {kelvin} K: expected -3.5 to 3.5")
    return bytes([0x13, _half_degrees(kelvin + 3.5)])


def set_window(celsius: float, duration: timedelta) -> bytes:
    """Set how low and for how long the valve goes when it feels a window open (steps of five minutes)."""
    if not timedelta(0) <= duration <= _LONGEST_WINDOW or duration % timedelta(minutes=5):
        raise ValueError(f"window open for {duration}: expected 0 to {_LONGEST_WINDOW} in steps of five minutes")
    return bytes([0x14, _setpoint_byte(celsius), duration // timedelta(minutes=5)])


def ask_status(now: datetime) -> bytes:
    """Ask for the status and set the clock, always together; `now` is aware, in the zone of the house."""
    wall_time = _wall_time(now)
    return bytes([0x03, wall_time.year % 100, *wall_time.timetuple()[1:6]])


def ask_program(day: Day) -> bytes:
    """Ask for the program of one day; the answer is a DayProgram."""
    return bytes([0x20, day])


def write_program(program: DayProgram) -> bytes:
    """Replace the program of one day; the answer is ProgramWritten. Raises ValueError for one that no valve holds."""
    program.check()
    slots = b"".join(bytes([_setpoint_byte(slot.setpoint), slot.until // 10]) for slot in program.slots)
    return bytes([0x10, program.day]) + slots.ljust(2 * _MAXIMUM_SLOTS, b"\x00")


def _setpoint_byte(celsius: float) -> int:
    """Rounds to halves, but never into OFF or ON: those two a caller has to mean."""
    if celsius in (OFF, ON):
        return _half_degrees(celsius)
    if not OFF < celsius < ON:
        raise ValueError(f"setpoint {celsius} °C: expected {OFF} (off) to {ON} (on)")
    return min(max(_half_degrees(celsius), _half_degrees(OFF) + 1), _half_degrees(ON) - 1)


def _half_degrees(value: float) -> int:
    return floor(value * 2 + 0.5)


def _wall_time(instant: datetime) -> datetime:
    """The clock on the wall; a computer whose clock is not set yet would set the valve's to nonsense."""
    if instant.tzinfo is None:
        raise ValueError(f"time {instant} has no zone: expected an aware time in the zone of the house")
    if not 2000 <= instant.year <= 2098:
        raise ValueError(f"time {instant}: expected a year from 2000 to 2098; is the clock of this computer set?")
    return instant.replace(tzinfo=None)


def decode(data: bytes) -> Notification:
    """Read one notification. Raises PayloadError where these bytes are none that a valve sends."""
    reader = _READERS.get(data[:2]) or _READERS.get(data[:1])
    if reader is None:
        raise PayloadError(f"valve said {data.hex() or 'nothing'}: expected it to begin with 01, 0201, 0202 or 21")
    try:
        return reader(data)
    except ValueError as error:
        raise PayloadError(f"valve said {data.hex()}: {error}") from None


def _read_status(data: bytes) -> Status:
    """Six bytes from old firmware, ten while it is on vacation, fifteen since 1.20.

    Nonsense costs its own field only: a valve with a vacation of the year 41 is a valve that can be reached.
    """
    if len(data) not in (6, 10) and len(data) < 15:
        raise ValueError(f"status of {len(data)} bytes, expected 6, 10 or 15")
    flags, opening = data[2], data[3]
    if opening > 100:
        raise ValueError(f"opening {opening} %, expected 0 to 100")
    vacation = bool(flags & 0x02)
    settings = data[10:15]
    return Status(
        setpoint=_setpoint(data[5]),
        opening=opening,
        manual=bool(flags & 0x01),
        vacation=vacation,
        boost=bool(flags & 0x04),
        summer_time=bool(flags & 0x08),
        window_open=bool(flags & 0x10),
        locked=bool(flags & 0x20),
        battery_low=bool(flags & 0x80),
        vacation_until=_if_sound(_vacation_end, data[6:10]) if vacation and any(data[6:10]) else None,
        window_setpoint=_if_sound(_setpoint, settings[0]) if settings else None,
        window_duration=timedelta(minutes=5 * settings[1]) if settings else None,
        comfort=_if_sound(_setpoint, settings[2]) if settings else None,
        eco=_if_sound(_setpoint, settings[3]) if settings else None,
        offset=_if_sound(_offset, settings[4]) if settings else None,
    )


def _if_sound(read: Callable[[B], T], said: B) -> T | None:
    """What a valve says of its settings, or None where that is nonsense."""
    try:
        return read(said)
    except ValueError:
        return None


def _setpoint(byte: int) -> float:
    if not OFF * 2 <= byte <= ON * 2:
        raise ValueError(f"temperature {byte / 2} °C, expected {OFF} to {ON}")
    return byte / 2


def _offset(byte: int) -> float:
    if byte > 14:
        raise ValueError(f"offset {(byte - 7) / 2} K, expected -3.5 to 3.5")
    return (byte - 7) / 2


def _vacation_end(end: bytes) -> datetime:
    day, year, half_hours, month = end
    return datetime(2000 + year, month, day, half_hours // 2, half_hours % 2 * 30)  # noqa: DTZ001  the valve knows no zone


def _read_identity(data: bytes) -> Identity:
    if len(data) < 15:
        raise ValueError(f"identity of {len(data)} bytes, expected 15")
    serial = "".join(chr(byte - 0x30) for byte in data[4:14] if byte >= 0x30)
    if len(serial) != 10 or not (serial.isascii() and serial.isalnum()):
        raise ValueError(f"serial number {serial!r}, expected ten letters and digits")
    return Identity(f"{data[1] // 100}.{data[1] % 100:02}", serial)


def _read_program(data: bytes) -> DayProgram:
    """Unused pairs are zero, or end at midnight before the first: they and nonsense are left out."""
    if len(data) < 4 or len(data) > 2 + 2 * _MAXIMUM_SLOTS or len(data) % 2:
        raise ValueError(f"program of {len(data)} bytes, expected up to {2 + 2 * _MAXIMUM_SLOTS} in pairs")
    slots: list[Slot] = []
    for half_degrees, tens in zip(data[2::2], data[3::2], strict=True):
        setpoint = _if_sound(_setpoint, half_degrees)
        if setpoint is not None and (slots[-1].until if slots else 0) < tens * 10 <= MIDNIGHT:
            slots.append(Slot(setpoint, tens * 10))
    if slots and slots[-1].until < MIDNIGHT:
        slots[-1] = Slot(slots[-1].setpoint, MIDNIGHT)
    return DayProgram(Day(data[1]), tuple(slots))


def _read_program_written(data: bytes) -> ProgramWritten:
    if len(data) != 3:
        raise ValueError(f"program written, in {len(data)} bytes, expected 3")
    return ProgramWritten(Day(data[2]))


_READERS: dict[bytes, Callable[[bytes], Notification]] = {
    b"\x02\x01": _read_status,
    b"\x02\x02": _read_program_written,
    b"\x01": _read_identity,
    b"\x21": _read_program,
}
