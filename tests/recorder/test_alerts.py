from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from house import messages, topics
from house.messages import Message
from house.settings import Settings
from recorder.alerts import alerts, weeks_left
from recorder.history import Record, history

NOON = int(datetime(2026, 1, 12, 11, tzinfo=UTC).timestamp())
HOUSE = Settings.model_validate(
    {
        "rooms": {
            "living": {"name": "Living room", "sensors": ["warm"], "radiators": [{"valve": "knob", "power_w": 900}]}
        }
    }
)


def instant(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def said(topic: topics.Topic[Message], *ids: str, message: Message, at: int) -> Record:
    return Record(instant(at), topics.Name(topic, ids), message)


def valve(at: int, opening: float = 0, *, battery_low: bool = False) -> Record:
    return said(
        topics.VALVE_STATUS, "knob", message=messages.ValveStatus(opening=opening, battery_low=battery_low), at=at
    )


def heated(begin: int, warmer: float, *, flow: float = 60, opened_min: int = 50) -> list[Record]:
    """An opening of some minutes after which the room is so much warmer."""
    status = messages.BoilerStatus(flame=True, flow_temperature=flow)
    records = [said(topics.BOILER_STATUS, message=status, at=begin + 60 * minute) for minute in range(60)]
    for at, value in ((begin, 18.0), (begin + 1800, 18.0 + warmer)):
        records.append(
            said(topics.ROOM_TEMPERATURE, "living", "warm", message=messages.Temperature(value=value), at=at)
        )
    return [*records, valve(begin - 60), valve(begin, 100), valve(begin + 60 * opened_min)]


def found(records: Iterable[Record], days: Sequence[messages.Day] = (), at: int = NOON) -> dict[str, messages.Alert]:
    return alerts(history(records), days, HOUSE, at)


def day(number: int, **what: object) -> messages.Day:
    return messages.Day.model_validate({"day": date(2026, 1, 1) + timedelta(days=number), "gas": 5, **what})


def test_all_is_well_without_an_alert() -> None:
    assert found([]) == {}
    assert found([valve(NOON), *heated(NOON - 7200, 1.0)], [day(0, batteries={"warm": 80})]) == {}


def test_a_valve_with_an_empty_battery_is_told_with_its_room_until_the_cells_are_new() -> None:
    old = [valve(NOON - 60, battery_low=True)]
    assert "Living room" in found(old)["battery_knob"].about
    assert found([*old, valve(NOON)]) == {}


@pytest.mark.parametrize("flow", [60, 30])
def test_a_radiator_that_three_times_stayed_cold_with_hot_water_is_told(flow: float) -> None:
    thrice = [one for hours in (6, 4, 2) for one in heated(NOON - hours * 3600, 0.0, flow=flow)]
    assert list(found(thrice)) == (["cold_knob"] if flow > 45 else [])


def test_a_radiator_that_warmed_once_lately_or_was_open_too_shortly_is_not_told() -> None:
    cold = [one for hours in (6, 4) for one in heated(NOON - hours * 3600, 0.0)]
    assert found([*cold, *heated(NOON - 2 * 3600, 0.3)]) == {}
    assert found([*cold, *heated(NOON - 2 * 3600, 0.0, opened_min=20)]) == {}


def test_an_open_window_is_no_fault_of_the_radiator() -> None:
    window = said(topics.ROOM_WINDOW, "living", message=messages.Window(value="open"), at=NOON - 7 * 3600)
    assert found([window, *(one for hours in (6, 4, 2) for one in heated(NOON - hours * 3600, 0.0))]) == {}


def test_a_fault_of_the_boiler_is_told_while_it_is_fresh() -> None:
    fault = said(topics.BOILER_STATUS, message=messages.BoilerStatus(flame=False, fault="low pressure"), at=NOON)
    assert "low pressure" in found([fault])["boiler_fault"].about
    assert found([fault], at=NOON + 3600) == {}


def test_much_gas_that_nobody_took_yesterday_is_told() -> None:
    assert list(found([], [day(0, unallocated=2), day(1, unallocated=0.1)])) == []
    assert list(found([], [day(0), day(1, unallocated=2)])) == ["gas_unallocated"]


def test_a_battery_is_foretold_by_the_line_through_its_days() -> None:
    assert weeks_left([(number, 100 - number) for number in range(0, 31, 3)]) == pytest.approx(10)
    assert weeks_left([(number, 100 - number) for number in range(7)]) is None
    assert weeks_left([(number, 80) for number in range(40)]) is None
    assert weeks_left([]) is None


def test_a_new_cell_makes_the_forecast_start_anew() -> None:
    course = [*((number, 30 - number) for number in range(20)), *((20 + number, 100 - number) for number in range(20))]
    assert weeks_left(course) == pytest.approx(81 / 7)


def test_a_thermometer_that_lasts_less_than_three_weeks_is_told() -> None:
    days = [day(number, batteries={"warm": 60 - 2 * number}) for number in range(21)]
    assert "1 weeks more" in found([], days)["battery_warm"].about
    assert found([], days[:5]) == {}


def test_a_burner_that_burnt_while_the_meter_counted_nothing_is_told() -> None:
    counted, nothing = day(0, gas=3, burn_min=90), day(1, gas=0, burn_min=40)
    assert list(found([], [counted, nothing])) == ["gas_meter"]
    assert list(found([], [nothing])) == []  # a house without a meter
    assert list(found([], [counted, day(1, gas=0, burn_min=39)])) == []


def test_much_gas_while_the_burner_was_off_is_told_in_the_heating_season_only() -> None:
    assert list(found([], [day(1, gas=6, other=3, burn_min=90)])) == ["gas_other"]
    assert list(found([], [day(1, gas=3, other=3, burn_min=0)])) == []


def test_a_session_that_the_broker_did_not_keep_is_told_for_a_day() -> None:
    lost = messages.Rejected(topic="$session", payload="", reason="since 2026-01-12", service="recorder")
    assert list(found([said(topics.REJECTED, message=lost, at=NOON)], [])) == ["recorder_session"]
    assert list(found([said(topics.REJECTED, message=lost, at=NOON - 90_000)], [])) == []


@pytest.mark.parametrize(("factor", "is_told"), [(0.7, True), (1.3, True), (0.8, False), (1.0, False)])
def test_radiators_that_take_much_less_or_more_than_their_plates_say_are_told(factor: float, is_told: bool) -> None:
    hold = alerts(history([]), [], HOUSE, NOON, {"living": factor})
    assert list(hold) == (["power_living"] if is_told else [])
    assert not is_told or f"{factor * 900:.0f} W" in hold["power_living"].about


def test_a_night_that_is_decided_otherwise_when_it_is_played_again_is_told_for_a_day() -> None:
    checked = messages.Replayed(
        since=instant(NOON - 86_400), until=instant(NOON), identical=9, differ=2, first="boiler/set", version="1"
    )
    record = said(topics.REPLAYED, message=checked, at=NOON - 3600)
    assert "boiler/set" in found([record])["replay"].about
    assert found([record], at=NOON + 86_400) == {}
    well = checked.model_copy(update={"differ": 0})
    assert found([record, said(topics.REPLAYED, message=well, at=NOON - 60)]) == {}


EVENING = NOON + 8 * 3600  # 20:00 in the house


def burnt(begin: int, warmer: float, *, opening: float = 0, reported: bool = True) -> list[Record]:
    """A burn of half an hour, in which a room with its valve so far open becomes so much warmer."""
    lit = messages.BoilerStatus(flame=True, flow_temperature=60)
    out = messages.BoilerStatus(flame=False, flow_temperature=30)
    records = [
        said(topics.BOILER_STATUS, message=lit if 0 <= minute < 30 else out, at=begin + 60 * minute)
        for minute in range(-5, 45)
    ]
    for at, value in ((begin, 18.0), (begin + 1800, 18.0 + warmer)):
        reading = messages.Temperature(value=value)
        records.append(said(topics.ROOM_TEMPERATURE, "living", "warm", message=reading, at=at))
    return [*records, *([valve(begin - 1800, opening)] if reported else [])]


def burns(warmer: tuple[float, ...], begin: int = EVENING, **how: Any) -> list[Record]:
    return [one for number, rise in enumerate(warmer) for one in burnt(begin + 7200 * number, rise, **how)]


NIGHT = EVENING + 8 * 3600


def test_a_room_that_gets_warmer_in_each_burn_with_its_valves_shut_has_one_that_is_stuck() -> None:
    alert = found(burns((0.5, 0.6, 0.4)), at=NIGHT)["stuck_open_living"]
    assert alert.about == "Living room gets warmer whenever the boiler burns, though its valves are shut"
    assert alert.since == instant(EVENING)


@pytest.mark.parametrize(
    "records",
    [
        burns((0.5, 0.6)),
        burns((0.5, 0.0, 0.6)),
        burns((0.5, 0.6, 0.4), opening=60),
        burns((0.5, 0.6, 0.4), reported=False),
        burns((0.5, 0.6, 0.4), begin=NOON - 3600),
    ],
    ids=["twice only", "not each time", "open", "nobody knows", "by day"],
)
def test_fewer_signs_of_a_stuck_motor_are_none(records: list[Record]) -> None:
    assert "stuck_open_living" not in found(records, at=NIGHT)


def test_the_alert_of_a_rooms_status_stands_with_all_others_while_it_lasts() -> None:
    def status(at: int, alert: str | None) -> Record:
        return said(topics.ROOM_STATUS, "living", message=messages.RoomStatus(alert=alert), at=at)

    told = [status(NOON - 900, None), status(NOON - 600, "look after it"), status(NOON - 60, "look after it")]
    assert found(told)["room_living"] == messages.Alert(
        about="Living room: look after it", todo="haard why living", since=instant(NOON - 600)
    )
    assert found([*told, status(NOON - 30, None)]) == {}


def test_a_meter_whose_readings_come_late_is_told_with_the_minutes() -> None:
    assert "120 min" in alerts(history([]), [], HOUSE, NOON, lag_s=7200)["gas_late"].about
