"""A record that is played again says what was said, to the byte."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from random import Random

import pytest

from haard.replay.comparison import Comparison, Difference
from haard.replay.player import Player
from haard.replay.recorded import BASIS, BEGAN, SKIPPED, Recorded, begins, is_own
from haard.replay.replaying import replay
from haard.replay.span import Opened
from haard.settings_file import example
from house.messages import Basis, Skipped
from house.settings import Settings, parse
from regulator.flood import CARRIED
from tests.haard.replay import lived
from tests.haard.replay.conftest import MINUTES

pytestmark = pytest.mark.slow

OTHER_SETTINGS = parse("rooms: {attic: {radiators: [{valve: v, power_w: 500}]}}")


class Outcome(Comparison):
    """A replay that was compared from its begin to its end."""

    def __init__(self, record: list[Recorded], wiring: Settings = OTHER_SETTINGS) -> None:
        super().__init__()
        self.player = Player(wiring, begins=begins(record))
        self.moments = self.heard = 0
        self.differences = list(self._play(record))

    def _play(self, record: Iterable[Recorded]) -> Iterator[Difference]:
        for moment in self.player.play(record):
            self.moments += 1
            self.heard += moment.heard
            yield from self.tell(moment, self.player.regulators[0].snapshot.now)
        yield from self.end()


@pytest.mark.parametrize("law", ["hysteresis", "timeprop", "tpi"])
def test_hours_with_restarts_wishes_and_faults_replay_to_the_byte(law: str) -> None:
    house = lived.Lived(law, seed=3)
    outcome = Outcome(lived.recorded(house.run(MINUTES)))
    assert outcome.differences == []
    assert outcome.begins == 3
    assert outcome.equal["valve/set"] > 10
    assert outcome.equal["rejected"] == 3


def test_the_settings_and_the_law_come_from_the_record(record: list[Recorded]) -> None:
    outcome = Outcome(record)
    assert outcome.differences == []
    assert outcome.player.basis is not None
    assert outcome.player.basis.law == "doses"
    assert outcome.player.wiring.rooms == parse(example()).rooms


@pytest.mark.parametrize("place", ["room/living/status", "valve/001a22000001/set", "memory"])
def test_a_word_that_was_recorded_otherwise_is_found_and_nothing_else(record: list[Recorded], place: str) -> None:
    index = [number for number, one in enumerate(record) if one.path == place][3]
    forged = record[index].payload.replace(b":", b": ", 1)
    [difference] = Outcome([*record[:index], record[index]._replace(payload=forged), *record[index + 1 :]]).differences
    assert (difference.path, difference.recorded, difference.replayed) == (place, forged, record[index].payload)
    assert difference.cause is not None


def test_a_word_that_was_never_recorded_is_missed(record: list[Recorded]) -> None:
    index = [number for number, one in enumerate(record) if one.path == "room/living/status"][10]
    [difference] = Outcome([*record[:index], *record[index + 1 :]]).differences
    assert (difference.path, difference.recorded) == ("room/living/status", None)


def test_a_word_that_nobody_should_have_said_is_found(record: list[Recorded]) -> None:
    index = [number for number, one in enumerate(record) if one.path == "boiler/set"][10]
    forged = record[index]._replace(payload=b'{"call": true}')
    [difference, *_] = Outcome([*record[: index + 1], forged, *record[index + 1 :]]).differences
    assert (difference.path, difference.replayed) == ("boiler/set", None)


def test_each_start_tells_by_what_is_decided(record: list[Recorded]) -> None:
    told = [one for one in record if one.path == BASIS]
    assert len(told) == len([one for one in record if one.path == BEGAN]) == 3
    basis = Basis.decode(told[0].payload)
    assert basis.numbers["horizon_min"] == 35.0
    assert "latitude" not in str(basis.settings)
    assert "database" not in basis.settings


def test_what_was_not_heard_in_a_flood_is_not_heard_again() -> None:
    house = lived.Lived(seed=2)
    house.run(20, faults=False)
    for number in range(CARRIED):
        for room in house.wiring.rooms:
            house.broker.say(f"room/{room}/temperature", b"%.1f" % (18 + (number * 7) % 40 / 10))
    house.service.turn()
    record = lived.recorded(house.run(20, faults=False))
    skipped = [Skipped.decode(one.payload) for one in record if one.path == SKIPPED]
    assert sum(len(one.numbers) for one in skipped) == (CARRIED - 1) * len(house.wiring.rooms)
    assert Outcome(record).differences == []
    deaf_to_it = [one for one in record if one.path != SKIPPED]
    assert Outcome(deaf_to_it).differences != []


class InMemory:
    """A record that stands in a list."""

    def __init__(self, record: list[Recorded]) -> None:
        self._record = record

    def open(self, _since: datetime | None, _until: datetime | None) -> Opened:
        return Opened(None, begins(self._record), iter(self._record))


@pytest.mark.parametrize("forgeries", [0, 3, 300])
def test_what_is_expected_is_passed_over_and_all_else_found_as_message_by_message(
    record: list[Recorded], forgeries: int
) -> None:
    """Words are lost, said twice, in another order or otherwise: the quick way sees what the long one does."""
    dice, forged = Random(forgeries), list(record)
    own = [number for number, one in enumerate(record) if is_own(one.path)]
    for number in sorted(dice.sample(own, forgeries), reverse=True):
        word = forged[number]
        otherwise = word._replace(payload=word.payload.replace(b"1", b"2", 1))
        forged[number : number + 2] = dice.choice(
            [[], [word, word], [forged[number + 1], word], [otherwise, forged[number + 1]]]
        )
    slowly, report = Outcome(forged), replay(InMemory(forged), None, None, OTHER_SETTINGS)
    assert report.differences == slowly.differences
    assert bool(report.differences) is (forgeries > 0)
    assert report.played.comparison.equal == slowly.equal
    assert report.messages == slowly.heard
