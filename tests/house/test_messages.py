import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from house import messages, topics
from house.errors import PayloadError
from tests.strategies import MESSAGES, any_message, local_instants, message, payloads

HALF_PAST_SIX = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)


@given(any_message)
def test_decoding_what_was_encoded_gives_the_same_message(said: messages.Message) -> None:
    assert type(said).decode(said.encode()) == said


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
def test_the_strategies_reach_every_kind_of_message(kind: type[messages.Message]) -> None:
    @given(message(kind))
    def decoding_what_was_encoded_gives_the_same(said: messages.Message) -> None:
        assert kind.decode(said.encode()) == said

    decoding_what_was_encoded_gives_the_same()


@given(st.sampled_from(MESSAGES), payloads)
@example(messages.Temperature, b'"\\ud800"')
@example(messages.HouseMemory, b'{"law":{"a":' + b"[" * 30_000)
def test_any_bytes_decode_or_are_refused_with_a_payload_error(kind: type[messages.Message], payload: bytes) -> None:
    try:
        said = kind.decode(payload)
    except PayloadError:
        return
    assert kind.decode(said.encode()) == said


CONTRACT = [
    (messages.Tick, '{"at": "2026-01-12T06:30:00Z"}', messages.Tick(at=HALF_PAST_SIX)),
    (
        messages.Temperature,
        '{"value": 20.4, "measured_at": "2026-01-12T06:30:00Z"}',
        messages.Temperature(value=20.4, measured_at=HALF_PAST_SIX),
    ),
    (
        messages.Forecast,
        '{"issued_at": "2026-01-12T06:30:00Z",'
        ' "hours": [{"at": "2026-01-12T06:30:00Z", "temperature": -1.2, "irradiance": 35}]}',
        messages.Forecast(
            issued_at=HALF_PAST_SIX, hours=(messages.ForecastHour(at=HALF_PAST_SIX, temperature=-1.2, irradiance=35),)
        ),
    ),
    (
        messages.GasReading,
        '{"value": 4711.205, "measured_at": "2026-01-12T06:30:00Z"}',
        messages.GasReading(value=4711.205, measured_at=HALF_PAST_SIX),
    ),
    (
        messages.ValveStatus,
        '{"opening": 100, "setpoint": 26.5, "mode": "manual", "battery_low": false, "window": false, "locked": false,'
        ' "reachable": true, "reported_at": "2026-01-12T06:30:00Z"}',
        messages.ValveStatus(
            opening=100,
            setpoint=26.5,
            mode="manual",
            battery_low=False,
            window=False,
            locked=False,
            reachable=True,
            reported_at=HALF_PAST_SIX,
        ),
    ),
    (
        messages.BoilerStatus,
        '{"flame": true, "modulation": 45, "flow_temperature": 61.2, "return_temperature": 48.0, "pressure_bar": 1.6,'
        ' "hot_water": false, "fault": null, "reported_at": "2026-01-12T06:30:00Z"}',
        messages.BoilerStatus(
            flame=True,
            modulation=45,
            flow_temperature=61.2,
            return_temperature=48,
            pressure_bar=1.6,
            hot_water=False,
            fault=None,
            reported_at=HALF_PAST_SIX,
        ),
    ),
    (
        messages.ValveSet,
        '{"opening": 100, "setpoint": 26.5, "issued_at": "2026-01-12T06:30:00Z", "expires_at": "2026-01-12T06:30:00Z",'
        ' "fallback": 20.5, "reason": "cold"}',
        messages.ValveSet(
            opening=100,
            setpoint=26.5,
            issued_at=HALF_PAST_SIX,
            expires_at=HALF_PAST_SIX,
            fallback=20.5,
            reason="cold",
        ),
    ),
    (
        messages.ScheduleWish,
        '[{"day": 1, "time": "06:30", "setpoint": 20.5}]',
        messages.ScheduleWish(points=(messages.SwitchPoint(day=1, time="06:30", setpoint=20.5),)),
    ),
    (
        messages.AwayWish,
        '{"until": "2026-01-12T06:30:00Z", "setpoint": 15}',
        messages.AwayWish(until=HALF_PAST_SIX, setpoint=15),
    ),
]


@pytest.mark.parametrize(("kind", "payload", "meaning"), CONTRACT, ids=[kind.__name__ for kind, _, _ in CONTRACT])
def test_the_examples_of_the_contract_mean_what_they_say(
    kind: type[messages.Message], payload: str, meaning: messages.Message
) -> None:
    assert kind.decode(payload.encode()) == meaning


BARE = [
    (b"20.5", messages.Temperature(value=20.5)),
    (b"21", messages.SetpointWish(value=21)),
    (b"auto", messages.SetpointWish(value=None)),
    (b'"auto"', messages.ModeWish(value="auto")),
    (b" heat\n", messages.ModeWish(value="heat")),
    (b"comfort", messages.PresetWish(value="comfort")),
    (b"on", messages.Window(value="open")),
    (b"true", messages.Window(value="open")),
    (b"0", messages.Window(value="closed")),
    (b"CLOSED", messages.Window(value="closed")),
    (b"home", messages.Presence(value="present")),
    (b"not_home", messages.Presence(value="absent")),
    (b"30", messages.BoostWish(minutes=30)),
    (b"on", messages.BoostWish()),
    (b"off", messages.BoostWish(minutes=0)),
    (b"off", messages.AwayWish(value="off")),
    (b"2026-01-12T06:30:00Z", messages.Tick(at=HALF_PAST_SIX)),
    (b"offline", messages.Availability(value="offline")),
    (b"4711.205", messages.GasReading(value=4711.205)),
]


@pytest.mark.parametrize(
    ("payload", "meaning"), BARE, ids=[f"{type(said).__name__}-{payload.decode().strip()}" for payload, said in BARE]
)
def test_a_bare_number_or_word_stands_for_the_value(payload: bytes, meaning: messages.Message) -> None:
    assert type(meaning).decode(payload) == meaning


REFUSED = [
    (messages.Temperature, b"", "temperature: is empty"),
    (messages.SetpointWish, b" ", "setpoint wish: is empty; right would be 20.5"),
    (messages.Temperature, b"a\nb", "JSON nor a single word"),
    (messages.Temperature, b"warm", "not 'warm'"),
    (messages.Temperature, b"true", "should be a number, not True"),
    (messages.Temperature, b"131", "should be at most 130, not 131"),
    (messages.Temperature, b"[20.5]", "should be a JSON object with value, measured_at"),
    (messages.Temperature, b"null", "should be a JSON object"),
    (messages.Temperature, b"NaN", "should be a number, not 'NaN'"),
    (messages.Temperature, b"1e999", "finite"),
    (messages.Tick, b'"2026-01-12T06:30:00"', "date and time with its zone"),
    (messages.BoostWish, b'{"until": "1999-12-31T23:59:59Z"}', "between the years 2000 and 2100"),
    (
        messages.ScheduleWish,
        b'[{"day": 0, "time": "06:30", "setpoint": 20}]',
        "schedule wish: points 1 day should be at least 1, not 0",
    ),
    (messages.ScheduleWish, b'[{"day": 1, "time": "6:30", "setpoint": 20}]', "time of day such as 06:30"),
    (messages.ScheduleWish, b'[{"day": 1, "time": "06:30", "setpoint": 31}]', "points 1 setpoint should be at most 30"),
    (messages.BoilerSet, b"on", "JSON object"),
    (messages.Temperature, b" " * 65_537, "65537 bytes are more than 65536"),
]


@pytest.mark.parametrize(("kind", "payload", "told"), REFUSED)
def test_what_cannot_be_read_is_refused_with_what_would_be_right(
    kind: type[messages.Message], payload: bytes, told: str
) -> None:
    with pytest.raises(PayloadError, match=told) as refusal:
        kind.decode(payload)
    assert kind.__name__ not in str(refusal.value)


WISHES_REFUSED = [
    (messages.SetpointWish, b"50", "setpoint wish: should be at most 30, not 50"),
    (messages.SetpointWish, b"warm", "setpoint wish: should be a number, not 'warm'"),
    (messages.SetpointWish, b'{"value": 31}', "setpoint wish: value should be at most 30, not 31"),
    (messages.SetpointWish, b'{"value": 22, "fro": "2h"}', "setpoint wish: fro means nothing here: did you mean for?"),
    (messages.SetpointWish, b'{"value": 22, "for": "soon"}', "setpoint wish: minutes should be a number, not 'soon'"),
    (messages.SetpointWish, b'{"value": 22, "for": "2h", "minutes": 3}', "minutes is said twice"),
    (
        messages.SetpointWish,
        b'{"until": "2026-01-12T21:30:00Z"}',
        'setpoint wish: value is missing; right would be 20.5, or {"value": 20.5, "for": "2h"}',
    ),
    (
        messages.ModeWish,
        b'{"mode": "heat", "temprature": 3}',
        "mode wish: temprature means nothing here: known are value, mode",
    ),
    (messages.ModeWish, b"warm", "mode wish: should be auto, heat, off or bypass, not 'warm'"),
    (messages.PresetWish, b'{"value": "eco", "min": 5}', "preset wish: min means nothing here: did you mean minutes?"),
    (messages.BoostWish, b'{"value": 30}', "boost wish: value means nothing here: known are minutes, until, for"),
    (
        messages.AwayWish,
        b'{"value": "on", "till": "Monday"}',
        "away wish: till means nothing here: did you mean until?",
    ),
    (messages.AwayWish, b'{"until": "monday"}', "away wish: until should be a date and time with its zone, such as"),
    (
        messages.ScheduleWish,
        b'{"mon-fri": {"06:30": 99}}',
        "schedule wish: mon-fri.06:30: should be at most 30, not 99",
    ),
    (messages.ScheduleWish, b"21", 'should be a JSON object with points, such as {"mon-fri": {"06:30": 20.5'),
    (
        messages.ValveCommand,
        b'{"do": "boost", "minutes": 5}',
        "valve command: minutes means nothing here: known are do",
    ),
]


@pytest.mark.parametrize(("kind", "payload", "told"), WISHES_REFUSED)
def test_a_wish_is_read_to_the_last_field_and_its_refusal_says_what_where_and_what_would_be_right(
    kind: type[messages.Message], payload: bytes, told: str
) -> None:
    with pytest.raises(PayloadError) as refusal:
        kind.decode(payload)
    assert told in str(refusal.value)


@pytest.mark.parametrize(
    ("payload", "meaning"),
    [
        (b'{"value": "ON"}', messages.BoostWish()),
        (b'{"value": false}', messages.BoostWish(minutes=0)),
        (b'{"value": 22, "for": "2h"}', messages.SetpointWish(value=22, minutes=120)),
        (b'{"setpoint": "20,5", "for": 45}', messages.SetpointWish(value=20.5, minutes=45)),
        (b'{"value": 22, "minutes": "1h30m"}', messages.SetpointWish(value=22, minutes=90)),
        (b'{"mode": "Heat"}', messages.ModeWish(value="heat")),
        (b'{"preset": "eco", "for": "1d"}', messages.PresetWish(value="eco", minutes=1440)),
        (b"45m", messages.BoostWish(minutes=45)),
        (b'{"for": "1 h"}', messages.BoostWish(minutes=60)),
        (b'{"for": "3d", "setpoint": 12}', messages.AwayWish(minutes=4320, setpoint=12)),
    ],
)
def test_a_wish_may_name_the_thing_itself_and_say_how_long_in_words(payload: bytes, meaning: messages.Message) -> None:
    assert type(meaning).decode(payload) == meaning


@given(local_instants)
def test_instants_come_out_in_utc_and_are_written_with_z(at: datetime) -> None:
    said = messages.BoostWish.decode(messages.BoostWish(until=at).encode())
    assert said.until == at.astimezone(UTC)  # across zones == is false in the hour that a clock change skips
    assert said.until.tzinfo is UTC
    assert said.encode().endswith(b'Z"}')


def test_the_years_are_limited_in_utc_whatever_the_offset() -> None:
    with pytest.raises(PayloadError, match="2000"):
        messages.BoostWish.decode(b'{"until": "2000-01-01T00:00:00+14:00"}')
    said = messages.BoostWish.decode(b'{"until": "1999-12-31T23:00:00-02:00"}')
    assert said.until == datetime(2000, 1, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("at", ["1970-01-01T00:05:00Z", "2000-12-31T23:00:00+00:00", "1980-01-06T00:00:00Z"])
def test_what_a_clock_dates_that_was_never_set_has_no_date(at: str) -> None:
    assert messages.Tick.decode(f'"{at}"'.encode()).at is None
    assert messages.Temperature.decode(f'{{"value": 20, "measured_at": "{at}"}}'.encode()).measured_at is None
    assert messages.ValveStatus.decode(f'{{"opening": 20, "reported_at": "{at}"}}'.encode()).reported_at is None


OBJECTS = [kind for kind in MESSAGES if kind not in (messages.Schedule, messages.ScheduleWish)]


@given(st.sampled_from(OBJECTS).flatmap(message))
def test_an_optional_field_may_be_missing_or_null(said: messages.Message) -> None:
    optional = {name for name, field in type(said).model_fields.items() if not field.is_required()}
    needed = said.model_dump(mode="json", exclude=optional)
    nulls = dict.fromkeys(optional)
    missing = type(said).decode(json.dumps(needed).encode())
    assert type(said).decode(json.dumps(needed | nulls).encode()) == missing


@pytest.mark.parametrize("path", ["tick", "room/living/temperature", "forecast", "meter/gas"])
def test_programs_in_other_languages_may_leave_out_all_but_the_first_field(path: str) -> None:
    first = {"tick": "at", "forecast": "issued_at"}.get(path, "value")
    value = "2026-01-12T06:30:00Z" if first != "value" else 20.5
    assert topics.read(path, json.dumps({first: value}).encode()) is not None


def test_unknown_fields_are_ignored() -> None:
    assert messages.Temperature.decode(b'{"value": 20.5, "colour": "red"}') == messages.Temperature(value=20.5)


def test_a_week_is_kept_in_order_with_one_setpoint_at_a_time() -> None:
    late, early = {"day": 7, "time": "23:00", "setpoint": 17}, {"day": 1, "time": "06:30", "setpoint": 20.5}
    week = messages.ScheduleWish.model_validate({"points": [late, early]})
    assert [point.day for point in week.points] == [1, 7]
    with pytest.raises(PayloadError, match="one setpoint at day 1 06:30"):
        messages.ScheduleWish.decode(b'[{"day":1,"time":"06:30","setpoint":20},{"day":1,"time":"06:30","setpoint":21}]')


def test_a_message_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        messages.Temperature(value=20.5).value = 21  # type: ignore[misc]


def test_whole_numbers_are_written_without_a_fraction() -> None:
    assert messages.Temperature(value=20.0).encode() == b'{"value":20,"measured_at":null}'


def test_what_only_programs_read_is_written_without_its_defaults() -> None:
    assert messages.HouseMemory(call=True).encode() == b'{"call":true}'
    assert messages.RoomMemory(valves={"001a22000001": messages.ValveMemory(tries=1)}).encode() == (
        b'{"valves":{"001a22000001":{"tries":1}}}'
    )
    at = datetime(2026, 1, 12, 7, tzinfo=UTC)
    assert messages.Forecast(issued_at=at, hours=(messages.ForecastHour(at=at, irradiance=0),)).encode() == (
        b'{"issued_at":"2026-01-12T07:00:00Z","hours":[{"at":"2026-01-12T07:00:00Z","irradiance":0}]}'
    )


@given(any_message)
def test_what_people_read_has_all_its_keys_and_what_is_sparse_means_the_same_with_them(said: messages.Message) -> None:
    if said.sparse:
        assert type(said).decode(said.model_dump_json().encode()) == said
    elif said.encode().startswith(b"{"):
        assert json.loads(said.encode()).keys() == type(said).model_fields.keys()


def test_the_defaults_of_a_message_can_be_written() -> None:
    for said in (messages.RoomSettings(), messages.RoomStatus(), messages.HouseMemory()):
        assert type(said).decode(said.encode()) == said


@given(any_message, any_message)
def test_messages_are_equal_when_they_are_of_one_kind_and_say_the_same(
    one: messages.Message, other: messages.Message
) -> None:
    assert (one == other) == (type(one) is type(other) and one.model_dump() == other.model_dump())
    assert one == one.model_copy()
    assert one != one.model_dump()


def test_equal_messages_have_one_place_in_a_set() -> None:
    assert len({messages.Temperature(value=20), messages.Temperature(value=20.0), messages.Humidity(value=20)}) == 2
