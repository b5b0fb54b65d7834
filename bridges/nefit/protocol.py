"""A boiler behind a Nefit Easy, by way of nefit-easy-http-server: what to ask or write next, and what it means.

The Easy has no switch for heat: it fires while its room setpoint is above its own thermometer. So a demand is a room
setpoint (30 to call, 12 to rest), written by the recipe of the vendor's command line tool and believed only when
`uiStatus` shows it: the server answers "ok" even to writes that never happened. The cloud behind it takes one request
at a time, answers in anything up to 34 s, and is gone for hours; everything here waits its turn.

Sources: robertklep/nefit-easy-http-server and nefit-easy-commands, marcelrv/nefit_easy_protocol.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from bridges.boiler.protocol import SETTLE
from bridges.parse_values import number, pressure, yes_or_no
from house.messages import BoilerSet, BoilerStatus
from house.settings.devices import Nefit


@dataclass(frozen=True, slots=True)
class Request:
    """A read of a path, or a write of a value to it."""

    path: str
    value: str | float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON object that came with status 200."""

    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """No answer of use. `refused`: the Easy is there but does not know this; else server or cloud are away."""

    text: str
    refused: bool = False


UI_STATUS = Request("/bridge/ecus/rrc/uiStatus")
SUPPLY = Request("/api/supplyTemperature")
PRESSURE = Request("/api/pressure")
DISPLAY = Request("/api/displayCode")
# Only these: the server executes any method of its client object by name, and /api/end would close the cloud for good.
POLLS = {
    UI_STATUS: timedelta(seconds=60),
    SUPPLY: timedelta(minutes=5),
    PRESSURE: timedelta(minutes=5),
    DISPLAY: timedelta(minutes=5),
}
USER_MODE = "/bridge/heatingCircuits/hc1/usermode"
MANUAL_SETPOINT = "/bridge/heatingCircuits/hc1/temperatureRoomManual"
OVERRIDE = "/bridge/heatingCircuits/hc1/manualTempOverride/status"
OVERRIDE_SETPOINT = "/bridge/heatingCircuits/hc1/manualTempOverride/temperature"

REFUSALS = ("INVALID_RESPONSE", "ERROR_RESPONSE")
VERIFY_AFTER = timedelta(seconds=30)
FIRST_BACKOFF, LONGEST_BACKOFF = timedelta(seconds=5), timedelta(seconds=60)
LONGEST_REWRITE = timedelta(minutes=10)
OVERDUE_AFTER = timedelta(seconds=50)  # an expired call is gone within a minute, or a fault aloud
UNAVAILABLE_AFTER = 3
"""Failures in a row, and likewise disobeyed writes in a row, before it is called a fault."""
RESTART_AFTER = timedelta(minutes=10)
FROZEN_AFTER = timedelta(minutes=5)
OLD_AFTER = timedelta(minutes=15)

_BURNERS: Mapping[str, Literal["central_heating", "hot_water", "off"]] = {
    "CH": "central_heating",
    "HW": "hot_water",
    "No": "off",
}


@dataclass(frozen=True, slots=True)
class UiStatus:
    """The Easy's own summary, °C; None where it says nothing usable."""

    room_temperature: float | None
    setpoint: float | None
    manual_setpoint: float | None
    user_mode: str | None
    boiler: Literal["central_heating", "hot_water", "off"] | None
    hot_water_on: bool | None
    boiler_lock: bool | None
    boiler_block: bool | None
    maintenance: bool | None
    clock: str

    def obeys(self, target: float) -> bool:
        """Whether the Easy holds this room setpoint, and will not drop it at the next point of its own program."""
        return self.user_mode == "manual" and target in (self.setpoint, self.manual_setpoint)


def ui_status(body: Mapping[str, Any]) -> UiStatus | None:
    """Read an answer of uiStatus; None if it is none."""
    value = body.get("value")
    if not isinstance(value, dict) or "UMD" not in value:
        return None
    said = value.get
    return UiStatus(
        room_temperature=number(said("IHT"), -20, 60),
        setpoint=number(said("TSP"), 0, 40),
        manual_setpoint=number(said("MMT"), 0, 40),
        user_mode=str(said("UMD")),
        boiler=_BURNERS.get(str(said("BAI"))),
        hot_water_on=yes_or_no(said("DHW")),
        boiler_lock=yes_or_no(said("BLE")),
        boiler_block=yes_or_no(said("BBE")),
        maintenance=yes_or_no(said("BMR")),
        clock=str(said("CTD")),
    )


@dataclass(frozen=True, slots=True)
class Easy:
    """All that the bridge knows and means to do.

    `plan` is what is left to write for `target`, not before `rewrite_at`; `verify_at` is when the result should show;
    `not_before` holds everything back after a failure.
    """

    setpoints: Nefit
    started: datetime
    wish: BoilerSet | None = None
    target: float | None = None
    plan: tuple[Request, ...] = ()
    rewrite_at: datetime | None = None
    verify_at: datetime | None = None
    disobeyed: int = 0
    has_obeyed: bool = False
    """Whether this target was ever seen to be held."""
    failures: int = 0
    failing_since: datetime | None = None
    error: str = ""
    not_before: datetime | None = None
    asked_at: Mapping[Request, datetime] = field(default_factory=dict)
    answers: Mapping[Request, tuple[Mapping[str, Any], datetime]] = field(default_factory=dict)
    ui: UiStatus | None = None
    reported_at: datetime | None = None

    # --- what to do next ----------------------------------------------------------------------------------------------

    def next(self, now: datetime) -> tuple["Easy", Request | None]:
        """The request that should be sent now, if any; call it only while none is in flight."""
        easy = self._aimed(now)
        if _is_ahead(easy.not_before, now):
            return easy, None
        may_write = easy.plan and not _is_ahead(easy.rewrite_at, now)
        request = easy.plan[0] if may_write else easy._next_poll(now)
        if request is None:
            return easy, None
        return replace(easy, asked_at={**easy.asked_at, request: now} if request in POLLS else easy.asked_at), request

    def _aimed(self, now: datetime) -> "Easy":
        if self.wish is None and now - self.started < SETTLE:
            return self
        calls = self.wish is not None and self.wish.calls(now)
        target = self.setpoints.call_setpoint if calls else self.setpoints.rest_setpoint
        if target == self.target:
            return self
        already = self.target is None and self.ui is not None and self.ui.obeys(target)
        plan = () if already else self._recipe(target)
        return replace(self, target=target, plan=plan, rewrite_at=None, verify_at=None, disobeyed=0, has_obeyed=already)

    def _recipe(self, target: float) -> tuple[Request, ...]:
        is_manual = self.ui is not None and self.ui.user_mode == "manual"
        mode = () if is_manual else (Request(USER_MODE, "manual"),)
        return (
            *mode,
            Request(MANUAL_SETPOINT, target),
            Request(OVERRIDE, "on"),
            Request(OVERRIDE_SETPOINT, target),
        )

    def _next_poll(self, now: datetime) -> Request | None:
        if self.verify_at is not None and now >= self.verify_at:
            return UI_STATUS
        for poll, period in POLLS.items():
            asked_at = self.asked_at.get(poll)
            too_early = poll is UI_STATUS and self.verify_at is not None
            if not too_early and (asked_at is None or not timedelta(0) <= now - asked_at < period):
                return poll
        return None

    def farewell(self) -> tuple[Request, ...]:
        """What keeps the house from harm while nobody is in charge: the Easy holds its last setpoint for ever."""
        safe = self.setpoints.safe_setpoint
        return Request(MANUAL_SETPOINT, safe), Request(OVERRIDE_SETPOINT, safe)

    # --- what came of it ----------------------------------------------------------------------------------------------

    def answered(self, request: Request, outcome: Answer | Failure, now: datetime) -> "Easy":
        """With the outcome of the request that was in flight."""
        if isinstance(outcome, Failure) and not outcome.refused:
            return self._failed(outcome.text, now)
        easy = replace(self, failures=0, failing_since=None, error="", not_before=None)
        if request.value is not None:
            return easy._written(request, now)
        if isinstance(outcome, Failure):
            return easy if request != UI_STATUS else self._failed(outcome.text, now)
        if request == UI_STATUS:
            status = ui_status(outcome.body)
            return easy._seen(status, now) if status else self._failed("uiStatus holds no status", now)
        return replace(easy, answers={**easy.answers, request: (outcome.body, now)})

    def _failed(self, text: str, now: datetime) -> "Easy":
        failures = self.failures + 1
        wait = min(FIRST_BACKOFF * 2 ** min(self.failures, 10), LONGEST_BACKOFF)
        since = self.failing_since or now
        return replace(self, failures=failures, failing_since=since, error=text, not_before=now + wait)

    def _written(self, request: Request, now: datetime) -> "Easy":
        """One step on; a step that the Easy refuses is passed over, since uiStatus tells whether the rest sufficed."""
        if request not in self.plan[:1]:
            return self
        plan = self.plan[1:]
        return replace(self, plan=plan, rewrite_at=None, verify_at=None if plan else now + VERIFY_AFTER)

    def _seen(self, status: UiStatus, now: datetime) -> "Easy":
        is_new = self.ui is None or self.ui.clock != status.clock
        easy = replace(self, ui=status, reported_at=now if is_new else self.reported_at)
        is_being_written = self.plan and self.rewrite_at is None
        if self.target is None or is_being_written:
            return easy
        if status.obeys(self.target):
            return replace(easy, plan=(), rewrite_at=None, verify_at=None, disobeyed=0, has_obeyed=True)
        if self.plan:
            return easy
        # Not at once after the first: a person with the app or the Easy's own modes would be fought every minute.
        wait = min(VERIFY_AFTER * (2 ** min(self.disobeyed, 10) - 1), LONGEST_REWRITE)
        plan, disobeyed = easy._recipe(self.target), self.disobeyed + 1
        return replace(easy, plan=plan, rewrite_at=now + wait, verify_at=None, disobeyed=disobeyed)

    # --- what it means ------------------------------------------------------------------------------------------------

    def status(self, now: datetime) -> BoilerStatus | None:
        """What the boiler reports; nothing but the fault while it cannot be reached; None while nothing is known."""
        absence = self._absence(now)
        if absence is not None:
            return BoilerStatus(fault=absence, reported_at=self.reported_at)
        if self.ui is None:
            return None
        burner = self.ui.boiler
        return BoilerStatus(
            flame=None if burner is None else burner != "off",
            flow_temperature=number(self._recent(SUPPLY, now).get("temperature"), 0, 100),
            pressure_bar=pressure(self._recent(PRESSURE, now).get("pressure")),
            hot_water=None if burner is None else burner == "hot_water",
            fault=self._disobedience(now) or self._fault(now),
            reported_at=self.reported_at,
        )

    def _recent(self, request: Request, now: datetime) -> Mapping[str, Any]:
        body, at = self.answers.get(request, ({}, now))
        return body if now - at < OLD_AFTER else {}

    def _absence(self, now: datetime) -> str | None:
        if self.failing_since is not None and (self.failures >= UNAVAILABLE_AFTER or self._is_overdue(now)):
            long = now - self.failing_since >= RESTART_AFTER
            return f"the Nefit Easy cannot be reached: {self.error}" + (
                "; restart nefit-easy-http-server and look at the Easy's Wi-Fi" if long else ""
            )
        if self.failures == 0 and self.reported_at is not None and now - self.reported_at > FROZEN_AFTER:
            return "the Nefit Easy repeats old answers: its clock stands still"
        return None

    def _is_overdue(self, now: datetime) -> bool:
        """Whether an end of the call has not reached the Easy for the better part of a minute."""
        return bool(self.plan) and self._is_long_over(now)

    def _is_long_over(self, now: datetime) -> bool:
        """Whether nobody has called for the better part of a minute."""
        if self.wish is None or self.wish.calls(now):
            return False
        return now - (self.wish.expires_at if self.wish.call else self.wish.issued_at) >= OVERDUE_AFTER

    def _disobedience(self, now: datetime) -> str | None:
        """What is held instead: told after a few tries, or as soon as the end of a call is not heeded."""
        heats_on = self.disobeyed > 0 and not self.has_obeyed and self._is_long_over(now)
        if self.ui is None or not (heats_on or self.disobeyed >= UNAVAILABLE_AFTER):
            return None
        return (
            f"the Nefit Easy says ok to {self.target:g} °C but holds {self.ui.setpoint} in mode {self.ui.user_mode}:"
            " is somebody using the app, or is it on holiday?"
        )

    def _fault(self, now: datetime) -> str | None:
        assert self.ui is not None
        states = {
            "locked": self.ui.boiler_lock,
            "blocked": self.ui.boiler_block,
            "in need of maintenance": self.ui.maintenance,
        }
        found = " and ".join(name for name, is_so in states.items() if is_so)
        if not found:
            return None
        shown = self._recent(DISPLAY, now)
        parts = (shown.get("code"), shown.get("cause"), shown.get("description"))
        return " ".join([f"the boiler is {found}", *(str(part)[:80] for part in parts if part is not None)])


def _is_ahead(instant: datetime | None, now: datetime) -> bool:
    """Whether it is still to come; one further ahead than anything is ever put off is from a clock since put back."""
    return instant is not None and now < instant <= now + LONGEST_REWRITE
