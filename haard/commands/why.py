"""Say why a room heats or not, what would change it, and what has been learned of it.

examples:
  haard why living
  haard why "Living room"
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from statistics import fmean

from pydantic import JsonValue
from rich.console import Console

from haard import settings_file
from haard.client import conversation
from house import topics
from house.messages import Learned, RoomMemory, RoomStatus
from regulator.laws.burst.afterheat import coast
from regulator.laws.burst.burner import burner_of
from regulator.laws.burst.cooling_rate import fall
from regulator.laws.remembered import section
from regulator.snapshot import Snapshot


def arguments(parser: ArgumentParser) -> None:
    settings_file.option(parser)
    parser.add_argument("room", metavar="ROOM", help="a room, by its id or name")


def run(options: Namespace, out: Console) -> int:
    house = settings_file.of_running_house(options.settings)
    room = settings_file.room_called(options.room, house)
    with conversation(house) as talk:
        for line in explain(talk.snapshot, room):
            out.print(line, soft_wrap=True)
        if not talk.regulator_is_there:
            out.print("note: the regulator is not running; this is what it said last")
    return 0


def explain(house: Snapshot, room: str) -> Iterator[str]:
    """What is known of a room's heating, a line for each thing."""
    name = settings_file.room_name(room, house.wiring)
    status = house.last(topics.ROOM_STATUS, room)
    if status is None:
        yield f"{name}: the regulator has said nothing of this room"
        return
    yield f"{name}: {_temperature(status)}, {status.action}"
    yield from (f"  {part.strip()}" for part in status.reason.split(";"))
    if status.alert:
        yield f"  alert: {status.alert}"
    boiler = house.last(topics.BOILER_SET)
    if boiler is not None:
        yield f"boiler: {'called' if boiler.call else 'not called'}: {boiler.reason}"
    memory = house.last(topics.ROOM_MEMORY, room) or RoomMemory()
    for address, valve in memory.valves.items():
        yield f"valve {address}: {valve.moves} moves on the day of its last command"
    yield from (f"learned: {line}" for line in _learned((house.last(topics.ROOM_LEARNED, room) or Learned()).law))
    yield from (f"learned: {line}" for line in _learned_of_burner((house.last(topics.HOUSE_LEARNED) or Learned()).law))


def _temperature(status: RoomStatus) -> str:
    now = "no reading" if status.temperature is None else f"{status.temperature:.1f} °C"
    return now if status.setpoint is None else f"{now} of {status.setpoint:g} °C"


def _learned(learned: Mapping[str, JsonValue]) -> Iterator[str]:
    if "coast" in learned:
        yield f"warms {coast(learned):.1f} K further after its heat has ended"
    if "fall" in learned:
        yield f"falls by {fall(learned):.1f} K an hour unheated"
    for point, way in section(learned.get("ways")).items():
        if isinstance(way, list) and len(way) == 2:
            yield f"to {point}: {way[0]} min/K, and {way[1]} more for each K over outside"
    if isinstance(learned.get("c"), int | float):
        yield f"heats {learned['c']} % for each K below, and {learned.get('t')} % for each K over outside"


def _learned_of_burner(learned: Mapping[str, JsonValue]) -> Iterator[str]:
    burner = burner_of(learned)
    if burner.least_open_w is not None:
        yield f"the boiler burns for long with {burner.least_open_w / 1000:g} kW of radiators open"
    if burner.burns:
        mean = fmean(burn.minutes for burn in burner.burns)
        yield f"its last burns took {mean:.0f} min, and its rests {burner.rest_part:.0%} of the usual"
