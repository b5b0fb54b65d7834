"""Show as JSON what haard understands of the bytes that a device sent; nothing has to run for it.

examples:
  haard decode advertisement --address A4:C1:38:02:83:F4 --uuid 181a --data a4c1380283f400a22f5f0bf819
  haard decode valve 02010900042a
  haard decode telegram telegram.txt
  cat /dev/ttyUSB0 | head -c 2000 | haard decode telegram -
"""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.console import Console

from house.errors import PayloadError


def arguments(parser: ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="advertisement|valve|telegram")
    advertisement = kinds.add_parser(
        "advertisement",
        help="service data that a thermometer advertised",
        epilog="example: haard decode advertisement --address A4:C1:38:02:83:F4 --uuid 181a --data a4c1...f819",
    )
    advertisement.add_argument("--address", required=True, help="the sender, such as A4:C1:38:00:00:01")
    advertisement.add_argument("--uuid", required=True, help="the service under which it was sent, such as 181a")
    advertisement.add_argument("--data", required=True, type=_hex, metavar="HEX", help="the bytes after the UUID")
    advertisement.add_argument("--key", type=_key, metavar="HEX", help="the sensor's bindkey, if it encrypts")
    advertisement.set_defaults(decode=_advertisement)
    valve = kinds.add_parser(
        "valve",
        help="what an eQ-3 valve said, from its notification",
        epilog="example: haard decode valve 02010900042a",
    )
    valve.add_argument("data", type=_hex, metavar="HEX", help="the bytes of one notification")
    valve.set_defaults(decode=_valve)
    telegram = kinds.add_parser(
        "telegram",
        help="what the smart meter sent over its P1 port",
        epilog="example: haard decode telegram telegram.txt",
    )
    telegram.add_argument("file", metavar="FILE", help="the bytes as they came, any number of telegrams; - is stdin")
    telegram.add_argument("--timezone", type=_zone, default="Europe/Amsterdam", help="default: %(default)s")
    telegram.set_defaults(decode=_telegrams)


def run(options: Namespace, out: Console) -> int:
    for value in options.decode(options):
        out.out(as_json(value))
    return 0


def as_json(value: Any) -> str:
    """A decoded value as JSON, with the name of its class as `kind`: instants in ISO 8601, durations in seconds."""
    return json.dumps({"kind": type(value).__name__, **asdict(value, dict_factory=_fields)}, indent=2)


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in pairs}


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case timedelta():
            return value.total_seconds()
        case Enum():
            return value.name.lower()
    return value


def _advertisement(options: Namespace) -> Iterable[Any]:
    from bridges.xiaomi.protocol import decode

    measurement = decode(options.address, options.uuid, options.data, options.key)
    if measurement is None:
        raise PayloadError("a sound advertisement, but it says nothing that a house needs (such as a button)")
    return [measurement]


def _valve(options: Namespace) -> Iterable[Any]:
    from bridges.eq3.protocol import decode

    return [decode(options.data)]


def _telegrams(options: Namespace) -> Iterable[Any]:
    from bridges.dsmr.protocol import Framer, decode

    sent, framer = _read(options.file), Framer()
    telegrams = framer.feed(sent)
    if not telegrams:
        hint = "" if b"\r\n" in sent else "\nhint: its lines should end in CR LF, as the meter sends them"
        raise PayloadError(f"{options.file}: no whole telegram in {len(sent)} bytes, {framer.damaged} damaged{hint}")
    return [decode(telegram, options.timezone) for telegram in telegrams]


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise PayloadError(f"{file}: cannot be read ({error.strerror})") from error


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x").replace(":", "").replace("-", ""))
    except ValueError as error:
        raise ArgumentTypeError(f"{text} should be bytes in hexadecimal, such as 02010900042a") from error


def _key(text: str) -> bytes:
    key = _hex(text)
    if len(key) != 16:
        raise ArgumentTypeError(f"a bindkey should be 16 bytes in hexadecimal, not {len(key)}")
    return key


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ArgumentTypeError(f"{text} should be a time zone such as Europe/Amsterdam") from error
