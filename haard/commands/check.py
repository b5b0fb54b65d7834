"""Say whether a house.yaml can be used: what was understood, or each fault with its line.

examples:
  haard check house.yaml
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from haard.settings_file import room_name
from house.settings import Settings, load


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the settings of a house, such as house.yaml")


def run(options: Namespace, out: Console) -> int:
    house = load(options.file)
    out.print(f"{house.home.name}, {house.home.timezone}")
    out.print(rooms(house))
    out.print(
        f"broker {house.mqtt.host}:{house.mqtt.port}, topics {house.mqtt.root}/...; "
        f"boiler {house.boiler.driver}, meter {house.meter.driver}, weather {house.weather.driver}",
        soft_wrap=True,
    )
    for room, section in house.rooms.items():
        if not section.sensors:
            out.print(f"note: {room_name(room, house)} has no thermometer; its valves regulate by their own sensors")
    out.print(f"{options.file}: OK", soft_wrap=True)
    return 0


def rooms(house: Settings) -> Table:
    """The rooms with what hangs in them."""
    table = Table(box=box.SIMPLE_HEAD)
    for column in ("room", "thermometers", "windows", "valves"):
        table.add_column(column, no_wrap=column != "room")
    table.add_column("power", justify="right", no_wrap=True)
    for room, section in house.rooms.items():
        table.add_row(
            f"{room_name(room, house)} ({room})" if section.name else room,
            "\n".join(section.thermometers),
            "\n".join(section.windows),
            "\n".join(radiator.valve for radiator in section.radiators),
            f"{sum(radiator.power_w for radiator in section.radiators):.0f} W",
        )
    return table
