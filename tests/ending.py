"""How a process ends that is told to."""

import signal
import subprocess
import time

TURN_S, MOST_A_TURN_S = 0.02, 0.2


def end(child: subprocess.Popen[bytes]) -> tuple[int, float]:
    """Send SIGTERM: its status, and how long it took, s; the time in which the whole machine paused is not its own."""
    took, last = 0.0, time.monotonic()
    child.send_signal(signal.SIGTERM)
    while True:
        status = _status_within(child, TURN_S)
        now = time.monotonic()
        took, last = took + min(now - last, MOST_A_TURN_S), now
        if status is not None:
            return status, took


def _status_within(child: subprocess.Popen[bytes], seconds: float) -> int | None:
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
