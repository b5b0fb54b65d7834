"""The whole examination of a real installation, in the order in which one fault explains the next."""

import logging
import threading
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog
from rich.console import Console

from haard import disk
from haard.client import SERVICE
from haard.doctor import checks, computer, database, device_checks, endpoints, radio, valves
from haard.doctor.broker_login import Ear
from haard.doctor.finding import doubt, well
from haard.doctor.report import Report
from haard.doctor.retained import RetainedMessages
from house import services
from house.mqtt import Link
from house.secrets import read_bindkeys, read_secret, read_valve_pins
from house.settings import Settings, load
from house.settings.doubts import doubts
from recorder.open import open_database

SECRETS = ("MQTT_USER", "MQTT_PASSWORD", "DATABASE_PASSWORD")


def examine(file: Path, out: Console, *, asks_valves: bool) -> Report:
    """All checks, each told as soon as it is made."""
    _keep_libraries_quiet()
    house, report = _usable(file), Report(out)
    report.tell("settings", well(f"{file}, rooms {', '.join(house.rooms)}"))
    for hardly_meant in doubts(house):
        report.tell("settings", doubt(hardly_meant, "correct it in house.yaml, unless it is meant"))
    heard = _broker(house, report)
    _computer(house, report, heard)
    report.tell("disk", computer.disk(*disk.free_bytes(disk.record_folder(house, file))))
    report.check("database", partial(database.database, house.database.url))
    has_radio = "bluetooth" in services.services(house) and report.check(
        "Bluetooth", partial(radio.radio, house.bluetooth.adapter)
    )
    if asks_valves:
        _ask_valves(house, report, heard, has_radio=has_radio)
    _doors(house, report, heard)
    found = checks.unheard(house) if heard is None else checks.checks(house, heard, _now())
    for name, finding in found:
        report.tell(name, finding)
    return report


def _keep_libraries_quiet() -> None:
    """What matters of a failure stands in its finding."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)


def _usable(file: Path) -> Settings:
    """The settings, when the secrets that belong to them can be read too; raises SettingsError."""
    house = load(file)
    for name in SECRETS:
        read_secret(name)
    read_bindkeys()
    read_valve_pins()
    open_database(house.database.url)
    return house


def _broker(house: Settings, report: Report) -> RetainedMessages | None:
    """What the broker has kept; None where it cannot be heard."""
    if not report.check("broker", partial(endpoints.broker, house.mqtt)):
        return None
    device = endpoints.mqtt_boiler(house.boiler)
    foreign = [*(device.filters if device else ()), endpoints.zigbee_state(house.zigbee2mqtt)]
    with Link(house.mqtt, SERVICE, ["#"], stop=threading.Event(), foreign=foreign, announce=False) as link:
        ear = Ear(link, house.mqtt)
        if not report.check("login", ear.log_in) or not report.check("rights on the broker", ear.try_rights):
            return None
        return ear.heard()


def _computer(house: Settings, report: Report, heard: RetainedMessages | None) -> None:
    now = _now()
    tick_at = heard.tick_at if heard and not services.is_simulated(house) else None
    report.check("clock", partial(computer.clock, now, tick_at))
    report.check("time synchronisation", lambda: computer.synchronisation(computer.ask_timedatectl()))
    report.check("time zone", partial(computer.zone, now, house.home.timezone, computer.offset_here))


def _doors(house: Settings, report: Report, heard: RetainedMessages | None) -> None:
    """What can be reached without the broker, and who speaks on it in topics of its own."""
    if house.boiler.driver == "nefit":
        report.check("boiler's server", partial(endpoints.nefit_server, house.boiler))
    if house.meter.driver == "dsmr" and not _is_online("dsmr", heard):
        report.check("meter's port", partial(endpoints.meter_port, house.meter.url))
    if house.weather.driver == "openmeteo":
        report.check("weather's host", partial(endpoints.weather_host, house.weather))
    device = endpoints.mqtt_boiler(house.boiler)
    if device is not None and heard is not None:
        judged = partial(endpoints.boiler_device, device, house.boiler.driver, heard.foreign, _now())
        report.check("boiler's device", judged)
    if house.zigbee2mqtt.devices and heard is not None:
        report.check("zigbee2mqtt", partial(endpoints.zigbee2mqtt, house.zigbee2mqtt, heard.foreign))


def _ask_valves(house: Settings, report: Report, heard: RetainedMessages | None, *, has_radio: bool) -> None:
    if not services.radio_valves(house):
        report.tell(valves.ALL, valves.NONE)
    elif heard is None:
        report.tell(valves.ALL, valves.UNKNOWN)
    elif _is_online("bluetooth", heard):
        report.tell(valves.ALL, valves.IN_USE)
    elif has_radio:
        valves.ask_all(house, report, _now)


def _is_online(service: str, heard: RetainedMessages | None) -> bool:
    return heard is not None and device_checks.service(service, heard).verdict == "well"


def _now() -> datetime:
    return datetime.now(UTC)
