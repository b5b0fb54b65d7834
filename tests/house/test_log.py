"""Logs must neither stop a service nor deceive whoever reads them."""

import subprocess
import sys
from typing import Any

PROGRAM = """
import structlog
from house import log
log.configure("kettle")
structlog.get_logger().warning("message refused", payload={payload!r})
print("goes on")
"""


def say(payload: str, stderr: Any = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM.format(payload=payload)]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=stderr, text=True, check=False)


def test_a_line_names_the_service_and_what_happened() -> None:
    assert "message refused payload=20.5 service=kettle" in say("20.5").stderr


def test_a_full_disk_stops_no_service() -> None:
    with open("/dev/full", "w") as full:
        assert say("20.5", full).stdout == "goes on\n"


def test_a_payload_can_neither_steer_the_terminal_nor_forge_a_line() -> None:
    told = say("\x1b[2J\x00\nall is well\x9b").stderr
    assert len(told.splitlines()) == 1
    assert told.rstrip("\n").isprintable()
