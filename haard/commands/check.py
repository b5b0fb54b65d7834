"""Say whether a house.yaml can be used: what was understood, or each fault with its line.

examples:
  haard check
  haard check house.yaml
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from haard.options import JsonOption, SettingsOption
from haard.output import console, write_json
from haard.settings_file import find, room_name
from house.errors import SettingsError
from house.settings import DAYS, Settings, load
from house.settings.doubts import doubts


def command(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The settings of a house, such as house.yaml.")
    ] = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    if file is not None and settings is not None and file != settings:
        raise SettingsError(f"one file at a time: {file}, or --settings {settings}")
    file = find(file or settings, Path.cwd())
    house, out = load(file), console()
    if as_json:
        write_json({"file": file, "notes": list(notes(house)), "settings": house})
        return 0
    out.print(f"{house.home.name}, {house.home.timezone}")
    out.print(rooms(house))
    out.print(
        f"broker {house.mqtt.host}:{house.mqtt.port}, topics {house.mqtt.root}/...; "
        f"boiler {house.boiler.driver}, meter {house.meter.driver}, weather {house.weather.driver}"
    )
    for note in notes(house):
        out.print(f"note: {note}")
    out.print(f"{file}: OK", soft_wrap=True)
    return 0


def notes(house: Settings) -> Iterator[str]:
    """What may be as it should be, and may not."""
    for room, section in house.rooms.items():
        name = room_name(room, house)
        if not section.sensors:
            yield f"{name} has no thermometer; its valves regulate by their own sensors"
        if not section.radiators:
            yield f"{name} has no radiator; it is only measured"
        elif section.open_w:
            yield f"{name} has a radiator without a valve: it is heated whenever the boiler runs, for whomever"
        idle = [DAYS[day - 1] for day in range(1, 8) if day not in {point.day for point in section.schedule}]
        if section.schedule and idle:
            yield f"{name} has no switch point on {', '.join(idle)}: what the day before asked for last goes on"
        presets = house.presets_by_room[room]
        for saving in ("eco", "away"):
            if getattr(presets, saving) > presets.comfort:
                warm = f"{saving} ({getattr(presets, saving):g} °C) is warmer than comfort ({presets.comfort:g} °C)"
                yield f"{name}: {warm}; it never warms, so it will change nothing"
    yield from doubts(house)


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
            "\n".join(radiator.valve or "no valve" for radiator in section.radiators),
            f"{section.power_w:.0f} W",
        )
    return table
