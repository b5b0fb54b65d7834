"""A room of which nothing is heard is not looked at again at each tick, but at the instants at which time alone changes
something of it: so what was seen of it before is at each instant what would be seen now.
"""

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import given, settings

from house import topics
from house.settings import Settings
from regulator.demand import seen_by_law
from regulator.laws.interface import LawRoom
from regulator.room import RoomState, observe
from regulator.snapshot import Snapshot
from tests.regulator.house import LIVING_VALVE, House, wiring
from tests.regulator.streams import Event, streams


class Forgetful(House):
    """A house whose regulator keeps nothing of what it has worked out."""

    def say(self, path: str, payload: Any, *, retained: bool = False) -> list[topics.Publication]:
        last, self.snapshot = self.snapshot.decision, anew(self.snapshot)
        said = super().say(path, payload, retained=retained)
        if self.snapshot.decision is None:  # of a message that waits for the tick
            self.snapshot = self.snapshot._replace(decision=last)
        return said


def anew(snapshot: Snapshot) -> Snapshot:
    return snapshot._replace(observed={}, decision=None)


def rooms(snapshot: Snapshot) -> Mapping[str, RoomState]:
    """As they were seen at the last decision."""
    assert snapshot.decision is not None
    return snapshot.decision.house.rooms


Sight = tuple[Mapping[str, RoomState], Mapping[str, LawRoom]]
"""The rooms, but for what the law remembers of them, and as the law sees them."""


def decided_on(snapshot: Snapshot) -> Sight:
    assert snapshot.decision is not None
    return _but_for_the_law(rooms(snapshot)), snapshot.decision.given.rooms


def seen(snapshot: Snapshot) -> Sight:
    house = observe(snapshot)
    return _but_for_the_law(house.rooms), seen_by_law(snapshot, house).rooms


def _but_for_the_law(views: Mapping[str, RoomState]) -> Mapping[str, RoomState]:
    return {id_: view._replace(memory=view.memory.but(law={})) for id_, view in views.items()}


def calm(kind: type[House] = House) -> House:
    """A house in which every valve answers, and in which no room is measured from now on."""
    house = kind(wiring("hysteresis", window_open_delay_s=150, window_closed_delay_s=150))
    house.deaf = set()
    house.pass_minutes(5)
    house.air = {}
    return house


def test_a_room_of_which_nothing_is_heard_is_not_seen_anew_at_a_tick() -> None:
    house = calm()
    house.pass_minutes(1)
    before = rooms(house.snapshot)
    house.measure("living", 20.0)
    house.pass_minutes(1)
    assert [id_ for id_, view in rooms(house.snapshot).items() if view is not before[id_]] == ["living"]


WINDOW, HUMIDITY, SETPOINT = "room/living/window", "room/living/humidity", "room/living/setpoint/set"
HALF_AN_HOUR = {"minutes": 30}
NEVER = 10_000

ALONE: Mapping[str, tuple[list[tuple[str, Any]], int, int, str, Any]] = {
    "a reading grows old": ([], NEVER, 20, "staleness", "stale"),
    "humidity grows old": ([(HUMIDITY, {"value": 50})], 7, 40, "humidity", None),
    "humidity is still to come": (
        [(HUMIDITY, {"value": 50, "measured_at": "2026-01-12T12:13:00Z"})],
        7,
        5,
        "humidity",
        50,
    ),
    "the schedule goes on": ([], 7, 570, "effective.setpoint", 17.0),
    "a boost ends": ([("room/living/boost/set", "20")], 7, 22, "effective.rule", "schedule"),
    "the end of a boost comes near": ([("room/living/boost/set", "850")], 7, 132, "effective.rule", "boost"),
    "a preset ends": ([("room/living/preset/set", {"value": "eco", **HALF_AN_HOUR})], 7, 32, "settings.preset", "none"),
    "an override ends": ([(SETPOINT, {"value": 21, **HALF_AN_HOUR})], 7, 32, "settings.override", None),
    "one until the next switch point": ([(SETPOINT, "21")], 7, 570, "settings.override", None),
    "the absence ends": ([("away/set", HALF_AN_HOUR)], 7, 32, "effective.rule", "schedule"),
    "an open window counts": ([(WINDOW, "open")], 7, 4, "is_paused", True),
    "a closed window counts": ([(WINDOW, "open"), ("wait", 5), (WINDOW, "closed")], 7, 4, "is_paused", False),
    "a contact is silent": ([(WINDOW, "open")], 9, 1441, "window", None),
    "a valve says no more": ([(SETPOINT, "25"), ("wait", 3), ("deaf", 1)], 7, 185, "confirmed_w", 0),
    "a valve never answers": ([("deaf", 1), (SETPOINT, "25")], 7, 15, "is_given_up", True),
    "the day ends": ([(SETPOINT, "25"), ("wait", 3)], 7, 661, "moves", 0),
}
"""What is said, every how many minutes the room is measured from then on, the minutes that pass, and what is otherwise
after them.
"""


@pytest.mark.parametrize("what", ALONE)
def test_what_time_alone_changes_is_seen_at_once(what: str) -> None:
    said, every, minutes, field, value = ALONE[what]
    quick, slow = calm(), calm(Forgetful)
    for path, payload in said:
        for house in (quick, slow):
            if path == "wait":
                house.pass_minutes(payload)
            elif path == "deaf":
                house.deaf = {LIVING_VALVE}
            else:
                house.say(path, payload)
    for minute in range(1, minutes + 1):
        for house in (quick, slow):
            house.air = {"living": 20.0 + minute % 2 / 10} if minute % every == 0 else {}
        assert quick.pass_minutes(1) == slow.pass_minutes(1), minute
        assert decided_on(quick.snapshot) == decided_on(slow.snapshot), minute
    assert attrgetter(field)(rooms(quick.snapshot)["living"]) == value


def test_whether_a_thermometer_is_frozen_is_asked_each_hour() -> None:
    house = calm()
    house.say(HUMIDITY, {"value": 50})
    for minute in range(130):
        house.air = {"living": 20.0} if minute % 7 == 0 else {}
        house.pass_minutes(1)
        assert seen(house.snapshot) == seen(anew(house.snapshot)), minute
    steady = rooms(house.snapshot)["living"].memory.sensors[""].steady
    assert steady is not None
    assert steady.hours >= 1


@pytest.mark.parametrize("ticks", [["2026-01-12T20:00:00Z"], [None], [None, None, "2026-01-12T21:50:00Z"]])
def test_once_the_clock_is_set_or_lost_every_room_is_seen_anew(ticks: list[str | None]) -> None:
    quick, slow = calm(), calm(Forgetful)
    for house in (quick, slow):
        house.air = {"living": 20.0}
        house.pass_minutes(575)
    for at in ticks:
        assert quick.say("tick", {"at": at}) == slow.say("tick", {"at": at})
        assert decided_on(quick.snapshot) == decided_on(slow.snapshot)


@pytest.fixture(scope="module")
def built() -> Settings:
    return wiring("doses")


@settings(max_examples=60)
@given(streams)
def test_whatever_was_heard_a_room_is_what_it_would_be_seen_as_now(built: Settings, stream: list[Event]) -> None:
    house = House(built)
    for event in [Event(0, "tick", (("at", 0),)), *stream]:
        event.happen(house)
        assert seen(house.snapshot) == seen(anew(house.snapshot))
