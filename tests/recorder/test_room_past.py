from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from house import messages, topics
from house.settings import Settings
from recorder.history import Record, history
from recorder.room_past import LONGEST_S, MOST_POINTS, STEPS_S, is_wanted, room_past, step_of

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
BEGIN = int(NOON.timestamp())
HOUSE = Settings.model_validate(
    {
        "rooms": {
            "living": {"radiators": [{"valve": "large", "power_w": 3000}, {"valve": "small", "power_w": 1000}]},
            "bath": {"radiators": [{"valve": "other", "power_w": 500}]},
        }
    }
)


def status(minute: float, temperature: float | None, setpoint: float = 20, staleness: str = "fresh") -> Record:
    said = messages.RoomStatus.model_validate(
        {"temperature": temperature, "setpoint": setpoint, "staleness": staleness, "reason": ""}
    )
    return Record(NOON + timedelta(minutes=minute), topics.Name(topics.ROOM_STATUS, ("living",)), said)


def opened(valve: str, minute: float, opening: float) -> Record:
    at = NOON + timedelta(minutes=minute)
    said = messages.ValveStatus(opening=opening, reported_at=at)
    return Record(at, topics.Name(topics.VALVE_STATUS, (valve,)), said)


def outside(minute: float, value: float, *sensor: str) -> Record:
    at = NOON + timedelta(minutes=minute)
    name = topics.Name(topics.OUTSIDE_TEMPERATURE, sensor)
    return Record(at, name, messages.Temperature(value=value, measured_at=at))


def past(*records: Record, minutes: int = 30, step_s: int = 600) -> messages.HistoryReply:
    return room_past(history(records), HOUSE, "living", BEGIN, BEGIN + 60 * minutes, step_s, "k")


def test_a_step_is_the_mean_of_what_held_in_it() -> None:
    assert past(status(0, 19), status(10, 20), status(16, 21)).temperature == (19, 20.4, 21)


def test_where_nothing_was_heard_for_an_hour_there_is_a_gap() -> None:
    said = past(status(0, 19), minutes=120, step_s=1800)
    assert said.temperature == (19, 19, None, None)
    assert said.setpoint[-1] is None


def test_a_reading_that_the_regulator_does_not_trust_is_a_gap_and_the_setpoint_stays() -> None:
    said = past(status(0, 19), status(10, 19, staleness="stale"), status(20, 20))
    assert (said.temperature, said.setpoint) == ((19, None, 20), (20, 20, 20))


def test_valves_count_by_the_power_that_they_open() -> None:
    assert past(opened("large", -5, 100), opened("small", -5, 0), opened("small", 20, 100)).valve == (75, 75, 100)


def test_with_a_valve_of_which_nobody_knows_the_room_is_unknown() -> None:
    assert past(opened("large", -5, 100)).valve == (None, None, None)


def test_several_thermometers_outside_are_one() -> None:
    assert past(outside(-1, 3), outside(-1, 4, "north")).outside == (3.5, 3.5, 3.5)


def test_the_setpoint_of_a_step_is_the_one_at_its_end() -> None:
    assert past(status(0, 19, 18), status(14, 19, 21)).setpoint == (18, 21, 21)


def test_only_what_a_chart_shows_is_read() -> None:
    wanted = [
        topics.Name(topics.ROOM_STATUS, ("living",)),
        topics.Name(topics.VALVE_SET, ("small",)),
        topics.Name(topics.OUTSIDE_TEMPERATURE, ("north",)),
    ]
    other = [
        topics.Name(topics.ROOM_STATUS, ("bath",)),
        topics.Name(topics.VALVE_STATUS, ("other",)),
        topics.Name(topics.ROOM_SETTINGS, ("living",)),
    ]
    assert [is_wanted(name, "living", HOUSE) for name in (*wanted, *other)] == [True] * 3 + [False] * 3


@given(st.integers(1, LONGEST_S), st.integers(1, 1000))
def test_no_time_that_may_be_asked_for_has_more_points_than_a_phone_draws(seconds: int, points: int) -> None:
    step_s = step_of(seconds, points)
    assert seconds / step_s <= MOST_POINTS
    assert step_s == STEPS_S[-1] or seconds / step_s <= points


@pytest.mark.parametrize(("hours", "step_s"), [(1, 60), (24, 300), (168, 3600), (744, 7200)])
def test_a_day_has_steps_of_five_minutes(hours: int, step_s: int) -> None:
    assert step_of(3600 * hours, 300) == step_s


@given(st.lists(st.tuples(st.floats(-90, 60), st.floats(5, 25), st.floats(5, 30)), max_size=20))
def test_all_columns_are_as_long_as_the_time(said: list[tuple[float, float, float]]) -> None:
    reply = past(*(status(*one) for one in said))
    assert {len(column) for column in (reply.temperature, reply.setpoint, reply.valve, reply.outside)} == {3}
