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

from bridges import frames
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

IDENTIFY = frames.IDENTIFY
SELECT_AUTO, SELECT_MANUAL = frames.SELECT_AUTO, frames.SELECT_MANUAL
SELECT_COMFORT, SELECT_ECO = frames.SELECT_COMFORT, frames.SELECT_ECO
BOOST, END_BOOST = frames.BOOST, frames.END_BOOST
LOCK, UNLOCK = frames.LOCK, frames.UNLOCK

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


Notification = Status | Identity | DayProgram | ProgramWritten


def nearest_setpoint(celsius: float) -> float:
    """What the valve will report after it was told this: halves, 4.5 (off) and 30.0 (on) only where meant."""
    return _setpoint_byte(celsius) / 2


def set_setpoint(celsius: float) -> bytes:
    """Change the setpoint and leave the mode; in mode auto the valve's own program will overwrite it."""
    return frames.set_setpoint(_setpoint_byte(celsius))


def hold(celsius: float) -> bytes:
    """Mode manual and the setpoint in one write: what a valve under control should always be told."""
    return frames.hold(_setpoint_byte(celsius))


def hold_until(celsius: float, until: datetime) -> bytes:
    """Hold the setpoint until `until` (aware, in the house's zone; rounded up to the half hour): vacation."""
    wall_time = _wall_time(until)
    past = timedelta(minutes=wall_time.minute, seconds=wall_time.second, microseconds=wall_time.microsecond)
    end = wall_time + -past % timedelta(minutes=30)
    half_hours = end.hour * 2 + end.minute // 30
    return frames.hold_until(_setpoint_byte(celsius), end.year, end.month, end.day, half_hours)


def set_presets(comfort: float, eco: float) -> bytes:
    """Set the temperatures (°C) behind SELECT_COMFORT, SELECT_ECO and the buttons."""
    return frames.set_presets(_setpoint_byte(comfort), _setpoint_byte(eco))


def set_offset(kelvin: float) -> bytes:
    """Correct the valve's own thermometer by -3.5 to 3.5 K, in halves."""
    if not -3.5 <= kelvin <= 3.5:
        raise ValueError(f"offset {kelvin} K: expected -3.5 to 3.5")
    return frames.set_offset(_half_degrees(kelvin))


def set_window(celsius: float, duration: timedelta) -> bytes:
    """Set how low and for how long the valve goes when it feels a window open (steps of five minutes)."""
    if not timedelta(0) <= duration <= _LONGEST_WINDOW or duration % timedelta(minutes=5):
        raise ValueError(f"window open for {duration}: expected 0 to {_LONGEST_WINDOW} in steps of five minutes")
    return frames.set_window(_setpoint_byte(celsius), duration // timedelta(minutes=5))


def ask_status(now: datetime) -> bytes:
    """Ask for the status and set the clock, always together; `now` is aware, in the zone of the house."""
    wall_time = _wall_time(now)
    return frames.ask_status(*wall_time.timetuple()[:6])


def ask_program(day: Day) -> bytes:
    """Ask for the program of one day; the answer is a DayProgram."""
    return frames.ask_program(day)


def write_program(program: DayProgram) -> bytes:
    """Replace the program of one day; the answer is ProgramWritten. Raises ValueError for one that no valve holds."""
    program.check()
    return frames.write_program(
        program.day, [(_setpoint_byte(slot.setpoint), slot.until // 10) for slot in program.slots]
    )


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
    said = frames.Status(data)
    window, duration, comfort, eco, offset = said.settings or (None,) * 5
    return Status(
        setpoint=said.setpoint / 2,
        opening=said.opening,
        manual=bool(said.flags & frames.MANUAL),
        vacation=bool(said.flags & frames.VACATION),
        boost=bool(said.flags & frames.BOOSTS),
        summer_time=bool(said.flags & frames.SUMMER_TIME),
        window_open=bool(said.flags & frames.WINDOW_OPEN),
        locked=bool(said.flags & frames.LOCKED),
        battery_low=bool(said.flags & frames.BATTERY_LOW),
        vacation_until=_vacation_end(said.vacation_end) if said.vacation_end else None,
        window_setpoint=_celsius(window),
        window_duration=None if duration is None else timedelta(minutes=5 * duration),
        comfort=_celsius(comfort),
        eco=_celsius(eco),
        offset=_celsius(offset),
    )


def _celsius(halves: int | None) -> float | None:
    return None if halves is None else halves / 2


def _vacation_end(end: bytes) -> datetime | None:
    """None where that is nonsense, which costs this field only."""
    day, year, half_hours, month = end
    try:
        return datetime(2000 + year, month, day, half_hours // 2, half_hours % 2 * 30)  # noqa: DTZ001  the valve knows no zone
    except ValueError:
        return None


def _read_identity(data: bytes) -> Identity:
    version, serial = frames.read_identity(data)
    return Identity(f"{version // 100}.{version % 100:02}", serial)


def _read_program(data: bytes) -> DayProgram:
    day, slots = frames.read_program(data)
    return DayProgram(Day(day), tuple(Slot(halves / 2, tens * 10) for halves, tens in slots))


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
