from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.notify.problems import House, Problem
from bridges.notify.problems import read as hear
from bridges.notify.protocol import PAUSE, Teller, Text
from haard.settings_file import example
from house import messages, topics
from house.settings import Notify, parse

NOON = datetime(2026, 1, 12, 11, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FAULT = {"boiler_fault": Problem("the boiler tells a fault: A01", "call the fitter", is_urgent=True)}
BATTERY = {"battery_1": Problem("the battery of valve 1 is nearly empty", "put in new cells")}


def teller(quiet: str | None = None) -> Teller:
    return Teller("Home", ZoneInfo("Europe/Amsterdam"), Notify(quiet=quiet))


def live(
    one: Teller, problems: Mapping[str, Problem], minutes: int, start: datetime = NOON
) -> tuple[Teller, list[tuple[int, Text]]]:
    """What is told in so many minutes, and in which."""
    told = []
    for minute in range(minutes):
        one, text = one.next(problems, start + minute * MINUTE)
        if text is not None:
            told.append((minute, text))
    return one, told


def test_a_problem_is_told_once_and_again_after_a_day() -> None:
    _, told = live(teller(), FAULT, 26 * 60)
    assert [minute for minute, _ in told] == [2, 2 + 24 * 60]
    assert told[0][1] == Text("Home: the boiler tells a fault: A01", "the boiler tells a fault: A01. Call the fitter")


def test_its_end_is_told_too() -> None:
    after, _ = live(teller(), FAULT, 30)
    _, told = live(after, {}, 30, NOON + 30 * MINUTE)
    assert [text.body for _, text in told] == ["Over: the boiler tells a fault: A01"]


def test_what_flickers_is_not_told() -> None:
    one, told = teller(), []
    for minute in range(60):
        one, text = one.next(FAULT if minute % 2 else {}, NOON + minute * MINUTE)
        told.append(text)
    assert not any(told)


def test_what_goes_wrong_at_once_is_one_message() -> None:
    _, told = live(teller(), FAULT | BATTERY, 10)
    ((_, text),) = told
    assert text.title == "Home: 2 things"
    assert len(text.body.splitlines()) == 2


def test_by_night_only_what_is_urgent_is_told_and_the_rest_in_the_morning() -> None:
    night = datetime(2026, 1, 12, 22, tzinfo=UTC)  # 23:00 in the house
    _, told = live(teller("22:30-07:00"), FAULT | BATTERY, 10 * 60, night)
    assert [(minute, text.body[:11]) for minute, text in told] == [(2, "the boiler "), (8 * 60, "the battery")]


def test_what_came_and_went_by_night_is_never_told() -> None:
    night = datetime(2026, 1, 12, 22, tzinfo=UTC)
    after, told = live(teller("22:30-07:00"), BATTERY, 60, night)
    assert not told
    assert not live(after, {}, 10 * 60, night + 60 * MINUTE)[1]


problem_sets = st.dictionaries(st.sampled_from("abcde"), st.builds(Problem, st.just("x"), st.just("y")), max_size=5)


@given(st.lists(problem_sets, max_size=200))
def test_between_messages_of_nothing_urgent_there_is_a_pause(course: list[dict[str, Problem]]) -> None:
    one, last = teller(), None
    for minute, problems in enumerate(course):
        now = NOON + minute * MINUTE
        one, text = one.next(problems, now)
        assert text is None or last is None or now - last >= PAUSE
        last = now if text else last


# --- what is wrong --------------------------------------------------------------------------------------------------

SETTINGS = parse(example() + "notify: {}\n")


def said(house: House, topic: topics.Topic, *ids: str, message: messages.Message, now: datetime) -> House:  # type: ignore[type-arg]
    return hear(house, topic.path(*ids), message.encode(), now)


def test_a_room_that_stays_cold_for_two_hours_is_a_problem_until_it_is_warm() -> None:
    cold = messages.RoomStatus(temperature=17, setpoint=20, action="heating")
    house = House(SETTINGS)
    for minute in range(0, 121, 10):
        house = said(house, topics.ROOM_STATUS, "living", message=cold, now=NOON + minute * MINUTE)
        assert ("cold_living" in house.problems(NOON + minute * MINUTE)) is (minute == 120)
    warm = messages.RoomStatus(temperature=19, setpoint=20)
    later = NOON + 130 * MINUTE
    assert not said(house, topics.ROOM_STATUS, "living", message=warm, now=later).problems(later)


@pytest.mark.parametrize("more", [{"mode": "off"}, {"mode": "bypass"}, {"window": "open"}, {"temperature": None}])
def test_a_room_that_should_not_be_warm_is_no_problem(more: dict[str, object]) -> None:
    status = messages.RoomStatus.model_validate({"temperature": 12, "setpoint": 20} | more)
    house = said(House(SETTINGS), topics.ROOM_STATUS, "living", message=status, now=NOON)
    assert not house.problems(NOON + timedelta(hours=5))


def test_a_service_of_this_house_that_stays_away_is_a_problem() -> None:
    offline = messages.Availability(value="offline")
    house = said(House(SETTINGS), topics.SERVICE_AVAILABILITY, "regulator", message=offline, now=NOON)
    house = said(house, topics.SERVICE_AVAILABILITY, "person", message=offline, now=NOON)
    assert not house.problems(NOON + 4 * MINUTE)
    assert list(house.problems(NOON + 6 * MINUTE)) == ["service_regulator"]


def test_a_meter_that_was_heard_and_falls_silent_is_a_problem() -> None:
    reading = messages.GasReading(value=4711.2)
    house = said(House(SETTINGS), topics.METER_GAS, message=reading, now=NOON)
    assert list(house.problems(NOON + timedelta(hours=4))) == ["meter"]
    assert not House(SETTINGS).problems(NOON + timedelta(hours=4))


def test_an_alert_is_a_problem_until_it_is_taken_back() -> None:
    alert = messages.Alert(about="a", todo="b")
    house = said(House(SETTINGS), topics.ALERT, "battery_1", message=alert, now=NOON)
    assert house.problems(NOON) == {"battery_1": Problem("a", "b")}
    assert not hear(house, "alert/battery_1", b"", NOON).problems(NOON)


@given(st.sampled_from(["alert/a", "room/living/status", "service/regulator/availability", "meter/gas"]), st.binary())
def test_no_bytes_end_it(path: str, payload: bytes) -> None:
    hear(House(SETTINGS), path, payload, NOON).problems(NOON)
