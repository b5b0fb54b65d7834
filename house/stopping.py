"""A clean stop: SIGTERM, SIGINT and the end of the terminal (SIGHUP) set an event that every loop watches."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """Yield an event that is set by these signals; the former handlers come back at the end. Under nohup the end of the
    terminal goes on meaning nothing.
    """
    stop = threading.Event()

    def _set(_number: int, _frame: Any) -> None:
        stop.set()

    numbers = [one for one in SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
    former = {number: signal.signal(number, _set) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
