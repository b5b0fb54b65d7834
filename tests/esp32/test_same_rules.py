"""The node's valve follows the rules of the Bluetooth bridge's: the same events lead to the same bytes, knobs, states.

Both machines live through pseudo-random days: levels that come, change, expire and are taken back, commands, answers as
told, turned knobs, windows, boosts, failures of every kind. After each event both say what they would do next.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridges import frames
from bridges.eq3 import valve as bridge
from bridges.eq3.pace import Pace
from bridges.eq3.protocol import decode
from haard.node.build import sources
from house.messages import ValveCommand, ValveSet
from house.settings.radio import ValveOptions

pytestmark = pytest.mark.slow

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
START = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
HOURS_OFF = 1
ROOM, ADDRESS = "living", "001a22000001"


@pytest.fixture(scope="module", autouse=True)
def device() -> Iterator[None]:
    """The firmware's own files, imported here; `node.frames` is the codec of the bridges, as the build has it."""
    sys.path.insert(0, str(sources()))
    node: Any = import_module("node")
    sys.modules["node.frames"] = frames
    node.frames = frames
    yield
    sys.path.remove(str(sources()))
    for name in [name for name in sys.modules if name == "node" or name.startswith("node.")]:
        del sys.modules[name]


halves = st.integers(10, 60)
events = st.one_of(
    st.tuples(st.just("level"), halves, st.integers(10, 50), st.sampled_from([0, 100, None]), st.integers(1, 150)),
    st.tuples(st.just("take back")),
    st.tuples(st.just("command"), st.sampled_from(["auto", "manual", "boost", "boost_off"])),
    st.tuples(st.just("hold"), st.integers(10, 60), st.none() | st.integers(31, 600)),
    st.tuples(st.just("wait"), st.integers(1, 90)),
    st.tuples(st.just("obey")),
    st.tuples(st.just("knob"), halves),
    st.tuples(st.just("flags"), st.sampled_from([0x00, 0x01, 0x03, 0x05, 0x11, 0x21, 0x81])),
    st.tuples(st.just("fail"), st.sampled_from([1, 2, 4])),
)


class Twins:
    """Both machines, and the one valve that answers them."""

    def __init__(self, profile: str) -> None:
        device, pace = import_module("node.valve"), import_module("node.pace")
        self.device, self.now, self.pace = device, START, Pace()
        self.there = bridge.Valve(ADDRESS, ROOM, ValveOptions(profile=profile, locked=True, offset=1.5))
        self.options = {"profile": profile, "locked": True, "offset": 3}
        self.here = device.Valve(ADDRESS, ROOM, self.options, pace.PACE, self.wall_time)
        self.setpoint, self.flags, self.vacation = 34, 0x01, bytes(4)

    @property
    def seconds(self) -> int:
        return int((self.now - EPOCH).total_seconds())

    def wall_time(self, instant: int) -> tuple[int, ...]:
        return tuple((EPOCH + timedelta(seconds=instant, hours=HOURS_OFF)).timetuple())[:6]

    def next(self) -> tuple[int, tuple[bytes, ...]] | None:
        """What both want to do; they must agree."""
        zone = ZoneInfo("Etc/GMT-1")
        there, here = bridge.next_task(self.there, self.now, zone), self.here.next_task(self.seconds)
        expected = None if there is None else (there.kind.value, there.requests)
        assert (None if here is None else here[:2]) == expected
        return expected

    def happen(self, event: tuple[object, ...]) -> None:
        kind, *rest = event
        getattr(self, f"_{str(kind).replace(' ', '_')}")(*rest)
        reason = bridge.refusal(self.there, self.now)
        if reason is not None:
            self.there = bridge.dropped(self.there, reason)
        self.here.drop_command(self.seconds)
        assert len(self.here.refused) == len(self.there.refused)
        self.there, self.here.refused = replace(self.there, refused=()), []
        assert self.here.is_reachable() == self.there.reachable
        assert self.here.failures == self.there.failures

    def _level(self, setpoint: int, fallback: int, opening: int | None, minutes: int) -> None:
        ends_at = self.now + timedelta(minutes=minutes)
        level = ValveSet(
            opening=opening, setpoint=setpoint / 2, issued_at=self.now, expires_at=ends_at, fallback=fallback / 2
        )
        self.there = bridge.wished(self.there, level, self.now)
        seconds = int((ends_at - EPOCH).total_seconds())
        self.here.hear_level(self.device.Level(setpoint, fallback, seconds, opening), self.seconds)

    def _take_back(self) -> None:
        self.there = bridge.wished(self.there, None, self.now)
        self.here.hear_level(None, self.seconds)

    def _command(self, do: str) -> None:
        self.there = bridge.commanded(self.there, ValveCommand(do=do), self.now, self.pace)
        self.here.hear_command((do, None, None), self.seconds)

    def _hold(self, setpoint: int, minutes: int | None) -> None:
        until = None if minutes is None else self.now + timedelta(minutes=minutes)
        wish = ValveCommand(do="manual", setpoint=setpoint / 2, until=until)
        self.there = bridge.commanded(self.there, wish, self.now, self.pace)
        ends_at = None if until is None else int((until - EPOCH).total_seconds())
        self.here.hear_command(("manual", setpoint, ends_at), self.seconds)

    def _wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def _knob(self, setpoint: int) -> None:
        self.setpoint, self.flags, self.vacation = setpoint, self.flags & ~0x02 | 0x01, bytes(4)

    def _flags(self, flags: int) -> None:
        self.flags = flags

    def _obey(self) -> None:
        self._contact(None)

    def _fail(self, failure: int) -> None:
        self._contact(failure)

    def _contact(self, failure: int | None) -> None:
        if self.next() is None:
            return
        there = bridge.next_task(self.there, self.now, ZoneInfo("Etc/GMT-1"))
        here = self.here.next_task(self.seconds)
        assert there is not None
        if failure is not None:
            kinds = {1: bridge.Failure.UNREACHED, 2: bridge.Failure.SILENT, 4: bridge.Failure.NOT_PAIRED}
            self.there = bridge.failed(self.there, there.kind, kinds[failure], self.now, self.pace, 0.5, there.command)
            self.here.failed(here[0], failure, self.seconds, 50, here[3])
            return
        answers = tuple(self._answer(request) for request in there.requests)
        told = tuple(map(decode, answers))
        self.there, knob = bridge.answered(self.there, there, told, self.now, self.pace, 0.5)
        turned = self.here.answered(here, answers, self.seconds, 50)
        assert (None if knob is None else knob.setpoint) == (None if turned is None else turned / 2)

    def _answer(self, request: bytes) -> bytes:
        """As the valve would; flags that a person or a window set stay."""
        if request[0] == 0x40:
            mode, setpoint = request[1] & 0xC0, request[1] & 0x3F
            self.setpoint = setpoint or self.setpoint
            self.vacation = request[2:6] if mode == 0x80 else bytes(4)
            self.flags = self.flags & ~0x03 | (0x01 if mode == 0x40 else 0x02 if mode == 0x80 else 0)
        elif request[0] == 0x45:
            self.flags = self.flags & ~0x04 | (0x04 if request[1] else 0)
        elif request[0] == 0x80:
            self.flags = self.flags & ~0x20 | (0x20 if request[1] else 0)
        return bytes([2, 1, self.flags, 30, 4, self.setpoint]) + self.vacation + bytes([24, 3, 42, 34, 10])


@pytest.mark.parametrize("profile", ["setpoint", "ends"])
@settings(max_examples=300)
@given(happened=st.lists(events, max_size=30))
def test_the_same_events_lead_to_the_same_bytes(profile: str, happened: list[tuple[object, ...]]) -> None:
    twins = Twins(profile)
    for event in happened:
        twins.happen(event)
        twins.next()
