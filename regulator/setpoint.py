"""Which setpoint is in force in a room, by which rule, and until when.

Above what holds (the schedule or, in mode `heat`, the held setpoint) stand, from bottom to top: preset, override, away,
boost; what was wished in one room while nobody was home stands above away. Away and eco save: they never ask for more
than what they stand above. Mode `off` leaves frost protection.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from house import topics
from house.fields import END_OF_INSTANTS
from house.messages import Away, HouseSettings, Override, PresetTemperatures, RoomSettings
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
    skipped: datetime | None = None
    """A switch point before `until` that changes nothing, since it was so near when the wish was made."""
    lifted: float | None = None
    """What was asked for, °C, where frost protection lifts that."""

    def words(self, snapshot: Snapshot) -> str:
        """`20.5 °C by schedule until 22:30`."""
        assert snapshot.now is not None
        if snapshot.is_clockless:
            waits = ": the time is not known, and the schedule waits for it" if self.rule == "no clock" else ""
            return f"{self.setpoint:g} °C{waits}" if waits else f"{self.setpoint:g} °C by {self.rule}"
        end = f" until {wall_time(self.until, snapshot.zone, snapshot.now)}" if self.until else ""
        over = f", beyond {wall_time(self.skipped, snapshot.zone, snapshot.now)}" if end and self.skipped else ""
        lifted = f", since frost protection lifts {self.lifted:g}" if self.lifted is not None else ""
        return f"{self.setpoint:g} °C by {self.rule}{end}{over}{lifted}"


def room_settings(snapshot: Snapshot, room_id: str) -> RoomSettings:
    """The accepted wishes of a room without those that have ended."""
    return _still_wished(snapshot, room_id, snapshot.last(topics.ROOM_SETTINGS, room_id) or RoomSettings())


def _still_wished(snapshot: Snapshot, room_id: str, settings: RoomSettings) -> RoomSettings:
    if _is_plain(settings) and settings.presets == snapshot.wiring.presets_by_room[room_id]:
        return settings
    changes = dict(_of_these_settings(settings, snapshot.wiring.presets_by_room[room_id]))
    changes |= _override_now(snapshot, room_id, settings.override, settings.mode)
    changes |= _ended(settings, snapshot.now)
    ends = {"override": changes.get("override", settings.override) is None} | {
        "preset": changes.get("preset", settings.preset) == "none",
        "boost": changes.get("boost_until", settings.boost_until) is None,
    }
    for field in ("durations", "despite_away"):
        names = getattr(settings, field)
        if any(ends.get(name) for name in names):
            changes[field] = tuple(name for name in names if not ends.get(name))
    return settings.but(**changes) if changes else settings


def _is_plain(settings: RoomSettings) -> bool:
    """Whether nothing is wished that could end or stand otherwise in house.yaml by now."""
    is_timeless = settings.override is None and settings.boost_until is None and settings.preset == "none"
    return is_timeless and settings.mode != "heat" and not settings.durations and not settings.despite_away


def _of_these_settings(settings: RoomSettings, presets: PresetTemperatures) -> Mapping[str, object]:
    """The room's presets as house.yaml has them now, and what mode heat holds, whoever wrote that."""
    changes: dict[str, object] = {"presets": presets} if settings.presets != presets else {}
    if settings.mode == "heat" and settings.held is None:
        kept = settings.override if settings.override and settings.override.until is None else None
        changes |= {"held": kept.setpoint, "override": None} if kept else {"held": presets.comfort}
    return changes


def _override_now(snapshot: Snapshot, room_id: str, override: Override | None, mode: str) -> Mapping[str, object]:
    """An override that has ended is none; one until the next switch point ends where the week has that now."""
    if override is None or (mode == "heat" and override.until is None):
        return {}
    if _is_over(override.until, snapshot.now):
        return {"override": None}
    if override.after is None or snapshot.now is None:
        return {}
    scheduled = in_force(snapshot.weeks[room_id], snapshot.zone, max(override.after, snapshot.now))
    until = scheduled.next_at if scheduled else None
    return {"override": override.but(until=until)} if until != override.until else {}


def _ended(settings: RoomSettings, now: datetime | None) -> Mapping[str, object]:
    changes: dict[str, object] = {}
    if settings.preset != "none" and _is_over(settings.preset_until, now):
        changes |= {"preset": "none", "preset_until": None}
    if _is_over(settings.boost_until, now):
        changes["boost_until"] = None
    return changes


def house_settings(snapshot: Snapshot) -> HouseSettings:
    """The accepted wishes of the house without those that have ended."""
    settings = snapshot.last(topics.HOUSE_SETTINGS) or HouseSettings()
    if settings.away and _is_over(settings.away.until, snapshot.now):
        return settings.model_copy(update={"away": None})
    return settings


def _is_over(until: datetime | None, now: datetime | None) -> bool:
    return until is not None and now is not None and until <= now


def effective(snapshot: Snapshot, room_id: str, settings: RoomSettings, house: HouseSettings) -> Effective:
    """What remains for a room after all wishes; frost, windows and old readings come later, in `safety`."""
    assert snapshot.now is not None
    scheduled = in_force(snapshot.weeks[room_id], snapshot.zone, snapshot.now)
    level = _in_force(settings, house.away, scheduled)
    if snapshot.is_clockless and level.rule in ("schedule", "away"):
        level = _Level(min(settings.presets.frost, level.setpoint), "no clock", None)
    skipped = None
    if level.rule == "override" and settings.override and settings.override.after:
        skipped = settings.override.after if settings.override.after > snapshot.now else None
    frost = settings.presets.frost
    lifted = level.setpoint if level.setpoint < frost and level.rule != "no clock" else None
    return Effective(max(level.setpoint, frost), level.rule, level.until, scheduled, skipped, lifted)


class _Level(NamedTuple):
    setpoint: float
    rule: str
    until: datetime | None


def _in_force(settings: RoomSettings, away: Away | None, scheduled: InForce | None) -> _Level:
    presets, beyond = settings.presets, settings.despite_away
    if settings.mode == "off":
        return _Level(presets.frost, "off", None)
    level = _what_holds(settings, scheduled)
    if away and "held" not in beyond:
        level = _saved(level, away, presets)
    if settings.preset not in ("none", "boost"):
        wished = _Level(getattr(presets, settings.preset), f"preset {settings.preset}", settings.preset_until)
        level = wished._replace(setpoint=min(wished.setpoint, level.setpoint)) if _saves(settings) else wished
        level = _saved(level, away, presets) if away and "preset" not in beyond else level
    if settings.override:
        level = _Level(settings.override.setpoint, "override", settings.override.until)
        level = _saved(level, away, presets) if away and "override" not in beyond else level
    if settings.boost_until:
        level = _Level(max(presets.boost, level.setpoint), "boost", settings.boost_until)
    return level


def _saves(settings: RoomSettings) -> bool:
    return settings.preset in ("eco", "away")


def _saved(level: _Level, away: Away, presets: PresetTemperatures) -> _Level:
    """The absence above another level: it never asks for more."""
    setpoint = away.setpoint if away.setpoint is not None else presets.away
    return _Level(min(setpoint, level.setpoint), "away", away.until)


def _what_holds(settings: RoomSettings, scheduled: InForce | None) -> _Level:
    if settings.mode == "heat":
        return _Level(settings.held if settings.held is not None else settings.presets.comfort, "mode heat", None)
    if scheduled is None:
        return _Level(settings.presets.comfort, "preset comfort", None)
    return _Level(scheduled.setpoint, "schedule", scheduled.next_at)


class Wished(NamedTuple):
    """What is wished of a room at an instant and what comes of it: it stays so while `follows_from` is the same and
    time alone changes nothing.
    """

    follows_from: tuple[object, ...]
    settings: RoomSettings
    effective: Effective
    coming: tuple[Switch, ...]
    same_until: datetime


def wished(snapshot: Snapshot, room_id: str, house: HouseSettings, before: Wished | None) -> Wished:
    """What is wished of a room now; the same as `before` where that still holds."""
    assert snapshot.now is not None
    said, now = snapshot.last(topics.ROOM_SETTINGS, room_id), snapshot.now
    follows_from = said, snapshot.weeks[room_id], house.away, snapshot.is_clockless
    if before is not None and now < before.same_until and before.follows_from == follows_from:
        return before
    settings = room_settings(snapshot, room_id)
    in_force = effective(snapshot, room_id, settings, house)
    then, until = _coming(snapshot, room_id, in_force), _same_until(settings, house, in_force, now)
    return Wished(follows_from, settings, in_force, then, until)


def _same_until(settings: RoomSettings, house: HouseSettings, in_force: Effective, now: datetime) -> datetime:
    """The next instant that is named by a wish, by the week or by how far it is foreseen."""
    override, away, scheduled, until = settings.override, house.away, in_force.scheduled, in_force.until
    named = [settings.preset_until, settings.boost_until]
    named += [override.until, override.after] if override is not None else []
    named += [away.until] if away is not None else []
    named += [scheduled.next_at] if scheduled is not None else []
    named += [until - FORESEEN] if until is not None else []
    return min([at for at in named if at is not None and at > now], default=END_OF_INSTANTS)


def _coming(snapshot: Snapshot, room_id: str, now: Effective) -> tuple[Switch, ...]:
    """What is in store once the setpoint in force has ended; nothing where that is not near."""
    assert snapshot.now is not None
    if now.until is None or now.until > snapshot.now + FORESEEN:
        return ()
    if now.rule == "schedule":
        return _switches_from(snapshot.weeks[room_id], snapshot.zone, now.until)
    then = snapshot._replace(now=now.until)
    following = effective(
        then, room_id, _still_wished(then, room_id, room_settings(snapshot, room_id)), house_settings(then)
    )
    if following.rule == "schedule":
        return _switches_from(snapshot.weeks[room_id], snapshot.zone, now.until)
    at, setpoint = now.until, following.setpoint
    return (Switch(at, setpoint, f"{at.astimezone(snapshot.zone):%H:%M} {setpoint:g}"),)


@lru_cache(maxsize=8192)
def _switches_from(week: Week, zone: ZoneInfo, begin: datetime) -> tuple[Switch, ...]:
    """The setpoint that the week asks for at `begin`, and its switches in the hours after that."""
    switches: list[Switch] = []
    at = begin
    while at <= begin + FORESEEN and (then := in_force(week, zone, at)) is not None:
        switches.append(Switch(at, then.setpoint, f"{at.astimezone(zone):%H:%M} {then.setpoint:g}"))
        at = then.next_at
    return tuple(switches)
