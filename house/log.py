"""Logs for the person who runs the house: one readable line an event, in UTC, on standard error.

A service's shell imports this before anything that imports structlog: structlog would load Rich for colours that no
log here uses, at 4 MB in each service.
"""

import logging
import sys
from contextlib import suppress

if "rich" not in sys.modules:
    sys.modules["rich"] = None  # type: ignore[assignment]  # how Python is told that a module is not there
    import structlog

    del sys.modules["rich"]
else:
    import structlog
from structlog.typing import EventDict

logger = structlog.get_logger


def configure(service: str) -> None:
    """Set up logging of a service; called once, by its shell."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _escape,
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: _StandardError(),
    )
    structlog.contextvars.bind_contextvars(service=service)


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
