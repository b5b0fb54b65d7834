"""Say why a room heats or not, what would change it, and what has been learned of it; now or in the past.

Of the past the record tells what was known and what was decided; what would have changed it is tried out on the rules.

examples:
  haard why living
  haard why "Living room" --at "yesterday 21:40"
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from haard import settings_file
from haard.client import conversation
from haard.open_database import record
from haard.options import JsonOption, RoomArgument, SettingsOption
from haard.output import console, write_json
from haard.replay.past import known, snapshot_of, would_have_changed
from haard.replay.report import clock
from haard.replay.sources import DatabaseRecord
from haard.replay.when import EXPECTED, past
from house import topics
from house.errors import SettingsError
from house.messages import RadiatorPower, RoomMemory, RoomStatus
from house.settings import Room, Settings
from house.topics import Root
from recorder.radiator_powers import factor_of, nominal_w
from regulator.snapshot import Snapshot, law_of


def command(
    room: RoomArgument,
    at: Annotated[str | None, typer.Option("--at", metavar="WHEN", help=f"In the past: {EXPECTED}.")] = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    house, out = settings_file.of_running_house(settings), console()
    id_ = settings_file.room_called(room, house)
    if at is not None:
        return _of_the_past(id_, at, house, as_json)
    with conversation(house) as talk:
        if as_json:
            write_json(values(talk.snapshot, id_))
            return 0
        out.print(f"{settings_file.heading(settings, house)}, {talk.time}")
        for line in explain(talk.snapshot, id_):
            out.print(line)
        if not talk.regulator_is_there:
            out.print("note: the regulator is not running; this is what it said last")
    return 0


def _of_the_past(room: str, when: str, house: Settings, as_json: bool) -> int:
    with closing(record(house)) as database:
        source = DatabaseRecord(database, Root(house.mqtt.root))
        at = past("--at", when, source.now(datetime.now(UTC)), ZoneInfo(house.home.timezone))
        kept = source.at(at)
    then = snapshot_of(kept, house)
    if room not in then.wiring.rooms:
        raise SettingsError(f"there was no room {room} then")
    if as_json:
        write_json({"at": then.now, **values(then, room), "would_have_changed": list(would_have_changed(then, room))})
        return 0
    out = console()
    for line in explain_past(then, room, at):
        out.print(line)
    return 0


def explain_past(then: Snapshot, room: str, at: datetime) -> Iterator[str]:
    """What was known at an instant, which rule won, and what would have changed it."""
    told, asked = clock(then.now, then.zone), clock(at, then.zone)
    yield f"{told}:" if told == asked else f"{told}, when {asked} was asked for:"
    yield from explain(then, room)
    status = then.last(topics.ROOM_STATUS, room)
    if status is not None:
        yield f"rule: {status.rule}"
    yield from (f"known: {line}" for line in known(then, room, then.now or at))
    yield from would_have_changed(then, room)


def values(house: Snapshot, room: str) -> dict[str, Any]:
    """The same for a program: what was said of the room and of the boiler, and what was learned."""
    return {
        "room": room,
        "status": house.last(topics.ROOM_STATUS, room),
        "boiler": house.last(topics.BOILER_SET),
        "memory": house.last(topics.ROOM_MEMORY, room),
        "learned": house.last(topics.ROOM_LEARNED, room),
        "learned_of_house": house.last(topics.HOUSE_LEARNED),
    }


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
    if room in house.remembered:
        yield from (f"learned: {line}" for line in law_of(house).explain_room(house.remembered[room]))
    power = house.last(topics.ROOM_POWER, room)
    if power is not None and house.wiring.rooms.get(room) is not None:
        yield f"learned: {_power(power, house.wiring.rooms[room])}"


def _power(power: RadiatorPower, room: Room) -> str:
    factor, plates = factor_of(power, room), nominal_w(room)
    if factor != power.factor:
        return "what the gas told of its radiators was of other ones than the settings name now"
    sure = "" if power.error is None else f" ± {power.error * plates:.0f}"
    return f"its radiators take {factor * plates:.0f}{sure} W by what gas told of them, by their plates {plates:.0f} W"


def _temperature(status: RoomStatus) -> str:
    now = "no reading" if status.temperature is None else f"{status.temperature:.1f} °C"
    return now if status.setpoint is None else f"{now} of {status.setpoint:g} °C"
