"""What a person asks of one valve: the requests that bring it about, and whether the answers show it.

A command is an event, where a wish of the regulator is a level: it is carried out once, or it is said that it was not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bridges.eq3 import drive_mode, protocol
from bridges.eq3.drive_mode import Target
from bridges.eq3.protocol import Day, DayProgram, Notification, Status, nearest_setpoint
from house.errors import PayloadError
from house.messages import ValveCommand

REPLACED = "replaced by a newer command"
NOT_OBEYED = "the valve answered but did not do it: its status says what it holds instead"
NOT_TOLD = "the valve did not tell its program: its firmware may not know this request, or it wants to be paired first"

LONGEST_HOLD = timedelta(days=365)
MODES = ("auto", "manual")
"""What the regulator would undo at once where it drives the valve."""

_REQUESTS = {
    "auto": (protocol.SELECT_AUTO,),
    "manual": (protocol.SELECT_MANUAL,),
    "boost": (protocol.BOOST,),
    "boost_off": (protocol.END_BOOST,),
    "program": tuple(protocol.ask_program(day) for day in Day),
}


@dataclass(frozen=True, slots=True)
class Command:
    """What was asked, and until when it is tried."""

    wish: ValveCommand
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """A command that came to nothing, and why."""

    command: Command
    reason: str


def check(wish: ValveCommand, now: datetime) -> None:
    """Raise PayloadError for what a valve cannot do."""
    if wish.setpoint is not None and wish.do != "manual":
        raise PayloadError(f"ValveCommand: setpoint: goes with manual only, not with {wish.do}")
    if wish.until is None:
        return
    if wish.setpoint is None:
        raise PayloadError(
            'ValveCommand: until: needs a setpoint, such as {"do": "manual", "setpoint": 17, "until": ...}'
        )
    if not timedelta(0) < wish.until - now <= LONGEST_HOLD:
        raise PayloadError(
            f"ValveCommand: until: should lie ahead, by at most a year, not {wish.until:%Y-%m-%dT%H:%MZ}"
        )


def requests(wish: ValveCommand, zone: ZoneInfo) -> tuple[bytes, ...]:
    """The bytes for a wish that was checked; each is answered once."""
    target = _target(wish)
    return _REQUESTS[wish.do] if target is None else (drive_mode.write(target, zone),)


def is_done(wish: ValveCommand, answers: tuple[Notification, ...]) -> bool:
    """Whether the valve answered with what was asked. A window that it feels open changes its setpoint meanwhile."""
    if wish.do == "program":
        return {answer.day for answer in answers if isinstance(answer, DayProgram)} == set(Day)
    status = answers[-1] if answers else None
    if not isinstance(status, Status):
        return False
    if wish.do in ("boost", "boost_off"):
        return status.boost == (wish.do == "boost")
    if wish.do == "auto":
        return not status.manual and not status.vacation
    return status.window_open or drive_mode.is_held(_target(wish) or Target(status.setpoint), status)


def _target(wish: ValveCommand) -> Target | None:
    return None if wish.setpoint is None else Target(nearest_setpoint(wish.setpoint), wish.until)
