"""Set up a house: settings, the broker's users and rights, database and services. To run it again does no harm.

A second run brings everything up to date with house.yaml, adds the rooms and devices that are named, and shows first
what would change. What a person wrote is never overwritten, and passwords that exist stay.

examples:
  haard init                        asks what it must know
  haard init --yes --demo           a simulated house, to see it heat
  haard init --yes --room "Living room, A4:C1:38:00:00:01, 00:1A:22:00:00:01=2100" --boiler emsesp
  haard init --room "Study, 00:1A:22:00:00:07=900"  later: a room or valve more
"""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from haard.install.layout import Layout
from haard.install.set_up import Request, set_up
from haard.output import console

Boiler = Literal["nefit", "emsesp", "otgw", "relay", "simulated"]


def command(
    name: Annotated[str | None, typer.Option(help="What the house is called.")] = None,
    place: Annotated[str | None, typer.Option(metavar="LAT,LON", help="Such as 52.1,5.1: for the sun.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Such as Europe/Amsterdam; default: this computer's.")] = None,
    room: Annotated[
        list[str] | None,
        typer.Option(metavar="DEVICES", help='"NAME, THERMOMETER, VALVE=WATTS"; once for each room.'),
    ] = None,
    boiler: Annotated[
        Boiler | None, typer.Option(metavar="DRIVER", help="nefit, emsesp, otgw, relay or simulated.")
    ] = None,
    boiler_at: Annotated[
        str | None, typer.Option(metavar="WHERE", help="Its server's URL, base topic or relay's name.")
    ] = None,
    meter: Annotated[str | None, typer.Option(metavar="URL", help="serial:///dev/ttyUSB0 or tcp://host:port.")] = None,
    database: Annotated[
        str | None, typer.Option(metavar="URL", help="Such as postgresql+psycopg2://haard@localhost/haard.")
    ] = None,
    notify: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Where to send alerts, such as ntfy://ntfy.example/our-house."),
    ] = None,
    certificates: Annotated[
        bool, typer.Option("--certificates", help="Devices may come encrypted too, on port 8883.")
    ] = False,
    demo: Annotated[bool, typer.Option("--demo", help="The example house, simulated.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing, and do it.")] = False,
    no_doctor: Annotated[bool, typer.Option("--no-doctor", help="Do not examine the house at the end.")] = False,
    folder: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="All files below one folder, as in a container.")
    ] = None,
) -> int:
    layout = Layout.below(folder) if folder else Layout()
    request = Request(
        name=name,
        place=place,
        timezone=timezone,
        rooms=tuple(room or ()),
        boiler=boiler,
        boiler_at=boiler_at,
        meter=meter,
        database=database,
        notify=notify,
        wants_certificates=certificates,
        is_demo=demo,
        may_ask=not yes and sys.stdin.isatty(),
        is_agreed=yes,
        wants_doctor=not no_doctor,
    )
    return set_up(request, layout, console())
