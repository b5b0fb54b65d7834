"""Strategies: what may be heard in the house of the tests, as plausible streams and as anything at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from house import topics
from tests.regulator.house import BATH_VALVE, HALL_VALVE, LIVING_VALVE, House, iso
from tests.strategies import ids, message, payloads

century = st.integers(0, 98 * 365 * 24 * 60).map(
    lambda minutes: datetime(2001, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
"""Any time that a clock may tell."""

ROOMS = ("living", "bath", "hall")
VALVES = (LIVING_VALVE, BATH_VALVE, HALL_VALVE)


@dataclass(frozen=True)
class Event:
    """Something that happens: `seconds` passed, and then `path` was said, its instants as seconds before now."""

    seconds: float
    path: str
    fields: tuple[tuple[str, Any], ...] = ()
    payload: str | None = None

    def happen(self, house: House) -> list[topics.Publication]:
        house.now += timedelta(seconds=self.seconds)
        return house.say(self.path, self.payload if self.payload is not None else dict(self._with_instants(house)))

    def _with_instants(self, house: House) -> Sequence[tuple[str, Any]]:
        return [
            (name, iso(house.now - timedelta(seconds=value)) if name.endswith(("at", "until")) else value)
            for name, value in self.fields
        ]


def _event(path: SearchStrategy[str], seconds: SearchStrategy[float], **fields: SearchStrategy[Any]) -> Any:
    chosen = st.fixed_dictionaries(fields).map(lambda one: tuple(one.items()))
    return st.builds(Event, seconds, path, chosen)


_seconds = st.sampled_from([0.0, 0.5, 7.0, 31.0])
_delays = st.sampled_from([0, 0, 0, 5, 90, 400, -20, -200, -4000, 100_000])
_room_paths = st.sampled_from([f"room/{room}/{{}}" for room in ROOMS])


def _of_room(kind: str) -> SearchStrategy[str]:
    return st.sampled_from([f"room/{room}/{kind}" for room in ROOMS])


ticks = _event(st.just("tick"), st.sampled_from([60.0, 60.0, 60.0, 180.0, 1000.0, 8000.0]), at=st.just(0))
late_ticks = _event(st.just("tick"), st.just(0.0), at=st.sampled_from([0, 30, 90, 120]))
readings = _event(
    _of_room("temperature") | st.just("room/living/temperature/a4c138000002"),
    _seconds,
    value=st.sampled_from([5.0, 15.0, 17.0, 19.75, 19.9, 20.0, 20.05, 23.0]),
    measured_at=_delays,
)
humidities = _event(_of_room("humidity"), _seconds, value=st.just(50), measured_at=st.just(0))
windows = _event(_of_room("window"), _seconds, value=st.sampled_from(["open", "closed"]), measured_at=_delays)
reports = _event(
    st.sampled_from([f"valve/{valve}/status" for valve in VALVES]),
    _seconds,
    opening=st.sampled_from([None, 0, 3, 15, 100]),
    setpoint=st.sampled_from([None, 5, 7, 17, 20, 20.5, 26, 26.5, 30]),
    reachable=st.sampled_from([None, True, True, False]),
    reported_at=_delays,
)
emptied = st.builds(
    Event,
    _seconds,
    _of_room("temperature") | _of_room("window") | st.just(f"valve/{LIVING_VALVE}/status"),
    payload=st.just(""),
)
_words = st.one_of(
    st.tuples(_of_room("mode/set"), st.sampled_from(["auto", "heat", "off", "bypass"])),
    st.tuples(_of_room("preset/set"), st.sampled_from(["none", "comfort", "eco", "away", "boost"])),
    st.tuples(_of_room("setpoint/set"), st.sampled_from(["auto", "5", "20.25", "22", "30", "35"])),
    st.tuples(_of_room("boost/set"), st.sampled_from(["on", "off", "20", "0"])),
    st.tuples(
        _of_room("schedule/set"),
        st.sampled_from(["[]", '[{"day":1,"time":"13:02","setpoint":23},{"day":1,"time":"13:10","setpoint":16}]']),
    ),
    st.tuples(st.just("comfort/set"), st.sampled_from(["comfort", "balanced", "quiet", "saver", "auto"])),
    st.tuples(
        st.just("away/set"), st.sampled_from(["on", "off", '{"value": "on", "setpoint": 12}', '{"minutes": 30}'])
    ),
)
wishes = st.builds(lambda seconds, said: Event(seconds, said[0], payload=said[1]), _seconds, _words)
wishes_with_an_end = _event(
    _of_room("setpoint/set"), _seconds, value=st.sampled_from([18, 24.5]), until=st.sampled_from([-90, -600, 10])
)

events: SearchStrategy[Event] = st.one_of(
    ticks, ticks, ticks, readings, readings, reports, reports, windows, wishes, wishes_with_an_end, humidities,
    emptied, late_ticks,
)  # fmt: skip
"""What happens in a house; whatever has an age says so itself."""

streams = st.lists(events, max_size=40)

_known_paths = [
    *(
        "tick",
        "away/set",
        "comfort/set",
        "memory",
        "learned",
        "settings",
        "boiler/set",
        "boiler/status",
        "meter/gas",
        "forecast",
        "rejected",
    ),
    *(
        f"room/{room}/{kind}"
        for room in ROOMS
        for kind in ("temperature", "window/a", "settings", "schedule", "memory", "learned")
    ),
    *(f"room/{room}/{kind}/set" for room in ROOMS for kind in ("mode", "preset", "setpoint", "boost", "schedule")),
    *(f"valve/{valve}/{kind}" for valve in VALVES for kind in ("set", "status")),
]
paths = st.one_of(
    st.sampled_from(_known_paths),
    st.sampled_from(_known_paths),
    st.lists(ids | st.sampled_from(["", "+", "#", "set", "é", "room", "valve"]), max_size=5).map("/".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
"""Every topic that the regulator knows in its house, mistyped ones and foreign ones."""


def _right_kind(path: str) -> SearchStrategy[bytes]:
    """A message that fits the topic, with any value in every field; else any bytes."""
    name = topics.parse(path)
    return message(name.topic.message).map(lambda said: said.encode()) if name is not None else payloads


anything: SearchStrategy[tuple[str, bytes]] = paths.flatmap(
    lambda path: st.tuples(st.just(path), _right_kind(path) | _right_kind(path) | payloads)
)
"""Any bytes on any topic; mostly such that they are understood."""
