"""Judges what was heard of each service and device, by what it said and how long ago. Pure."""

from datetime import datetime, timedelta

from haard.doctor.finding import Finding, Limits, aged, doubt, failure, well
from haard.doctor.retained import RetainedMessages
from house import messages, services, topics
from house.settings import Safety, Settings

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TICK = Limits(2 * MINUTE, 10 * MINUTE)
CONTACT = Limits(26 * HOUR, 7 * 24 * HOUR)
"""Contacts speak when they move; most say once a day that they are there."""
VALVE = Limits(90 * MINUTE, 4 * HOUR)
"""A Bluetooth valve is asked every 30 to 60 minutes."""
BOILER = Limits(10 * MINUTE, HOUR)
"""Boilers report every five minutes."""
GAS = Limits(3 * HOUR, 26 * HOUR)
"""A gas meter reports each hour, those of some countries once a day."""
ELECTRICITY = Limits(5 * MINUTE, HOUR)
FORECAST = Limits(6 * HOUR, 24 * HOUR)
OUTSIDE = Limits(2 * HOUR, 24 * HOUR)
LOW_BATTERY_PERCENT = 10

AUTOMATION = "does Home Assistant run, and its automation for it? docs/homeassistant.md has one to copy"
NEW_BATTERIES = "put in new batteries"


def service(name: str, heard: RetainedMessages) -> Finding:
    """Whether a service is there."""
    said = heard.last(topics.SERVICE_AVAILABILITY, name)
    if said is not None and said.value == "online":
        return well("online")
    what = "has never been heard" if said is None else "has left"
    return failure(what, f"start it: {services.command(name)}; its log tells what keeps it from running")


def tick(heard: RetainedMessages, now: datetime) -> Finding:
    """Whether time passes in the house; `now` by this computer."""
    if heard.tick_at is None:
        return failure("the regulator has heard no tick", f"start the clock: {services.command('clock')}")
    remedy = f"is the clock running ({services.command('clock')}), and the regulator?"
    return aged("the regulator heard the last tick", heard.tick_at, now, TICK, remedy)


def thermometer(room: str, address: str, house: Settings, heard: RetainedMessages, now: datetime) -> Finding:
    """Whether a thermometer is heard, and its battery good."""
    said, remedy = (
        heard.last(topics.ROOM_TEMPERATURE, room, address),
        _find_sensor(address, house, topics.ROOM_TEMPERATURE, room),
    )
    if said is None:
        return failure("not heard", remedy)
    finding = aged(f"{said.value:g} °C", said.measured_at, now, _ladder(house.safety), remedy)
    return _with_battery(finding, address, heard)


def contact(room: str, address: str, house: Settings, heard: RetainedMessages, now: datetime) -> Finding:
    """Whether a window's contact is heard, and its battery good."""
    said, remedy = heard.last(topics.ROOM_WINDOW, room, address), _find_sensor(address, house, topics.ROOM_WINDOW, room)
    if said is None:
        return failure("not heard", f"open and close it once; {remedy}")
    return _with_battery(aged(said.value, said.measured_at, now, CONTACT, remedy), address, heard)


def outdoor_thermometer(address: str, heard: RetainedMessages, now: datetime) -> Finding:
    """Whether an own outdoor thermometer is heard."""
    said = heard.last(topics.OUTSIDE_TEMPERATURE, address)
    remedy = f"is its battery good? Whatever reads it should say home/outside/temperature/{address}"
    if said is None:
        return failure("not heard", remedy)
    return _with_battery(aged(f"{said.value:g} °C", said.measured_at, now, OUTSIDE, remedy), address, heard)


def valve(address: str, house: Settings, heard: RetainedMessages, now: datetime) -> Finding:
    """Whether a valve is reached, by its last report."""
    said, remedy = heard.last(topics.VALVE_STATUS, address), _find_valve(address, house)
    if said is None:
        return failure("has reported nothing", remedy)
    if said.alert:
        return failure(_position(said), said.alert)
    if said.reachable is False:
        return failure(f"unreachable; before, it was {_position(said)}", remedy)
    finding = aged(_position(said), said.reported_at, now, VALVE, remedy)
    if finding.verdict == "well" and said.battery_low:
        return doubt(f"{finding.what}; its batteries are low", NEW_BATTERIES)
    return finding


def boiler(house: Settings, heard: RetainedMessages, now: datetime) -> Finding:
    """Whether the boiler reports, and no fault."""
    said, driver = heard.last(topics.BOILER_STATUS), house.boiler.driver
    if said is None:
        return failure("has reported nothing", f"start its bridge: {services.command(driver)}")
    if said.fault:
        return failure(said.fault, "the page of its bridge (docs/bridges/) says what can be done")
    return aged(_flame(said), said.reported_at, now, BOILER, f"read the log of {services.command(driver)}")


def gas(heard: RetainedMessages, now: datetime) -> Finding:
    """Whether the gas meter is read."""
    said, remedy = (
        heard.last(topics.METER_GAS),
        "does the meter's display show a gas reading? Read the log of its bridge",
    )
    if said is None:
        return failure("no reading", remedy)
    return aged(f"{said.value:.3f} m³", said.measured_at, now, GAS, remedy)


def electricity(heard: RetainedMessages, now: datetime) -> Finding:
    """Whether the electricity meter is read."""
    said, remedy = (
        heard.last(topics.METER_ELECTRICITY),
        "is the cable in the meter's P1 port? Read the log of its bridge",
    )
    if said is None:
        return failure("no reading", remedy)
    return aged(f"{said.value:.1f} kWh", said.measured_at, now, ELECTRICITY, remedy)


def forecast(heard: RetainedMessages, now: datetime) -> Finding:
    """Whether there is a forecast, and a new one."""
    said, remedy = heard.last(topics.FORECAST), f"read the log of {services.command('openmeteo')}"
    if said is None:
        return failure("no forecast", remedy)
    return aged(f"{len(said.hours)} hours", said.issued_at, now, FORECAST, remedy)


def _ladder(safety: Safety) -> Limits:
    return Limits(safety.stale_after_min * MINUTE, safety.alert_after_min * MINUTE)


def _position(said: messages.ValveStatus) -> str:
    opening = "" if said.opening is None else f"{said.opening:g} % open"
    setpoint = "" if said.setpoint is None else f"set to {said.setpoint:g} °C"
    return ", ".join(filter(None, (opening, setpoint))) or "in an unknown position"


def _flame(said: messages.BoilerStatus) -> str:
    return {True: "burning", False: "not burning", None: "no fault"}[said.flame]


def _with_battery(finding: Finding, address: str, heard: RetainedMessages) -> Finding:
    status = heard.last(topics.SENSOR_STATUS, address)
    if finding.verdict != "well" or status is None or status.battery is None:
        return finding
    what = f"{finding.what}, battery {status.battery:g} %"
    return doubt(what, NEW_BATTERIES) if status.battery < LOW_BATTERY_PERCENT else well(what)


def _node_of(address: str, house: Settings) -> str | None:
    """What to look at where a node carries the device."""
    node = house.nodes_by_device.get(address)
    return None if node is None else f"does node {node} run, and hear it? `haard node list` shows how it is"


def _find_sensor(address: str, house: Settings, topic: topics.Topic[messages.Message], room: str) -> str:
    remedies = {
        "bluetooth": "is it near the radio, its battery good, its address right? `haard discover` lists who is heard",
        "zigbee2mqtt": "is it joined in zigbee2mqtt, under the name that house.yaml gives it, and its battery good?",
        "simulated": f"start the simulated house: {services.command('simulated')}",
        services.HOME_ASSISTANT: AUTOMATION,
        None: f"whatever reads it should say {house.mqtt.root}/{topic.path(room, address)}, with measured_at",
    }
    return _node_of(address, house) or remedies[services.carrier(address, house)]


def _find_valve(address: str, house: Settings) -> str:
    remedies = {
        "bluetooth": "is it near the radio, its Bluetooth on, its batteries good, and its address right? "
        "Try `haard doctor --valves`",
        "zigbee2mqtt": "is it joined in zigbee2mqtt, under the name that house.yaml gives it, and its batteries good?",
        "simulated": f"start the simulated house: {services.command('simulated')}",
        services.HOME_ASSISTANT: AUTOMATION,
        None: f"does the node that drives it run? It should say {house.mqtt.root}/{topics.VALVE_STATUS.path(address)}",
    }
    return _node_of(address, house) or remedies[services.carrier(address, house)]
