"""How much of its nominal heat a room gets while its radiators are open and the boiler is called.

What was learned of a room is in terms of what its radiators really give, by the water in them. What they were told says
only when they gave something: water is seldom as hot as in the catalogue, and a radiator takes its time. So the heat of
the recorded days is found from what the room needed, by its learned constants, and put beside the hours that were
called: that part a called hour is worth. What people and their things give makes a room need less; how much, nobody
measures: it is worked out for what is usual, for least and for most, and what comes of it lies between.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean, median

from haard.replay.heat import heat_of
from haard.replay.recorded import Recorded
from haard.replay.span import TICK, time_of
from house import messages, topics
from house.errors import PayloadError
from house.settings import Settings
from regulator.snapshot import Snapshot, empty
from regulator.step import handle_bytes

LEAST_HOURS = 2.0  # of called heat tell something
LEAST, MOST = 0.2, 1.2
LONGEST_H = 0.25
FREE_K = (3.0, 0.0, 6.0)
"""By how much people and their things keep a room warmer than the sun and its radiators do: as usual, least, most."""
WATCHED = frozenset((topics.ROOM_STATUS, topics.BOILER_SET, topics.VALVE_SET, topics.VALVE_STATUS))
OUTSIDE = frozenset((topics.OUTSIDE_TEMPERATURE, topics.FORECAST))


@dataclass
class Needs:
    """Of a room: its change in K, the hours, and over them called heat (h), T - outside (K h), irradiance (h W/m²)."""

    first: float | None = None
    last: float = 0.0
    hours: float = 0.0
    called: float = 0.0
    loss: float = 0.0
    sun: float = 0.0

    def part(self, model: messages.RoomModel, free_k: float) -> float | None:
        """Of the nominal heat, in a called hour; None where too little was called."""
        if self.first is None or self.called < LEAST_HOURS or not model.a or not model.b:
            return None
        loss = self.loss - free_k * self.hours
        heat = self.last - self.first + model.b * loss - (model.solar or 0.0) * self.sun
        return min(MOST, max(LEAST, heat / (model.a * self.called)))


@dataclass
class Watch:
    """Hears a record, and adds up what each room needed."""

    snapshot: Snapshot
    needs: dict[str, Needs] = field(default_factory=dict)
    _outside: dict[str, float] = field(default_factory=dict)
    _forecast: messages.Forecast | None = None
    _now: datetime | None = None

    def hear(self, path: str, payload: bytes) -> None:
        name = topics.parse(path)
        if path == TICK:
            self._pass_time(time_of(payload))
        elif name is not None and name.topic in WATCHED:
            self.snapshot, _ = handle_bytes(self.snapshot, path, payload, retained=True)
        elif name is not None and name.topic in OUTSIDE:
            self._hear_outside(path, name, payload)

    def _hear_outside(self, path: str, name: topics.Name, payload: bytes) -> None:
        try:
            said = name.topic.message.decode(payload)
        except PayloadError:
            return  # what cannot be read says nothing of the weather
        if isinstance(said, messages.Forecast):
            self._forecast = said
        elif isinstance(said, messages.Temperature):
            self._outside[path] = said.value

    def _pass_time(self, now: datetime | None) -> None:
        last, self._now = self._now, now or self._now
        if now is None or last is None or not self._outside:
            return
        hours = min(LONGEST_H, max(0.0, (now - last).total_seconds() / 3600))
        outside, irradiance = fmean(self._outside.values()), self._irradiance(now)
        for room in self.snapshot.wiring.rooms:
            status = self.snapshot.last(topics.ROOM_STATUS, room)
            if status is not None and status.temperature is not None:
                self._add(room, status.temperature, hours, outside, irradiance)

    def _add(self, room: str, temperature: float, hours: float, outside: float, irradiance: float) -> None:
        needs = self.needs.setdefault(room, Needs())
        needs.first = temperature if needs.first is None else needs.first
        needs.last = temperature
        needs.hours += hours
        needs.called += hours * heat_of(self.snapshot, room)
        needs.loss += hours * (temperature - outside)
        needs.sun += hours * irradiance

    def _irradiance(self, now: datetime) -> float:
        """Of the present hour, by the forecast in force."""
        hours = self._forecast.hours if self._forecast is not None else ()
        return next((one.irradiance or 0.0 for one in hours if 0 <= (now - one.at).total_seconds() < 3600), 0.0)


def tells_of_heat(path: str) -> bool:
    """Whether `felt_parts` has to read it."""
    name = topics.parse(path)
    return path == TICK or (name is not None and name.topic in WATCHED | OUTSIDE)


def felt_parts(
    kept: Mapping[str, bytes],
    record: Iterable[Recorded],
    wiring: Settings,
    models: Mapping[str, messages.RoomModel],
    free_k: Sequence[float] = FREE_K,
) -> list[dict[str, float]]:
    """For each of `free_k` by room; one of which too little can be said is as the others are, and 1 if none tells."""
    watch = Watch(empty(wiring))
    for path, payload in kept.items():
        watch.hear(path, payload)
    for one in record:
        watch.hear(one.path, one.payload)
    return [_parts(watch.needs, models, one) for one in free_k]


def _parts(needs: Mapping[str, Needs], models: Mapping[str, messages.RoomModel], free_k: float) -> dict[str, float]:
    each = ((room, needs.get(room, Needs()).part(model, free_k)) for room, model in models.items())
    found = {room: part for room, part in each if part is not None}
    others = median(found.values()) if found else 1.0
    return {room: found.get(room, others) for room in models}
