"""Asks the Bluetooth valves themselves how they are, where no bridge has the radio."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from haard.doctor.device_checks import NEW_BATTERIES
from haard.doctor.finding import Finding, doubt, failure, well
from haard.doctor.report import Report
from haard.settings_file import room_name
from house import services
from house.errors import DeviceError
from house.secrets import read_valve_pins
from house.settings import Settings

if TYPE_CHECKING:
    from bridges.bluetooth.timing import Timing
    from bridges.bluetooth.valve_query import ValveQuery

ALL = "answers of the valves"
REMEDY = (
    "is it near the radio, are its batteries good and its address right? Newer firmware wants to be paired: switch "
    "Bluetooth on in its menu, and give the PIN that it shows in the file that HAARD_VALVE_PINS_FILE names"
)


NONE = well("no valve is driven by this computer's Bluetooth")
UNKNOWN = doubt(
    "not asked: without the broker nobody knows whether the bluetooth bridge has the radio",
    "first do what is said for the broker",
)
IN_USE = doubt(
    "not asked: the bluetooth bridge has the radio, and two programs on one adapter lock it up",
    "stop the bridge and run `haard doctor --valves` again; what it last heard of each valve is judged below",
)


def ask_all(house: Settings, report: Report, clock: Callable[[], datetime], timing: "Timing | None" = None) -> None:
    """Ask each valve that this computer's radio drives; one after the other, each up to a minute."""
    from bridges.bluetooth.timing import Timing
    from bridges.bluetooth.valve_query import ValveQuery  # only an installation with Bluetooth has what it needs

    pins, zone = read_valve_pins(), ZoneInfo(house.home.timezone)
    try:
        with ValveQuery(house.bluetooth.adapter, timing or Timing()) as call:
            for address, room in services.radio_valves(house).items():
                ask = partial(_answer, call, address, pins.get(address), lambda: clock().astimezone(zone))
                report.check(f"answer of valve {address} ({room_name(room, house)})", ask)
    except DeviceError as error:
        report.tell(ALL, failure(str(error), "sudo systemctl restart bluetooth"))


def _answer(call: "ValveQuery", address: str, pin: str | None, clock: Callable[[], datetime]) -> Finding:
    try:
        status = call.ask(address, clock(), pin)
    except DeviceError as error:
        return failure(str(error), REMEDY)
    what = f"{status.opening} % open, set to {status.setpoint:g} °C"
    return doubt(f"{what}; its batteries are low", NEW_BATTERIES) if status.battery_low else well(what)
