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
from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.console import Console

from haard.install.layout import Layout
from haard.install.set_up import Request, set_up

BOILERS = ("nefit", "emsesp", "otgw", "relay", "simulated")


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--name", help="what the house is called")
    parser.add_argument("--place", metavar="LAT,LON", help="such as 52.1,5.1: for the sun")
    parser.add_argument("--timezone", help="such as Europe/Amsterdam; default: this computer's")
    parser.add_argument(
        "--room",
        action="append",
        default=[],
        metavar='"NAME, THERMOMETER, VALVE=WATTS"',
        help="a room with its devices; once for each room",
    )
    parser.add_argument("--boiler", choices=BOILERS, help="how the boiler is driven")
    parser.add_argument("--boiler-at", metavar="WHERE", help="its server's URL, base topic or relay's name")
    parser.add_argument("--meter", metavar="URL", help="serial:///dev/ttyUSB0 or tcp://host:port")
    parser.add_argument("--database", metavar="URL", help="such as postgresql+psycopg2://haard@localhost/haard")
    parser.add_argument(
        "--notify",
        metavar="URL",
        help="where to send alerts, such as ntfy://ntfy.example/our-house (any that apprise knows)",
    )
    parser.add_argument("--certificates", action="store_true", help="devices may come encrypted too, on port 8883")
    parser.add_argument("--demo", action="store_true", help="the example house, simulated")
    parser.add_argument("--yes", action="store_true", help="ask nothing, and do it")
    parser.add_argument("--no-doctor", action="store_true", help="do not examine the house at the end")
    parser.add_argument("--folder", type=Path, help="all files below one folder, as in a container")


def run(options: Namespace, out: Console) -> int:
    layout = Layout.below(options.folder) if options.folder else Layout()
    request = Request(
        name=options.name,
        place=options.place,
        timezone=options.timezone,
        rooms=tuple(options.room),
        boiler=options.boiler,
        boiler_at=options.boiler_at,
        meter=options.meter,
        database=options.database,
        notify=options.notify,
        wants_certificates=options.certificates,
        is_demo=options.demo,
        may_ask=not options.yes and sys.stdin.isatty(),
        is_agreed=options.yes,
        wants_doctor=not options.no_doctor,
    )
    return set_up(request, layout, out)
