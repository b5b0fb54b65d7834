"""The broker of a try-out: Mosquitto where it is present, else the embedded one; on loopback, with files of its own."""

import importlib.util
import os
import shutil
import socket
from pathlib import Path
from typing import Literal

from haard.tryout.supervisor import Program, python_module
from house.errors import DeviceError

Kind = Literal["mosquitto", "amqtt"]
LOOPBACK = "127.0.0.1"
BESIDE_PATH = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
NO_BROKER = (
    "no broker: neither Mosquitto nor amqtt is installed\n"
    "hint: sudo apt install mosquitto, or pip install 'haard[tryout]'"
)


def mosquitto() -> str | None:
    """The path of Mosquitto's program, which Debian keeps outside a person's PATH."""
    return shutil.which("mosquitto", path=os.pathsep.join([os.environ.get("PATH", ""), *BESIDE_PATH]))


def choose(wanted: Literal["auto", "mosquitto", "amqtt"]) -> Kind:
    """Which broker to run; raises DeviceError where it is not installed."""
    if wanted != "amqtt" and mosquitto():
        return "mosquitto"
    if wanted == "mosquitto":
        raise DeviceError("Mosquitto is not installed\nhint: sudo apt install mosquitto", temporary=False)
    if importlib.util.find_spec("amqtt") is None:
        raise DeviceError(NO_BROKER, temporary=False)
    return "amqtt"


def program(kind: Kind, port: int, folder: Path, page_port: int | None = None) -> Program:
    """How to run it, with a second listener for websockets where a page wants one.

    Mosquitto's configuration is written into `folder`, where it also keeps its file.
    """
    if kind == "amqtt":
        ports = [str(one) for one in (port, page_port) if one is not None]
        return Program("broker", python_module("haard.tryout.embedded_broker", *ports))
    folder.mkdir(exist_ok=True)
    (folder / "mosquitto.db").unlink(missing_ok=True)  # the former try-out's house lived at another time
    configuration = folder / "mosquitto.conf"
    configuration.write_text(mosquitto_configuration(port, folder, page_port), encoding="utf-8")
    return Program("broker", [mosquitto() or "mosquitto", "-c", str(configuration)])


def mosquitto_configuration(port: int, folder: Path, page_port: int | None = None) -> str:
    """The text of mosquitto.conf: of what is queued or retained, a crash loses the last five seconds at most."""
    lines = [
        "# Written by `haard up` at each start.",
        f"listener {port} {LOOPBACK}",
        *((f"listener {page_port} {LOOPBACK}", "protocol websockets") if page_port else ()),
        "allow_anonymous true",
        "persistence true",
        f"persistence_location {folder.resolve()}/",
        "autosave_interval 5",
        "max_queued_messages 0",
        "set_tcp_nodelay true",
        "log_dest stderr",
    ]
    if os.geteuid() == 0:
        lines.append("user root")  # it would become another user, who may not write here and outlives its parent
    return "\n".join(lines) + "\n"


def free_port(wanted: int) -> int:
    """The wanted port on loopback if nobody has it, else one that nobody has."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DeviceError("no free port on this computer's loopback", temporary=True)


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((LOOPBACK, port)) == 0
