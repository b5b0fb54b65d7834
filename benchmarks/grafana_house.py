"""A simulated house with days of a real record behind it: what Grafana reads, from the services that would write it.

The regulator keeps the simulated house of `haard up`; the recorder's tables take what was said, and the analyst turns
over it every two hours as it does in a real house.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import groupby

from benchmarks.gas_houses import START, live
from benchmarks.storage import ROOT, Said, fill
from bridges.simulated import protocol
from devtools import servers
from haard.settings_file import example
from house import messages, services, topics
from house.settings import Settings, parse
from house.topics import TOPICS
from recorder import migrations
from recorder.analyst import Analyst
from recorder.history import Record
from recorder.open import open_database
from recorder.reader import RecordReader

DAYS = 2
BEGIN = datetime.fromtimestamp(START, UTC)
END = BEGIN + timedelta(days=DAYS - 1, hours=19, minutes=30)
TURN = timedelta(hours=2)


def record(server: servers.Postgres) -> Settings:
    """Fill an empty Postgres with what such a house says until END; the settings of the house."""
    house = parse(example())
    with closing(open_database(server.url)) as database:
        migrations.upgrade(database.driver)
        analyst = Analyst(RecordReader(database, ROOT), house)
        fill(server.url, _opening(house), BEGIN)
        lived = live(protocol.house_plan(house), house, DAYS, seed=3, every_min=None, kept=TOPICS)
        for at, batch in _by_turn(lived.records):
            fill(server.url, batch, at)
            fill(server.url, (_said(at, one) for one in analyst.turn(at)), at)
    return house


def _by_turn(records: Iterable[Record]) -> Iterator[tuple[datetime, list[Said]]]:
    """What was said up to each turn of the analyst."""
    lately = (one for one in records if BEGIN <= one.received_at < END)
    for number, said in groupby(lately, lambda one: (one.received_at - BEGIN) // TURN):
        batch = [(one.received_at, ROOT.full(one.name.topic.path(*one.name.ids)), one.message.encode()) for one in said]
        yield min(BEGIN + (number + 1) * TURN, END), batch


def _opening(house: Settings) -> Iterator[Said]:
    """What services say once when they start."""
    yield BEGIN, ROOT.full(topics.HOUSE.path()), house.description.encode()
    for name in services.services(house):
        online = messages.Availability(value="online")
        yield BEGIN, ROOT.full(topics.SERVICE_AVAILABILITY.path(name)), online.encode()


def _said(at: datetime, one: topics.Publication) -> Said:
    return at, ROOT.full(one.path), one.payload
