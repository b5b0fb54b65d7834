"""Any process may die at any time: what is retained is all that a regulator has to know.

What has no time of its own (a bare value) is left out of the streams by contract: it is as old as its arrival, and one
that arrives retained has no age.
"""

import random
from collections.abc import Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from house import topics
from regulator.snapshot import empty
from regulator.step import handle_bytes
from tests.regulator.house import HALL_VALVE, House, wiring
from tests.regulator.streams import Event, streams

WIRING = wiring(
    "doses", overrun_min=3, moves_per_day=6, minimum_rest_min=2, maximum_starts_per_hour=3, window_open_delay_s=90
)

FIRST_TICK = Event(0, "tick", (("at", 0),))

Said = list[tuple[str, bytes, bool]]


def as_said(publications: Iterable[topics.Publication]) -> Said:
    """Publications as they travel."""
    return [(one.path, one.payload, one.retained) for one in publications]


def restored(from_broker: House, shuffle: random.Random) -> House:
    """A new regulator that has heard what the broker keeps, in any order."""
    house = House(from_broker.wiring, from_broker.now)
    kept = list(from_broker.kept.items())
    shuffle.shuffle(kept)
    for path, payload in kept:
        assert house.say(path, payload, retained=True) == []
    assert house.kept == from_broker.kept
    return house


def obey(house: House, publications: Iterable[topics.Publication], deaf: frozenset[str]) -> Said:
    """The valves that are not deaf do what they are told and say so; what the regulator says to that."""
    said: Said = []
    for one in publications:
        if one.name.topic is topics.VALVE_SET and one.message is not None and one.name.ids[0] not in deaf:
            command = one.message.model_dump()
            report = house.report(one.name.ids[0], opening=command["opening"], setpoint=command["setpoint"])
            said += as_said(report) + obey(house, report, deaf)
    return said


def live(house: House, stream: list[Event], deaf: list[frozenset[str]]) -> Said:
    """The house lives through the stream; everything that the regulator said."""
    said: Said = []
    for number, event in enumerate(stream):
        publications = event.happen(house)
        said += as_said(publications) + obey(house, publications, deaf[number % len(deaf)])
    return said


_OLDER, _OLDEST = (Event(0, f"valve/{HALL_VALVE}/status", (("reported_at", age),)) for age in (0, 100_000))
deafness = st.lists(st.frozensets(st.sampled_from(sorted(WIRING.rooms_by_valve))), min_size=1, max_size=3)


@pytest.mark.slow
@settings(max_examples=120)
@given(streams, streams, deafness, st.randoms(use_true_random=False))
@example([Event(0, "tick", (("at", 0),))], [Event(0, "tick", (("at", 90),))], [frozenset()], random.Random(1))
@example([_OLDER], [_OLDEST], [frozenset()], random.Random(1))
def test_a_regulator_restored_from_retained_messages_says_the_same_to_the_byte(
    before: list[Event], after: list[Event], deaf: list[frozenset[str]], shuffle: random.Random
) -> None:
    never_killed = House(WIRING)
    live(never_killed, [FIRST_TICK, *before], deaf)  # before it knows the time a regulator remembers nothing
    new = restored(never_killed, shuffle)
    assert live(new, after, deaf) == live(never_killed, after, deaf)
    assert new.kept == never_killed.kept


@pytest.mark.slow
@settings(max_examples=40)
@given(streams, streams, deafness)
def test_a_restart_in_the_middle_of_an_ordinary_day_is_not_noticed(
    before: list[Event], after: list[Event], deaf: list[frozenset[str]]
) -> None:
    """As above, with a house that is heated: rooms report each minute, and the boiler burns."""
    never_killed = House(WIRING)
    never_killed.air = {"living": 18.0, "bath": 19.9}
    never_killed.deaf = set()
    never_killed.pass_minutes(4)
    live(never_killed, before, deaf)
    never_killed.pass_minutes(2)
    new = restored(never_killed, random.Random(len(before)))
    for house in (new, never_killed):
        house.air, house.deaf = {"living": 19.9, "bath": 18.0}, set()
    for event in after:
        assert as_said(event.happen(new)) == as_said(event.happen(never_killed))
        assert as_said(new.pass_minutes(1)) == as_said(never_killed.pass_minutes(1))


@pytest.mark.slow
@settings(max_examples=60)
@given(streams, st.data())
def test_echoes_of_what_the_regulator_said_change_nothing_after_the_first_decision(
    stream: list[Event], data: st.DataObject
) -> None:
    house = House(WIRING)
    house.tick()
    echoes: list[tuple[str, bytes]] = []
    for event in stream:
        echoes += [(path, payload) for path, payload, retained in as_said(event.happen(house)) if retained]
        for path, payload in echoes[: data.draw(st.integers(0, len(echoes)))]:
            snapshot, publications = handle_bytes(house.snapshot, path, payload, retained=False)
            assert snapshot is house.snapshot
            assert publications == ()
            echoes.remove((path, payload))


@pytest.mark.slow
@settings(max_examples=60)
@given(streams, st.randoms(use_true_random=False))
def test_two_regulators_that_hear_each_other_say_the_same(stream: list[Event], order: random.Random) -> None:
    """The second starts later, from what is retained, and both hear every publication twice."""
    first = House(WIRING)
    first.tick()
    second = restored(first, order)
    second.tick()
    waiting: Said = []
    for event in stream:
        said = as_said(event.happen(first))
        assert as_said(event.happen(second)) == said
        waiting += [one for one in (*said, *said) if one[2]]
        for _ in range(order.randint(0, len(waiting))):
            path, payload, _ = waiting.pop(0)
            for house in (first, second):
                house.snapshot, answer = handle_bytes(house.snapshot, path, payload, retained=False)
                assert answer == ()
    assert first.kept == second.kept


def test_a_regulator_that_has_heard_nothing_but_the_time_knows_what_to_do() -> None:
    house = House(WIRING)
    assert house.snapshot == empty(WIRING)
    house.air = {}
    said = {one.path for one in house.tick()}
    assert {"boiler/set", "memory", "settings", "room/living/status", "room/living/schedule"} <= said
    assert {f"valve/{valve}/set" for valve in WIRING.rooms_by_valve} <= said
