"""The independent observer: judges a house by what is said on the broker, and by nothing else. Pure.

It knows two sides: `home`, what everybody says and hears there, and `real`, what the devices say of themselves in their
own, true time. Tolerances are for what is under way: a regulator that has not yet heard a report, a valve's slow radio.
"""

import json
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from house.settings import Settings

OPEN = 20  # %
OPENS_K = 4.0  # so far above its room's air a valve's setpoint opens it, though it answers before its motor has run
MOTOR_RUN = timedelta(minutes=5)  # so long after that answer what it says of its opening counts, and nothing else
UNDER_WAY_S = 20.0  # of the wall clock: how old what a regulator knows may be
UNDER_WAY = timedelta(minutes=6)  # the same in the house's time
LATE_EXPIRY = timedelta(minutes=2)  # a report each minute, and a step
SLOW_RADIO = timedelta(minutes=10)
FROZEN_AT = 5.0  # °C in a room, below which frost protection has failed
HOUR = timedelta(hours=1)
FIRST_ONES = 20  # that are told of one kind of violation


@dataclass
class Known:
    """What was last said of a device, and for how long it was as it should be."""

    reports: deque[tuple[float, datetime, bool]] = field(default_factory=lambda: deque(maxlen=200))
    """When a report was heard, of when it is, and whether it says open."""
    expires_at: datetime | None = None
    opens_since: datetime | None = None
    """Since when its reported setpoint should open it."""


class Witness:
    """`hear` each message in order; `violations` are sentences."""

    def __init__(self, settings: Settings) -> None:
        self.violations: dict[str, list[str]] = defaultdict(list)
        self.checked: dict[str, int] = defaultdict(int)
        self.online: dict[str, bool] = {}
        self.heard_s: dict[str, float] = {}
        """When something was last said on a path, by the monotonic clock."""
        self.coldest: dict[str, float] = {}
        self._settings = settings
        self._valves = {valve: Known() for valve in settings.rooms_by_valve}
        self._boiler = Known()
        self._starts: deque[datetime] = deque()
        self._calls = self._burns_for_water = False
        self._air: dict[str, float] = {}
        self._windows_open_s: dict[str, float] = {}
        rooms = settings.rooms
        self._rooms_by_name = {room.name or id_: id_ for id_, room in rooms.items()}

    def hear(self, topic: str, payload: bytes, now_s: float) -> None:
        root, _, path = topic.partition("/")
        said = _as_object(payload)
        if root == "home":
            self.heard_s[path] = now_s
            if path.endswith("/availability"):
                self.online[path.split("/")[1]] = payload == b"online"
        if said is None:
            return
        match (root, *path.split("/")):
            case ("home", "valve", valve, "status"):
                self._confirms(valve, said, now_s)
            case ("home", "room", room, "window", *_) if said.get("value") == "open":
                self._windows_open_s[room] = now_s
            case ("home", "boiler", "set"):
                self._calls_boiler(said, now_s)
            case ("home", "valve", valve, "set"):
                self._commands_valve(valve, said)
            case ("home", "room", room, "status"):
                self._tells_room(room, said, now_s)
            case ("real", *_, "set") if _instant(said, "issued_at") is None:
                return  # no device takes it
            case ("real", "boiler", "set") if said.get("call"):
                self._boiler.expires_at = _later(self._boiler.expires_at, _instant(said, "expires_at"))
            case ("real", "valve", valve, "set") if valve in self._valves:
                known = self._valves[valve]
                known.expires_at = _later(known.expires_at, _instant(said, "expires_at"))
            case ("real", "boiler", "status"):
                self._boiler_reports(said)
            case ("real", "valve", valve, "status"):
                self._valve_reports(valve, said)
            case ("real", "room", room, "temperature", *_):
                self._measures(room, said)

    def excuse_starts(self) -> None:
        """The regulator cannot know how often the boiler started: its clock was set, or all that it said is lost."""
        self._starts.clear()

    # --- what the house decides ---------------------------------------------------------------------------------------

    def _confirms(self, valve: str, said: dict[str, Any], now_s: float) -> None:
        known, at = self._valves.get(valve), _instant(said, "reported_at")
        if known is not None and at is not None:
            air = self._air.get(self._settings.rooms_by_valve[valve], float("inf"))
            known.reports.append((now_s, at, _says_open(known, said, at, air)))

    def _was_open(self, valve: str, at: datetime, now_s: float) -> bool:
        """Whether a report of then, or the last one before it, says open: by the house's clock or by ours."""
        by_clock = [(now_s - UNDER_WAY_S, heard_s, is_open) for heard_s, _, is_open in self._valves[valve].reports]
        in_house = [
            (at - UNDER_WAY, said_at, is_open)
            for _, said_at, is_open in self._valves[valve].reports
            if said_at <= at + UNDER_WAY
        ]
        return _was_open(by_clock) or _was_open(in_house)

    def _calls_boiler(self, said: dict[str, Any], now_s: float) -> None:
        issued, expires = _instant(said, "issued_at"), _instant(said, "expires_at")
        if issued is None or expires is None:
            return
        self._check(
            "a call outlives its time",
            expires - issued <= timedelta(minutes=self._settings.safety.boiler_expiry_min),
            f"{said}",
        )
        flow, boiler = said.get("flow_setpoint"), self._settings.boiler
        self._check("a flow beyond the boiler", flow is None or 20 <= flow <= 90, f"{flow} of {boiler.driver}")
        began = bool(said.get("call")) and not self._calls
        self._calls = bool(said.get("call"))
        if self._calls:
            is_any_open = any(self._was_open(valve, issued, now_s) for valve in self._valves)
            self._check("a call on closed valves", is_any_open, f"{said}")
            self._check_named_rooms(str(said.get("reason", "")), issued, now_s)
        if began:
            self._starts.append(issued)
            while self._starts and self._starts[0] < issued - HOUR:
                self._starts.popleft()
            most = self._settings.safety.maximum_starts_per_hour
            self._check("more starts than allowed", len(self._starts) <= most, f"{list(map(str, self._starts))}")

    def _check_named_rooms(self, reason: str, at: datetime, now_s: float) -> None:
        """A burn names the rooms that it heats: each has a valve that is open."""
        if not reason.startswith("heats "):
            return
        for name in reason.removeprefix("heats ").partition(";")[0].split(", "):
            room = self._rooms_by_name.get(name.removesuffix(" in an emergency: nobody knows how warm it is"))
            if room is None:
                continue
            valves = self._settings.rooms[room].valves
            is_open = any(self._was_open(one, at, now_s) for one in valves)
            known = [[*self._valves[one].reports][-2:] for one in valves]
            self._check("an untrue reason: heats a room that is shut", is_open, f"{reason} at {at}; {name}: {known}")

    def _commands_valve(self, valve: str, said: dict[str, Any]) -> None:
        issued, expires = _instant(said, "issued_at"), _instant(said, "expires_at")
        if issued is None or expires is None:
            return
        opening, setpoint, fallback = said.get("opening"), said.get("setpoint") or 0, said.get("fallback") or 0
        is_within = opening in (None, 0, 100) and 4.5 <= setpoint <= 30 and 5 <= fallback <= 30
        self._check("a command beyond limits", is_within and valve in self._valves, f"{valve}: {said}")
        longest = timedelta(minutes=self._settings.safety.valve_expiry_min)
        self._check("a valve's command outlives its time", expires - issued <= longest, f"{said}")

    def _tells_room(self, room: str, said: dict[str, Any], now_s: float) -> None:
        if said.get("rule") == "window":
            is_known = room in self._windows_open_s or room not in self._settings.rooms
            self._check("an untrue reason: no window was open", is_known, f"{room}: {said.get('reason')}")

    # --- what the devices do ------------------------------------------------------------------------------------------

    def _boiler_reports(self, said: dict[str, Any]) -> None:
        """A tap that was just closed leaves the flame lit until the boiler's next step: in one report, not in two."""
        at, burns = _instant(said, "reported_at"), bool(said.get("flame"))
        was_for_water, self._burns_for_water = self._burns_for_water, burns and bool(said.get("hot_water"))
        if at is None or not burns or self._burns_for_water:
            return
        expires = self._boiler.expires_at
        is_called = was_for_water or (expires is not None and at <= expires + LATE_EXPIRY)
        self._check("a flame after its call expired", is_called, f"at {at}, expired {expires}")

    def _valve_reports(self, valve: str, said: dict[str, Any]) -> None:
        at, known = _instant(said, "reported_at"), self._valves.get(valve)
        if at is None or known is None or known.expires_at is None:
            return
        is_on_its_own = said.get("mode") == "auto"
        if at > known.expires_at + SLOW_RADIO:
            self._check("a valve obeys after its command expired", is_on_its_own, f"{valve} at {at}: {said}")

    def _measures(self, room: str, said: dict[str, Any]) -> None:
        value = said.get("value")
        if isinstance(value, int | float) and room in self._settings.rooms:
            self._air[room] = value
            self.coldest[room] = min(value, self.coldest.get(room, value))
            self._check("a room freezes", value >= FROZEN_AT, f"{room} at {value} °C")

    def _check(self, rule: str, holds: bool, words: str) -> None:
        self.checked[rule] += 1
        if not holds and len(self.violations[rule]) < FIRST_ONES:
            self.violations[rule].append(f"{rule}: {words}")


def _says_open(known: Known, said: dict[str, Any], at: datetime, air: float) -> bool:
    """A valve that tells how far it is open is believed in that, once its motor has had the time to run."""
    if (said.get("setpoint") or 0) < air + OPENS_K:
        known.opens_since = None
    elif known.opens_since is None:
        known.opens_since = at
    opening, since = said.get("opening"), known.opens_since
    return (opening or 0) >= OPEN or (since is not None and (opening is None or at - since <= MOTOR_RUN))


def _was_open(reports: list[tuple[Any, Any, bool]]) -> bool:
    """Of reports in order, each with the begin of what counts: whether one since then is open, or the last before."""
    before = [is_open for begin, at, is_open in reports if at < begin]
    return any(is_open for begin, at, is_open in reports if at >= begin) or before[-1:] == [True]


def _as_object(payload: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _instant(said: dict[str, Any], name: str) -> datetime | None:
    value = said.get(name)
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return one if other is None else other if one is None else max(one, other)
