"""A whole house on one computer: broker, recorder, regulator and simulated house as supervised children.

In a simulated house the house is the clock, so no clock is started. It starts last, when all others listen, and it ends
first; the broker starts first and ends last, so that the recorder hears the whole story.
"""

import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from haard.settings_file import room_name
from haard.tryout.broker import answers
from haard.tryout.dashboard import Dashboard, heard
from haard.tryout.screen import too_cold
from haard.tryout.supervisor import Child, Program, Supervisor, python_module
from haard.tryout.view import Rate, View
from house import topics
from house.errors import DeviceError, PayloadError
from house.messages import RoomStatus
from house.mqtt import Link
from house.settings import Settings

READY_S = 30.0
TURN_S = 0.2
START_ORDER = (("recorder", "analyst", "regulator"), ("simulated",))
SERVICES = tuple(name for together in START_ORDER for name in together)
"""Every service by its name on service/<name>/availability."""
TOO_COLD_K = 1.0
FULL_BYTES = 10_000_000
BEGINS_AT = "2026-01-12T03:00Z"
"""In the small hours of a winter Monday: a newcomer sees a house that is kept, and soon how it warms up."""


def programs(settings: Path, speed: float) -> Mapping[str, Program]:
    """How each of SERVICES is run."""
    modules = {
        "recorder": ("recorder",),
        "analyst": ("recorder", "analyse"),
        "regulator": ("regulator",),
        "simulated": ("bridges", "simulated", "--speed", f"{speed:g}", "--start", BEGINS_AT, "--settled"),
    }
    return {
        name: Program(name, python_module(*module, "--settings", str(settings))) for name, module in modules.items()
    }


class TryOut:
    """The running house, driven by `turn`; `board` is what was heard of it."""

    def __init__(self, supervisor: Supervisor, link: Link, stop: threading.Event) -> None:
        self.board = Dashboard()
        self._supervisor, self._link, self._stop = supervisor, link, stop

    def turn(self) -> list[str]:
        """Hear what was said and look after the children, for a moment; the children's news."""
        for received in self._link.receive(TURN_S):
            try:
                message = topics.read(received.path, received.payload, retained=received.retained)
            except PayloadError:
                continue  # whoever it was meant for refuses it aloud
            if message is not None:
                self.board = heard(self.board, message)
        return self._supervisor.look()

    def start(self, services: Sequence[Program]) -> None:
        """Start these services together and wait until each says that it is online; raises DeviceError."""
        children = [self._supervisor.start(program) for program in services]
        deadline = time.monotonic() + READY_S
        while not self._stop.is_set():
            missing = [child for child in children if child.program.name not in self.board.services_up]
            if not missing:
                return
            hopeless = [child for child in missing if child.deaths_in_a_row > 2]
            if hopeless or time.monotonic() > deadline:
                raise _did_not_come_up((hopeless or missing)[0])
            self.turn()

    def watch(self, view: View, seconds: float) -> None:
        """Let it run and show it, for some seconds or until it is stopped."""
        began = shown = time.monotonic()
        rate = Rate(began, self.board.heard)
        while not self._stop.is_set() and time.monotonic() < began + seconds:
            for news in self.turn():
                view.tell(news)
            if time.monotonic() - shown >= view.every_s:
                shown = time.monotonic()
                view.show(self.board, rate.after(shown, self.board.heard))


def start_broker(supervisor: Supervisor, program: Program, port: int, stop: threading.Event) -> None:
    """Start the broker and wait until it answers; raises DeviceError."""
    child = supervisor.start(program)
    deadline = time.monotonic() + READY_S
    while not stop.wait(0.05) and not answers(port):
        supervisor.look()
        if child.deaths_in_a_row or time.monotonic() > deadline:
            raise _did_not_come_up(child)


def _did_not_come_up(child: Child) -> DeviceError:
    text = f"{child.program.name} does not come up: {child.last_words()}\nhint: read {child.log}"
    return DeviceError(text, temporary=False)


def recorded(database: Path) -> int:
    """How many messages the recorder's file holds."""
    if not database.exists():
        return 0
    try:
        with closing(sqlite3.connect(database)) as connection:
            return int(connection.execute("SELECT count(*) FROM message").fetchone()[0])
    except sqlite3.DatabaseError:  # no such table yet, or no database at all
        return 0


def faults(board: Dashboard, house: Settings, services: Sequence[str], free_bytes: int) -> list[str]:
    """What is not well with the house, a sentence each."""
    found = [f"{name} is not running" for name in services if name not in board.services_up]
    if free_bytes < FULL_BYTES:
        found.append(f"the disk is full ({free_bytes / 1e6:.0f} MB free): what was said last may not be recorded")
    for room in house.rooms:
        cold = too_cold(board.rooms.get(room, RoomStatus()))
        if cold is None:
            found.append(f"{room_name(room, house)} has no temperature or no setpoint")
        elif cold > TOO_COLD_K:
            found.append(f"{room_name(room, house)} is {cold:.1f} K below its setpoint")
    return found
