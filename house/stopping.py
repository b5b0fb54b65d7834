"""A clean stop: SIGTERM and SIGINT set an event that every loop watches."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """Yield an event that is set by SIGTERM or SIGINT; the former handlers come back at the end."""
    stop = threading.Event()

    def _set(_number: int, _frame: Any) -> None:
        stop.set()

    former = {number: signal.signal(number, _set) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
