"""The section of house.yaml for the Bluetooth radio and for what differs from valve to valve."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from house.settings.section import Address, Section, shaped

ValveProfile = Literal["setpoint", "ends", "timed"]


class WindowReaction(Section):
    """How low (°C) and for how long a valve goes when it feels a window open; 0 minutes: not at all."""

    setpoint: Annotated[float, Field(ge=5, le=29.5, multiple_of=0.5)] = 12
    minutes: Annotated[int, Field(ge=0, le=60, multiple_of=5)] = 15


class ValveOptions(Section):
    """What one valve is told besides its setpoint; what is not given here is left as it is.

    `profile`: how open and shut are written; `offset`: K added to the valve's own thermometer; `locked`: its buttons;
    `comfort` and `eco`: °C behind its buttons; `elsewhere`: something foreign drives it.
    """

    profile: ValveProfile = "setpoint"
    offset: Annotated[float, Field(ge=-3.5, le=3.5, multiple_of=0.5)] | None = None
    locked: bool | None = None
    comfort: Annotated[float, Field(ge=5, le=29.5, multiple_of=0.5)] | None = None
    eco: Annotated[float, Field(ge=5, le=29.5, multiple_of=0.5)] | None = None
    window: WindowReaction | None = None
    elsewhere: bool = False


class Bluetooth(Section):
    """The radio: its adapter (by default the first that is on), how it listens, and when it is taken for stuck.

    PINs of valves that demand one stand in the file that HAARD_VALVE_PINS_FILE names.
    """

    adapter: Annotated[str, shaped(r"hci[0-9]+", "an adapter such as hci0")] | None = None
    scanning: Literal["active", "passive"] = "active"
    silence_s: Annotated[float, Field(ge=10, le=3600)] = 60
    valves: Mapping[Address, ValveOptions] = {}
