"""What holds whatever is heard."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from house import messages, topics
from house.settings import Settings
from regulator import safety
from regulator.decide import decide
from regulator.laws.hysteresis import RoomMemory
from regulator.laws.hysteresis import decide as hysteresis
from regulator.laws.interface import LawInput, LawRoom
from regulator.publications import publications
from regulator.snapshot import empty
from regulator.step import handle_bytes
from tests.regulator.house import BATH_VALVE, LIVING_VALVE, MONDAY_NOON, House, iso, wiring
from tests.regulator.streams import Event, anything, century, events, streams

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=("doses", "hysteresis"))
def built(request: pytest.FixtureRequest) -> Settings:
    """The house under each control law."""
    return wiring(request.param, overrun_min=3, moves_per_day=6, minimum_rest_min=2, maximum_starts_per_hour=3)


def check_contract(publication: topics.Publication) -> None:
    """The publication is one that the regulator may make, and stays within every limit."""
    topic, message = publication.name.topic, publication.message
    assert topic.writer == "regulator" or topic is topics.REJECTED
    assert topics.parse(publication.path) == publication.name
    if message is None:
        assert topic in (topics.VALVE_SET, topics.ROOM_LEARNED, topics.HOUSE_LEARNED)
        return
    assert topic.message.decode(publication.payload) == message
    if isinstance(message, messages.ValveSet):
        assert message.opening in (0, 100, None)
        assert 4.5 <= message.setpoint <= 30
        assert 7 <= message.fallback <= 30
        assert message.expires_at - message.issued_at == timedelta(minutes=90)
    if isinstance(message, messages.BoilerSet):
        assert message.expires_at - message.issued_at == timedelta(minutes=10)


@settings(max_examples=60)
@given(st.lists(st.tuples(anything, st.booleans()), max_size=12))
@example([(("tick", b'{"at":"2099-12-31T23:59:00Z"}'), False)])
@example([(("memory", b'{"tick_at":"2099-12-31T23:59:00Z"}'), True), (("room/living/window", b"open"), False)])
@example([(("memory", b'{"tick_at":"2000-01-01T00:00:00Z"}'), True), (("room/living/window", b"open"), False)])
@example([(("tick", b"2000-01-01T00:00:00Z"), False), (("room/living/window", b"closed"), False)])
@example(
    [
        (("room/living/temperature", b'{"value":20,"measured_at":"2000-01-01T00:00:00+14:00"}'), False),
        (("tick", b"2026-01-01T00:00:00Z"), False),
    ]
)
def test_any_bytes_on_any_topic_never_raise_and_never_lead_out_of_the_contract(
    built: Settings,
    heard: list[tuple[tuple[str, bytes], bool]],
) -> None:
    snapshot = empty(built)
    tick = ("tick", json.dumps({"at": iso(MONDAY_NOON)}).encode())
    for (path, payload), retained in [*heard, (tick, False), *heard, (tick, False)]:
        snapshot, publications = handle_bytes(snapshot, path, payload, retained=retained)
        for publication in publications:
            check_contract(publication)


@given(streams)
def test_no_plausible_stream_leads_out_of_the_contract(built: Settings, stream: list[Event]) -> None:
    house = House(built)
    for event in stream:
        for publication in event.happen(house):
            check_contract(publication)


@settings(max_examples=200)
@given(streams)
def test_safety_has_the_last_word(built: Settings, stream: list[Event]) -> None:
    house = House(built)
    house.tick()
    for event in stream:
        event.happen(house)
        decision = decide(house.snapshot)
        assert safety.limit(decision.rooms, decision.house) == decision.rooms


COLD = (("value", 5.0), ("measured_at", 400))


@settings(max_examples=200)
@given(streams)
@example(
    [
        Event(0.0, "room/bath/temperature", COLD),
        Event(180.0, "tick", (("at", 0),)),
        Event(0.0, "room/bath/temperature", COLD),
    ]
)
@example(
    [
        Event(0.0, "room/bath/temperature", COLD),
        Event(500.0, "tick", (("at", 0),)),
        Event(0.0, "room/bath/temperature", COLD),
    ]
)
def test_deciding_twice_changes_nothing(built: Settings, stream: list[Event]) -> None:
    house = House(built)
    house.tick()
    for event in stream:
        if any(one.name.topic is not topics.REJECTED for one in event.happen(house)):
            assert not [*publications(house.snapshot, decide(house.snapshot), house.snapshot)]


@settings(max_examples=60)
@given(streams)
def test_what_is_said_is_read_and_written_again_in_the_same_bytes(built: Settings, stream: list[Event]) -> None:
    """Messages that are built of all their fields at once, unchecked, have each in its place and of its kind."""
    house = House(built)
    said = house.tick()
    for event in stream:
        said += event.happen(house)
    for one in said:
        assert one.message is not None
        assert type(one.message).decode(one.payload).encode() == one.payload
        assert list(vars(one.message)) == list(type(one.message).model_fields)


@settings(max_examples=60)
@given(streams)
def test_what_was_worked_out_before_is_what_would_be_worked_out_now(built: Settings, stream: list[Event]) -> None:
    """Rooms of which nothing was heard are not judged again: that only saves time."""
    quick, slow = House(built), House(built)
    for event in [Event(0, "tick", (("at", 0),)), *stream]:
        slow.snapshot = slow.snapshot._replace(observed={}, decision=None)
        assert event.happen(quick) == event.happen(slow)
    assert quick.kept == slow.kept


def test_after_a_tick_only_the_room_that_speaks_is_seen_anew(built: Settings) -> None:
    house = House(built)
    house.pass_minutes(5)
    before = house.snapshot.observed
    assert before.keys() == built.rooms.keys()
    house.measure("living", 21.0)
    after = house.snapshot.decision
    assert after is not None
    assert [id_ for id_ in before if after.house.rooms[id_] is not before[id_]] == ["living"]


@given(streams, st.integers(0, 120))
def test_the_same_tick_again_and_one_that_comes_late_change_nothing(
    built: Settings, stream: list[Event], seconds: int
) -> None:
    house = House(built)
    for event in stream:
        event.happen(house)
    house.tick()
    late = Event(0, "tick", (("at", seconds),))
    before = house.snapshot
    assert late.happen(house) == []
    assert house.snapshot is before


@settings(max_examples=50)
@given(st.lists(century, max_size=8), streams)
def test_after_ticks_in_any_order_and_far_jumps_the_house_is_heated_as_ever(
    built: Settings, ticks: list[datetime], stream: list[Event]
) -> None:
    house = House(built)
    for at in ticks:
        house.now = at
        house.tick()
    for event in stream:
        event.happen(house)
    house.now = MONDAY_NOON
    house.say("room/living/temperature/a4c138000002", b"", retained=True)
    for room in ("living", "bath"):
        house.air[room] = 4.0
    house.deaf = set()
    house.pass_minutes(20)
    assert house.opening(LIVING_VALVE) == house.opening(BATH_VALVE) == 100
    assert house.boiler.call
    assert house.boiler.expires_at > house.now


@given(streams)
def test_blind_rooms_open_no_valve_and_fire_the_boiler_only_on_what_their_valves_report(
    built: Settings, stream: list[Event]
) -> None:
    house = House(built)
    house.air = {}
    house.tick()
    for event in stream:
        event.happen(house)
        fresh = [room for room in built.rooms if house.status(room).staleness == "fresh"]
        reports = [house.heard(topics.VALVE_STATUS, valve) for valve in built.rooms_by_valve]
        spoke = any(one and (one.opening is not None or one.setpoint is not None) for one in reports)
        assert fresh or spoke or not house.boiler.call
        for room, wired in built.rooms.items():
            command = house.command(next(iter(wired.valves)))
            assert room in fresh or command is None or command.opening != 100


@given(streams)
def test_the_boiler_is_called_only_on_a_radiator_that_was_told_to_open_or_is_left_to_itself_and_has_spoken_since(
    built: Settings,
    stream: list[Event],
) -> None:
    house = House(built)
    house.tick()
    for event in stream:
        before = house.snapshot.now
        event.happen(house)
        if house.boiler.call and house.snapshot.now != before:  # between two ticks a call stands as it was decided
            pairs = [(house.command(valve), house.heard(topics.VALVE_STATUS, valve)) for valve in built.rooms_by_valve]
            assert any(command and command.opening != 0 and status for command, status in pairs)


temperatures = st.floats(-10, 40)
law_rooms = st.builds(
    LawRoom,
    temperature=temperatures,
    setpoint=st.floats(5, 30),
    power_w=st.just(1000.0),
    confirmed_w=st.sampled_from([0.0, 1000.0]),
    hysteresis=st.floats(0.05, 2),
    memory=st.sampled_from([None, RoomMemory(True), RoomMemory(False)]),
)


@given(law_rooms, temperatures, st.booleans())
def test_by_the_law_a_colder_room_never_asks_for_less(room: LawRoom, other: float, call: bool) -> None:
    def demand(temperature: float) -> int:
        same = LawRoom(temperature, room.setpoint, room.power_w, room.confirmed_w, room.hysteresis, room.memory)
        return hysteresis(LawInput(MONDAY_NOON, {"living": same}, call)).rooms["living"].demand

    colder, warmer = sorted((room.temperature, other))
    assert demand(colder) >= demand(warmer)


@given(streams, temperatures, temperatures)
def test_in_the_house_a_colder_room_never_asks_for_less(
    built: Settings, stream: list[Event], one: float, other: float
) -> None:
    """Demand, opening and the setpoint of the valve, whatever happened before, where a contact says that no window is
    open: without one a steep fall looks like an open window.
    """
    before = House(built)
    for event in stream:
        event.happen(before)
    before.say("room/living/window", {"value": "closed", "measured_at": iso(before.now)})
    for thermometer in ("", "/a4c138000002"):  # what leaps, or is far from another, is not believed at once
        before.say(f"room/living/temperature{thermometer}", b"")
    asked = []
    for temperature in sorted((one, other)):
        house = House(built)
        house.snapshot, house.kept, house.now = before.snapshot, dict(before.kept), before.now
        house.air = {"living": temperature}
        house.pass_minutes(3)
        command = house.command()
        asked.append((house.status().demand, command.opening if command else None, command.setpoint if command else 0))
    (demand, opening, setpoint), (less, less_opening, less_setpoint) = asked
    assert demand >= less
    if opening is not None and less_opening is not None:
        assert opening >= less_opening
        assert setpoint >= less_setpoint


@given(streams, events)
def test_what_is_heard_in_vain_leaves_the_snapshot_as_it_was(
    built: Settings, stream: list[Event], event: Event
) -> None:
    house = House(built)
    for one in stream:
        one.happen(house)
    before: Any = house.snapshot
    publications = event.happen(house)
    if any(one.name.topic is topics.REJECTED for one in publications):
        assert house.snapshot is before
        assert len(publications) == 1
