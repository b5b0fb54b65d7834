"""What people ask for: events that are not retained."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from house.fields import Instant, MinutesOfADay, Mode, Preset, Setpoint
from house.messages.base import Message
from house.messages.schedule import _SwitchPoints


class ModeWish(Message):
    """auto: follow the schedule; heat: hold the setpoint; off: frost protection; bypass: hands off this room's
    valves.
    """

    bare = "value"
    value: Mode


class PresetWish(Message):
    """Hold a named setpoint, until an instant or until `none`."""

    bare = "value"
    value: Preset
    until: Instant | None = None


def _none_if_auto(value: Any) -> Any:
    return None if value in ("auto", "none") else value


class SetpointWish(Message):
    """An override, °C; `auto` ends it. Without `until` it holds until the next switch point (mode heat: for good)."""

    bare = "value"
    value: Annotated[Setpoint | None, BeforeValidator(_none_if_auto)]
    until: Instant | None = None


class BoostWish(Message):
    """Heat hard for some minutes (a bare number), until an instant, or the usual time (`on`); `off` or 0 ends it."""

    bare = "minutes"
    minutes: MinutesOfADay | None = None
    until: Instant | None = None

    @classmethod
    def _fields_from(cls, value: Any) -> Mapping[str, Any]:
        words: dict[Any, Mapping[str, Any]] = {"on": {}, "off": {"minutes": 0}}
        return words[value] if isinstance(value, str) and value in words else super()._fields_from(value)


class AwayWish(Message):
    """Nobody is home until an instant or until `off`; the setpoint, °C, is by default the preset `away`."""

    bare = "value"
    value: Literal["on", "off"] = "on"
    until: Instant | None = None
    setpoint: Setpoint | None = None


class ScheduleWish(_SwitchPoints):
    """Replace the room's week: a JSON list of switch points."""


class ValveCommand(Message):
    """What one valve should do by itself, now: `boost`, `boost_off`, follow its own week (`auto`), hold a setpoint
    (`manual`; °C, by default the one it has; until an instant, by default for good), or tell its week (`program`).
    """

    bare = "do"
    do: Literal["auto", "manual", "boost", "boost_off", "program"]
    setpoint: Setpoint | None = None
    until: Instant | None = None
