import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from house.stopping import stop_on_signals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_asks_for_a_clean_stop_and_the_former_handler_comes_back(number: signal.Signals) -> None:
    before = signal.signal(number, _nothing)
    try:
        with stop_on_signals() as stop:
            assert not stop.is_set()
            os.kill(os.getpid(), number)
            assert stop.wait(5)
        assert signal.getsignal(number) is _nothing
    finally:
        signal.signal(number, before)


def _nothing(_number: int, _frame: Any) -> None:
    pass


def test_under_nohup_the_end_of_the_terminal_means_nothing() -> None:
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stop_on_signals() as stop:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not stop.is_set()
    finally:
        signal.signal(signal.SIGHUP, former)


HANGS = """
import socket, sys
from house.stopping import gone_within, stop_on_signals
ours, theirs = socket.socketpair()
with stop_on_signals() as stop, gone_within(float(sys.argv[1])):
    sys.stdout.write("waits\\n")
    sys.stdout.flush()
    if sys.argv[2] == "hangs":
        ours.recv(1)  # nobody speaks, and no signal ends it
    stop.wait()
sys.exit(7)
"""


@pytest.mark.parametrize(("how", "within_s", "status"), [("hangs", 0.2, 0), ("listens", 3600, 7)])
def test_who_hangs_is_gone_in_time_and_who_listens_ends_by_itself(how: str, within_s: float, status: int) -> None:
    with subprocess.Popen([sys.executable, "-c", HANGS, str(within_s), how], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"waits\n"
        child.send_signal(signal.SIGTERM)
        assert child.wait(60) == status
