"""Open-Meteo's answers as ours, and the manners of asking."""

import json
import pickle
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.openmeteo import protocol
from bridges.openmeteo.protocol import HOUR, Failure, Weather
from house.errors import DeviceError
from house.messages import Forecast, ForecastHour, Temperature
from house.settings import Home
from tests.strategies import json_values

CAPTURE = json.loads((Path(__file__).parents[2] / "captures" / "open_meteo.json").read_text())
ELEVEN = datetime(2026, 1, 10, 11, tzinfo=UTC)  # the first stamp of the capture
DAY = timedelta(hours=24)


def answer(**changes: Any) -> bytes:
    return json.dumps(CAPTURE["ok"] | changes).encode()


def columns(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = CAPTURE["ok"]["hourly"] | changes
    return found


def test_radiation_moves_to_the_hour_that_it_is_the_mean_of() -> None:
    found = protocol.forecast(answer(), ELEVEN)
    assert found.hours == (
        ForecastHour(at=ELEVEN, temperature=2.1, irradiance=141, direct=62, diffuse=79),
        ForecastHour(at=ELEVEN + HOUR, temperature=2.9, irradiance=170, direct=83, diffuse=87),
        ForecastHour(at=ELEVEN + 2 * HOUR, temperature=3.6),
    )


def test_hours_that_have_passed_are_left_out_but_not_the_present_one() -> None:
    found = protocol.forecast(answer(), ELEVEN + 1.5 * HOUR)
    assert [hour.at for hour in found.hours] == [ELEVEN + HOUR, ELEVEN + 2 * HOUR]


def test_a_value_that_cannot_be_is_missing_and_costs_no_other() -> None:
    hourly = columns(temperature_2m=[None, 999, 3.6, None], shortwave_radiation=[None, -1, 5000, None])
    found = protocol.forecast(answer(hourly=hourly), ELEVEN)
    assert [(hour.temperature, hour.irradiance) for hour in found.hours] == [(3.6, None)]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        pytest.param({"hourly_units": CAPTURE["ok"]["hourly_units"] | {"temperature_2m": "°F"}}, "°F", id="units"),
        pytest.param({"hourly": columns(direct_radiation=[1.0])}, "one length", id="lengths"),
        pytest.param({"hourly": columns(time=["2026-10-25T02:00"] * 4)}, "cannot be read", id="local times"),
        pytest.param({"hourly": columns(time=[-1e300] * 4)}, "cannot be read", id="no time at all"),
        pytest.param({"hourly": None}, "no hourly", id="nothing"),
    ],
)
def test_an_answer_of_another_form_is_refused_as_a_whole(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(DeviceError, match=word):
        protocol.forecast(answer(**changes), ELEVEN)


def test_local_times_are_never_taken_for_utc() -> None:
    with pytest.raises(DeviceError, match="units"):
        protocol.forecast(json.dumps(CAPTURE["ok_iso_local"]).encode(), ELEVEN)


@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_whatever_comes_is_a_forecast_or_an_error_of_the_device(body: bytes) -> None:
    with pytest.raises(DeviceError):
        protocol.forecast(body, ELEVEN)


@given(st.dictionaries(st.sampled_from(sorted(protocol.UNITS)), st.lists(json_values, min_size=4, max_size=4)))
def test_whatever_stands_in_the_columns_is_a_forecast_or_an_error_of_the_device(found: dict[str, Any]) -> None:
    try:
        forecast = protocol.forecast(answer(hourly=columns(**found)), ELEVEN)
    except DeviceError:
        return
    assert Forecast.decode(forecast.encode()) == forecast


def test_the_request_does_not_tell_the_house() -> None:
    query = protocol.query(Home(latitude=52.09083, longitude=5.12222))
    assert (query["latitude"], query["longitude"]) == ("52.1", "5.1")
    assert (query["timezone"], query["timeformat"]) == ("GMT", "unixtime")


@pytest.mark.parametrize("error", CAPTURE["errors"], ids=lambda error: error["body"]["reason"][:12])
def test_an_error_says_when_to_come_back(error: dict[str, Any]) -> None:
    found = protocol.failure(error["status"], json.dumps(error["body"]).encode())
    period = error.get("retry_after_s")
    assert found == Failure(
        error["body"]["reason"],
        retry_after=timedelta(seconds=period) if period else None,
        for_good=error.get("retry") is False,
    )


def test_an_overload_without_a_word_is_waited_out() -> None:
    assert protocol.failure(502, b"<html>").for_good is False


@pytest.mark.parametrize("status", [401, 403, 404, 408], ids=str)
def test_a_refusal_that_may_come_from_something_in_between_is_no_refusal_for_good(status: int) -> None:
    assert protocol.failure(status, b"<html>please log in</html>").for_good is False
    assert protocol.failure(429, b"").retry_after == timedelta(minutes=1)


# --- when to ask ----------------------------------------------------------------------------------------------------


def weather() -> Weather:
    return Weather(next_poll=ELEVEN).renewed(protocol.forecast(answer(), ELEVEN), chance=0.5)


@given(st.floats(0, 1))
def test_the_next_poll_is_half_an_hour_to_an_hour_away(chance: float) -> None:
    polled = Weather(next_poll=ELEVEN).renewed(protocol.forecast(answer(), ELEVEN), chance)
    assert not polled.should_ask(ELEVEN + timedelta(minutes=29))
    assert polled.should_ask(ELEVEN + timedelta(minutes=60))


def test_a_day_of_failures_is_a_few_dozen_requests() -> None:
    state, now, asked = Weather(next_poll=ELEVEN), ELEVEN, 0
    while now < ELEVEN + DAY:
        if state.should_ask(now):
            state, asked = state.failed(Failure("no connection"), now), asked + 1
        now += timedelta(seconds=10)
    assert 48 <= asked <= 60
    assert state.renewed(protocol.forecast(answer(), now), 0.5).alarm(now) is None


def test_a_wrong_request_is_not_sent_again() -> None:
    state = Weather(next_poll=ELEVEN).failed(Failure("Cannot initialize", for_good=True), ELEVEN)
    assert not state.should_ask(ELEVEN + 100 * DAY)
    assert "for good: Cannot initialize" in (state.alarm(ELEVEN) or "")


def test_a_daily_limit_is_waited_out_for_a_day() -> None:
    state = Weather(next_poll=ELEVEN).failed(Failure("Daily", retry_after=DAY), ELEVEN)
    assert not state.should_ask(ELEVEN + DAY - timedelta(seconds=1))
    assert state.should_ask(ELEVEN + DAY)


def test_a_clock_that_is_put_back_by_years_does_not_end_the_weather() -> None:
    assert weather().should_ask(ELEVEN - 1000 * DAY)


def test_a_forecast_is_flagged_after_six_hours_and_emptied_after_a_day() -> None:
    state = weather().failed(Failure("no connection"), ELEVEN)
    assert "renewed" not in (state.alarm(ELEVEN + 5 * HOUR) or "")
    assert "not been renewed for 6 hours" in (state.alarm(ELEVEN + 6 * HOUR) or "")
    before, after = (state.usable_forecast(ELEVEN + DAY + shift) for shift in (-HOUR, timedelta(0)))
    assert before is not None
    assert before.hours
    assert after == Forecast(issued_at=ELEVEN, hours=())


def test_in_a_day_of_faults_nothing_old_is_believed_and_an_hour_after_their_end_the_forecast_is_new() -> None:
    dice, state, now, asked = random.Random(4), Weather(next_poll=ELEVEN), ELEVEN, 0
    while now < ELEVEN + DAY:
        for is_whole in (False, True):
            until = now + dice.uniform(1, 3) * HOUR if not is_whole else now + HOUR
            while now < until:
                now += timedelta(seconds=30)
                if state.should_ask(now):
                    state, asked = asked_for(state, now, dice, is_whole=is_whole), asked + 1
                if dice.random() < 0.01:
                    state = state.heard(dice.choice(["north", "east"]), dice.uniform(-5, 5), now)
                usable, outside = state.usable_forecast(now), state.outside(now)
                assert usable is None or not usable.hours or now - usable.issued_at < DAY
                assert outside is None or outside.measured_at is None or now - outside.measured_at < DAY
                assert len(pickle.dumps(state)) < 20_000
        assert state.forecast is not None
        assert now - state.forecast.issued_at <= HOUR
        assert state.alarm(now) is None
    assert asked < 100


def asked_for(state: Weather, now: datetime, dice: random.Random, *, is_whole: bool) -> Weather:
    """What comes of one request: a forecast that begins now, or any of the ways in which there is none."""
    if is_whole:
        stamps = [int((now + number * HOUR).timestamp()) for number in range(4)]
        return state.renewed(protocol.forecast(answer(hourly=columns(time=stamps)), now), dice.random())
    limited = protocol.failure(
        429, b'{"reason":"%s API request limit exceeded"}' % dice.choice([b"Minutely", b"Hourly"])
    )
    fault = dice.choice([Failure("no connection"), limited, protocol.failure(503, b"<html>"), None])
    if fault is not None:
        return state.failed(fault, now)
    with pytest.raises(DeviceError) as raised:
        protocol.forecast(answer()[: dice.randint(0, 300)], now)
    return state.failed(Failure(str(raised.value)), now)


# --- how warm it is outside -----------------------------------------------------------------------------------------


def test_without_own_thermometers_it_is_as_warm_as_forecast_for_this_hour() -> None:
    state = weather()
    assert state.outside(ELEVEN + 1.9 * HOUR) == Temperature(value=2.9, measured_at=ELEVEN + HOUR)
    assert state.outside(ELEVEN + 4 * HOUR) is None


def test_own_thermometers_are_averaged_and_believed_before_the_forecast() -> None:
    state = weather().heard("north", 3, ELEVEN).heard("east", 4, ELEVEN + HOUR)
    assert state.outside(ELEVEN + HOUR) == Temperature(value=3.5, measured_at=ELEVEN + HOUR)


def test_an_own_thermometer_not_heard_for_a_day_no_longer_counts() -> None:
    state = weather().heard("north", 3, ELEVEN).heard("east", 4, ELEVEN + HOUR)
    assert state.outside(ELEVEN + DAY) == Temperature(value=4, measured_at=ELEVEN + HOUR)
    assert state.outside(ELEVEN + DAY + HOUR) is None
