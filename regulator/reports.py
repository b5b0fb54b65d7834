"""What a valve reported last, by the house's clock: an older report never replaces a newer one, and one whose clock is
wrong is dated by its arrival.

The broker keeps what arrived last. Where that is the older one, the newer one is remembered until it is overtaken.
"""

from house import topics
from house.messages import ValveMemory, ValveStatus
from regulator.clocks import by_our_clock, clock_after
from regulator.snapshot import Snapshot


def newest_report(snapshot: Snapshot, address: str, memory: ValveMemory) -> tuple[ValveStatus | None, ValveMemory]:
    """The report that counts, and what is to be remembered of the valve for it."""
    assert snapshot.now is not None
    kept = snapshot.last(topics.VALVE_STATUS, address)
    live = snapshot.live(topics.VALVE_STATUS, address)
    clock, newest = memory.clock, memory.newest
    if newest is not None and kept is not newest and _is_overtaken(newest, kept):
        newest = None
    if live is not None and live.reported_at is not None:
        clock = clock_after(clock, live.reported_at, snapshot.now)
        newest = newest or kept if live is not kept else newest
    report = newest or kept
    if (clock, newest) != (memory.clock, memory.newest):
        memory = memory.but(clock=clock, newest=newest)
    if report is None or report.reported_at is None or clock is None or not clock.ahead_s:
        return report, memory
    at = by_our_clock(report.reported_at, clock, snapshot.now)
    return report if at is None else report.but(reported_at=at), memory


def _is_overtaken(newest: ValveStatus, kept: ValveStatus | None) -> bool:
    if kept is None or kept.reported_at is None or newest.reported_at is None:
        return kept is None
    return kept.reported_at > newest.reported_at
