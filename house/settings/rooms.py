"""Rooms: what is in them, and how warm they should be."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from house.fields import Setpoint
from house.messages import PresetTemperatures
from house.settings import yaml_lines
from house.settings.section import Address, Section, Watts
from house.settings.week import Week


def _id(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]+", text) or text == "set":
        raise ValueError("a room's id should be a-z, 0-9 and _ (its name may be anything)")
    return text


Id = Annotated[str, AfterValidator(_id)]


class Presets(PresetTemperatures):
    """What the named setpoints mean, °C."""

    model_config = ConfigDict(extra="forbid")


class RoomPresets(Section):
    """What the named setpoints mean in one room, °C, where that is not what they mean in the others."""

    comfort: Setpoint | None = None
    eco: Setpoint | None = None
    away: Setpoint | None = None
    frost: Setpoint | None = None
    boost: Setpoint | None = None


class Radiator(Section):
    """A radiator with its valve; nominal power in W at ΔT 50 K (EN 442), as on its type plate. A valve that knows other
    setpoints than 5 to 30 °C in halves has its own `lowest`, `highest` and `step`. A radiator without a valve, or with
    one that nothing reaches (`valve: null`), takes heat of every burn.
    """

    valve: Address | None = None
    power_w: Watts
    lowest: Annotated[float, Field(ge=4.5, le=20)] = 5
    highest: Annotated[float, Field(ge=20, le=30)] = 30
    step: Annotated[float, Field(gt=0, le=2)] = 0.5

    @model_validator(mode="after")
    def _opens_and_shuts(self) -> Self:
        if self.highest - self.lowest < self.step:
            raise ValueError(
                f"lowest ({self.lowest:g}) and highest ({self.highest:g}) should be a step ({self.step:g}) apart"
            )
        return self


def _sensor(value: Any) -> Any:
    if isinstance(value, Mapping) and not value.keys().isdisjoint(("key", "bindkey")):
        raise ValueError(
            "should hold no key (bindkey); give it in the file that HAARD_BINDKEYS_FILE names, in a line such as "
            "A4:C1:38:00:00:01 231d39c1d7cc1ab1aee224cd096db932"
        )
    return {"address": value} if isinstance(value, str) else value


class Sensor(Section):
    """A thermometer: its address alone, or with a calibration, K, that is added to what it says.

    The key (bindkey) of a thermometer that encrypts is a secret: it stands in the file that HAARD_BINDKEYS_FILE names.
    """

    address: Address
    calibration: Annotated[float, Field(ge=-5, le=5)] = 0


class Room(Section):
    """A space with one setpoint; one without radiators is only measured."""

    name: str = ""
    sensors: tuple[Annotated[Sensor, BeforeValidator(_sensor)], ...] = ()
    windows: tuple[Address, ...] = ()
    radiators: tuple[Radiator, ...] = ()
    area_m2: Annotated[float, Field(gt=0, le=10_000)] | None = None
    presets: RoomPresets = RoomPresets()
    schedule: Week = ()
    hysteresis: Annotated[float, Field(ge=0.05, le=2)] = 0.2

    @cached_property
    def thermometers(self) -> tuple[str, ...]:
        """The addresses of the sensors."""
        return tuple(sensor.address for sensor in self.sensors)

    @cached_property
    def valves(self) -> dict[str, Radiator]:
        """The radiators with a valve, by its address."""
        return {one.valve: one for one in self.radiators if one.valve is not None}

    @cached_property
    def power_w(self) -> float:
        """Nominal, of all radiators."""
        return sum(one.power_w for one in self.radiators)

    @cached_property
    def open_w(self) -> float:
        """Nominal, of the radiators without a valve: they are open by nature."""
        return sum(one.power_w for one in self.radiators if one.valve is None)

    def devices(self) -> Iterator[tuple[yaml_lines.Path, str]]:
        """Each device of the room, as the path of its key below the room and its address."""
        yield from ((("sensors", index), address) for index, address in enumerate(self.thermometers))
        yield from ((("windows", index), address) for index, address in enumerate(self.windows))
        yield from ((("radiators", index, "valve"), one.valve) for index, one in enumerate(self.radiators) if one.valve)
