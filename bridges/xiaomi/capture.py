"""Captured advertisements as text: one JSON object a line, `{"address", "service_data": {uuid: hex}, "rssi", "at"}`."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, ValidationError

from bridges.xiaomi.protocol import SERVICE_UUIDS
from bridges.xiaomi.sensors import Advertisement
from house.errors import SettingsError
from house.settings.section import Address

ADVERTISED_EVERY = timedelta(seconds=2.5)
"""What pvvx and atc1441 do unless told otherwise."""


def _uuid(text: str) -> str:
    return next((uuid for uuid in SERVICE_UUIDS if text.lower() in (uuid, uuid[4:8])), text.lower())


def _bytes(text: object) -> bytes:
    if not isinstance(text, str):
        raise ValueError("should be bytes in hexadecimal")
    return bytes.fromhex(text)


class Line(BaseModel):
    """One advertisement; `at` is when it was captured."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    address: Address
    service_data: Mapping[str, Annotated[bytes, BeforeValidator(_bytes)]]
    rssi: float | None = None
    at: AwareDatetime | None = None

    def heard(self, at: datetime) -> Advertisement:
        """The advertisement as if the radio had heard it at an instant."""
        return Advertisement(self.address, {_uuid(u): data for u, data in self.service_data.items()}, at, self.rssi)


def dated(lines: Sequence[Line], now: datetime) -> Iterator[tuple[Line, datetime]]:
    """Each line with an instant, the last with `now`: as far apart as they were captured, else as sensors advertise."""
    known = [line.at for line in lines if line.at is not None]
    if len(known) == len(lines) and known == sorted(known):
        yield from ((line, now - (known[-1] - at)) for line, at in zip(lines, known, strict=True))
        return
    for number, line in enumerate(lines, 1):
        yield line, now - (len(lines) - number) * ADVERTISED_EVERY


def read(file: Path) -> tuple[Line, ...]:
    """Every line of the file; raises SettingsError that names the line which is none."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read ({error})") from error
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            lines.append(Line.model_validate_json(line))
        except ValidationError as error:
            fault = error.errors(include_url=False, include_context=False)[0]
            place = ".".join(str(part) for part in fault["loc"]) or "line"
            raise SettingsError(
                f"{file}:{number}: {place}: {fault['msg']}; should be such as "
                '{"address": "A4:C1:38:00:00:01", "service_data": {"181a": "f4830238c1a4..."}, "rssi": -71}'
            ) from error
    return tuple(lines)
