"""The roll-up: what was recorded by hour, for charts over weeks and years, kept long after the messages themselves.

Each message is added once, in the order of recording, to the hour in which it was received: the sums and the place up
to which they reach (`watermark`) are committed together, so that a kill, a second analyst, a late or an imported
message change nothing about that. Numbers are the fields of a JSON object, true and false as 1 and 0; a bare number is
its own field `value`. Of topics that haard knows only what `KEPT` names is kept, of others every number. The hour that
is not over is left for later.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic_core import from_json

from house import topics
from recorder.database import ROLLED_UP, Database, Transaction, read_instant

BATCH = 2_000  # messages, of 64 kB at most
LIMIT = 1e15  # numbers beyond it tell of no house, and their sums might not fit
MAXIMUM_FIELDS, MAXIMUM_NAME = 50, 63  # of one message

KEPT: Mapping[topics.Topic[Any], Set[str]] = {
    topics.ROOM_STATUS: {"temperature", "humidity", "setpoint", "demand"},
    topics.SENSOR_STATUS: {"battery", "voltage", "rssi"},
    topics.VALVE_STATUS: {"opening", "reachable"},
    topics.BOILER_STATUS: {
        "flame",
        "hot_water",
        "modulation",
        "flow_temperature",
        "return_temperature",
        "pressure_bar",
    },
    topics.METER_GAS: {"value"},
    topics.METER_ELECTRICITY: {"value", "returned", "power_w"},
    topics.OUTSIDE_TEMPERATURE: {"value"},
}
"""The fields that are charted over weeks and years, those that `views.sql` shows; an hour of one takes 130 bytes."""

CONDENSING, CONDENSES_BELOW = "condensing", 55.0  # °C of the return
"""A field of hours that no report has: worked out of those in which the boiler burns, since the mean return of an hour
in which it burns little is cool.
"""

_RECORDED = """
SELECT message.id, received_at, topic_id, name, payload FROM message JOIN topic ON topic.id = topic_id
WHERE message.id > %s AND message.id <= %s ORDER BY message.id"""

_ADD_HOURLY = """
ON CONFLICT (topic_id, field, hour) DO UPDATE SET n = hourly.n + excluded.n, total = hourly.total + excluded.total,
low = CASE WHEN excluded.low < hourly.low THEN excluded.low ELSE hourly.low END,
high = CASE WHEN excluded.high > hourly.high THEN excluded.high ELSE hourly.high END, last = excluded.last"""

_ADD_TRAFFIC = """
ON CONFLICT (hour) DO UPDATE SET n = traffic.n + excluded.n, bytes = traffic.bytes + excluded.bytes"""


class Recorded(NamedTuple):
    """A message as the roll-up sees it."""

    hour: datetime
    topic_id: int
    topic: str
    payload: bytes


class Piece(NamedTuple):
    """Messages behind the place `after` up to `until`; `more` may be added after them."""

    after: int
    until: int
    recorded: Sequence[Recorded]
    more: bool


_Key = tuple[int, str, datetime]


@dataclass(slots=True)
class Numbers:
    """What one field of one topic was in an hour."""

    n: int = 0
    total: float = 0.0
    low: float = math.inf
    high: float = -math.inf
    last: float = math.nan

    def add(self, value: float) -> None:
        self.n += 1
        self.total += value
        self.low, self.high, self.last = min(self.low, value), max(self.high, value), value


def numbers(payload: bytes) -> Mapping[str, float]:
    """The numbers that a payload tells, by field; none for what is no JSON."""
    try:
        said = from_json(payload, allow_inf_nan=False)
    except ValueError:
        return {}
    fields = said if isinstance(said, dict) else {"value": said}
    if len(fields) > MAXIMUM_FIELDS:
        return {}
    return {name: float(value) for name, value in fields.items() if _is_number(value) and _is_word(name)}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and -LIMIT < value < LIMIT


def _is_word(name: str) -> bool:
    return name.isascii() and name.isidentifier() and len(name) <= MAXIMUM_NAME


@lru_cache(maxsize=1_000)
def kept(topic: str) -> Set[str] | None:
    """The fields of a topic, in whatever house, of which hours are kept; None for one that haard does not know: all."""
    levels = topic.split("/")
    known = (topics.parse("/".join(levels[first:])) for first in range(1, len(levels)))
    return next((KEPT.get(name.topic, frozenset()) for name in known if name is not None), None)


def hour_of(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)


class Rollup:
    """Keeps `hourly` and `traffic`; raises a temporary DeviceError while the database is away."""

    def __init__(self, database: Database, batch: int = BATCH) -> None:
        self._database, self._batch = database, batch

    def turn(self, now: datetime) -> bool:
        """Add the next messages, up to the hour that is not over at `now`; whether there may be more."""
        piece = self.read(now)
        if piece.until > piece.after:
            self.add(piece)
        return piece.more

    def read(self, now: datetime) -> Piece:
        """The messages behind those that were added, as many as are taken at once."""
        with self._database.transaction() as transaction:
            settled = transaction.settled()
        with self._database.transaction() as transaction:
            after = _place(transaction)
            until = min(after + self._batch, settled)
            recorded = transaction.query(_RECORDED, after, until)
        over = list(_before(hour_of(now), recorded))
        if len(over) < len(recorded):
            return Piece(after, recorded[len(over)][0] - 1, over, more=False)
        return Piece(after, until, over, more=until < settled)

    def add(self, piece: Piece) -> None:
        """Add what was read; nothing if somebody else has added it meanwhile."""
        hourly, traffic = _summed(piece.recorded)
        with self._database.transaction() as transaction:
            transaction.execute("UPDATE watermark SET place = place WHERE name = 'hourly'")  # nobody else from here on
            if _place(transaction) != piece.after:
                return
            told = ((*key, one.n, one.total, one.low, one.high, one.last) for key, one in sorted(hourly.items()))
            transaction.insert("hourly (topic_id, field, hour, n, total, low, high, last)", told, _ADD_HOURLY)
            counts = ((hour, n, size) for hour, (n, size) in sorted(traffic.items()))
            transaction.insert("traffic (hour, n, bytes)", counts, _ADD_TRAFFIC)
            transaction.execute("UPDATE watermark SET place = %s WHERE name = 'hourly'", piece.until)


def _summed(recorded: Iterable[Recorded]) -> tuple[dict[_Key, Numbers], dict[datetime, list[int]]]:
    """Numbers by topic, field and hour; count and bytes by hour."""
    hourly: dict[_Key, Numbers] = {}
    traffic: dict[datetime, list[int]] = {}
    for one in recorded:
        counted = traffic.setdefault(one.hour, [0, 0])
        counted[0] += 1
        counted[1] += len(one.payload)
        for field, value in _kept_numbers(one).items():
            hourly.setdefault((one.topic_id, field, one.hour), Numbers()).add(value)
    return hourly, traffic


def _kept_numbers(one: Recorded) -> Mapping[str, float]:
    fields = kept(one.topic)
    if fields is None:
        return numbers(one.payload)
    if not fields:
        return {}
    said = {field: value for field, value in numbers(one.payload).items() if field in fields}
    if said.get("flame") and "return_temperature" in said:
        said[CONDENSING] = float(said["return_temperature"] < CONDENSES_BELOW)
    return said


def _place(transaction: Transaction) -> int:
    [(place,)] = transaction.query(ROLLED_UP)
    return int(place)


def _before(present: datetime, recorded: Iterable[tuple[Any, ...]]) -> Iterator[Recorded]:
    """Messages up to the first of the present hour."""
    for _, received_at, topic_id, topic, payload in recorded:
        hour = hour_of(read_instant(received_at))
        if present <= hour < present + timedelta(hours=1):
            return
        yield Recorded(hour, topic_id, topic, bytes(payload))
