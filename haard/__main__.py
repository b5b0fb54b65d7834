"""The way into `haard`: Ctrl-C is quiet from the first moment on, while the commands are still being loaded too.

This imports nothing that takes time; `haard.application` is all of it.
"""

import io
import os
import signal
import sys
from collections.abc import Sequence

from haard import INTERRUPTED


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 is well, 1 a failure, 2 wrong usage or settings, 130 ended with Ctrl-C."""
    try:
        from haard.application import run  # takes up to a second on a small computer

        return run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED


def _make_streams_usable() -> None:
    """Where somebody has closed them, or they take only ASCII, less is seen, but everything works."""
    sys.stdout = sys.stdout or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    sys.stderr = sys.stderr or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def main_of_program() -> int:
    """The same for a process that ends with it: what Python tidies up then is no place for a traceback either."""
    _make_streams_usable()
    status = main()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return status


if __name__ == "__main__":
    sys.exit(main_of_program())
