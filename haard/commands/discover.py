"""Listen for Bluetooth thermometers and radiator valves, and show the lines that would place them in house.yaml.

Stop the bluetooth bridge first: two programs on one adapter lock it up.

examples:
  haard discover
  haard discover --seconds 60 --settings house.yaml
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.console import Console

from house.errors import DeviceError
from house.secrets import read_bindkeys
from house.settings import Settings, load


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=30.0, help="how long to listen; default: %(default)s")
    parser.add_argument("--adapter", metavar="hci0", help="default: that of the settings, or the first there is")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="leave out the devices that stand in this file")


def run(options: Namespace, out: Console) -> int:
    try:
        from bridges.bluetooth.discovery import listen
    except ImportError as error:
        raise DeviceError("Bluetooth needs more packages: pip install 'haard[bluetooth]'", temporary=False) from error
    house = load(options.settings) if options.settings else None
    adapter = options.adapter or (house.bluetooth.adapter if house else None)
    out.print(f"listening for {options.seconds:g} s ...")
    known = _known(house) if house else set()
    found = [one for one in listen(options.seconds, adapter, read_bindkeys()) if one.address not in known]
    if not found:
        out.print("nothing heard that is not known; are batteries in, and is the adapter near?")
        return 1
    out.print("put each line under its room in house.yaml; the strongest signal comes first:")
    for one in found:
        signal = f"; {one.rssi:g} dBm" if one.rssi else ""
        # Not in a table: a line that is wrapped cannot be pasted.
        out.print(f"    {one.line}  # {one.kind}: {one.says}{signal}", soft_wrap=True, markup=False)
    return 0


def _known(house: Settings) -> set[str]:
    thermometers = (address for room in house.rooms.values() for address in (*room.thermometers, *room.windows))
    return {*thermometers, *house.rooms_by_valve}
