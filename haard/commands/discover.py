"""Listen for Bluetooth thermometers and radiator valves, and show the lines that would place them in house.yaml.

Stop the bluetooth bridge first: two programs on one adapter lock it up.

examples:
  haard discover
  haard discover --seconds 60 --settings house.yaml
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from haard.options import JsonOption
from haard.output import console, write_json
from house.errors import DeviceError
from house.secrets import read_bindkeys
from house.settings import Settings, load

if TYPE_CHECKING:
    from bridges.bluetooth.discovery import Found


def command(
    seconds: Annotated[float, typer.Option(min=1, max=3600, help="How long to listen.")] = 30.0,
    adapter: Annotated[
        str | None, typer.Option(metavar="hci0", help="Default: that of the settings, or the first there is.")
    ] = None,
    settings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Leave out the devices that stand in this file.")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    try:
        from bridges.bluetooth.discovery import listen
    except ImportError as error:
        raise DeviceError("Bluetooth needs more packages: pip install 'haard[bluetooth]'", temporary=False) from error
    house, out = load(settings) if settings else None, console()
    used = adapter or (house.bluetooth.adapter if house else None)
    if not as_json:
        out.print(f"listening for {seconds:g} s ...")
    known = _known(house) if house else set()
    found = [one for one in listen(seconds, used, read_bindkeys()) if one.address not in known]
    if as_json:
        write_json(found)
    else:
        show(found, out)
    return 0 if found else 1


def show(found: Sequence["Found"], out: Console) -> None:
    """A line for each device, to be pasted into house.yaml."""
    if not found:
        out.print("nothing heard that is not known; are batteries in, and is the adapter near?")
        return
    out.print("put each line under its room in house.yaml; the strongest signal comes first:")
    for one in found:
        signal = f"; {one.rssi:g} dBm" if one.rssi else ""
        # Not in a table: a line that is wrapped cannot be pasted.
        out.print(f"    {one.line}  # {one.kind}: {one.says}{signal}", soft_wrap=True, markup=False)


def _known(house: Settings) -> set[str]:
    thermometers = (address for room in house.rooms.values() for address in (*room.thermometers, *room.windows))
    return {*thermometers, *house.rooms_by_valve}
