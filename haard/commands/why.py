"""Say why a room heats or not, what would change it, and what has been learned of it.

examples:
  haard why living
  haard why "Living room"
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from rich.console import Console

from haard import settings_file
from haard.client import conversation
from house import topics
from house.messages import Learned, RoomMemory, RoomStatus
from regulator.demand import law_of
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
    law, of_room, of_house = law_of(house), house.last(topics.ROOM_LEARNED, room), house.last(topics.HOUSE_LEARNED)
    yield from (f"learned: {line}" for line in law.explain_room((of_room or Learned()).law))
    yield from (f"learned: {line}" for line in law.explain_house((of_house or Learned()).law))


def _temperature(status: RoomStatus) -> str:
    now = "no reading" if status.temperature is None else f"{status.temperature:.1f} °C"
    return now if status.setpoint is None else f"{now} of {status.setpoint:g} °C"
