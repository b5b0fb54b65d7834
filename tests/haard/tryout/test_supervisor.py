"""Child processes are kept running, and none is left behind. The children are real and tiny."""

import os
import select
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haard.tryout.supervisor import (
    FIRST_BACKOFF_S,
    HEALTHY_AFTER_S,
    LONGEST_BACKOFF_S,
    Child,
    Program,
    Supervisor,
    backoff_s,
    how_it_ended,
)

PATIENCE_S = 20.0
SLEEPER = "import time; print('here', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER


def python(name: str, code: str) -> Program:
    return Program(name, [sys.executable, "-c", code])


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def pid(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def die(child: Child, number: signal.Signals = signal.SIGKILL) -> None:
    """Let it die, and wait until it has."""
    assert child.process is not None
    child.process.send_signal(number)
    child.process.wait(PATIENCE_S)


def wait_until_ready(child: Child) -> None:
    """Wait for its first word."""
    with subprocess.Popen(["tail", "-n", "+1", "-F", str(child.log)], stdout=subprocess.PIPE, stderr=-3) as tail:
        assert tail.stdout is not None
        assert tail.stdout.readline() == b"here\n"
        tail.terminate()


@contextmanager
def ending_of(process_id: int) -> Iterator[select.poll]:
    """Something to wait on for the end of a process that is not our child."""
    descriptor = os.pidfd_open(process_id)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    try:
        yield poll
    finally:
        os.close(descriptor)


def test_a_child_that_is_killed_is_started_again_and_told(tmp_path: Path) -> None:
    clock = Clock()
    with Supervisor(tmp_path, clock) as supervisor:
        child = supervisor.start(python("regulator", SLEEPER))
        first = pid(child)
        die(child)
        assert supervisor.look() == ["regulator died (killed by SIGKILL); starting it again in 0.2 s"]
        assert supervisor.look() == []
        clock.now += FIRST_BACKOFF_S
        assert supervisor.look() == ["regulator started again"]
        assert pid(child) != first
        assert supervisor.look() == []
        assert supervisor.restarts == {"regulator": 1}


def test_a_child_that_ends_by_itself_is_told_with_its_last_words(tmp_path: Path) -> None:
    with Supervisor(tmp_path, Clock()) as supervisor:
        child = supervisor.start(python("recorder", "import sys; print('no space left'); sys.exit(3)"))
        die(child, signal.SIGCONT)
        assert supervisor.look() == [
            "recorder died (exit status 3: no space left); starting it again in 0.2 s",
        ]


def test_a_child_that_dies_in_a_row_waits_longer_until_it_was_healthy(tmp_path: Path) -> None:
    clock, waits = Clock(), []
    with Supervisor(tmp_path, clock) as supervisor:
        child = supervisor.start(python("bridge", SLEEPER))
        for lived in (0.0, 1.0, 1.0, HEALTHY_AFTER_S + 1):
            clock.now += lived
            die(child)
            supervisor.look()
            waits.append(child.next_start - clock.now)
            clock.now = child.next_start
            supervisor.look()
    assert waits == pytest.approx([0.2, 0.4, 0.8, 0.2])


@given(st.integers(1, 10_000))
def test_the_wait_never_shrinks_and_has_a_limit(deaths: int) -> None:
    assert FIRST_BACKOFF_S <= backoff_s(deaths) <= backoff_s(deaths + 1) <= LONGEST_BACKOFF_S


@pytest.mark.parametrize(
    ("returncode", "words"), [(0, "exit status 0"), (-9, "killed by SIGKILL"), (-40, "killed by signal 40")]
)
def test_how_a_process_ended_in_words(returncode: int, words: str) -> None:
    assert how_it_ended(returncode) == words


def test_at_the_end_every_child_ends_the_last_one_first(tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    code = "import pathlib, signal, sys; signal.sigwait({signal.SIGTERM}); open(sys.argv[1], 'a').write(sys.argv[2])"
    blocked = f"import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [15]); print('here', flush=True); {code}"
    with Supervisor(tmp_path) as supervisor:
        for name in ("a", "b", "c"):
            wait_until_ready(supervisor.start(Program(name, [sys.executable, "-c", blocked, str(ended), name])))
    assert ended.read_text() == "cba"
    assert supervisor.killed == []


def test_a_child_that_does_not_listen_is_killed_and_named(tmp_path: Path) -> None:
    with Supervisor(tmp_path, grace_s=0.1) as supervisor:
        child = supervisor.start(python("stubborn", STUBBORN))
        wait_until_ready(child)
        process = child.process
    assert process is not None
    assert process.returncode == -signal.SIGKILL
    assert supervisor.killed == ["stubborn"]


def test_the_terminals_interrupt_does_not_reach_a_child(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        child = supervisor.start(python("service", SLEEPER))
        assert os.getsid(pid(child)) != os.getsid(0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_children_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    parent_code = textwrap.dedent(
        f"""
        import pathlib, sys, time
        from haard.tryout.supervisor import Program, Supervisor
        with Supervisor(pathlib.Path({str(tmp_path)!r})) as supervisor:
            child = supervisor.start(Program("orphan", [sys.executable, "-c", {SLEEPER!r}]))
            print(child.process.pid, flush=True)
            time.sleep(600)
        """
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", parent_code], cwd=root, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        orphan = int(parent.stdout.readline())
        with ending_of(orphan) as ending:
            parent.kill()
            assert ending.poll(PATIENCE_S * 1000), "the child outlived its parent"
