import os
import signal
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
