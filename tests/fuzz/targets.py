"""Whatever reads bytes or text from outside, as functions of bytes: each returns, or raises what it says it raises.

`TARGETS` is the list of them; a new reader belongs into it. `seeds` are real inputs to begin from.
"""

import gzip
import io
import json
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bridges import frames
from bridges.boiler.protocol import Driver
from bridges.dsmr import protocol as dsmr
from bridges.emsesp.protocol import EmsEsp
from bridges.eq3 import protocol as eq3
from bridges.nefit import protocol as nefit
from bridges.openmeteo import protocol as openmeteo
from bridges.otgw.protocol import Otgw
from bridges.parse_values import json_object
from bridges.relay.protocol import relay
from bridges.xiaomi import protocol as xiaomi
from bridges.zigbee2mqtt import protocol as zigbee2mqtt
from haard import parse_time
from haard.install import archive as backup
from haard.settings_file import example
from house import packets, topics
from house.errors import DeviceError, PayloadError, SettingsError
from house.settings import parse
from house.settings.devices import Otgw as OtgwSettings
from house.settings.devices import Relay as RelaySettings
from recorder import archive
from regulator.stdio import filter_lines

CAPTURES = Path(__file__).parents[1] / "captures"
NOON, ZONE = datetime(2026, 1, 12, 12, tzinfo=UTC), ZoneInfo("Europe/Amsterdam")
HOUSE = parse(example())
ADDRESS, MAC, KEY = "A4:C1:38:00:00:01", bytes.fromhex("a4c138000001"), bytes(range(16))
ZIGBEE = parse(
    "rooms: {living: {sensors: [t1], windows: [w1], radiators: [{valve: v1, power_w: 1000}]}}\n"
    "zigbee2mqtt: {devices: {t1: {}, w1: {}, v1: {}}}\n"
)


@dataclass(frozen=True)
class Target:
    """A reader; the errors that it may raise; real inputs."""

    read: Callable[[bytes], object]
    errors: tuple[type[Exception], ...] = ()
    seeds: tuple[bytes, ...] = (b"",)


def _chosen(data: bytes, count: int) -> tuple[int, bytes]:
    """The first byte says which of so many, the rest is for it."""
    return (data[0] % count if data else 0), data[1:]


# --- house, regulator, recorder -----------------------------------------------------------------------------------


def _message(data: bytes) -> object:
    number, payload = _chosen(data, len(topics.TOPICS))
    return topics.TOPICS[number].message.decode(payload)


def _stream_of_packets(data: bytes) -> object:
    """In pieces, at each of which the reader may be stopped."""
    number, stream = _chosen(data, 8)
    reader = packets.PacketReader((packets.MQTT_3, packets.MQTT_5)[number % 2])
    step = (1, 2, 7, len(stream) or 1)[number // 2]
    return [reader.feed(stream[at : at + step]) for at in range(0, len(stream), step)]


def _archive(data: bytes) -> object:
    """An export: each second one is packed here, so that lines are reached, the other is a file as it came."""
    number, content = _chosen(data, 2)
    with tempfile.NamedTemporaryFile() as file:
        file.write(gzip.compress(content) if number else content)
        file.flush()
        return list(archive.read(Path(file.name)))


def _backup(data: bytes) -> object:
    number, content = _chosen(data, 2)
    with tempfile.NamedTemporaryFile() as file:
        file.write(gzip.compress(content) if number else content)
        file.flush()
        return backup.contents(Path(file.name))


def _retained_lines(data: bytes) -> object:
    return backup.read_retained_lines(data)


def _filter(data: bytes) -> object:
    return list(filter_lines(HOUSE, data.decode(errors="replace").splitlines()))


def _end_of_a_wish(data: bytes) -> object:
    number, text = _chosen(data, 2)
    words = text.decode(errors="replace")
    return parse_time.minutes(words) if number else parse_time.moment(words, NOON, ZONE)


# --- devices ------------------------------------------------------------------------------------------------------


def _advertisement(data: bytes) -> object:
    number, service_data = _chosen(data, 6)
    uuid, key = ("181a", "fcd2", "fe95")[number % 3], (None, KEY)[number // 3]
    return xiaomi.decode(ADDRESS, uuid, service_data, key)


def _frame(data: bytes) -> object:
    return [frames.read_advertisement(MAC, uuid, said) for uuid, said in frames.service_data(data)]


def _telegrams(data: bytes) -> object:
    number, stream = _chosen(data, 3)
    framer, step = dsmr.Framer(), (1, 64, len(stream) or 1)[number]
    whole = [one for at in range(0, len(stream), step) for one in framer.feed(stream[at : at + step])]
    return [dsmr.decode(one, ZONE) for one in whole]


def _boiler(data: bytes) -> object:
    number, payload = _chosen(data, 10)
    says: tuple[tuple[Driver, str], ...] = (
        *((EmsEsp(), f"ems-esp/{one}") for one in ("status", "heartbeat", "response", "boiler_data")),
        *((Otgw(OtgwSettings()), one) for one in ("OTGW/value/otgw", "OTGW/value/otgw/boilertemperature")),
        *((relay(RelaySettings()), one) for one in ("boiler/status/switch:0", "boiler/online", "haard_boiler/rpc")),
        (relay(RelaySettings(model="tasmota")), "stat/boiler/POWER"),
    )
    driver, topic = says[number]
    return driver.heard(topic, payload, NOON, live=True).status(None, NOON)


def _zigbee(data: bytes) -> object:
    said = json_object(data)
    at = zigbee2mqtt.measured_at(said, NOON, live=True)
    found = [one for device in zigbee2mqtt.devices(ZIGBEE) for one in zigbee2mqtt.readings(device, said, at or NOON)]
    return zigbee2mqtt.is_online(data), [one.payload for one in found]


# --- seeds --------------------------------------------------------------------------------------------------------


def _captured(name: str) -> bytes:
    return (CAPTURES / name).read_bytes()


def _hex(*texts: str) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(text) for text in texts)


def _tar(**files: bytes) -> bytes:
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w") as archive_:
        for name, content in files.items():
            member = tarfile.TarInfo(name.replace("_", "."))
            member.size = len(content)
            archive_.addfile(member, io.BytesIO(content))
    return into.getvalue()


_EQ3 = tuple(bytes.fromhex(one["notify"]) for one in json.loads(_captured("eq3.json"))["notifications"])
_ADVERTISED = [json.loads(line) for line in _captured("advertisements.jsonl").splitlines()]
_SERVICE_DATA = tuple(
    bytes([("181a", "fcd2", "fe95").index(uuid)]) + bytes.fromhex(data)
    for one in _ADVERTISED
    for uuid, data in one["service_data"].items()
    if uuid in ("181a", "fcd2", "fe95")
)
_EASY = tuple(
    json.dumps(one["body"]).encode() for one in json.loads(_captured("nefit.json"))["exchanges"] if "body" in one
)
_TELEGRAMS = tuple(bytes([number]) + _captured(f"dsmr/{one}.txt") for number, one in enumerate(("v5", "v2_2", "v4_2")))
_SAID = (
    b'{"at":"2026-01-12T06:30:00Z"}',
    b'{"value":20.4,"measured_at":"2026-01-12T06:29:41Z"}',
    b'{"call":true,"issued_at":"2026-01-12T06:30:00Z","expires_at":"2026-01-12T06:40:00Z"}',
    b'[{"day":1,"time":"06:30","setpoint":20.5}]',
    b"20.5",
    b"on",
)
_LINE = b'{"received_at":"2026-01-12T06:30:00+00:00","topic":"home/tick","qos":1,"retained":false,"payload":"x"}\n'
_ZIGBEE_SAID = (
    b'{"local_temperature":20.5,"contact":true,"battery":80,"last_seen":"2026-01-12T11:59:00Z","humidity":50}'
)
_PACKETS = _hex(
    "20090000061200032700ffff", "300d0004686f6d6500617b7d", "3214000b686f6d652f2b2f746573740001003230", "d000"
)

TARGETS = {
    "message": Target(
        _message, (PayloadError,), tuple(bytes([number]) + one for number in range(0, 40, 3) for one in _SAID)
    ),
    "packets": Target(_stream_of_packets, (PayloadError,), tuple(b"\x01" + one for one in _PACKETS)),
    "settings": Target(
        lambda data: parse(data.decode(errors="replace")), (SettingsError,), (example().encode(), b"rooms: {}")
    ),
    "export": Target(_archive, (PayloadError,), (b"\x01" + archive.FORM.encode() + b"\n" + _LINE, b"\x00\x1f\x8b\x08")),
    "backup": Target(
        _backup, (SettingsError,), (b"\x01" + _tar(house_yaml=b"rooms: {}", retained_jsonl=b""), b"\x00\x1f\x8b\x08")
    ),
    "retained lines": Target(_retained_lines, (PayloadError,), (b'{"path":"a","payload":"b"}\n',)),
    "filter": Target(_filter, (), (b'{"topic":"home/tick","payload":{"at":"2026-01-12T06:30:00Z"}}\n', *_SAID)),
    "end of a wish": Target(_end_of_a_wish, (SettingsError,), (b"\x0022:30", b"\x002026-02-01T12:00", b"\x011h30m")),
    "advertisement": Target(_advertisement, (PayloadError,), _SERVICE_DATA),
    "frame": Target(
        _frame, (ValueError,), _hex("10161a18a4c13800000100a22f5f0bf819", "0e16d2fc40004f0164020a0903e80300")
    ),
    "valve": Target(eq3.decode, (PayloadError,), _EQ3),
    "telegrams": Target(_telegrams, (PayloadError,), _TELEGRAMS),
    "nefit": Target(lambda data: nefit.ui_status(json_object(data)), (), _EASY),
    "forecast": Target(
        lambda data: openmeteo.forecast(data, NOON),
        (DeviceError,),
        (json.dumps(json.loads(_captured("open_meteo.json"))["ok"]).encode(),),
    ),
    "failure": Target(
        lambda data: openmeteo.failure(429 if data[:1] == b"4" else 500, data[1:]), (), (b'4{"reason":"Hourly limit"}',)
    ),
    "boiler": Target(
        _boiler, (), tuple(bytes([number]) + one for number in range(10) for one in (b"online", b'{"output":true}'))
    ),
    "zigbee": Target(_zigbee, (), (_ZIGBEE_SAID, b'{"state":"online"}')),
}
