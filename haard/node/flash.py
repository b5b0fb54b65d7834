"""A node's flash: its settings, its file system as an image, and the commands that bring it onto the chip.

What stands on flash can be read by whoever holds the board: each node has a user and a key of its own.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from haard.node.build import BuildError, build

BLOCK = 4096
FILE_SYSTEM_AT, FILE_SYSTEM_BYTES = 0x200000, 0x200000
"""Where MicroPython's generic builds for 4 MB of flash look for their file system."""
INTERPRETER_AT = {"esp32": 0x1000, "esp32s3": 0x0}
BAUD = 460800


@dataclass(frozen=True, slots=True)
class Access:
    """How a node comes into the network and onto the broker."""

    ssid: str
    psk: str
    broker: str
    port: int
    user: str
    password: str
    update_key: str
    root: str = "home"
    authority: str | None = None
    """The certificate of the broker's authority (PEM); with one the node speaks TLS."""
    flashed_at: str = ""
    """When that was: a node that has no clock yet takes it for the time, so that certificates are valid."""
    pins: Mapping[str, str] | None = None


def settings_of(node: str, access: Access) -> dict[str, Any]:
    """The node's `config.json`."""
    found = {
        "id": node,
        "ssid": access.ssid,
        "psk": access.psk,
        "broker": access.broker,
        "port": access.port,
        "user": access.user,
        "password": access.password,
        "root": access.root,
        "update_key": access.update_key,
    }
    if access.authority:
        found["ca"] = "ca.pem"
        found["flashed_at"] = access.flashed_at
    if access.pins:
        found["pins"] = dict(access.pins)
    return found


def write_tree(folder: Path, node: str, access: Access, config: bytes) -> Path:
    """The whole file system of a node as a folder: firmware, settings, what it hears and drives."""
    build(folder)
    (folder / "config.json").write_text(json.dumps(settings_of(node, access)), encoding="utf-8")
    (folder / "node.json").write_bytes(config)
    if access.authority:
        (folder / "ca.pem").write_text(access.authority, encoding="ascii")
    return folder


def image(folder: Path, size: int = FILE_SYSTEM_BYTES) -> bytes:
    """The folder as a LittleFS of the version and geometry that MicroPython mounts."""
    try:
        from littlefs import LittleFS
    except ImportError:
        raise BuildError("an image for flash needs littlefs-python: pip install 'haard[node]'") from None
    flash = LittleFS(
        block_size=BLOCK,
        block_count=size // BLOCK,
        read_size=32,
        prog_size=32,
        cache_size=128,
        lookahead_size=32,
        disk_version=0x00020000,
    )
    for path in sorted(folder.rglob("*")):
        name = "/" + path.relative_to(folder).as_posix()
        if path.is_dir():
            flash.makedirs(name, exist_ok=True)
            continue
        with flash.open(name, "wb") as file:
            file.write(path.read_bytes())
    return bytes(flash.context.buffer)


def commands(port: str, chip: str, interpreter: Path | None, image: Path) -> list[list[str]]:
    """What esptool is called with: the interpreter, where one is given, onto an empty chip; then the file system."""
    tool = [sys.executable, "-m", "esptool", "--chip", chip, "--port", port, "--baud", str(BAUD)]
    write = [*tool, "write-flash"]
    if interpreter is None:
        return [[*write, hex(FILE_SYSTEM_AT), str(image)]]
    return [
        [*tool, "erase-flash"],
        [*write, hex(INTERPRETER_AT[chip]), str(interpreter), hex(FILE_SYSTEM_AT), str(image)],
    ]


def run(calls: Sequence[Sequence[str]]) -> None:
    """One after the other; raises BuildError at the first that fails, which has said why."""
    for call in calls:
        if subprocess.run(call, check=False).returncode:
            raise BuildError(f"{' '.join(call[2:4])} failed: is the board at this port, and may you use it?")
