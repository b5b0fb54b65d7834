"""A clean stop: SIGTERM, SIGINT and the end of the terminal (SIGHUP) set an event that every loop watches.

A call that waits for a database which has frozen comes back to no loop. Who makes such calls is `gone_within` a time:
what it had not finished is as after a crash, which it is made for.
"""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

log = structlog.get_logger()


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


@contextmanager
def gone_within(seconds: float) -> Iterator[None]:
    """End the process with status 0 so long after one of the signals, whatever it waits for; in the main thread."""
    heard, told = socket.socketpair()
    told.setblocking(False)
    former = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    watch = threading.Thread(target=_watch, args=(heard, seconds), daemon=True)
    watch.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(former)
        told.close()
        watch.join()
        heard.close()


def _watch(heard: socket.socket, seconds: float) -> None:
    """The numbers of signals arrive here while the main thread hangs; the end of them says that all is well."""
    deadline: float | None = None
    while True:
        heard.settimeout(None if deadline is None else max(deadline - time.monotonic(), 0.001))
        try:
            number = heard.recv(1)
        except TimeoutError:
            log.warning("left in the midst of what does not answer", after_s=seconds)
            os._exit(0)
        if not number:
            return
        if number[0] in SIGNALS and deadline is None:
            deadline = time.monotonic() + seconds
