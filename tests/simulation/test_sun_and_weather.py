from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.sun import SunPosition, clear_sky_irradiance, sun_position, wall_irradiance
from simulation.weather import GivenHours, Weather, winter

JANUARY_12 = 1_768_176_000  # 2026-01-12 00:00 UTC
WINTER_SOLSTICE = 1_766_275_200  # 2025-12-21 00:00 UTC
SUMMER_SOLSTICE = 1_782_000_000  # 2026-06-21 00:00 UTC
HOURS = range(14 * 24)


@pytest.mark.parametrize(("day", "elevation_sine"), [(WINTER_SOLSTICE, 0.2497), (SUMMER_SOLSTICE, 0.8775)])
def test_noon_sun_at_the_solstices_stands_90_minus_latitude_plus_or_minus_the_tilt(
    day: int, elevation_sine: float
) -> None:
    noon = max((sun_position(day + 60 * minute, 52.1, 5.1) for minute in range(1440)), key=lambda sun: sun.sine)
    assert noon.sine == pytest.approx(elevation_sine, abs=0.001)
    assert noon.azimuth_deg == pytest.approx(180, abs=1)


def test_the_sun_stands_in_the_east_before_noon_and_in_the_west_after() -> None:
    assert sun_position(JANUARY_12 + 9 * 3600, 52.1, 5.1).azimuth_deg == pytest.approx(138, abs=5)
    assert sun_position(JANUARY_12 + 14 * 3600, 52.1, 5.1).azimuth_deg == pytest.approx(213, abs=5)


def test_a_south_wall_gets_more_winter_sun_than_the_ground_and_a_north_wall_less() -> None:
    sun = SunPosition(sine=0.24, azimuth_deg=180)
    clear = clear_sky_irradiance(sun.sine)
    assert wall_irradiance(clear, sun, 180) > 1.5 * clear
    assert wall_irradiance(clear, sun, 0) < 0.5 * clear


@given(irradiance=st.floats(0, 1000), sine=st.floats(-1, 1), sun_azimuth=st.floats(0, 360), wall=st.floats(0, 360))
def test_a_wall_never_gets_less_than_nothing_nor_more_than_sun_and_sky_hold(
    irradiance: float, sine: float, sun_azimuth: float, wall: float
) -> None:
    received = wall_irradiance(irradiance, SunPosition(sine, sun_azimuth), wall)
    assert 0.0 <= received <= 1000.0 + irradiance


@pytest.mark.parametrize("seed", range(6))
def test_invented_winters_are_plausible_for_the_netherlands(seed: int) -> None:
    weather = winter(seed, JANUARY_12, mean_temperature=3.0)
    temperatures = [weather.temperature(JANUARY_12 + 3600 * hour) for hour in HOURS]
    irradiances = [weather.irradiance(JANUARY_12 + 3600 * hour) for hour in HOURS]
    assert mean(temperatures) == pytest.approx(3.0, abs=3.0)
    assert max(temperatures) - min(temperatures) > 4.0
    assert max(abs(after - before) for before, after in pairwise(temperatures)) < 3.0
    assert 250 < mean(irradiances) * 24 < 1300  # Wh/m² a day; the January average at De Bilt is about 700
    assert irradiances[0] == 0.0
    assert max(irradiances) < 400


def test_weather_does_not_depend_on_what_was_asked_before() -> None:
    eager, lazy = winter(1, JANUARY_12), winter(1, JANUARY_12)
    eager.forecast(JANUARY_12 + 40 * 3600)
    for hour in HOURS:
        assert eager.temperature(JANUARY_12 + 3600 * hour) == lazy.temperature(JANUARY_12 + 3600 * hour)


def test_other_seeds_give_other_weather() -> None:
    assert winter(1, JANUARY_12).temperature(JANUARY_12) != winter(2, JANUARY_12).temperature(JANUARY_12)


def test_a_forecast_errs_little_at_first_and_more_later() -> None:
    weather = winter(3, JANUARY_12)
    near, far = [], []
    for issued_at in range(JANUARY_12, JANUARY_12 + 10 * 86400, 3 * 3600):
        forecast = weather.forecast(issued_at)
        errors = [abs(hour.temperature - weather.temperature(hour.at)) for hour in forecast]
        near.append(mean(errors[:6]))
        far.append(mean(errors[-6:]))
    assert 0.1 < mean(near) < 0.7
    assert mean(near) < mean(far) < 2.0


def test_the_same_forecast_is_issued_however_often_one_asks() -> None:
    weather = winter(3, JANUARY_12)
    assert weather.forecast(JANUARY_12 + 3600) == weather.forecast(JANUARY_12 + 3600)


def test_given_hours_are_met_exactly_joined_by_lines_and_repeated() -> None:
    weather = Weather(GivenHours(JANUARY_12, [0.0, 4.0, -2.0], [0.0, 120.0, 40.0]))
    assert weather.temperature(JANUARY_12 + 3600) == 4.0
    assert weather.temperature(JANUARY_12 + 1800) == 2.0
    assert weather.irradiance(JANUARY_12 + 3600 + 59) == 120.0
    assert weather.temperature(JANUARY_12 + 4 * 3600) == 4.0


def test_given_hours_that_do_not_match_are_refused() -> None:
    with pytest.raises(ValueError, match="got 2 temperatures and 1 irradiances"):
        GivenHours(JANUARY_12, [1.0, 2.0], [0.0])
