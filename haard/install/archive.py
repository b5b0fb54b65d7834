"""A backup's file: a gzipped tar of settings, what the broker retains, history, and secrets if wished."""

import base64
import io
import json
import re
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from house.errors import PayloadError, SettingsError

SETTINGS, RETAINED, HISTORY, SECRETS = "house.yaml", "retained.jsonl", "history.jsonl.gz", "secrets/"
NAME = "haard-{at:%Y-%m-%dT%H%M%S}Z.tar.gz"
_NAMED = re.compile(r"haard-\d{4}-\d\d-\d\dT\d{6}Z\.tar\.gz")

Retained = Mapping[str, bytes]
"""Payloads by path, relative to the topic root."""


@contextmanager
def new(path: Path) -> Iterator[tarfile.TarFile]:
    """A backup being written, for nobody else to read; it appears under its name when it is complete."""
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.touch(mode=0o600)
    try:
        with tarfile.open(unfinished, "w:gz") as archive:
            yield archive
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def add(archive: tarfile.TarFile, name: str, content: bytes, at: datetime) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = len(content), 0o600, int(at.timestamp())
    archive.addfile(member, io.BytesIO(content))


def retained_lines(retained: Retained) -> bytes:
    """One message a line; a payload that is no text is base64."""
    return "".join(f"{json.dumps(_line(*one), ensure_ascii=False)}\n" for one in sorted(retained.items())).encode()


def _line(path: str, payload: bytes) -> dict[str, str]:
    try:
        return {"path": path, "payload": payload.decode()}
    except UnicodeDecodeError:
        return {"path": path, "base64": base64.b64encode(payload).decode()}


def read_retained_lines(content: bytes) -> Retained:
    """What `retained_lines` wrote; raises PayloadError for anything else."""
    try:
        return dict(_read_line(line) for line in content.decode().splitlines())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PayloadError(f"is no list of retained messages: {error}") from error


def _read_line(line: str) -> tuple[str, bytes]:
    said = json.loads(line)
    payload = said["payload"].encode() if "payload" in said else base64.b64decode(said["base64"])
    return str(said["path"]), payload


def contents(path: Path) -> Mapping[str, bytes]:
    """Everything in a backup but its history; raises SettingsError for a file that is none."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            members = [one for one in archive.getmembers() if one.isfile() and one.name != HISTORY]
            found = {one.name: _bytes(archive, one) for one in members}
    except (tarfile.TarError, EOFError, OSError) as error:
        raise SettingsError(f"{path}: is no backup that can be read ({error})") from error
    if SETTINGS not in found or RETAINED not in found:
        raise SettingsError(f"{path}: is no backup of haard; there is no {SETTINGS} or {RETAINED} in it")
    return found


def history(path: Path, target: Path) -> bool:
    """Take the history out of a backup, into `target`; False if there is none in it."""
    with tarfile.open(path, "r:gz") as archive:
        if HISTORY not in archive.getnames():
            return False
        target.write_bytes(_bytes(archive, archive.getmember(HISTORY)))
    return True


def _bytes(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    assert file is not None
    return file.read()


def outdated(names: Iterable[str], keep: int) -> list[str]:
    """Which of the backups in a folder are older than the newest `keep`; other files are nobody's business."""
    ours = sorted(name for name in names if _NAMED.fullmatch(name))
    return ours[: max(len(ours) - keep, 0)]
