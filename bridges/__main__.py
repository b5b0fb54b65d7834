"""`python -m bridges NAME --settings house.yaml`: run one bridge until SIGTERM.

A bridge is a module with `run(settings, stop)` that returns soon after `stop` is set. One that defines
`add_options(parser)` gets what is given for them as further arguments of `run`. Only the chosen one is imported, so
that a boiler's bridge does not need Bluetooth. Exit status: 0 stopped, 1 failed, 2 wrong usage or settings.
"""

import argparse
import importlib
import sys
import threading
from pathlib import Path
from typing import Any, Protocol

from house import log as house_log
from house import settings as house_settings
from house.errors import HaardError, SettingsError
from house.stopping import gone_within, stop_on_signals

GONE_S = 4.0  # from the signal to stop, of five that a service has; a device or a name server may stall for longer

BRIDGES = {
    "bluetooth": ("bridges.bluetooth.bridge", "thermometers and radiator valves of one Bluetooth adapter"),
    "clock": ("bridges.clock.bridge", "the time, each full minute"),
    "dsmr": ("bridges.dsmr.bridge", "the smart meter's P1 port"),
    "emsesp": ("bridges.emsesp.bridge", "a boiler behind EMS-ESP"),
    "ha_discovery": ("bridges.homeassistant.bridge", "announces the house to Home Assistant"),
    "nefit": ("bridges.nefit.bridge", "a boiler behind a Nefit Easy"),
    "notify": ("bridges.notify.bridge", "tells people of alerts, by any of some hundred ways"),
    "openmeteo": ("bridges.openmeteo.bridge", "forecast, sun and outside temperature"),
    "otgw": ("bridges.otgw.bridge", "a boiler behind an OpenTherm Gateway"),
    "relay": ("bridges.relay.bridge", "a boiler with a Shelly or Tasmota relay on its thermostat contact"),
    "simulated": ("bridges.simulated.bridge", "a whole house that is not there, and its clock"),
    "xiaomi": ("bridges.xiaomi.bridge", "thermometers, from a file of captured advertisements"),
    "zigbee2mqtt": ("bridges.zigbee2mqtt.bridge", "thermometers, contacts and valves behind zigbee2mqtt"),
}
"""name: (module with `run`, what it brings to the topics)"""


class Bridge(Protocol):
    """What a module in the table offers."""

    def run(self, settings: house_settings.Settings, stop: threading.Event, **options: Any) -> None: ...


def _parser() -> argparse.ArgumentParser:
    table = "\n".join(f"  {name:<14} {about}" for name, (_, about) in sorted(BRIDGES.items()))
    parser = argparse.ArgumentParser(
        prog="python -m bridges",
        description="Run one bridge between a device and the broker.",
        epilog=f"bridges:\n{table}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="NAME", choices=sorted(BRIDGES), help="one of the bridges below")
    parser.add_argument("--settings", type=Path, default=Path("house.yaml"), help="default: %(default)s")
    return parser


def _bridge_and_options(arguments: list[str]) -> tuple[Bridge, dict[str, Any]]:
    """The chosen bridge, imported before the arguments are parsed since it may add options of its own."""
    parser = _parser()
    name = next((one for one in arguments if one in BRIDGES), None)  # without one, parsing ends the program
    bridge: Any = importlib.import_module(BRIDGES[name][0]) if name else None
    if hasattr(bridge, "add_options"):
        bridge.add_options(parser)
    return bridge, vars(parser.parse_args(arguments))


def main(arguments: list[str] | None = None) -> int:
    bridge, options = _bridge_and_options(sys.argv[1:] if arguments is None else arguments)
    name, file = options.pop("name"), options.pop("settings")
    house_log.configure(name)
    log = house_log.logger()
    try:
        settings = house_settings.load(file)
        with stop_on_signals() as stop, gone_within(GONE_S):
            bridge.run(settings, stop, **options)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except HaardError as error:
        log.error("gave up", reason=str(error))
        return 1
    log.info("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
