"""Record what the page of the project needs to show a living house without any server: hours under the real regulator.

`python -m devtools.demo_page FILE` lives a winter morning in the example house, in seconds, and writes what was said on
the topics that the page reads: first all that was retained when it begins, then each message with its second.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from bridges.simulated.protocol import house_plan
from haard.settings_file import example
from haard.simulation.closed_loop import ClosedLoop
from house import topics
from house.settings import parse
from house.topics import Publication
from simulation.house import House
from simulation.weather import winter

MIDNIGHT = int(datetime(2026, 1, 13, tzinfo=UTC).timestamp())
WARM_UP_H, BEGIN_H, END_H = -24, 4, 16
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
    topics.ROOM_WINDOW,
    topics.SENSOR_STATUS,
    topics.VALVE_STATUS,
)


def recording() -> dict[str, object]:
    settings = parse(example())
    start, begin, end = (MIDNIGHT + 3600 * hour for hour in (WARM_UP_H, BEGIN_H, END_H))
    house = House(house_plan(settings), winter(1, start, mean_temperature=3.0), start, seed=1)
    retained: dict[str, str] = {
        "service/regulator/availability": '"online"',
        "service/simulated/availability": '"online"',
    }
    said: list[tuple[int, str, str]] = []

    def overhear(publication: Publication) -> None:
        payload = publication.payload.decode()
        if publication.name.topic not in READ or (publication.retained and retained.get(publication.path) == payload):
            return
        if publication.retained:
            retained[publication.path] = payload
        if house.now >= begin:
            said.append((house.now - begin, publication.path, payload))

    loop = ClosedLoop(house, settings, overhear)
    loop.run(begin)
    known = [(0, path, payload) for path, payload in retained.items()]
    loop.run(end)
    return {"begin": datetime.fromtimestamp(begin, UTC).isoformat(), "said": [*known, *said]}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(recording(), separators=(",", ":")), encoding="utf-8")
