"""Record what the page of the project needs to show a living house without any server: hours under the real regulator.

`python -m devtools.demo_page FILE [DAYS HOURS]` lives some days and then a winter morning in the example house, in
seconds, and writes what was said on the topics that the page reads: first all that was retained when it begins, then
each message with its second. The real analyst looks at it each few hours, so that Gas has days to show.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bridges.simulated.protocol import house_plan
from devtools.demo_record import DemoRecord
from haard.settings_file import example
from haard.simulation.closed_loop import ClosedLoop
from house import messages, topics
from house.settings import parse
from house.topics import Publication
from simulation.house import House
from simulation.weather import winter

MIDNIGHT = int(datetime(2026, 1, 13, tzinfo=UTC).timestamp())
BEGIN_H, DAYS, HOURS = 4, 6, 12
HOUR_S = 3600
LOOK_S = 3 * HOUR_S
ONLINE = [topics.SERVICE_AVAILABILITY.path(one) for one in ("regulator", "analyst", "simulated")]
READ = (
    topics.TICK,
    topics.HOUSE,
    topics.HOUSE_SETTINGS,
    topics.HOUSE_MEMORY,
    topics.BOILER_SET,
    topics.BOILER_STATUS,
    topics.OUTSIDE_TEMPERATURE,
    topics.ROOM_STATUS,
    topics.ROOM_SETTINGS,
    topics.ROOM_SCHEDULE,
    topics.ROOM_LEARNED,
    topics.ROOM_MEMORY,
    topics.ROOM_MODEL,
    topics.ROOM_GAS,
    topics.ROOM_POWER,
    topics.PIPE_LOSS,
    topics.HOUSE_GAS,
    topics.DAY,
    topics.ROOM_WINDOW,
    topics.SENSOR_STATUS,
    topics.VALVE_STATUS,
)


def recording(folder: Path, days: int = DAYS, hours: int = HOURS) -> dict[str, object]:
    """So many hours after some days, as the page's demo plays them; the house's record stands in a folder meanwhile."""
    settings = parse(example())
    start, begin = MIDNIGHT - 24 * days * HOUR_S, MIDNIGHT + BEGIN_H * HOUR_S
    end = begin + hours * HOUR_S
    house = House(house_plan(settings), winter(1, start, mean_temperature=3.0), start, seed=1)
    said, record = Said(begin), DemoRecord(folder, settings)

    def overhear(publication: Publication) -> None:
        record.keep(publication, house.now)
        said.hear(publication, house.now)

    def each_minute() -> None:
        if house.now % HOUR_S == 0:
            house.contacts_speak()

    loop = ClosedLoop(house, settings, overhear)
    for at in [*range(start + 24 * HOUR_S, begin, 24 * HOUR_S), *range(begin, end, LOOK_S), end]:
        loop.run(at, each_minute)
        for publication in record.look(at):
            said.hear(publication, at)
    record.close()
    return {"begin": datetime.fromtimestamp(begin, UTC).isoformat(), "said": said.all()}


class Said:
    """What was said on the topics that the page reads: what was retained until `begin`, and all that is new later."""

    def __init__(self, begin: int) -> None:
        self._begin = begin
        self._retained = dict.fromkeys(ONLINE, '"online"')
        self._days: dict[str, str] = {}
        self._later: list[tuple[int, str, str]] = []

    def hear(self, publication: Publication, at: int) -> None:
        """Take down what is news; a day has one topic with all others, and so is known by its date."""
        if publication.name.topic not in READ:
            return
        path, payload = publication.path, _read_of(publication)
        kept, key = (self._days, payload[:20]) if publication.name.topic is topics.DAY else (self._retained, path)
        if publication.retained and kept.get(key) == payload:
            return
        if at > self._begin:
            self._later.append((at - self._begin, path, payload))
        elif publication.retained:
            kept[key] = payload

    def all(self) -> list[tuple[int, str, str]]:
        """What was known at the beginning, at second 0, and all after it."""
        known = [(0, path, payload) for path, payload in self._retained.items()]
        return [*known, *((0, topics.DAY.path(), payload) for payload in self._days.values()), *self._later]


def _read_of(publication: Publication) -> str:
    """What the page reads of a message: of a room's memory only how often its valves moved."""
    if not isinstance(publication.message, messages.RoomMemory):
        return publication.payload.decode()
    moves = {
        valve: one.model_dump(mode="json", include={"moves", "told_at"})
        for valve, one in publication.message.valves.items()
    }
    return json.dumps({"valves": moves})


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        found = recording(Path(place), *map(int, sys.argv[2:4]))
        Path(sys.argv[1]).write_text(json.dumps(found, separators=(",", ":")), encoding="utf-8")
