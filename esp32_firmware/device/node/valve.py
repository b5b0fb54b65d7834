"""One valve in the node's care, as a state machine without radio, clock or dice: the same as the Bluetooth bridge's.

A target is a level: it is written until the valve reports that it holds it, then left alone. A valve that fails is
tried again with growing patience, and after three failures it counts as unreachable. A setpoint that nobody commanded
is a person's knob. A valve that lowers itself for a window, or boosts, is not fought. A person's command is carried out
once, after the level; one that the valve does not obey is refused. `now` is in seconds, setpoints in halves; a target
is `(halves, until)`, a task `(kind, requests, target, command)`.
"""

from node import frames
from node.pace import BACKOFF_S

UNREACHABLE_AFTER = 3
SHUT = 10
HALF_HOUR = 1800
_ECHO_S = 600

WRITE, COMMAND, POLL, OPTIONS = 1, 2, 3, 4
UNREACHED, SILENT, DISOBEYED, NOT_PAIRED = 1, 2, 3, 4

REPLACED = "replaced by a newer command"
NOT_OBEYED = "the valve answered but did not do it: its status says what it holds instead"
DRIVEN = "the regulator drives this valve and would undo it: put the room into mode bypass first"
GIVEN_UP = "given up, since the valve did not do it in time"
PAIR = "not paired: hold the wheel of the valve until it shows Pair and a number, and give it to the node as its PIN"

_REQUESTS = {
    "auto": frames.SELECT_AUTO,
    "manual": frames.SELECT_MANUAL,
    "boost": frames.BOOST,
    "boost_off": frames.END_BOOST,
}


class Level:
    """What a valve was told: setpoint and fallback in halves, opening in percent or None, and when it is over.

    One that was `kept` over a restart is no reason to write anything before it is over.
    """

    def __init__(self, setpoint, fallback, expires_at, opening=None, kept=False):
        self.setpoint, self.fallback, self.expires_at = setpoint, fallback, expires_at
        self.opening, self.kept = opening, kept


class Valve:
    """What is known of one valve; `local(instant)` gives its wall time as a tuple, or None while that is not known."""

    def __init__(self, address, room, options, pace, local):
        self.address, self.room, self.options = address, room, options
        self._pace, self._local = pace, local
        self.level = self.command = self.told = self.earlier = self.report = None
        self.refused = []
        self.own_way = self.just_told = False
        self.reported_at = self.poll_at = self.quiet_until = self.hands_off_until = self.options_at = None
        self.failures, self.retry_at, self.alert = 0, None, None

    def is_reachable(self):
        return self.failures < UNREACHABLE_AFTER and self.alert is None

    # --- what is wanted -----------------------------------------------------------------------------------------------

    def hear_level(self, level, now):
        """Take in a new level; None takes it back. A new target ends the time that a person's knob is left alone."""
        before = self._wanted(now)
        self.level = level
        after = self._wanted(now)
        if after is None:
            self.told, self.own_way, self.hands_off_until = None, False, None
        elif before is None or before[0] != after[0]:
            self.hands_off_until = None

    def hear_command(self, wish, now):
        """Take in what a person asks, `(do, halves, until)`; the newest replaces one that still waits."""
        if self.command is not None and self.command[0] != wish:
            self._settle(self.command, REPLACED)
        self.command = (wish, now + self._pace["command_s"])

    def drop_command(self, now):
        """Refuse a command that should wait no longer."""
        if self.command is None:
            return
        if self.level is not None and self.command[0][0] in ("auto", "manual"):
            self._settle(self.command, DRIVEN)
        elif not _lies_ahead(self.command[1], now):
            self._settle(self.command, GIVEN_UP)
        elif self.alert:
            self._settle(self.command, self.alert)

    def _wanted(self, now):
        level = self.level
        if level is None or (level.kept and now < level.expires_at):
            return None
        if now >= level.expires_at:
            return (level.fallback, None)
        profile = self.options.get("profile")
        if profile == "timed":
            return (level.setpoint, level.expires_at)
        if profile == "ends" and level.opening is not None:
            return (frames.ON if level.opening >= 50 else SHUT, None)
        return (level.setpoint, None)

    # --- what to do ---------------------------------------------------------------------------------------------------

    def next_task(self, now):
        """What to contact the valve for at this instant; None for nothing."""
        if _lies_ahead(self.retry_at, now) or _lies_ahead(self.quiet_until, now):
            return None
        target = self._wanted(now)
        if target is not None and self._needs_write(target, now):
            request = self._write(target)
            return None if request is None else (WRITE, (request,), target, None)
        if self.command is not None:
            request = self._command_request()
            return None if request is None else (COMMAND, (request,), None, self.command)
        if not _lies_ahead(self.poll_at, now):
            wall = self._local(now)
            return None if wall is None else (POLL, (frames.ask_status(*wall),), None, None)
        if _lies_ahead(self.options_at, now) or self.report is None:
            return None
        options = missing_options(self.options, self.report)
        return (OPTIONS, options, None, None) if options else None

    def urgency(self, task):
        return (self.failures, task[0], self.reported_at or 0, self.address)

    def _needs_write(self, target, now):
        if _lies_ahead(self.hands_off_until, now):
            return False
        if self.told is None or self.told[0] != target[0]:
            return True
        return not self.own_way and _is_soon_over(self.told, target, now)

    def _write(self, target):
        if target[1] is None:
            return frames.hold(target[0])
        wall = self._local(target[1] + (-target[1]) % HALF_HOUR)
        if wall is None:
            return None
        return frames.hold_until(target[0], wall[0], wall[1], wall[2], wall[3] * 2 + wall[4] // 30)

    def _command_request(self):
        do, halves, until = self.command[0]
        return _REQUESTS[do] if halves is None else self._write((halves, until))

    # --- what came of it ----------------------------------------------------------------------------------------------

    def answered(self, task, answers, now, chance):
        """Take in the notifications to a task; `chance` 0-99 spreads the polls. Returns a person's knob, or None."""
        kind, _, target, command = task
        status = None
        for answer in answers:
            if frames.is_status(answer):
                status = frames.Status(answer)
        if command is not None:
            self._after_command(command, status, now, chance)
            return None
        if status is None:
            self.failed(kind, SILENT, now, chance)
            return None
        knob = self._knob(kind, status, now)
        self.report, self.reported_at, self.alert = status, now, None
        if target is not None and not (_goes_own_way(status) or _is_held(target, status)):
            self.failed(kind, DISOBEYED, now, chance)
            return None
        self.failures, self.retry_at = 0, None
        if kind == OPTIONS:
            self.options_at, self.quiet_until = now + self._pace["poll_first_s"], now + self._pace["quiet_s"]
        elif target is not None:
            self._after_write(target, status, now)
        else:
            self._after_poll(status, knob, now, chance)
        return knob

    def failed(self, kind, failure, now, chance, command=None):
        """Take in a contact that came to nothing."""
        if command is not None and failure == DISOBEYED:
            self._settle(command, NOT_OBEYED)
        elif kind == OPTIONS and failure == SILENT:  # it may not know this request
            self.options_at = now + self._pace["poll_first_s"]
        elif failure == NOT_PAIRED:
            self.retry_at, self.alert = now + self._pace["unpaired_s"], PAIR
        else:
            wait = BACKOFF_S[min(self.failures, len(BACKOFF_S) - 1)]
            self.failures += 1
            self.retry_at = now + wait * (800 + 4 * chance) // 1000

    def recall(self, setpoint, mode, reported_at, chance):
        """Take in what this valve's topic still says after a restart, unless the valve has spoken since."""
        if self.reported_at is None and not self.failures:
            if setpoint is not None and mode == "manual":
                self.told = (setpoint, None)
            self.poll_at = reported_at + self._poll_interval(chance)

    def _after_write(self, target, status, now):
        if self.told is None or self.told[0] != target[0]:
            self.poll_at = now + self._pace["look_again_s"]
        if self.told is not None and self.told[0] != target[0]:
            self.earlier = (self.told[0], now + _ECHO_S)
        self.told = target if self.level is not None else None
        self.own_way, self.hands_off_until, self.just_told = _goes_own_way(status), None, True
        self.quiet_until = now + self._pace["quiet_s"]

    def _after_poll(self, status, knob, now, chance):
        # A valve that is told often is polled less often, to spare its battery.
        spread = (300 + chance) // 4 if self.just_told else chance
        self.poll_at, self.just_told = now + self._poll_interval(spread), False
        if knob is not None:
            self.told, self.hands_off_until = None, now + self._pace["settle_s"]
        elif _goes_own_way(status):
            self.own_way, self.poll_at = True, now + self._pace["own_way_s"]
        else:
            self.own_way = False
            if self.told is not None and not _is_held(self.told, status):
                self.told = None

    def _after_command(self, command, status, now, chance):
        if status is not None and self._is_done(command[0], status):
            self._settle(command, None)
        else:
            self.failed(COMMAND, DISOBEYED, now, chance, command)
        if status is None:
            return
        self.report, self.reported_at = status, now
        self.failures, self.retry_at, self.alert = 0, None, None
        self.own_way, self.just_told = _goes_own_way(status), True
        boosts = status.flags & frames.BOOSTS
        self.poll_at = now + self._pace["boost_s" if boosts else "look_again_s"]
        self.quiet_until = now + self._pace["quiet_s"]

    def _is_done(self, wish, status):
        do, halves, until = wish
        if do in ("boost", "boost_off"):
            return bool(status.flags & frames.BOOSTS) == (do == "boost")
        if do == "auto":
            return not status.flags & (frames.MANUAL | frames.VACATION)
        target = (status.setpoint if halves is None else halves, until)
        return bool(status.flags & frames.WINDOW_OPEN) or _is_held(target, status)

    def _settle(self, command, reason):
        """Nothing more is done about this command, which was carried out unless there is a reason."""
        if self.command == command:
            self.command = None
        if reason is not None:
            self.refused.append((command[0], reason))

    def _poll_interval(self, chance):
        first, last = self._pace["poll_first_s"], self._pace["poll_last_s"]
        return first + chance * (last - first) // 100

    # --- a person's hand ----------------------------------------------------------------------------------------------

    def _knob(self, kind, status, now):
        """The setpoint, in halves, that a person wants for the room; None where nobody touched the valve."""
        wanted, told = self._wanted(now), self.told
        if kind != POLL or wanted is None or told is None or wanted[0] != told[0]:
            return None
        is_over = told[1] is not None and told[1] <= now
        not_by_hand = status.flags & frames.VACATION or not status.flags & frames.MANUAL
        if is_over or self.own_way or _goes_own_way(status) or not_by_hand:
            return None
        is_echo = self.earlier is not None and status.setpoint == self.earlier[0] and now < self.earlier[1]
        if status.setpoint == told[0] or is_echo:
            return None
        return meant(status.setpoint, told[0], self.level.fallback)


def meant(turned, told, effective):
    """What a turn of the knob means, in halves: shut and open show numbers of ours, which are no room's setpoint.

    A number that a person would mean for a room, far from ours, is taken as it is; else the difference counts, and
    after a far turn no further than a person would mean, or the knob shows.
    """
    asked = effective + turned - told
    if abs(turned - told) > 5:
        if 24 <= turned <= 51:
            return turned
        asked = min(max(asked, min(turned, effective, 24)), max(turned, effective, 51))
    return min(max(asked, 10), 60)


def missing_options(options, status):
    """The requests for what the configuration says and the last report does not; old firmware tells the lock only."""
    requests = []
    locked, offset, window = options.get("locked"), options.get("offset"), options.get("window")
    if locked is not None and bool(status.flags & frames.LOCKED) != locked:
        requests.append(frames.LOCK if locked else frames.UNLOCK)
    if status.settings is None:
        return tuple(requests)
    window_setpoint, window_time, comfort, eco, has_offset = status.settings
    if offset is not None and has_offset not in (None, offset):
        requests.append(frames.set_offset(offset))
    presets = (options.get("comfort") or comfort, options.get("eco") or eco)
    if comfort is not None and eco is not None and presets != (comfort, eco):
        requests.append(frames.set_presets(*presets))
    if window is not None and window_setpoint is not None and tuple(window) != (window_setpoint, window_time):
        requests.append(frames.set_window(*window))
    return tuple(requests)


def _lies_ahead(at, now):
    """An instant more than two hours ahead was noted by a clock that has been put back since."""
    return at is not None and 0 < at - now < 7200


def _goes_own_way(status):
    return bool(status.flags & (frames.WINDOW_OPEN | frames.BOOSTS))


def _is_held(target, status):
    """At ON and OFF the mode may not show."""
    if status.setpoint != target[0]:
        return False
    vacation = bool(status.flags & frames.VACATION)
    if target[1] is not None:
        return vacation
    return (bool(status.flags & frames.MANUAL) and not vacation) or status.setpoint in (frames.OFF, frames.ON)


def _is_soon_over(told, target, now):
    if told[1] is None or target[1] is None:
        return told[1] != target[1]
    return target[1] - told[1] >= HALF_HOUR and told[1] - now < HALF_HOUR
