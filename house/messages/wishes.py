"""What people ask for: events that are not retained.

A wish with a field that means nothing is refused as a whole: half of what was asked for is not what was asked for.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict

from house.errors import PayloadError
from house.fields import MODES, Comfort, Instant, MinutesOfADay, MinutesOfAYear, Mode, OnOff, Preset, Setpoint, Word
from house.messages.base import Message
from house.messages.schedule import _SwitchPoints
from house.messages.week import WeekError, points_of
from house.span import minutes_of


def _span_as_minutes(value: Any) -> Any:
    """`2h` as people say it; a number is one of minutes."""
    minutes = minutes_of(value) if isinstance(value, str) else None
    return value if minutes is None else minutes


_Span = BeforeValidator(_span_as_minutes)
Minutes = Annotated[MinutesOfAYear, _Span]


class _Wish(Message):
    """What every wish is: read to the last field."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def _fields_from(cls, value: Any) -> Mapping[str, Any]:
        fields: dict[str, Any] = {}
        for name, said in super()._fields_from(value).items():
            field = cls.also.get(name, name)
            if field in fields:
                raise PayloadError(f"{field} is said twice, once as {name}: say it once")
            fields[field] = said
        return fields

    @classmethod
    def _known(cls) -> tuple[str, ...]:
        return (*cls.model_fields, *cls.also)


class ModeWish(_Wish):
    """auto: follow the schedule; heat: hold the setpoint; off: frost protection; bypass: hands off this room's
    valves.
    """

    bare = "value"
    example = 'heat, or {"value": "heat"}'
    also: ClassVar[Mapping[str, str]] = {"mode": "value"}
    value: Mode


class PresetWish(_Wish):
    """Hold a named setpoint until an instant, for some minutes (or `"for": "2h"`), or until `none`."""

    bare = "value"
    example = 'eco, or {"value": "eco", "for": "2h"}'
    also: ClassVar[Mapping[str, str]] = {"preset": "value", "for": "minutes"}
    value: Preset
    until: Instant | None = None
    minutes: Minutes | None = None


_MODES_AND_PRESETS = dict.fromkeys(MODES, "mode") | dict.fromkeys(("comfort", "eco", "boost", "away"), "preset")


def _none_if_auto(value: Any) -> Any:
    word = str(value).strip().lower()
    if word in ("auto", "none"):
        return None
    if word in _MODES_AND_PRESETS:
        raise ValueError(f"should be a number or auto ({word} is a {_MODES_AND_PRESETS[word]})")
    return value


class SetpointWish(_Wish):
    """A setpoint by hand, °C, until an instant or for some minutes (or `"for": "2h"`); `auto` gives the room back to
    its schedule. Without an end it holds until the next switch point, or the one after if that is less than 15 min away
    (mode heat: for good); where another with an end still holds, it keeps that end.
    """

    bare = "value"
    example = '20.5, or {"value": 20.5, "for": "2h"}'
    also: ClassVar[Mapping[str, str]] = {"setpoint": "value", "for": "minutes"}
    value: Annotated[Setpoint | None, BeforeValidator(_none_if_auto)]
    until: Instant | None = None
    minutes: Minutes | None = None


class BoostWish(_Wish):
    """Heat hard for some minutes (a bare number, or `1h`), until an instant, or the usual time (`on`); `off` or 0 ends
    it.
    """

    bare = "minutes"
    example = '30, or {"minutes": 30}'
    also: ClassVar[Mapping[str, str]] = {"for": "minutes"}
    minutes: Annotated[MinutesOfADay, _Span] | None = None
    until: Instant | None = None

    @classmethod
    def _fields_from(cls, value: Any) -> Mapping[str, Any]:
        words: dict[str, Mapping[str, Any]] = {"on": {}, "true": {}, "off": {"minutes": 0}, "false": {"minutes": 0}}
        is_switch = isinstance(value, dict) and value.keys() == {"value"}  # a number there may mean degrees
        said = value["value"] if is_switch else value
        word = str(said).strip().lower()
        return words[word] if isinstance(said, str | bool) and word in words else super()._fields_from(value)


class ComfortWish(_Wish):
    """Where this house's heating stands between warm on the minute and a boiler and valves that rest, until another is
    wished; `auto` is as house.yaml says.
    """

    bare = "value"
    example = "comfort, balanced, quiet, saver or auto"
    also: ClassVar[Mapping[str, str]] = {"comfort": "value"}
    value: Annotated[Literal[Comfort, "auto"], Word]


class AwayWish(_Wish):
    """Nobody is home until an instant, for some minutes (or `"for": "2d"`), or until `off`; without an end it needs the
    word `on`. The setpoint, °C, is by default each room's preset `away`.
    """

    bare = "value"
    example = 'on, off, or {"for": "2d"}'
    also: ClassVar[Mapping[str, str]] = {"for": "minutes"}
    value: OnOff | None = None
    until: Instant | None = None
    minutes: Minutes | None = None
    setpoint: Setpoint | None = None


class ScheduleWish(_SwitchPoints):
    """Replace the room's week: a JSON list of switch points, or the form of house.yaml, such as
    `{"mon-fri": {"06:30": 20.5, "22:30": 17}, "sat,sun": {"08:00": 20.5}}`.
    """

    model_config = ConfigDict(extra="forbid")
    example = '{"mon-fri": {"06:30": 20.5, "22:30": 17}}'

    @classmethod
    def _fields_from(cls, value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict) or "points" in value:
            return super()._fields_from(value)
        try:
            return {"points": points_of(value)}
        except WeekError as fault:
            raise PayloadError(f"schedule wish: {fault}") from fault


class ValveCommand(_Wish):
    """What one valve should do by itself, now: `boost`, `boost_off`, follow its own week (`auto`), hold a setpoint
    (`manual`; °C, by default the one it has; until an instant, by default for good), or tell its week (`program`).
    """

    bare = "do"
    example = 'boost, or {"do": "manual", "setpoint": 21}'
    do: Annotated[Literal["auto", "manual", "boost", "boost_off", "program"], Word]
    setpoint: Setpoint | None = None
    until: Instant | None = None
