"""Logs for the person who runs the house: one readable line an event, in UTC, on standard error.

A service's shell imports this before anything that imports structlog: structlog would load Rich for colours that no
log here uses, at 4 MB in each service.
"""

import logging
import sys
import time
from collections.abc import Callable
from contextlib import suppress

if "rich" not in sys.modules:
    sys.modules["rich"] = None  # type: ignore[assignment]  # how Python is told that a module is not there
    import structlog

    del sys.modules["rich"]
else:
    import structlog
from structlog.typing import EventDict

MINUTE_S, LINES_A_MINUTE = 60.0, 60

logger = structlog.get_logger


def configure(service: str) -> None:
    """Set up logging of a service; called once, by its shell."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            Fewer("message refused", time.monotonic),
            _escape,
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: _StandardError(),
    )
    structlog.contextvars.bind_contextvars(service=service)


class Fewer:
    """Lets through so many lines a minute of one event, which others may cause as often as they like; the first line of
    a later minute tells how many were left out.
    """

    def __init__(self, event: str, monotonic: Callable[[], float]) -> None:
        self._event, self._monotonic = event, monotonic
        self._since, self._let_through, self._left_out = -MINUTE_S, 0, 0

    def __call__(self, _logger: object, _method: str, entry: EventDict) -> EventDict:
        """As structlog calls it: the entry, or the word that there is none."""
        if entry.get("event") != self._event:
            return entry
        now = self._monotonic()
        if now - self._since >= MINUTE_S:
            self._since, self._let_through = now, 0
        if self._let_through >= LINES_A_MINUTE:
            self._left_out += 1
            raise structlog.DropEvent
        self._let_through += 1
        left_out, self._left_out = self._left_out, 0
        return {**entry, "left_out_before": left_out} if left_out else entry


class _StandardError:
    """Writes each line at once; a full disk or a closed pipe costs lines, never the service."""

    def msg(self, line: str) -> None:
        with suppress(OSError):
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = msg


def _escape(_logger: object, _method: str, event: EventDict) -> EventDict:
    """What came from outside must not steer a terminal, nor look like a line of its own."""
    return {key: ascii(value)[1:-1] if _steers(value) else value for key, value in event.items()}


def _steers(value: object) -> bool:
    return isinstance(value, str) and not value.isprintable()
