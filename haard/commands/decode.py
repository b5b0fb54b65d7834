"""Show as JSON what haard understands of the bytes that a device sent; nothing has to run for it.

examples:
  haard decode advertisement --address A4:C1:38:02:83:F4 --uuid 181a --data a4c1380283f400a22f5f0bf819
  haard decode valve 02010900042a
  haard decode telegram telegram.txt
  cat /dev/ttyUSB0 | head -c 2000 | haard decode telegram -
"""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from haard.output import console
from house.errors import PayloadError

app = typer.Typer()


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x").replace(":", "").replace("-", ""))
    except ValueError as error:
        raise typer.BadParameter(f"{text} should be bytes in hexadecimal, such as 02010900042a") from error


def _key(text: str) -> bytes:
    key = _hex(text)
    if len(key) != 16:
        raise typer.BadParameter(f"a bindkey should be 16 bytes in hexadecimal, not {len(key)}")
    return key


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise typer.BadParameter(f"{text} should be a time zone such as Europe/Amsterdam") from error


@app.command()
def advertisement(
    address: Annotated[str, typer.Option(help="The sender, such as A4:C1:38:00:00:01.")],
    uuid: Annotated[str, typer.Option(help="The service under which it was sent, such as 181a.")],
    data: Annotated[bytes, typer.Option(parser=_hex, metavar="HEX", help="The bytes after the UUID.")],
    key: Annotated[
        bytes | None, typer.Option(parser=_key, metavar="HEX", help="The sensor's bindkey, if it encrypts.")
    ] = None,
) -> int:
    """Service data that a thermometer advertised.

    examples:
      haard decode advertisement --address A4:C1:38:02:83:F4 --uuid 181a --data a4c1...f819
    """
    from bridges.xiaomi.protocol import decode

    measurement = decode(address, uuid, data, key)
    if measurement is None:
        raise PayloadError("a sound advertisement, but it says nothing that a house needs (such as a button)")
    return _show([measurement])


@app.command()
def valve(
    data: Annotated[bytes, typer.Argument(parser=_hex, metavar="HEX", help="The bytes of one notification.")],
) -> int:
    """What an eQ-3 valve said, from its notification.

    examples:
      haard decode valve 02010900042a
    """
    from bridges.eq3.protocol import decode

    return _show([decode(data)])


@app.command()
def telegram(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The bytes as they came, any number of telegrams; - is stdin.")
    ],
    timezone: Annotated[
        ZoneInfo | None,
        typer.Option(parser=_zone, metavar="ZONE", help="Where the meter is; default: Europe/Amsterdam."),
    ] = None,
) -> int:
    """What the smart meter sent over its P1 port.

    examples:
      haard decode telegram telegram.txt
    """
    from bridges.dsmr.protocol import Framer, decode

    sent, framer = _read(file), Framer()
    telegrams = framer.feed(sent)
    if not telegrams:
        hint = "" if b"\r\n" in sent else "\nhint: its lines should end in CR LF, as the meter sends them"
        raise PayloadError(f"{file}: no whole telegram in {len(sent)} bytes, {framer.damaged} damaged{hint}")
    zone = timezone or ZoneInfo("Europe/Amsterdam")
    return _show(decode(one, zone) for one in telegrams)


def _show(values: Iterable[Any]) -> int:
    out = console()
    for value in values:
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


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise PayloadError(f"{file}: cannot be read ({error.strerror})") from error
