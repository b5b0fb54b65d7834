"""What a room will do, in words."""

from datetime import UTC, datetime
from functools import reduce

import pytest

from haard.plan_text import house_plan, sentences
from house import topics
from house.settings import Settings
from regulator.hearing import apply
from regulator.snapshot import Snapshot, empty

EVENING = datetime(2026, 1, 12, 19, 0, tzinfo=UTC)  # Monday, 20:00 in the house


def house_after(house: Settings, *said: tuple[str, str]) -> Snapshot:
    heard = (topics.read(path, payload.encode(), retained=True) for path, payload in said)
    return reduce(apply, (one for one in heard if one is not None), empty(house))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("{}", "20.5 °C until 22:30, then 18 °C"),
        ('{"override": {"setpoint": 21, "until": "2026-01-12T20:15:00Z"}}', "21 °C until 21:15, then 20.5 °C"),
        ('{"override": {"setpoint": 21, "until": "2026-01-12T21:30:00Z"}}', "21 °C until 22:30, then 18 °C"),
        ('{"override": {"setpoint": 21, "until": "2026-01-14T05:30:00Z"}}', "21 °C until Wed 06:30, then 20 °C"),
        ('{"override": {"setpoint": 21, "until": "2026-01-12T18:00:00Z"}}', "20.5 °C until 22:30, then 18 °C"),
        ('{"boost_until": "2026-01-12T20:00:00Z"}', "23 °C until 21:00, then 20.5 °C"),
        ('{"mode": "off"}', "off; only kept above 7 °C"),
        ('{"mode": "heat", "override": {"setpoint": 19.5}}', "19.5 °C from now on"),
        (
            '{"mode": "bypass"}',
            "hands off; its valves are told to regulate themselves, and then left alone (mode bypass)",
        ),
    ],
    ids=["schedule", "override", "to a switch", "over days", "ended", "boost", "off", "heat", "bypass"],
)
def test_the_plan_of_a_room(settings: str, words: str, house: Settings) -> None:
    said = house_after(house, ("room/living/settings", settings))
    assert sentences(said, "living", EVENING) == [f"Living room: {words}"]


def test_the_plan_follows_the_accepted_schedule_not_the_first_one(house: Settings) -> None:
    points = '[{"day": 1, "time": "06:00", "setpoint": 19}, {"day": 1, "time": "21:00", "setpoint": 16}]'
    said = house_after(house, ("room/living/schedule", points))
    assert sentences(said, "living", EVENING) == ["Living room: 19 °C until 21:00, then 16 °C"]


def test_away_shows_in_every_room_and_in_what_comes_after_an_override(house: Settings) -> None:
    away = ("settings", '{"away": {"setpoint": 15, "until": "2026-01-13T17:00:00Z"}}')
    override = (
        "room/study/settings",
        '{"override": {"setpoint": 21, "until": "2026-01-12T20:00:00Z"}, "despite_away": ["override"]}',
    )
    said = house_after(house, away, override)
    assert sentences(said, "living", EVENING) == ["Living room: 15 °C until tomorrow 18:00, then 20.5 °C"]
    assert sentences(said, "study", EVENING) == ["Study: 21 °C until 21:00, then 15 °C"]
    assert house_plan(said, EVENING) == "nobody is home: 15 °C at most until tomorrow 18:00"


def test_whether_somebody_is_home(house: Settings) -> None:
    assert house_plan(empty(house), EVENING) == "somebody is home: every room follows its own plan"
    for_good = house_after(house, ("settings", '{"away": {"setpoint": 15}}'))
    assert house_plan(for_good, EVENING) == "nobody is home: 15 °C at most, until `haard away off`"


@pytest.mark.parametrize(
    ("status", "note"),
    [
        ('{"window": "open"}', "note: a window is open; its valves wait until it is closed"),
        ('{"alert": "its thermometer is silent"}', "note: its thermometer is silent"),
        ('{"temperature": 22.26}', "note: it is 22.3 °C already: nothing heats it now"),
        (
            '{"staleness": "lost", "temperature": 25}',
            "note: nobody knows how warm it is; its valves regulate by their own sensors",
        ),
    ],
    ids=["window", "alert", "warm already", "blind"],
)
def test_what_stands_in_the_way_of_the_plan_is_told(status: str, note: str, house: Settings) -> None:
    assert sentences(house_after(house, ("room/living/status", status)), "living", EVENING)[1] == note


def test_a_wish_below_frost_protection_is_told_what_lifts_it(house: Settings) -> None:
    said = house_after(
        house, ("room/living/settings", '{"override": {"setpoint": 5, "until": "2026-01-12T21:00:00Z"}}')
    )
    assert sentences(said, "living", EVENING)[1:] == ["note: frost protection keeps it at 7 °C at least"]


def test_a_boiler_with_a_fault_is_told_to_who_wishes_warmth(house: Settings) -> None:
    said = house_after(house, ("boiler/status", '{"fault": "E9"}'))
    assert sentences(said, "living", EVENING)[1:] == ["note: the boiler reports a fault: E9"]


def test_a_room_that_is_off_says_only_that(house: Settings) -> None:
    said = house_after(
        house, ("room/living/settings", '{"mode": "off"}'), ("room/living/status", '{"temperature": 25}')
    )
    assert sentences(said, "living", EVENING) == ["Living room: off; only kept above 7 °C"]
