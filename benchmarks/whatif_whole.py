"""How far `haard whatif` is to be trusted, by its own function: the whole regulator keeps a house and is recorded.

    python -m benchmarks.whatif_whole --first 500 --houses 1 --changes 2 --write

`benchmarks.whatif` tries a hundred changes under the law alone, with constants of its own. Here everything is the
owner's: the regulator's service lives some days, the analyst learns its rooms from what was recorded, and what
`haard.replay.whatif` makes of the record stands beside what the house burnt when it lived on with the change. That
takes ten times as long, so few changes are tried.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import structlog

from benchmarks.random_changes import changes
from benchmarks.scenarios import settings
from benchmarks.whatif import START, Row, asked, every, in_a_copy
from haard.replay.changes import change
from haard.replay.sources import FileRecord
from haard.replay.whatif import whatif
from house import topics
from house.errors import SettingsError
from house.settings import Settings
from house.topics import Root
from recorder.archive import Message
from recorder.history import Record, history
from recorder.learning import HEARD_FOR_LESSONS, lesson
from recorder.model import identify
from simulation.house import House
from simulation.house_plans import varied_house
from simulation.weather import winter
from tests.haard.replay import lived

LEARNED_DAYS, DAYS = 10, 5
BEFORE = timedelta(hours=2)  # the span the record begins
DAY_MIN = 1440
REFUSED_K = 99.0


def learned(house: lived.Lived) -> Iterator[Message]:
    """What the analyst says of the rooms, by all that was recorded."""
    names = [(one, topics.parse(one.topic.removeprefix("home/"))) for one in house.broker.record]
    told = history(
        Record(one.received_at, name, name.topic.message.decode(one.payload))
        for one, name in names
        if name is not None and name.topic in HEARD_FOR_LESSONS and one.payload
    )
    now = datetime.fromtimestamp(house.house.now, UTC)
    first = datetime.fromtimestamp(START, ZoneInfo(house.wiring.home.timezone)).date()
    lessons = [lesson(told, house.wiring, first + timedelta(days=number)) for number in range(LEARNED_DAYS)]
    for room in house.wiring.rooms:
        seen = [one for each in lessons for one in each.rooms[room][0]]
        model = identify(seen, [one for each in lessons for one in each.rooms[room][1]], None, now)
        if model is not None:
            yield Message(now, f"home/{topics.ROOM_MODEL.path(room)}", 1, False, model.encode())


def go_on(house: lived.Lived, wiring: Settings | None) -> tuple[list[Message], int, int]:
    """Some more days, with other settings if there are: what is recorded, gas for heating and all gas, µl."""
    if wiring is not None:
        house.kill()
        for room in wiring.rooms:
            house.broker.say(topics.ROOM_SCHEDULE.path(room), b"")
        house.wiring = wiring
        house.start()
    before = house.house.truth().gas
    house.run(DAYS * DAY_MIN, (), faults=False)
    after = house.house.truth().gas
    heating = after.heating_ul - before.heating_ul
    others = after.hot_water_ul - before.hot_water_ul + after.cooking_ul - before.cooking_ul
    return house.broker.record, heating, heating + others


def a_house(number: int, count: int) -> Iterator[Row]:
    """Random changes in one house; the words of a refusal are told before it."""
    plan, random = varied_house(number), Random(f"what if/{number}")
    wiring = settings(plan, number, {})
    weather = winter(number, START, mean_temperature=random.choice((-1.0, 3.0, 6.0)))
    house = lived.Lived(seed=number, other=(wiring, House(plan, weather, START, seed=number)))
    house.run(LEARNED_DAYS * DAY_MIN, (), faults=False)
    house.broker.record = _shortened(house, list(learned(house)))
    since = datetime.fromtimestamp(house.house.now, UTC)
    record, heating, total = in_a_copy(partial(go_on, house, None))
    with TemporaryDirectory() as name:
        file = lived.write(Path(name) / "record.jsonl.gz", record)
        for one in changes(wiring, random, count):
            parts, words = _estimate(file, since, wiring, one.wiring)
            _, truth, _ = in_a_copy(partial(go_on, house, one.wiring))
            if words:
                print(f"refused: {words}", flush=True)
            yield Row(number, one.name, parts, truth / heating, heating / total, REFUSED_K if words else 0.0)


def _shortened(house: lived.Lived, models: list[Message]) -> list[Message]:
    """The last hours of a record, behind what the broker kept before them, and what was learned."""
    begin = house.broker.now - BEFORE
    before = {one.topic: one for one in house.broker.record if one.received_at < begin}
    kept_ = {
        path: one._replace(received_at=begin, retained=True)
        for path, one in before.items()
        if one.payload and (name := topics.parse(path.removeprefix("home/"))) is not None and name.topic.retained
    }
    known = [one._replace(received_at=begin, retained=True) for one in models]
    return [*kept_.values(), *known, *(one for one in house.broker.record if one.received_at >= begin)]


def _estimate(file: Path, since: datetime, wiring: Settings, other: Settings) -> tuple[list[float], str]:
    """As `haard whatif --as other.yaml` makes it; the words with which it refuses."""
    until = since + timedelta(days=DAYS, minutes=-2)
    try:
        return list(
            whatif(FileRecord(file, Root("home")), since, until, wiring, change(other, None, ())).heat_parts
        ), ""
    except SettingsError as error:
        return [1.0], str(error)


def main() -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    every(a_house, "whole", asked(__doc__, 500, houses=1, changes=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
