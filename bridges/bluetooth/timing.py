"""How long the radio's work may take, in seconds; tests run it faster."""

from dataclasses import dataclass, field

from bridges.eq3.pace import Pace


@dataclass(frozen=True, slots=True)
class Timing:
    """Limits and intervals of the shell, and the pace of the valves."""

    pace: Pace = field(default_factory=Pace)
    connect_s: float = 45.0
    """With its retries; a sleeping valve or a busy adapter needs 10 to 30 s for one."""
    answer_s: float = 5.0
    bluez_s: float = 10.0
    """For what BlueZ itself does: a scan's start and stop, a disconnection, the adapter's power."""
    pair_s: float = 60.0
    idle_s: float = 1.0
    """How often the valves are looked through for something to do."""
    grace_s: float = 20.0
    """How long after the start a valve may be unheard before that counts as a failure."""
    scan_retry_s: float = 5.0
    power_off_s: float = 2.0
