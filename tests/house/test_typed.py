"""Numbers, times and spans as people type them: read where they can mean one thing, else refused with what would be
right, alike on the command line, over MQTT, in house.yaml and in a week.
"""

import json
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from haard.week_text import as_yaml, from_yaml, with_days
from house.errors import PayloadError, SettingsError
from house.messages import AwayWish, BoostWish, ComfortWish, ScheduleWish, SetpointWish, ValveCommand
from house.settings import parse

Reader = Callable[[str], float | None]


def _over_mqtt(text: str) -> float | None:
    return SetpointWish.decode(text.encode()).value


def _in_an_object(text: str) -> float | None:
    return SetpointWish.decode(json.dumps({"value": text, "for": "2h"}).encode()).value


def _for_away(text: str) -> float | None:
    return AwayWish.decode(json.dumps({"value": "on", "setpoint": text}).encode()).setpoint


def _for_a_valve(text: str) -> float | None:
    return ValveCommand.decode(json.dumps({"do": "manual", "setpoint": text}).encode()).setpoint


def _in_a_week_over_mqtt(text: str) -> float | None:
    return ScheduleWish.decode(json.dumps({"mon": {"06:30": text}}).encode()).points[0].setpoint


def _as_a_switch_point(text: str) -> float | None:
    return ScheduleWish.decode(json.dumps([{"day": 1, "time": "06:30", "setpoint": text}]).encode()).points[0].setpoint


def _in_a_week_of_words(text: str) -> float | None:
    return with_days([], ["mon", f"06:30={text}"]).points[0].setpoint


def _in_an_edited_week(text: str) -> float | None:
    return from_yaml(f'mon: {{"06:30": "{text}"}}')[0].setpoint


def _in_house_yaml(text: str) -> float | None:
    return parse(f'presets: {{comfort: "{text}"}}\nrooms: {{a: {{}}}}\n').presets.comfort


READERS: tuple[Reader, ...] = (
    _over_mqtt,
    _in_an_object,
    _for_away,
    _for_a_valve,
    _in_a_week_over_mqtt,
    _as_a_switch_point,
    _in_a_week_of_words,
    _in_an_edited_week,
    _in_house_yaml,
)
everywhere = pytest.mark.parametrize("read", READERS, ids=[one.__name__.strip("_") for one in READERS])


@everywhere
@given(
    st.integers(50, 300),
    st.sampled_from(".,"),
    st.sampled_from(["", "+"]),
    st.sampled_from(["", " ", "°", " °C", "C", " °c", "℃", "º", " ºC"]),
)
def test_degrees_are_read_in_every_spelling_that_means_one_thing(
    read: Reader, tenths: int, point: str, sign: str, unit: str
) -> None:
    assert read(f"{sign}{tenths // 10}{point}{tenths % 10}{unit}") == tenths / 10


@everywhere
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("68 °F", r"should be in °C \(68 °F are 20 °C\), not '68 °F'"),
        ("70f", r"\(70 °F are 21.1 °C\)"),
        ("31", "should be at most 30"),
        ("4,9 °C", "should be at least 5"),
        ("-21", "should be at least 5"),
        ("21.0.0", "should be a number, not '21.0.0'"),
        ("20,5,1", "should be a number"),
        ("1.000,5", "should be a number"),
        ("2_1", "should be a number, not '2_1'"),
        ("0x15", "should be a number"),
        ("٢١", "should be a number, not '٢١'"),
        ("\uff12\uff11", "should be a number"),
        ("20½", "should be a number"),
        ("2 1", "should be a number"),
        ("21 K", "should be a number"),
        ("NaN", "should be a number, not 'NaN'"),
        ("inf", "should be a number, not 'inf'"),
        ("-Infinity", "should be a number"),
        ("1e999", "should be "),
        ("21 degrees warm", "should be a number"),
        ("off", "should be a number.*, not 'off'"),
        ("OFF", "should be a number.*, not 'OFF'"),
    ],
)
def test_what_may_mean_something_else_is_refused_with_what_would_be_right(read: Reader, text: str, told: str) -> None:
    with pytest.raises((PayloadError, SettingsError), match=told):
        read(text)


def _read(read: Reader, text: str) -> tuple[str, float | None]:
    try:
        return "", read(text)
    except (PayloadError, SettingsError) as error:
        return str(error), None


@everywhere
@example("2_1")
@given(st.text("0123456789_ .,eE+-xXoO٢\uff12²½C°F", min_size=1, max_size=8))
def test_whatever_is_read_lies_within_the_bounds_and_is_told_else(read: Reader, text: str) -> None:
    told, value = _read(read, text)
    if value is None:
        assert "should be" in told or "is empty" in told
    else:
        assert 5 <= value <= 30
        assert float(text.strip(" °C+").replace(",", ".")) == value


@pytest.mark.parametrize("word", ["off", "Heat", "bypass", "eco", "BOOST", "away", "comfort"])
def test_a_mode_or_preset_where_degrees_stand_is_told_as_what_it_is(word: str) -> None:
    with pytest.raises(PayloadError, match=rf"should be a number or auto \({word.lower()} is a (mode|preset)\)"):
        SetpointWish.decode(word.encode())


@pytest.mark.parametrize(
    ("text", "minutes"), [("0", 0), ("0m", 0), ("0 h", 0), ("1h30", 90), ("20,5", 20.5), ("1d", 1440)]
)
def test_a_boost_lasts_as_people_say_it_and_none_of_it_ends_it(text: str, minutes: float) -> None:
    assert BoostWish.decode(text.encode()).minutes == minutes


@pytest.mark.parametrize("text", ["0m", "0", "0 h"])
def test_a_wish_for_no_time_at_all_is_refused(text: str) -> None:
    with pytest.raises(PayloadError, match="minutes should be at least 1"):
        AwayWish.decode(json.dumps({"value": "on", "for": text}).encode())


@pytest.mark.parametrize("day", [True, "mon", 8, "9", 0, 1.5, "1_1"])
def test_a_day_of_a_switch_point_is_1_to_7(day: object) -> None:
    with pytest.raises(PayloadError, match="day should be"):
        ScheduleWish.decode(json.dumps([{"day": day, "time": "06:30", "setpoint": 20}]).encode())


@pytest.mark.parametrize("time", ["6.30", "06.30", "6h30", "06:30:00"])
def test_a_time_in_another_spelling_is_told_in_ours(time: str) -> None:
    with pytest.raises(SettingsError, match=f"should be a time of day such as 06:30, not '{time}'"):
        from_yaml(f'daily: {{"{time}": 20}}')


@pytest.mark.parametrize("text", ['mon: {"06:30": 20,5}', "mon: {6:30: 20,5 °C}", "mon: {06:30: 20,5, 22:30: 17}"])
def test_a_comma_in_an_edited_week_is_told_with_its_line(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^week:2: between \{ \} a comma parts two keys: a number is written 20.5"):
        from_yaml(f"# The week of the bath, °C.\n{text}\n")


def test_an_edited_week_reads_times_without_quotes_and_commas_below_one_another() -> None:
    week = from_yaml("mon-fri:\n  6:30: 20,5\n  22:30: 17 °C\nsat,sun: {08:00: 21}\n")
    assert as_yaml(week) == 'mon-fri: {"06:30": 20.5, "22:30": 17}\nsat-sun: {"08:00": 21}'


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("gas: {pipes_fraction: 8 %}", "a number: 0.08, not '8 %'"),
        ("boiler: {minimum_power_w: 6.5 kW}", "a number: 6500, not '6.5 kW'"),
        ("boiler:\n  minimum_power_w: 6,5 kW", "a number: 6500, not '6,5 kW'"),
        ("boiler:\n  minimum_power_w: 6,500", "6.500 with a point, or 6500, not '6,500'"),
        ("boiler: {maximum_power_w: 22000W}", "a number: 22000"),
        ("boiler: {nefit: {call_setpoint: 30 °C}}", "a number: 30"),
        ("home: {latitude: 52.1° N}", "a number: 52.1"),
        ("home: {latitude: 52° 6'}", "a number, not"),
        ("home:\n  latitude: 52,1", "52.1 with a point"),
        ("safety: {boost_min: 2h}", "a number: 120"),
        ("safety: {window_open_delay_s: 5 min}", "a number: 300"),
        ("notify: {again_h: 1d}", "a number: 24"),
        ("recorder: {retention: {days: 8 weeks}}", "a number: 56"),
        ("safety: {boost_min: long}", "a number, not 'long'"),
    ],
)
def test_a_number_with_its_unit_in_house_yaml_is_told_as_it_should_stand(line: str, told: str) -> None:
    with pytest.raises(SettingsError, match=f"should be {told}"):
        parse(f"{line}\nrooms: {{a: {{}}}}\n")


def test_a_comfort_that_there_is_not_is_refused_in_one_sentence() -> None:
    with pytest.raises(PayloadError) as told:
        ComfortWish.decode(b"cosy")
    assert str(told.value) == "comfort wish: should be comfort, balanced, quiet, saver or auto, not 'cosy'"
