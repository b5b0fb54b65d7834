"""Which setpoint is in force in a room, by which rule, and until when.

The newest wish wins, so what people set by hand stands above what stands for longer: boost, override, away, preset,
schedule. Mode `off` leaves frost protection; mode `heat` holds one setpoint for good.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from house import topics
from house.messages import HouseSettings, RoomSettings
from house.schedule import InForce, Week, in_force
from house.wall_time import wall_time
from regulator.laws.interface import Switch
from regulator.snapshot import Snapshot

FORESEEN = timedelta(hours=12)


class Effective(NamedTuple):
    """The setpoint that remains, °C; `rule` is one word for why, `until` None where it holds for good."""

    setpoint: float
    rule: str
    until: datetime | None
    scheduled: InForce | None

    def words(self, snapshot: Snapshot) -> str:
        """`20.5 °C by schedule until 22:30`."""
        assert snapshot.now is not None
        end = f" until {wall_time(self.until, snapshot.zone, snapshot.now)}" if self.until else ""
        return f"{self.setpoint:g} °C by {self.rule}{end}"


def room_settings(snapshot: Snapshot, room_id: str) -> RoomSettings:
    """The accepted wishes of a room without those that have ended."""
    now, presets = snapshot.now, snapshot.wiring.preset_temperatures
    settings = snapshot.last(topics.ROOM_SETTINGS, room_id) or RoomSettings()
    changes: dict[str, object] = {}
    if settings.presets != presets:
        changes["presets"] = presets
    if settings.override and _is_over(settings.override.until, now):
        changes["override"] = None
    if settings.preset != "none" and _is_over(settings.preset_until, now):
        changes |= {"preset": "none", "preset_until": None}
    if _is_over(settings.boost_until, now):
        changes["boost_until"] = None
    return settings.model_copy(update=changes) if changes else settings


def house_settings(snapshot: Snapshot) -> HouseSettings:
    """The accepted wishes of the house without those that have ended."""
    settings = snapshot.last(topics.HOUSE_SETTINGS) or HouseSettings()
    if settings.away and _is_over(settings.away.until, snapshot.now):
        return HouseSettings()
    return settings


def _is_over(until: datetime | None, now: datetime | None) -> bool:
    return until is not None and now is not None and until <= now


def effective(snapshot: Snapshot, room_id: str, settings: RoomSettings, house: HouseSettings) -> Effective:
    """What remains for a room after all wishes; frost, windows and old readings come later, in `safety`."""
    assert snapshot.now is not None
    scheduled = in_force(snapshot.weeks[room_id], snapshot.zone, snapshot.now)
    setpoint, rule, until = _wished(settings, house, scheduled)
    return Effective(max(setpoint, settings.presets.frost), rule, until, scheduled)


def _wished(
    settings: RoomSettings, house: HouseSettings, scheduled: InForce | None
) -> tuple[float, str, datetime | None]:
    presets = settings.presets
    if settings.mode == "off":
        return presets.frost, "off", None
    if settings.boost_until:
        otherwise, _, _ = _wished(settings.model_copy(update={"boost_until": None}), house, scheduled)
        return max(presets.boost, otherwise), "boost", settings.boost_until
    if settings.override:
        return settings.override.setpoint, "override", settings.override.until
    if house.away:
        return house.away.setpoint, "away", house.away.until
    if settings.preset != "none":
        return getattr(presets, settings.preset), f"preset {settings.preset}", settings.preset_until
    if settings.mode == "heat" or scheduled is None:
        return presets.comfort, "preset comfort", None
    return scheduled.setpoint, "schedule", scheduled.next_at


def coming(snapshot: Snapshot, room_id: str, effective: Effective) -> tuple[Switch, ...]:
    """What the schedule has in store once the setpoint in force has ended; nothing where that is not near."""
    assert snapshot.now is not None
    if effective.until is None or effective.until > snapshot.now + FORESEEN:
        return ()
    return _switches_from(snapshot.weeks[room_id], snapshot.zone, effective.until)


@lru_cache(maxsize=8192)
def _switches_from(week: Week, zone: ZoneInfo, begin: datetime) -> tuple[Switch, ...]:
    """The setpoint that the week asks for at `begin`, and its switches in the hours after that."""
    switches: list[Switch] = []
    at = begin
    while at <= begin + FORESEEN and (then := in_force(week, zone, at)) is not None:
        switches.append(Switch(at, then.setpoint, f"{at.astimezone(zone):%H:%M} {then.setpoint:g}"))
        at = then.next_at
    return tuple(switches)
