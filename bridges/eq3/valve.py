"""One valve in the bridge's care, as a pure state machine: what it should hold, what it said, when to contact it next.

A wish is a level: it is written until the valve reports that it holds it, then left alone. A valve that fails is
retried with growing patience, and after three failures it counts as unreachable. A setpoint that nobody commanded is
a person's knob: it becomes an override wish for the room, and the valve is left alone until the answer comes. A valve
that lowers itself for a window, or boosts, is not fought. A person's command is carried out once, after the level; one
that the valve does not obey is refused at once, and is no failure of the valve.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

from bridges.eq3 import command, drive_mode, protocol, reconcile
from bridges.eq3.command import Command, Refused
from bridges.eq3.drive_mode import Target
from bridges.eq3.pace import Pace
from bridges.eq3.protocol import DayProgram, Notification, ProgramWritten, Status
from bridges.knob import meant
from house.messages import ValveCommand, ValveSet, ValveStatus
from house.settings.radio import ValveOptions
from house.settings.section import spelled

UNREACHABLE_AFTER = 3


class Failure(Enum):
    """Why a contact with a valve came to nothing."""

    UNREACHED = auto()
    """No connection came about, or it broke."""
    SILENT = auto()
    """Connected, but the answer never came."""
    DISOBEYED = auto()
    """It answered, and holds something else than it was told."""
    NOT_PAIRED = auto()
    """The valve demands to be paired first."""


class Kind(Enum):
    """What a contact is for, in the order of urgency."""

    WRITE = auto()
    COMMAND = auto()
    POLL = auto()
    OPTIONS = auto()
    PROGRAM = auto()


@dataclass(frozen=True, slots=True)
class Task:
    """One short contact: the requests, each answered by one notification, and the target or command that they bring
    about.
    """

    address: str
    kind: Kind
    requests: tuple[bytes, ...]
    target: Target | None = None
    command: Command | None = None


@dataclass(frozen=True, slots=True)
class Valve:
    """What is known of one valve. `told` is the target that it confirmed; `own_way` that it deviates by itself;
    `just_told` that it was not looked at since. `program` is the week that a timed valve should follow when it is told
    nothing, `held_program` the days of it that were read or written. `refused` is what a person has yet to be told.
    """

    address: str
    room: str
    options: ValveOptions = field(default_factory=ValveOptions)
    wish: ValveSet | None = None
    command: Command | None = None
    refused: tuple[Refused, ...] = ()
    told: Target | None = None
    program: tuple[DayProgram, ...] = ()
    held_program: frozenset[DayProgram] = frozenset()
    own_way: bool = False
    just_told: bool = False
    report: Status | None = None
    reported_at: datetime | None = None
    poll_at: datetime | None = None
    quiet_until: datetime | None = None
    hands_off_until: datetime | None = None
    options_at: datetime | None = None
    failures: int = 0
    retry_at: datetime | None = None
    alert: str | None = None
    recalled: ValveStatus | None = None

    @property
    def reachable(self) -> bool:
        return self.failures < UNREACHABLE_AFTER and self.alert is None


@dataclass(frozen=True, slots=True)
class Knob:
    """By the valve's knob a person asks this setpoint of the room, °C."""

    room: str
    setpoint: float


def wished(valve: Valve, wish: ValveSet | None, now: datetime) -> Valve:
    """Take in a new level; None takes it back. A new target ends the time that a person's knob is left alone."""
    before, after = _wanted(valve, now), _wanted(replace(valve, wish=wish), now)
    if after is None:
        return replace(valve, wish=wish, told=None, own_way=False, hands_off_until=None)
    is_new = before is None or before.setpoint != after.setpoint
    return replace(valve, wish=wish, hands_off_until=None if is_new else valve.hands_off_until)


def commanded(valve: Valve, wish: ValveCommand, now: datetime, pace: Pace) -> Valve:
    """Take in what a person asks of the valve; the newest replaces one that still waits, which is refused."""
    if valve.command is not None and valve.command.wish != wish:
        valve = dropped(valve, command.REPLACED)
    return replace(valve, command=Command(wish, now + pace.command))


def dropped(valve: Valve, reason: str) -> Valve:
    """Refuse the command that waits, if any."""
    return valve if valve.command is None else _settled(valve, valve.command, reason)


def refusal(valve: Valve, now: datetime) -> str | None:
    """Why a command that waits should wait no longer, if so."""
    if valve.command is None:
        return None
    if valve.wish is not None and valve.command.wish.do in command.MODES:
        return (
            f"the regulator drives this valve and would undo it: put the room {valve.room} into mode bypass first, "
            f"or wish something of the room"
        )
    if _lies_ahead(valve.command.ends_at, now):
        return valve.alert
    return "given up, since the valve did not do it in time: the log of the bluetooth bridge says why"


def recalled(valve: Valve, status: ValveStatus, pace: Pace, chance: float) -> Valve:
    """Take in what this bridge itself reported before it was started anew, unless the valve has spoken since."""
    if valve.reported_at is not None or valve.failures or status.reported_at is None or not status.reachable:
        return valve
    told = Target(status.setpoint) if status.setpoint is not None and status.mode == "manual" else None
    return replace(valve, told=told, recalled=status, poll_at=status.reported_at + _poll_interval(pace, chance))


def next_task(valve: Valve, now: datetime, zone: ZoneInfo) -> Task | None:
    """What to contact the valve for at this instant, if anything."""
    if _lies_ahead(valve.retry_at, now) or _lies_ahead(valve.quiet_until, now):
        return None
    target = _wanted(valve, now)
    if target is not None and _needs_write(valve, target, now):
        return Task(valve.address, Kind.WRITE, (drive_mode.write(target, zone),), target)
    if valve.command is not None:
        return Task(valve.address, Kind.COMMAND, command.requests(valve.command.wish, zone), command=valve.command)
    if not _lies_ahead(valve.poll_at, now):
        return Task(valve.address, Kind.POLL, (protocol.ask_status(now.astimezone(zone)),))
    if _lies_ahead(valve.options_at, now) or valve.report is None:
        return None
    if options := reconcile.missing_options(valve.options, valve.report):
        return Task(valve.address, Kind.OPTIONS, options)
    if program := reconcile.missing_program(
        valve.program if valve.options.profile == "timed" else (), valve.held_program
    ):
        return Task(valve.address, Kind.PROGRAM, program)
    return None


def answered(
    valve: Valve, task: Task, answers: tuple[Notification, ...], now: datetime, pace: Pace, chance: float
) -> tuple[Valve, Knob | None]:
    """Take in the answers to a task; `chance` from 0 to 1 spreads the polls. A person's knob is told."""
    if task.kind is Kind.PROGRAM:
        return _after_program(valve, task, answers, now, pace), None
    if task.command is not None:
        return _after_command(valve, task.command, answers, now, pace, chance), None
    status = _last_status(answers)
    if status is None:
        return failed(valve, task.kind, Failure.SILENT, now, pace, chance), None
    knob = _knob(valve, task, status, now)
    valve = replace(valve, report=status, reported_at=now, alert=None)
    if task.target is not None and not (_goes_own_way(status) or drive_mode.is_held(task.target, status)):
        return failed(valve, task.kind, Failure.DISOBEYED, now, pace, chance), None
    valve = replace(valve, failures=0, retry_at=None)
    if task.kind is Kind.OPTIONS:
        return replace(valve, options_at=now + pace.poll_first, quiet_until=now + pace.quiet), None
    if task.target is not None:
        return _after_write(valve, task.target, status, now, pace), None
    # A valve that is told often is polled less often, to spare its battery.
    spread = (3 + chance) / 4 if valve.just_told else chance
    valve = replace(valve, poll_at=now + _poll_interval(pace, spread), just_told=False)
    if knob is not None:
        return replace(valve, told=None, hands_off_until=now + pace.settle), knob
    return _after_poll(valve, status, now, pace), None


def failed(
    valve: Valve, kind: Kind, failure: Failure, now: datetime, pace: Pace, chance: float, asked: Command | None = None
) -> Valve:
    """Take in a contact that came to nothing; `asked` is the command that it was for."""
    if asked is not None and failure is Failure.DISOBEYED:
        return _settled(valve, asked, command.NOT_OBEYED)
    if asked is not None and failure is Failure.SILENT and asked.wish.do == "program":
        return _settled(valve, asked, command.NOT_TOLD)
    if kind in (Kind.OPTIONS, Kind.PROGRAM) and failure is Failure.SILENT:  # it may not know this request
        return replace(valve, options_at=now + pace.poll_first)
    if failure is Failure.NOT_PAIRED:
        return replace(valve, retry_at=now + pace.unpaired, alert=_how_to_pair(valve))
    wait = pace.backoff[min(valve.failures, len(pace.backoff) - 1)] * (0.8 + 0.4 * chance)
    return replace(valve, failures=valve.failures + 1, retry_at=now + wait)


def _last_status(answers: tuple[Notification, ...]) -> Status | None:
    return next((answer for answer in reversed(answers) if isinstance(answer, Status)), None)


def _wanted(valve: Valve, now: datetime) -> Target | None:
    return None if valve.wish is None else drive_mode.target_of(valve.wish, valve.options.profile, now)


def _lies_ahead(at: datetime | None, now: datetime) -> bool:
    """An instant more than two hours ahead was noted by a clock that has been put back since."""
    return at is not None and timedelta(0) < at - now < timedelta(hours=2)


def _poll_interval(pace: Pace, chance: float) -> timedelta:
    return pace.poll_first + chance * (pace.poll_last - pace.poll_first)


def _needs_write(valve: Valve, target: Target, now: datetime) -> bool:
    if _lies_ahead(valve.hands_off_until, now):
        return False
    if valve.told is None or valve.told.setpoint != target.setpoint:
        return True
    return not valve.own_way and drive_mode.is_soon_over(valve.told, target, now)


def _goes_own_way(status: Status) -> bool:
    """It felt a window or boosts: its setpoint is its own for some minutes."""
    return status.window_open or status.boost


def _after_write(valve: Valve, target: Target, status: Status, now: datetime, pace: Pace) -> Valve:
    changed = valve.told is None or valve.told.setpoint != target.setpoint
    return replace(
        valve,
        told=target if valve.wish is not None else None,
        own_way=_goes_own_way(status),
        hands_off_until=None,
        poll_at=now + pace.look_again if changed else valve.poll_at,
        just_told=True,
        quiet_until=now + pace.quiet,
    )


def _after_poll(valve: Valve, status: Status, now: datetime, pace: Pace) -> Valve:
    if _goes_own_way(status):
        return replace(valve, own_way=True, poll_at=now + pace.own_way)
    if valve.told is None or drive_mode.is_held(valve.told, status):
        return replace(valve, own_way=False)
    return replace(valve, own_way=False, told=None)


def _after_command(
    valve: Valve, done: Command, answers: tuple[Notification, ...], now: datetime, pace: Pace, chance: float
) -> Valve:
    is_done = command.is_done(done.wish, answers)
    if is_done:
        valve = replace(_settled(valve, done), failures=0, retry_at=None, alert=None)
    else:
        valve = failed(valve, Kind.COMMAND, Failure.DISOBEYED, now, pace, chance, done)
    status = _last_status(answers)
    if status is not None:
        return _after_commanded_status(valve, status, now, pace)
    days = frozenset(answer for answer in answers if isinstance(answer, DayProgram))
    return replace(valve, held_program=days) if is_done else valve


def _after_commanded_status(valve: Valve, status: Status, now: datetime, pace: Pace) -> Valve:
    return replace(
        valve,
        report=status,
        reported_at=now,
        failures=0,
        retry_at=None,
        alert=None,
        own_way=_goes_own_way(status),
        just_told=True,
        poll_at=now + (pace.boost if status.boost else pace.look_again),
        quiet_until=now + pace.quiet,
    )


def _settled(valve: Valve, asked: Command, reason: str | None = None) -> Valve:
    """Nothing more is done about this command, which was carried out unless there is a reason; a newer one waits on."""
    waiting = None if valve.command == asked else valve.command
    others = tuple(one for one in valve.refused if one.command != asked)
    return replace(valve, command=waiting, refused=others if reason is None else (*others, Refused(asked, reason)))


def _knob(valve: Valve, task: Task, status: Status, now: datetime) -> Knob | None:
    """A setpoint that differs from what the valve had confirmed, with nothing of ours on the way."""
    wanted, told = _wanted(valve, now), valve.told
    if task.kind is not Kind.POLL or wanted is None or told is None or wanted.setpoint != told.setpoint:
        return None
    is_over = told.until is not None and told.until <= now
    if is_over or valve.own_way or _goes_own_way(status) or status.vacation or not status.manual:
        return None
    if status.setpoint == told.setpoint or valve.wish is None:
        return None
    return Knob(valve.room, meant(status.setpoint, told.setpoint, valve.wish.fallback))


def _after_program(valve: Valve, task: Task, answers: tuple[Notification, ...], now: datetime, pace: Pace) -> Valve:
    """The days that were read, or those that were written and acknowledged."""
    acknowledged = {answer.day for answer in answers if isinstance(answer, ProgramWritten)}
    told = {day for day in valve.program if day.day in acknowledged}
    read = {answer for answer in answers if isinstance(answer, DayProgram)}
    held = {day for day in valve.held_program if day.day not in acknowledged} | told | read
    wait = pace.quiet if read else pace.poll_first
    return replace(valve, held_program=frozenset(held), failures=0, retry_at=None, options_at=now + wait)


def _how_to_pair(valve: Valve) -> str:
    return (
        f"not paired: hold the wheel of the valve in {valve.room} until it shows Pair and a number, put the line "
        f"`{spelled(valve.address)} <number>` into the file that HAARD_VALVE_PINS_FILE names, and restart the "
        f"bluetooth bridge"
    )
