"""Thermometer advertisements: the bytes of one service data element in, one measurement out.

Strategy: the UUID chooses a reader from a table; a reader first settles what the libraries leave open (length, version,
sender, key), then reads. The four 0x181A layouts are decoded here, since pvvx drops them and no maintained library
with a permissive licence knows them; BTHome is read by bthome-ble and MiBeacon by xiaomi-ble. Both libraries remember
earlier frames, so each call gets a fresh parser: the same bytes always give the same answer. What costs memory is
imported when the first frame that needs it arrives: cryptography 7 MB, bthome-ble 4 MB more, xiaomi-ble 11 MB more.

Three outcomes: a `Measurement`; None for a sound frame that holds nothing a house needs (a button, a pressure, a
MiBeacon without an object); `PayloadError` for everything that cannot be read or believed. Replays and jumps need a
memory and are the bridge's affair.

Layouts: github.com/atc1441/ATC_MiThermometer, github.com/pvvx/ATC_MiThermometer, bthome.io/format, MiBeacon v5.
"""

import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

from bridges import frames
from house.errors import PayloadError

_BLUETOOTH_BASE = "-0000-1000-8000-00805f9b34fb"

SERVICE_UUIDS = tuple(f"0000{short}{_BLUETOOTH_BASE}" for short in ("fcd2", "181e", "181c", "181a", "fe95"))
"""Every service this file reads; where a sensor sends several at once, the first of them is the best."""

SILENT_AFTER = {
    "bthome2": timedelta(minutes=10),
    "bthome1": timedelta(minutes=10),
    "pvvx": timedelta(minutes=10),
    "atc1441": timedelta(minutes=10),
    "mibeacon": timedelta(minutes=35),
}
"""By format: a thermometer whose counter has not moved for so long has stopped measuring."""

_PLAUSIBLE = {"humidity": (0.0, 100.0), "battery": (0, 100), "voltage": (0.5, 5.0)}
_TEMPERATURES = -40.0, 60.0


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one advertisement says; None where it does not say.

    Temperature in °C, humidity and battery in percent, voltage in V. The counter is the sender's own: an advertisement
    with the counter of the one before is a repetition, not a new measurement. The encryption counter only rises,
    until a battery is changed: an encrypted frame with an older one is a replay.
    """

    format: str
    temperature: float | None = None
    humidity: float | None = None
    battery: int | None = None
    voltage: float | None = None
    window_open: bool | None = None
    counter: int | None = None
    encryption_counter: int | None = None


class NeedsKeyError(PayloadError):
    """The thermometer encrypts and no key (bindkey) is given for it."""

    def __init__(self, text: str, format: str) -> None:
        super().__init__(text)
        self.format = format


def decode(address: str, uuid: str, data: bytes, key: bytes | None = None) -> Measurement | None:
    """Read the service data `data` that the sensor `address` sent under `uuid` (`181a` or the 128-bit form).

    With a `key` (the sensor's 16-byte bindkey) only encrypted frames are believed. Raises PayloadError.
    """
    reader = _READERS.get(_short_uuid(uuid))
    if reader is None:
        raise PayloadError(f"service {uuid} of {address}: expected one of {', '.join(_READERS)}")
    frame = _Frame(address, _mac(address), data, key)
    measurement = reader(frame)
    return None if measurement is None else _plausible(frame, measurement)


@dataclass(frozen=True, slots=True)
class _Frame:
    address: str
    mac: bytes
    data: bytes
    key: bytes | None

    def error(self, format: str, text: str) -> PayloadError:
        return PayloadError(f"{format} advertisement of {self.address}: {text}")

    def check_length(self, format: str, minimum: int) -> None:
        if len(self.data) < minimum:
            raise self.error(format, f"{len(self.data)} bytes, expected at least {minimum}")

    def check_sender(self, format: str, mac: bytes) -> None:
        if mac != self.mac:
            raise self.error(format, f"names {mac.hex(':')} as its sender, expected {self.mac.hex(':')}")

    def check_key(self, format: str, *, encrypted: bool) -> None:
        if self.key is not None and len(self.key) != 16:
            raise self.error(
                format, f"the key (bindkey) has {len(self.key)} bytes, expected 16 (32 hexadecimal digits)"
            )
        if encrypted and self.key is None:
            text = "encrypted: needs its key (bindkey) in the file that HAARD_BINDKEYS_FILE names"
            raise NeedsKeyError(f"{format} advertisement of {self.address}: {text}", format)
        if not encrypted and self.key is not None:
            raise self.error(
                format, "expected an encrypted frame, since a key (bindkey) is set; anyone can send this one"
            )

    def wrong_key(self, format: str) -> PayloadError:
        return self.error(
            format, "cannot be decrypted: the key (bindkey) given for it is not this sensor's, or the frame is damaged"
        )


def _short_uuid(uuid: str) -> str:
    text = uuid.lower().removeprefix("0x")
    return text.removesuffix(_BLUETOOTH_BASE).removeprefix("0000") if text.endswith(_BLUETOOTH_BASE) else text


def _mac(address: str) -> bytes:
    digits = address.replace(":", "").replace("-", "")
    try:
        mac = bytes.fromhex(digits)
    except ValueError:
        mac = b""
    if len(mac) != 6:
        raise PayloadError(f"sensor address {address!r}: expected six bytes such as A4:C1:38:00:00:01")
    return mac


def _plausible(frame: _Frame, measurement: Measurement) -> Measurement:
    """A temperature that cannot be is refused; any other value that cannot be costs only itself."""
    temperature, (lowest, highest) = measurement.temperature, _TEMPERATURES
    if temperature is not None and not lowest <= temperature <= highest:
        text = f"temperature {temperature} is not plausible, expected {lowest} to {highest}"
        raise frame.error(measurement.format, text)
    found = {name: getattr(measurement, name) for name in _PLAUSIBLE}
    doubtful: dict[str, Any] = {
        name: None
        for name, value in found.items()
        if value is not None and not _PLAUSIBLE[name][0] <= value <= _PLAUSIBLE[name][1]
    }
    return replace(measurement, **doubtful) if doubtful else measurement


def _read_environmental(frame: _Frame) -> Measurement:
    """0x181A belongs to another profile, so only the exact lengths that the thermometers send are taken."""
    layouts: dict[int, Callable[[_Frame], Measurement]] = {
        13: _read_atc1441,
        15: _read_pvvx,
        8: _read_atc1441_encrypted,
        11: _read_pvvx_encrypted,
    }
    layout = layouts.get(len(frame.data))
    if layout is None:
        raise frame.error("0x181A", f"{len(frame.data)} bytes, expected 13 (atc1441), 15 (pvvx), 8 or 11 (encrypted)")
    return layout(frame)


def _read_atc1441(frame: _Frame) -> Measurement:
    return _read_plain(frame, "atc1441", frames.read_atc1441)


def _read_pvvx(frame: _Frame) -> Measurement:
    return _read_plain(frame, "pvvx", frames.read_pvvx)


def _read_plain(frame: _Frame, format: str, read: Callable[[bytes, bytes], dict[str, int]]) -> Measurement:
    try:
        said = read(frame.mac, frame.data)
    except ValueError as error:
        raise frame.error(format, str(error)) from None
    frame.check_key(format, encrypted=False)
    return Measurement(
        format,
        said["temperature"] / 100,
        said["humidity"] / 100,
        said["battery"],
        said["millivolts"] / 1000,
        counter=said["counter"],
    )


def _read_pvvx_encrypted(frame: _Frame) -> Measurement:
    temperature, humidity, battery, _flags = struct.unpack("<hHBB", _decrypt_environmental(frame, "pvvx"))
    return Measurement("pvvx", temperature / 100, humidity / 100, battery, counter=frame.data[0])


def _read_atc1441_encrypted(frame: _Frame) -> Measurement:
    temperature, humidity, battery = _decrypt_environmental(frame, "atc1441")
    return Measurement("atc1441", temperature / 2 - 40, humidity / 2, battery & 0x7F, counter=frame.data[0])


def _decrypt_environmental(frame: _Frame, format: str) -> bytes:
    """AES-CCM over what follows the counter; the nonce holds the header that the radio sends before the data."""
    frame.check_key(format, encrypted=True)
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESCCM

    header = bytes([len(frame.data) + 3, 0x16, 0x1A, 0x18])
    nonce = frame.mac[::-1] + header + frame.data[:1]
    try:
        return AESCCM(cast("bytes", frame.key), tag_length=4).decrypt(nonce, frame.data[1:], b"\x11")
    except InvalidTag:
        raise frame.wrong_key(format) from None


def _read_bthome2(frame: _Frame) -> Measurement | None:
    frame.check_length("bthome2", 3)
    info = frame.data[0]
    if info >> 5 != 2:
        raise frame.error("bthome2", f"version {info >> 5} in the first byte, expected 2")
    encrypted, names_sender = bool(info & 1), bool(info & 2)
    frame.check_length("bthome2", 3 + 6 * names_sender + 8 * encrypted)
    if names_sender:
        frame.check_sender("bthome2", frame.data[6:0:-1])
    return _read_bthome(frame, "bthome2", "fcd2", encrypted=encrypted)


def _read_bthome1(frame: _Frame) -> Measurement | None:
    frame.check_length("bthome1", 3)
    return _read_bthome(frame, "bthome1", "181c", encrypted=False)


def _read_bthome1_encrypted(frame: _Frame) -> Measurement | None:
    frame.check_length("bthome1", 12)
    return _read_bthome(frame, "bthome1", "181e", encrypted=True)


def _read_bthome(frame: _Frame, format: str, service: str, *, encrypted: bool) -> Measurement | None:
    from bthome_ble import BTHomeBluetoothDeviceData

    frame.check_key(format, encrypted=encrypted)
    parser = BTHomeBluetoothDeviceData(bindkey=frame.key)
    update = _ask_library(parser, frame, format, service)
    if encrypted and not parser.bindkey_verified:
        raise frame.wrong_key(format)
    sequence = int(parser.encryption_counter) if encrypted else None
    counter = sequence if parser.packet_id is None else int(parser.packet_id)
    return _from_library(frame, format, update, counter, sequence)


def _read_mibeacon(frame: _Frame) -> Measurement | None:
    frame.check_length("mibeacon", 5)
    has_object, encrypted = bool(frame.data[0] & 0x40), bool(frame.data[0] & 0x08)
    if not has_object:
        return None
    frame.check_key("mibeacon", encrypted=encrypted)
    try:
        from xiaomi_ble.parser import XiaomiBluetoothDeviceData
    except ImportError:
        raise frame.error("mibeacon", "reading stock firmware needs xiaomi-ble: pip install 'haard[stock]'") from None
    parser = XiaomiBluetoothDeviceData(bindkey=frame.key)
    update = _ask_library(parser, frame, "mibeacon", "fe95")
    if not update.devices:
        raise frame.error("mibeacon", "expected a frame of version 2 or later, of a known product and from this sender")
    if encrypted and not parser.bindkey_verified:
        raise frame.wrong_key("mibeacon")
    return _from_library(frame, "mibeacon", update, frame.data[4])


@dataclass(frozen=True, slots=True)
class _Advertisement:
    """As much of a scanner's report as the two libraries look at."""

    address: str
    service_data: dict[str, bytes]
    name: str = ""
    rssi: int = 0
    time: float = 0.0


def _ask_library(parser: Any, frame: _Frame, format: str, service: str) -> Any:
    uuid = f"0000{service}{_BLUETOOTH_BASE}"
    try:
        return parser.update(_Advertisement(frame.mac.hex(":").upper(), {uuid: frame.data}))
    except Exception as error:  # neither library declares what it raises on damaged bytes
        raise frame.error(format, f"cannot be read ({error!r}), got {frame.data.hex()}") from error


def _from_library(
    frame: _Frame, format: str, update: Any, counter: int | None, encryption_counter: int | None = None
) -> Measurement | None:
    """The libraries file every value under its name, and as `name_1`, `name_2` where a device sends several."""
    values = {key.key: value.native_value for key, value in update.entity_values.items()}
    contacts = {key.key: value.native_value for key, value in update.binary_entity_values.items()}
    temperature, humidity, battery, voltage = (
        _number(frame, format, values, name) for name in ("temperature", "humidity", "battery", "voltage")
    )
    contact_states = (_first(contacts, name) for name in ("window", "opening", "door"))
    window_open = next((state for state in contact_states if state is not None), None)
    if all(value is None for value in (temperature, humidity, battery, voltage, window_open)):
        return None
    percent = None if battery is None else round(battery)
    return Measurement(format, temperature, humidity, percent, voltage, window_open, counter, encryption_counter)


def _first(values: Mapping[str, Any], name: str) -> Any:
    return values.get(name, values.get(f"{name}_1"))


def _number(frame: _Frame, format: str, values: Mapping[str, Any], name: str) -> float | None:
    value = _first(values, name)
    if value is None:
        return None
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise frame.error(format, f"{name} {value!r}, expected a number")
    return value


_READERS: dict[str, Callable[[_Frame], Measurement | None]] = {
    "fcd2": _read_bthome2,
    "181e": _read_bthome1_encrypted,
    "181c": _read_bthome1,
    "181a": _read_environmental,
    "fe95": _read_mibeacon,
}
