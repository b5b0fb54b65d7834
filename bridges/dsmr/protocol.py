"""The P1 port of a smart meter: bytes of a serial line in, whole telegrams out, meter readings out of those.

Strategy: `Framer` knows only where a telegram begins and ends and whether it arrived whole; `decode` reads one.
dsmr-parser takes the lines apart. Its per-country specifications are left out: one table of the objects that a house
needs fits every meter, since the shape of a line tells the versions apart (gas of DSMR 2 and 3 stands on two lines
under 24.3.0, that of 4 and 5 under 24.2.1, Belgium's under 24.2.3). So an owner has nothing to configure. Values are
kept as text until their unit is known, and times until their season is.

Standard: P1 Companion Standard 5.0.2 (Netbeheer Nederland); e-MUCS P1 for Belgium.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any

from dsmr_parser import obis_references as obis
from dsmr_parser.parsers import CosemParser, MBusParser, TelegramParser, ValueParser

from house.errors import PayloadError

LONGEST_TELEGRAM = 8192
"""Bytes, several times what a meter sends; noise without an end is dropped beyond it."""

_END = re.compile(rb"!([0-9A-Fa-f]{0,4})\r\n")
_VERSION = re.compile(rb"\n\d-\d:(?:0\.2\.8|96\.1\.4)\(")
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?")
_TIME = re.compile(r"[0-9]{12}[SW]?")
_SEASONS = {"S": timezone(timedelta(hours=2)), "W": timezone(timedelta(hours=1))}

_WH = {"Wh": 1, "kWh": 1000}
_W = {"W": 1, "kW": 1000}
_V = {"V": 1}
_A = {"A": 1}
_ML = {"m3": 1_000_000}

_GAS_METER = 3
"""Device type of a gas meter on the M-Bus (EN 13757-3); 4 is heat, 7 water."""


class Framer:
    """Cuts a stream of bytes into telegrams; sans I/O. Noise, damaged and unfinished telegrams are passed over.

    A telegram runs from the last `/` to `!`, its checksum and the end of that line. Before version 4 there is no
    checksum; a telegram that names its version must have one. `damaged` counts what ended as a telegram and was none.
    """

    def __init__(self) -> None:
        self.damaged = 0
        self._buffer = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take the next bytes, in pieces of any size; return the telegrams that they complete."""
        self._buffer += chunk
        telegrams = list(self._complete())
        start = self._buffer.rfind(b"/")
        self._buffer = self._buffer[start:] if start >= 0 else b""
        if len(self._buffer) > LONGEST_TELEGRAM:
            self.damaged += 1
            self._buffer = b""
        return telegrams

    def _complete(self) -> Iterator[bytes]:
        position = 0
        for end in _END.finditer(self._buffer):
            start = self._buffer.rfind(b"/", position, end.start())
            telegram = self._buffer[start : end.end()] if start >= 0 else b""
            position = end.end()
            if _is_whole(telegram, checksum=end[1]):
                yield telegram
            else:
                self.damaged += 1
        self._buffer = self._buffer[position:]


def _is_whole(telegram: bytes, checksum: bytes) -> bool:
    if not 0 < len(telegram) <= LONGEST_TELEGRAM:
        return False
    if not checksum:
        return b"\r\n\r\n" in telegram and not _VERSION.search(telegram)
    checked = telegram[: telegram.rindex(b"!") + 1].decode("latin-1")
    return bool(TelegramParser.crc16(checked) == int(checksum, 16))


NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""Of gas whose time cannot be read (63-25-25 25:25:25 of a gas meter that has lost its radio): nobody believes it."""


@dataclass(frozen=True, slots=True)
class GasReading:
    """What the gas meter said, and when; `equipment` is its id in hexadecimal, new with a new meter, or empty."""

    volume_ml: int
    measured_at: datetime
    equipment: str
    channel: int

    @property
    def meter(self) -> str:
        """What tells it from the others: its id, or its channel where it has none."""
        return self.equipment or f"channel {self.channel}"

    @property
    def volume_m3(self) -> float:
        """The cumulative volume, to the litre that the meter tells."""
        return round(self.volume_ml / 1_000_000, 3)


@dataclass(frozen=True, slots=True)
class MeterReading:
    """One telegram; None (or an empty tuple) where the meter does not say. Times are UTC.

    Delivered means taken from the grid, returned means fed into it, by tariff and in total since the meter was placed.
    Tariff 1 is low and 2 normal in the Netherlands; 1 is day and 2 night in Belgium (`version` 50217).
    Gas is one reading each channel: a replaced gas meter leaves its channel behind.
    """

    version: str | None = None
    measured_at: datetime | None = None
    delivered_t1_wh: int | None = None
    delivered_t2_wh: int | None = None
    delivered_wh: int | None = None
    returned_t1_wh: int | None = None
    returned_t2_wh: int | None = None
    returned_wh: int | None = None
    tariff: int | None = None
    power_delivered_w: int | None = None
    power_returned_w: int | None = None
    voltages_v: tuple[float, ...] = ()
    currents_a: tuple[float, ...] = ()
    channels: tuple[GasReading, ...] = ()
    unread: tuple[str, ...] = ()
    """Lines that a house needs and that say nothing that can be counted: which, and what is wrong with each."""

    @property
    def gas(self) -> GasReading | None:
        """The newest reading by its own time; which channel lives is known only after a while (readings.py)."""
        return max(self.channels, key=lambda gas: gas.measured_at, default=None)


_TEXT = CosemParser(ValueParser(str))
_METER_VALUE = MBusParser(ValueParser(str), ValueParser(str))
_METER_VALUE_ON_TWO_LINES = MBusParser(*[ValueParser(str)] * 7)

_OBJECTS = (
    ("version", obis.P1_MESSAGE_HEADER, _TEXT),
    ("version", obis.BELGIUM_VERSION_INFORMATION, _TEXT),
    ("time", obis.P1_MESSAGE_TIMESTAMP, _TEXT),
    ("delivered_t1", obis.ELECTRICITY_USED_TARIFF_1, _TEXT),
    ("delivered_t2", obis.ELECTRICITY_USED_TARIFF_2, _TEXT),
    ("delivered", obis.ELECTRICITY_IMPORTED_TOTAL, _TEXT),
    ("returned_t1", obis.ELECTRICITY_DELIVERED_TARIFF_1, _TEXT),
    ("returned_t2", obis.ELECTRICITY_DELIVERED_TARIFF_2, _TEXT),
    ("returned", obis.ELECTRICITY_EXPORTED_TOTAL, _TEXT),
    ("tariff", obis.ELECTRICITY_ACTIVE_TARIFF, _TEXT),
    ("power_delivered", obis.CURRENT_ELECTRICITY_USAGE, _TEXT),
    ("power_returned", obis.CURRENT_ELECTRICITY_DELIVERY, _TEXT),
    ("voltage_l1", obis.INSTANTANEOUS_VOLTAGE_L1, _TEXT),
    ("voltage_l2", obis.INSTANTANEOUS_VOLTAGE_L2, _TEXT),
    ("voltage_l3", obis.INSTANTANEOUS_VOLTAGE_L3, _TEXT),
    ("current_l1", obis.INSTANTANEOUS_CURRENT_L1, _TEXT),
    ("current_l2", obis.INSTANTANEOUS_CURRENT_L2, _TEXT),
    ("current_l3", obis.INSTANTANEOUS_CURRENT_L3, _TEXT),
    ("device_type", obis.MBUS_DEVICE_TYPE, _TEXT),
    ("equipment", obis.MBUS_EQUIPMENT_IDENTIFIER, _TEXT),
    ("meter_value", obis.MBUS_METER_READING, _METER_VALUE),
    ("meter_value", obis.GAS_METER_READING, _METER_VALUE_ON_TWO_LINES),
)
_PARSER = TelegramParser(
    {
        "checksum_support": False,  # the framer has checked
        "objects": [
            {"value_name": name, "obis_reference": line, "value_parser": parser} for name, line, parser in _OBJECTS
        ],
    }
)


def decode(telegram: bytes, zone: tzinfo) -> MeterReading:
    """Read one telegram as the Framer delivers it. Raises PayloadError.

    Times with a season (S, W) are Central European whatever the `zone`; the zone of the house dates the gas of DSMR 2
    and 3, whose times have none (of the doubled hour in October the first is meant). A time, number or unit that
    cannot be read costs its own object only, and gas of such a time is kept: it may rise.
    """
    try:
        objects = _PARSER.parse(telegram.decode("ascii", errors="replace"))
    except Exception as error:  # the library lets anything through that a damaged line provokes
        raise PayloadError(f"P1 telegram of {len(telegram)} bytes cannot be read: {error!r}") from error
    delivered = [_amount(objects, name, _WH) for name in ("delivered", "delivered_t1", "delivered_t2")]
    returned = [_amount(objects, name, _WH) for name in ("returned", "returned_t1", "returned_t2")]
    reading = MeterReading(
        version=_text(objects, "version"),
        measured_at=_instant(_text(objects, "time"), zone),
        delivered_t1_wh=delivered[1],
        delivered_t2_wh=delivered[2],
        delivered_wh=_total(*delivered),
        returned_t1_wh=returned[1],
        returned_t2_wh=returned[2],
        returned_wh=_total(*returned),
        tariff=_integer(_text(objects, "tariff")),
        power_delivered_w=_amount(objects, "power_delivered", _W),
        power_returned_w=_amount(objects, "power_returned", _W),
        voltages_v=_phases(objects, "voltage", _V),
        currents_a=_phases(objects, "current", _A),
        channels=_gas(objects, zone),
        unread=tuple(_unread(objects)),
    )
    if reading == MeterReading():
        raise PayloadError("P1 telegram holds no reading: expected lines such as 1-0:1.8.1(001581.123*kWh)")
    return reading


def _gas(objects: Any, zone: tzinfo) -> tuple[GasReading, ...]:
    """Only a channel with a unit counts, and with an id or something that it has measured."""
    readings = (_gas_reading(device, zone) for device in getattr(objects, "MBUS_DEVICES", []))
    return tuple(gas for gas in readings if gas is not None)


def _gas_reading(device: Any, zone: tzinfo) -> GasReading | None:
    equipment = _text(device, "equipment")
    meter_value = getattr(device, "meter_value", None)
    if meter_value is None or _integer(_text(device, "device_type")) != _GAS_METER:
        return None
    volume_ml = _scaled(meter_value.value, meter_value.unit, _ML)
    if volume_ml is None or not (equipment or volume_ml):
        return None
    measured_at = _instant(meter_value.datetime, zone) or NO_TIME
    return GasReading(round(volume_ml), measured_at, equipment or "", device.channel_id)


def _unread(objects: Any) -> Iterator[str]:
    """The gas meters and totals that stand in the telegram and cannot be counted; channels without a meter are none."""
    for device in getattr(objects, "MBUS_DEVICES", []):
        value = getattr(device, "meter_value", None)
        if value is None or _integer(_text(device, "device_type")) != _GAS_METER:
            continue
        is_empty = not _text(device, "equipment") and not (value.value or "").strip("0.")
        if not is_empty and (fault := _fault(value, _ML)):
            yield f"gas of channel {device.channel_id} is not counted: {fault}"
    for name in ("delivered", "delivered_t1", "delivered_t2", "returned", "returned_t1", "returned_t2"):
        found = getattr(objects, name, None)
        if found is not None and (fault := _fault(found, _WH)):
            yield f"electricity ({name}) is not counted: {fault}"


def _fault(found: Any, units: dict[str, int]) -> str | None:
    """Why its number cannot be counted."""
    expected = " or ".join(units)
    if not found.unit:
        return f"the line has no unit, {expected} is expected"
    if found.unit not in units:
        return f"its unit is {found.unit[:10]!r}, {expected} is expected"
    return None if _NUMBER.fullmatch(found.value or "") else "it holds no number"


def _total(total: int | None, tariff_1: int | None, tariff_2: int | None) -> int | None:
    if total is not None or tariff_1 is None or tariff_2 is None:
        return total
    return tariff_1 + tariff_2


def _phases(objects: Any, name: str, units: dict[str, int]) -> tuple[float, ...]:
    values = (_quantity(objects, f"{name}_l{phase}", units) for phase in (1, 2, 3))
    return tuple(float(value) for value in values if value is not None)


def _amount(objects: Any, name: str, units: dict[str, int]) -> int | None:
    quantity = _quantity(objects, name, units)
    return None if quantity is None else round(quantity)


def _quantity(objects: Any, name: str, units: dict[str, int]) -> Decimal | None:
    found = getattr(objects, name, None)
    return None if found is None else _scaled(found.value, found.unit, units)


def _scaled(number: str | None, unit: str | None, units: dict[str, int]) -> Decimal | None:
    if number is None or unit not in units or not _NUMBER.fullmatch(number):
        return None
    return Decimal(number) * units[unit]


def _text(objects: Any, name: str) -> str | None:
    found = getattr(objects, name, None)
    return None if found is None else found.value


def _integer(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch("[0-9]{1,4}", text) else None


def _instant(text: str | None, zone: tzinfo) -> datetime | None:
    if text is None or not _TIME.fullmatch(text):
        return None
    try:
        wall_time = datetime.strptime(text[:12], "%y%m%d%H%M%S").replace(tzinfo=_SEASONS.get(text[12:], zone))
        return wall_time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
