"""How often a valve is contacted, and how long things may take: what batteries, motor and radio bear."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the machine runs; tests run it faster."""

    poll_first: timedelta = timedelta(minutes=30)
    poll_last: timedelta = timedelta(minutes=60)
    look_again: timedelta = timedelta(minutes=3)
    """After a change: by then the motor has moved."""
    quiet: timedelta = timedelta(minutes=2)
    """After a write the motor may not move while anybody talks to the valve."""
    settle: timedelta = timedelta(minutes=3)
    """How long a person's knob is left alone for the regulator to take it up."""
    backoff: tuple[timedelta, ...] = tuple(timedelta(seconds=s) for s in (10, 90, 180, 300, 600, 900))
    unpaired: timedelta = timedelta(hours=1)
    own_way: timedelta = timedelta(minutes=15)
    """How soon a valve is looked at again that lowered itself for a window, or boosts."""
    boost: timedelta = timedelta(minutes=6)
    """How soon it is looked at again after a boost was commanded, which takes five minutes."""
    command: timedelta = timedelta(minutes=20)
    """How long a command is tried: longer than the longest back-off, so that it is tried at least once."""
