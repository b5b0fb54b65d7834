"""Child processes that are kept running: started, watched, started again when they die, and ended.

The supervisor is driven by its owner: `look` reaps and restarts, and returns what happened in words. A child lives in
a session of its own, so that Ctrl-C in the terminal reaches only its parent, which then ends the children in order. On
Linux the kernel ends a child (SIGTERM) whose parent was killed.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

FIRST_BACKOFF_S, LONGEST_BACKOFF_S = 0.2, 10.0
MAXIMUM_DOUBLINGS = 10  # far beyond the longest wait; powers without end do not fit a float
HEALTHY_AFTER_S = 30.0  # a child that lived so long starts again at once
GRACE_S = 5.0
LAST_WORDS = 200  # characters
PR_SET_PDEATHSIG = 1  # linux/prctl.h

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, under which name."""

    name: str
    arguments: Sequence[str]


def python_module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours, as `python -m name ...`."""
    # A person's own house.py where haard is started must not be taken for ours.
    safe_path = [] if Path.cwd() == Path(__file__).resolve().parents[1] else ["-P"]
    return [sys.executable, *safe_path, "-m", name, *arguments]


def backoff_s(deaths: int) -> float:
    """How long to wait after so many deaths in a row, s."""
    doublings = min(deaths - 1, MAXIMUM_DOUBLINGS)
    return min(FIRST_BACKOFF_S * float(2**doublings), LONGEST_BACKOFF_S)


def how_it_ended(returncode: int) -> str:
    """`killed by SIGKILL`, or `exit status 1`."""
    if returncode >= 0:
        return f"exit status {returncode}"
    try:
        return f"killed by {signal.Signals(-returncode).name}"
    except ValueError:
        return f"killed by signal {-returncode}"


class Child:
    """One program and its present process, if it has one."""

    def __init__(self, program: Program, log: Path) -> None:
        self.program, self.log = program, log
        self.process: subprocess.Popen[bytes] | None = None
        self.restarts = 0
        self.deaths_in_a_row = 0
        self.started = 0.0
        self.next_start = 0.0

    def start(self, now: float) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.program.arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with(os.getpid()),
            )
        self.started = now

    def last_words(self) -> str:
        """The last line of its log."""
        lines = self.log.read_text(errors="replace").split("\n") if self.log.exists() else []
        return next((line.strip()[-LAST_WORDS:] for line in reversed(lines) if line.strip()), "it said nothing")


class Supervisor:
    """Keeps programs running; use it as a context manager, from one thread. At its end they end, the last one first."""

    def __init__(
        self, log_folder: Path, monotonic: Callable[[], float] = time.monotonic, grace_s: float = GRACE_S
    ) -> None:
        self._log_folder, self._monotonic, self._grace_s = log_folder, monotonic, grace_s
        self._children: dict[str, Child] = {}
        self.killed: list[str] = []
        """Who did not end by itself within the grace time."""

    def start(self, program: Program) -> Child:
        """Start it, and from now on keep it running."""
        child = Child(program, self._log_folder / f"{program.name}.log")
        self._children[program.name] = child
        child.start(self._monotonic())
        return child

    @property
    def restarts(self) -> Mapping[str, int]:
        """How often each child was started again."""
        return {name: child.restarts for name, child in self._children.items()}

    def look(self) -> list[str]:
        """Reap who died, start again whose time has come; what happened, a sentence each."""
        now = self._monotonic()
        return [news for child in self._children.values() if (news := self._look_after(child, now)) is not None]

    def _look_after(self, child: Child, now: float) -> str | None:
        if child.process is None:
            return self._start_again(child) if now >= child.next_start else None
        returncode = child.process.poll()
        if returncode is None:
            return None
        child.process = None
        child.deaths_in_a_row = 1 if now - child.started > HEALTHY_AFTER_S else child.deaths_in_a_row + 1
        wait = backoff_s(child.deaths_in_a_row)
        child.next_start = now + wait
        words = "" if returncode < 0 else f": {child.last_words()}"
        return f"{child.program.name} died ({how_it_ended(returncode)}{words}); starting it again in {wait:.1f} s"

    def _start_again(self, child: Child) -> str:
        child.restarts += 1
        child.start(self._monotonic())
        return f"{child.program.name} started again"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in reversed(self._children.values()):
            if not _end(child, self._grace_s):
                self.killed.append(child.program.name)


def _end(child: Child, grace_s: float) -> bool:
    """End it with SIGTERM; whether that was enough, or it had to be killed after the grace time."""
    process, child.process = child.process, None
    if process is None:
        return True
    process.terminate()
    try:
        process.wait(grace_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True


def _end_with(parent: int) -> Callable[[], None] | None:
    """What the new process does before it becomes the program: ask the kernel to be ended with its parent.

    Safe although threads and `preexec_fn` do not go together: the supervisor's process has one thread.
    """
    if _libc is None:
        return None

    def _ask() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we could ask
            os.kill(os.getpid(), signal.SIGTERM)

    return _ask
