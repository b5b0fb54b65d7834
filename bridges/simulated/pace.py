"""How fast simulated time passes: a multiple of wall time that is never hurried to make up for what was late.

Where the machine cannot keep up, or was suspended, the simulated house simply runs later than planned: whatever lags
more than a moment behind moves the plan.
"""

LONGEST_LAG_S = 0.25
SPAN_S = 10.0
NOTEWORTHY = 0.05


class Pace:
    """The plan of which simulated second (UTC) is due when; `now_s` is any clock that counts wall seconds."""

    def __init__(self, speed: float, simulated_at: int, now_s: float) -> None:
        self._speed = speed
        self._first_at = simulated_at
        self._began_s = now_s
        self._span_from = (simulated_at, now_s)
        self._given_up_s = 0.0

    def wait(self, simulated_at: int, now_s: float) -> float:
        """Wall seconds until this simulated instant is due; 0 when it is due."""
        wait = self._began_s + (simulated_at - self._first_at) / self._speed - now_s
        if wait < -LONGEST_LAG_S:
            self._began_s -= wait
            self._given_up_s -= wait
        return max(0.0, wait)

    def speed_if_slow(self, simulated_at: int, now_s: float) -> float | None:
        """At the end of each span of ten seconds: the speed that was reached, when it was below the one asked for."""
        from_at, from_s = self._span_from
        span_s = now_s - from_s
        if span_s < SPAN_S:
            return None
        given_up_s, self._given_up_s, self._span_from = self._given_up_s, 0.0, (simulated_at, now_s)
        return (simulated_at - from_at) / span_s if given_up_s > NOTEWORTHY * span_s else None
