"""What people ask for: events that are not retained."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from house.errors import PayloadError
from house.fields import Instant, MinutesOfADay, MinutesOfAYear, Mode, OnOff, Preset, Setpoint, Word
from house.messages.base import Message
from house.messages.schedule import _SwitchPoints
from house.messages.week import WeekError, points_of


class ModeWish(Message):
    """auto: follow the schedule; heat: hold the setpoint; off: frost protection; bypass: hands off this room's
    valves.
    """

    bare = "value"
    value: Mode


class PresetWish(Message):
    """Hold a named setpoint until an instant, for some minutes, or until `none`."""

    bare = "value"
    value: Preset
    until: Instant | None = None
    minutes: MinutesOfAYear | None = None


def _none_if_auto(value: Any) -> Any:
    return None if str(value).strip().lower() in ("auto", "none") else value


class SetpointWish(Message):
    """A setpoint by hand, °C, until an instant or for some minutes; `auto` gives the room back to its schedule. Without
    an end it holds until the next switch point, or the one after if that is less than 15 min away (mode heat: for
    good); where another with an end still holds, it keeps that end.
    """

    bare = "value"
    value: Annotated[Setpoint | None, BeforeValidator(_none_if_auto)]
    until: Instant | None = None
    minutes: MinutesOfAYear | None = None


class BoostWish(Message):
    """Heat hard for some minutes (a bare number), until an instant, or the usual time (`on`); `off` or 0 ends it."""

    bare = "minutes"
    minutes: MinutesOfADay | None = None
    until: Instant | None = None

    @classmethod
    def _fields_from(cls, value: Any) -> Mapping[str, Any]:
        words: dict[str, Mapping[str, Any]] = {"on": {}, "true": {}, "off": {"minutes": 0}, "false": {"minutes": 0}}
        word = str(value).strip().lower()
        return words[word] if isinstance(value, str | bool) and word in words else super()._fields_from(value)


class AwayWish(Message):
    """Nobody is home until an instant, for some minutes, or until `off`; without an end it needs the word `on`. The
    setpoint, °C, is by default each room's preset `away`.
    """

    bare = "value"
    value: OnOff | None = None
    until: Instant | None = None
    minutes: MinutesOfAYear | None = None
    setpoint: Setpoint | None = None


class ScheduleWish(_SwitchPoints):
    """Replace the room's week: a JSON list of switch points, or the form of house.yaml, such as
    `{"mon-fri": {"06:30": 20.5, "22:30": 17}, "sat,sun": {"08:00": 20.5}}`.
    """

    @classmethod
    def _fields_from(cls, value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict) or "points" in value:
            return super()._fields_from(value)
        try:
            return {"points": points_of(value)}
        except WeekError as fault:
            raise PayloadError(f"{cls.__name__}: {fault}") from fault


class ValveCommand(Message):
    """What one valve should do by itself, now: `boost`, `boost_off`, follow its own week (`auto`), hold a setpoint
    (`manual`; °C, by default the one it has; until an instant, by default for good), or tell its week (`program`).
    """

    bare = "do"
    do: Annotated[Literal["auto", "manual", "boost", "boost_off", "program"], Word]
    setpoint: Setpoint | None = None
    until: Instant | None = None
