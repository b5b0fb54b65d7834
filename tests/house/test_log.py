"""Logs must neither stop a service nor deceive whoever reads them."""

import subprocess
import sys
from typing import Any

import structlog

from house.log import LINES_A_MINUTE, Fewer

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


def test_of_a_flood_of_refusals_sixty_a_minute_are_logged_and_the_others_counted() -> None:
    seconds = [1000.0]
    fewer = Fewer("message refused", lambda: seconds[0])

    def told(event: str = "message refused") -> dict[str, Any] | None:
        try:
            return dict(fewer(None, "warning", {"event": event}))
        except structlog.DropEvent:
            return None

    assert sum(told() is not None for _ in range(10_000)) == LINES_A_MINUTE
    assert told("connected") == {"event": "connected"}
    seconds[0] += 60
    assert told() == {"event": "message refused", "left_out_before": 10_000 - LINES_A_MINUTE}
    assert told() == {"event": "message refused"}
