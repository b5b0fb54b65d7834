"""The sections of house.yaml for the boiler, the weather and devices behind zigbee2mqtt.

A boiler has one driver; the options that only this driver knows stand in a section of its name below it.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from house.settings.section import Address, FlowSetpoint, ForeignTopic, Minutes, RoomSetpoint, Section, Watts, WebUrl


class Nefit(Section):
    """Room setpoints, °C, that make a Nefit Easy heat, rest, and keep the house from harm while haard is away."""

    call_setpoint: RoomSetpoint = 30
    rest_setpoint: RoomSetpoint = 12
    safe_setpoint: RoomSetpoint = 15

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.rest_setpoint <= self.safe_setpoint < self.call_setpoint:
            raise ValueError("rest_setpoint, safe_setpoint and call_setpoint should rise in this order")
        return self


class EmsEsp(Section):
    """The base topic that is set in EMS-ESP."""

    topic: ForeignTopic = "ems-esp"


class OtgwNames(Section):
    """What the firmware calls each quantity and command: version 2 by default, other versions use other labels."""

    flow_temperature: ForeignTopic = "boilertemperature"
    return_temperature: ForeignTopic = "returnwatertemperature"
    modulation: ForeignTopic = "relmodlvl"
    pressure: ForeignTopic = "chwaterpressure"
    flame: ForeignTopic = "flamestatus"
    hot_water: ForeignTopic = "dhwmode"
    fault: ForeignTopic = "faultindicator"
    fault_code: ForeignTopic = "OEMFaultCode"
    control_setpoint: ForeignTopic = "controlsetpoint"
    boiler_connected: ForeignTopic = "boiler_connected"
    set_control_setpoint: ForeignTopic = "ctrlsetpt"
    set_heating: ForeignTopic = "chenable"


class Otgw(Section):
    """An OpenTherm Gateway's top topic, its node id there, and its labels."""

    topic: ForeignTopic = "OTGW"
    device: ForeignTopic = "otgw"
    names: OtgwNames = OtgwNames()


class Relay(Section):
    """A potential-free relay on the boiler's thermostat contact.

    `device` is its name in the usual topics of its `model`; each topic may be given instead. The relay falls open by
    itself when it has not heard from us for `dead_man_s` seconds.
    """

    model: Literal["shelly-gen1", "shelly-gen2", "tasmota"] = "shelly-gen2"
    device: ForeignTopic = "boiler"
    command_topic: ForeignTopic | None = None
    state_topic: ForeignTopic | None = None
    online_topic: ForeignTopic | None = None
    pulse_topic: ForeignTopic | None = None
    dead_man_s: Annotated[int, Field(ge=120, le=600)] = 300


class Boiler(Section):
    """The gas boiler, its driver, and its smallest and largest power, W.

    `url` is where nefit-easy-http-server listens; `flow_setpoint`, °C, holds while the regulator names none; for
    `overrun_min` after a burn the pump may still run, and the last open valve stays open.
    """

    driver: Literal["simulated", "nefit", "emsesp", "otgw", "relay"] = "simulated"
    url: WebUrl = "http://localhost:3000"
    minimum_power_w: Watts = 6500
    """The least that its burner gives. Where all radiators that may be opened take less, it rests for less time."""
    maximum_power_w: Watts = 22_000
    flow_setpoint: FlowSetpoint = 60
    overrun_min: Minutes = 5
    nefit: Nefit = Nefit()
    emsesp: EmsEsp = EmsEsp()
    otgw: Otgw = Otgw()
    relay: Relay = Relay()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.minimum_power_w > self.maximum_power_w:
            raise ValueError("minimum_power_w should not be above maximum_power_w")
        return self


class Weather(Section):
    """Where the forecast comes from, and own outdoor thermometers, which are believed before it."""

    driver: Literal["simulated", "openmeteo"] = "simulated"
    url: WebUrl = "https://api.open-meteo.com"
    sensors: tuple[Address, ...] = ()


class ZigbeeDevice(Section):
    """A device by its friendly name (by default its id); what it is follows from where its id stands in a room.

    A valve is driven by its setpoint, or by its opening in %; `system_mode` is sent along to end the device's own
    program (empty: not sent).
    """

    name: ForeignTopic | None = None
    control: Literal["setpoint", "opening"] = "setpoint"
    setpoint_key: str = "occupied_heating_setpoint"
    opening_key: str = "valve_opening_degree"
    system_mode: str = "heat"


class Zigbee2mqtt(Section):
    """The base topic of zigbee2mqtt, and its devices by the id that rooms and weather use."""

    topic: ForeignTopic = "zigbee2mqtt"
    devices: Mapping[Address, ZigbeeDevice] = {}

    @model_validator(mode="after")
    def _one_id_each(self) -> Self:
        owners: dict[str, str] = {}
        for id_, device in self.devices.items():
            name = device.name or id_
            if owners.setdefault(name, id_) != id_:
                raise ValueError(f"{name} should have one id, not {owners[name]} and {id_}")
        return self
