"""Messages as a file: gzipped JSON lines, one message each, in the order of recording.

The first line names the form. A payload is `payload` where it is UTF-8, else `base64`; either gives back every byte.
"""

import gzip
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from house.errors import PayloadError

FORM = '{"form": "haard messages", "version": 1}'
MAXIMUM_LINE = 2**20  # characters; the largest payload and topic take a tenth of it
COMPRESSION = 6
FIRST_YEAR, LAST_YEAR = 1970, 2100
MAXIMUM_TOPIC = 650  # characters; what the recorder takes


class Message(NamedTuple):
    """A message as recorded."""

    received_at: datetime
    topic: str
    qos: int
    retained: bool
    payload: bytes


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")

    received_at: AwareDatetime
    topic: Annotated[str, Field(min_length=1, max_length=MAXIMUM_TOPIC, pattern=r"^[^\x00]+$")]
    qos: Annotated[int, Field(ge=0, le=2)]
    retained: bool
    payload: str | None = None
    base64: str | None = None

    def message(self) -> Message:
        """Raises ValueError where there is not exactly one payload."""
        if (self.payload is None) == (self.base64 is None):
            raise ValueError("should have either payload or base64")
        if not FIRST_YEAR <= self.received_at.year <= LAST_YEAR:
            raise ValueError(f"received_at: should lie between the years {FIRST_YEAR} and {LAST_YEAR}")
        payload = b64decode(self.base64 or "", validate=True) if self.payload is None else self.payload.encode()
        return Message(self.received_at.astimezone(UTC), self.topic, self.qos, self.retained, payload)


def encode(message: Message) -> str:
    """A line, without its end."""
    fields = {
        "received_at": message.received_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "topic": message.topic,
        "qos": message.qos,
        "retained": message.retained,
    }
    try:
        return json.dumps(fields | {"payload": message.payload.decode()})
    except UnicodeDecodeError:
        return json.dumps(fields | {"base64": b64encode(message.payload).decode()})


def decode(line: str) -> Message:
    """Raises PayloadError that says what is wrong."""
    try:
        return _Line.model_validate_json(line).message()
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(map(str, fault["loc"]))
        raise PayloadError(f"{place}: {fault['msg']}" if place else fault["msg"]) from error
    except (ValueError, OverflowError) as error:  # the years 1 and 9999 have no instant in every zone
        raise PayloadError(str(error)) from error


def begin(file: IO[bytes]) -> gzip.GzipFile:
    """An archive to write lines into; equal messages make equal bytes."""
    archive = gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=COMPRESSION, mtime=0)
    archive.write(f"{FORM}\n".encode())
    return archive


def read(path: Path) -> Iterator[tuple[int, Message]]:
    """The number of each line with its message; raises PayloadError that names the file and the line."""
    number = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
            while line := lines.readline(MAXIMUM_LINE):
                number += 1
                if number > 1:
                    yield number, decode(line)
                elif line.rstrip("\n") != FORM:
                    raise PayloadError("is no export of this version of haard")
    except (PayloadError, UnicodeDecodeError, EOFError, OSError, zlib.error) as error:
        raise PayloadError(f"{path}: line {max(number, 1)}: {error}") from error
    if not number:
        raise PayloadError(f"{path}: is empty")
