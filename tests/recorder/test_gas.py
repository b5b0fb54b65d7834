import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import gas_houses as benchmark
from house import messages, topics
from house.messages import Message
from house.settings import Settings
from recorder.gas import Split, apportion, days_of_gas, errors, gas_by_day, midnight
from recorder.history import Record, history
from recorder.meter import Interval, intervals
from recorder.radiator_model import STEP_S, Burner, Step, steps
from recorder.radiator_powers import Strengths

ZONE = ZoneInfo("Europe/Amsterdam")
DAY = date(2026, 1, 12)
MIDNIGHT = midnight(DAY, ZONE)
NOON = MIDNIGHT + 12 * 3600


def wiring(**gas: object) -> Settings:
    rooms = {
        room: {"radiators": [{"valve": f"v_{room}", "power_w": power}]}
        for room, power in (("living", 2000), ("bath", 1000))
    }
    return Settings.model_validate({"rooms": rooms, "gas": gas})


def said(topic: topics.Topic[Message], *ids: str, message: Message, late_s: int = 0) -> Record:
    at = next(value for name, value in message if name in ("measured_at", "reported_at"))
    return Record(at + timedelta(seconds=late_s), topics.Name(topic, ids), message)


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def valve(room: str, at: int, opening: float) -> Record:
    return said(
        topics.VALVE_STATUS, f"v_{room}", message=messages.ValveStatus(opening=opening, reported_at=instant(at))
    )


def boiler(at: int, *, flame: bool | None = True, hot_water: bool = False, flow: float = 60) -> Record:
    status = messages.BoilerStatus(flame=flame, hot_water=hot_water, flow_temperature=flow, reported_at=instant(at))
    return said(topics.BOILER_STATUS, message=status)


def reading(at: int, litres: int, equipment: str = "m") -> Record:
    return said(
        topics.METER_GAS, message=messages.GasReading(value=litres / 1000, measured_at=instant(at), equipment=equipment)
    )


def burning(begin: int, minutes: int, flame: bool | None = True, hot_water: bool = False) -> list[Record]:
    return [boiler(begin + 60 * minute, flame=flame, hot_water=hot_water) for minute in range(minutes)]


def day_of(records: Sequence[Record], house: Settings | None = None, day: date = DAY) -> Split:
    return gas_by_day(history(records), house or wiring(), day, day)[day]


METERED = [reading(NOON, 1000), reading(NOON + 3600, 1900)]


def test_a_closed_valve_gets_none_and_an_open_one_all_of_the_heating() -> None:
    split = day_of([*METERED, *burning(NOON, 60), valve("living", NOON, 100), valve("bath", NOON, 0)])
    assert split == Split({"living": 900_000})


def test_two_open_radiators_of_like_rooms_share_by_their_power() -> None:
    split = day_of([*METERED, *burning(NOON, 60), valve("living", NOON, 100), valve("bath", NOON, 100)])
    assert split == Split({"living": 600_000, "bath": 300_000})


def test_a_warm_room_takes_less_than_a_cold_one() -> None:
    air = [
        said(topics.ROOM_TEMPERATURE, room, message=messages.Temperature(value=value, measured_at=instant(NOON)))
        for room, value in (("living", 15), ("bath", 25))
    ]
    split = day_of([*METERED, *burning(NOON, 60), valve("living", NOON, 100), valve("bath", NOON, 100), *air])
    assert split.rooms["living"] > 2.2 * split.rooms["bath"]


def test_gas_while_the_burner_was_off_is_other() -> None:
    assert day_of([*METERED, *burning(NOON, 60, flame=False), valve("living", NOON, 100)]) == Split(other=900_000)


def test_gas_for_hot_water_is_nobodys_room() -> None:
    split = day_of([*METERED, *burning(NOON, 60, hot_water=True), valve("living", NOON, 100)])
    assert split == Split(hot_water=900_000)


def test_heating_and_hot_water_share_an_interval_by_time_and_the_power_that_is_usual_for_each() -> None:
    lit = [*burning(NOON, 20, hot_water=True), *burning(NOON + 1200, 40)]
    assert day_of([*METERED, *lit, valve("living", NOON, 100)]) == Split({"living": 423_529}, hot_water=476_471)


def test_gas_while_nobody_knew_what_the_burner_did_is_unallocated() -> None:
    assert day_of([*METERED, valve("living", NOON, 100)]) == Split(unallocated=900_000)


def test_heating_gas_without_a_valve_known_to_be_open_is_unallocated() -> None:
    assert day_of([*METERED, *burning(NOON, 60), valve("living", NOON, 0)]) == Split(unallocated=900_000)
    forgotten = valve("living", NOON - 7 * 3600, 100)
    assert day_of([*METERED, *burning(NOON, 60), forgotten]) == Split(unallocated=900_000)


def test_the_owners_fraction_goes_to_the_pipes() -> None:
    records = [*METERED, *burning(NOON, 60), valve("living", NOON, 100)]
    assert day_of(records, wiring(pipes_fraction=0.1)) == Split({"living": 810_000}, pipes=90_000)


def test_pipes_warm_the_rooms_through_which_they_run() -> None:
    records = [*METERED, *burning(NOON, 60), valve("living", NOON, 100)]
    settings = wiring(pipes={"rooms": {"bath": 0.4}})
    assert day_of(records, settings) == Split({"living": 828_000, "bath": 28_800}, pipes=43_200)


def test_a_boiler_without_a_flame_signal_heats_while_it_is_called() -> None:
    call = messages.BoilerSet(call=True, issued_at=instant(NOON), expires_at=instant(NOON + 3600))
    told = Record(instant(NOON), topics.Name(topics.BOILER_SET), call)
    records = [*METERED, *burning(NOON, 60, flame=None), told, valve("living", NOON, 100)]
    assert day_of(records) == Split({"living": 900_000})


def test_a_boiler_without_a_flame_signal_does_not_heat_while_it_is_not_called() -> None:
    records = [*METERED, *burning(NOON, 60, flame=None), valve("living", NOON, 100)]
    assert day_of(records) == Split(other=900_000)


def test_a_flame_too_short_for_a_report_is_heating_while_the_boiler_is_called_and_cooking_else() -> None:
    call = messages.BoilerSet(call=True, issued_at=instant(NOON), expires_at=instant(NOON + 600))
    told = Record(instant(NOON), topics.Name(topics.BOILER_SET), call)
    records = [*METERED, *burning(NOON, 60, flame=False), valve("living", NOON, 100)]
    assert day_of([*records, told]) == Split({"living": 900_000})
    assert day_of(records) == Split(other=900_000)


@pytest.mark.parametrize(("answered", "takes"), [(False, True), (True, False)], ids=["report lost", "contradicted"])
def test_a_target_that_no_report_answers_for_90_seconds_is_taken_as_obeyed(answered: bool, takes: bool) -> None:
    def target(opening: int, at: int) -> Record:
        level = messages.ValveSet(
            opening=opening, setpoint=26.5, issued_at=instant(at), expires_at=instant(at + 5400), fallback=20.5
        )
        return Record(instant(at), topics.Name(topics.VALVE_SET, ("v_living",)), level)

    records = [target(0, NOON - 900), valve("living", NOON - 600, 0), target(100, NOON), *METERED, *burning(NOON, 60)]
    records += [valve("living", NOON + 60, 0)] if answered else []
    assert day_of(records) == (Split({"living": 900_000}) if takes else Split(unallocated=900_000))


@pytest.mark.parametrize(("setpoint", "has_obeyed"), [(26.5, True), (5, False)])
def test_a_valve_that_tells_no_opening_has_the_one_it_was_told_once_it_shows_the_setpoint(
    setpoint: float, has_obeyed: bool
) -> None:
    told = messages.ValveSet(
        opening=100, setpoint=26.5, issued_at=instant(NOON), expires_at=instant(NOON + 5400), fallback=20.5
    )
    status = messages.ValveStatus(setpoint=setpoint, reported_at=instant(NOON))
    records = [Record(instant(NOON), topics.Name(topics.VALVE_SET, ("v_living",)), told)]
    records += [said(topics.VALVE_STATUS, "v_living", message=status), *METERED, *burning(NOON, 60)]
    assert day_of(records) == (Split({"living": 900_000}) if has_obeyed else Split(unallocated=900_000))


def test_an_interval_over_midnight_is_divided_over_its_days_and_sums_to_itself() -> None:
    begin = MIDNIGHT - 3600
    records = [reading(begin, 0), reading(MIDNIGHT + 7200, 1001), *burning(begin, 180), valve("living", begin, 100)]
    days = gas_by_day(history(records), wiring(), DAY - timedelta(days=1), DAY)
    assert [split.total for split in days.values()] == [333_667, 667_333]


def test_a_missing_reading_makes_a_longer_interval_and_loses_nothing() -> None:
    hours = [reading(NOON + 3600 * hour, 100 * hour) for hour in range(5)]
    lit = [*burning(NOON, 240), valve("living", NOON, 100)]
    assert day_of([*hours[:1], *hours[3:], *lit]).total == day_of([*hours, *lit]).total == 400_000


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_the_days_on_which_the_clock_is_changed_have_23_and_25_hours(day: date, hours: int) -> None:
    begin = midnight(day, ZONE)
    records = [reading(begin - 7200 + 3600 * hour, 100 * hour) for hour in range(30)]
    assert day_of(records, day=day).total == hours * 100_000


def test_the_error_of_a_room_shrinks_with_what_it_shares_with_nobody_and_with_what_was_learned() -> None:
    house = wiring()
    alone = errors(Split({"living": 10_000}), house)
    assert alone["living"] < 300
    assert alone["bath"] == 8  # nobody saw it take any
    halves = Split({"living": 10_000, "bath": 10_000})
    plates, learned = errors(halves, house), errors(halves, house, Strengths(errors={"living": 0.03, "bath": 0.03}))
    assert plates == {"living": 1413, "bath": 1413}
    assert learned == {"living": 426, "bath": 426}
    assert plates["bath"] > errors(halves, house, Strengths(errors={"living": 0.03}))["bath"] > learned["bath"]
    assert errors(Split(other=5), house) == {}


def test_a_room_through_which_pipes_run_is_less_sure_until_their_loss_was_learned() -> None:
    halves, piped = Split({"living": 10_000, "bath": 10_000}), wiring(pipes={"rooms": {"bath": 0.5}})
    usual, learned = errors(halves, piped), errors(halves, piped, Strengths(pipes=0.08))
    assert usual["bath"] > learned["bath"] > errors(halves, wiring())["bath"]
    assert usual["living"] == errors(halves, wiring())["living"]


# --- properties -------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**9), st.dictionaries(st.integers(), st.integers(0, 10**12), min_size=1))
def test_parts_sum_to_the_whole_within_one_of_their_quota_and_nothing_gets_nothing(
    total: int, weights: dict[int, int]
) -> None:
    if not any(weights.values()):
        with pytest.raises(ValueError, match="none is above 0"):
            apportion(total, weights)
        return
    parts, whole = apportion(total, weights), sum(weights.values())
    assert sum(parts.values()) == total
    assert all(abs(part * whole - total * weights[key]) < whole for key, part in parts.items())
    assert all(parts[key] == 0 for key, weight in weights.items() if weight == 0)


_steps = st.tuples(st.sampled_from(Burner), st.integers(1, 1000), *[st.tuples(*[st.integers(0, 9000)] * 2)] * 2)


@pytest.mark.slow
@given(st.lists(_steps, min_size=40, max_size=40), st.integers(0, 10**7), st.integers(0, 570), st.floats(0, 0.99))
def test_every_interval_sums_to_its_gas_without_a_negative_part(
    drawn: list[tuple[Burner, int, tuple[int, int], tuple[int, int]]], ml: int, begin: int, pipes: float
) -> None:
    half = [
        Step(MIDNIGHT + (number - 20) * STEP_S, burner, modulation, taken, taken, opened)
        for number, (burner, modulation, taken, opened) in enumerate(drawn)
    ]
    interval = Interval(MIDNIGHT - 600 + begin, MIDNIGHT + 600 - begin // 2, "m", ml)
    days = {DAY - timedelta(days=1): half[:20], DAY: half[20:]}
    splits = days_of_gas([interval], days.__getitem__, wiring(pipes_fraction=pipes), (min(days), DAY)).values()
    assert sum(split.total for split in splits) == ml
    for split in splits:
        assert min((*split.rooms.values(), split.hot_water, split.other, split.pipes, split.unallocated)) >= 0


@st.composite
def _lived(draw: st.DrawFn) -> list[Record]:
    """Two days with gaps, a second channel, late and corrected readings, and valves and flames at any time."""
    moments = st.integers(MIDNIGHT - 86_400, MIDNIGHT + 86_400)
    readings = draw(st.lists(st.tuples(moments, st.integers(0, 3000), st.sampled_from("ab")), max_size=10))
    records = [reading(at, litres, equipment) for at, litres, equipment in readings]
    for at in draw(st.lists(moments, max_size=4)):
        records.append(valve(draw(st.sampled_from(["living", "bath"])), at, draw(st.sampled_from([0, 30, 100]))))
    for at in draw(st.lists(moments, max_size=4)):
        records += burning(at, draw(st.integers(1, 90)), flame=draw(st.booleans()), hot_water=draw(st.booleans()))
    return records


@pytest.mark.slow
@settings(max_examples=20)
@given(_lived(), st.randoms(use_true_random=False))
def test_days_sum_to_the_meter_and_neither_order_nor_repetition_nor_lateness_matters(
    records: list[Record], luck: random.Random
) -> None:
    told, first = history(records), DAY - timedelta(days=1)
    days = gas_by_day(told, wiring(), first, DAY)
    assert sum(split.total for split in days.values()) == sum(one.ml for one in intervals(told.gas))
    shuffled = [*records, *records[::3]]
    luck.shuffle(shuffled)
    assert gas_by_day(history(shuffled), wiring(), first, DAY) == days
    alone = gas_by_day(told, wiring(), DAY, DAY)
    assert alone[DAY] == days[DAY]


@pytest.mark.slow
def test_in_the_simulated_house_gas_follows_the_heat_within_a_tenth_and_open_time_does_not(
    lived: benchmark.Lived,
) -> None:
    house = benchmark.example_house()
    told, true = history(lived.records), lived.heat_shares
    split = gas_by_day(told, house, benchmark.MONDAY, benchmark.MONDAY)[benchmark.MONDAY]
    water = list(steps(told, house, benchmark.START, benchmark.START + benchmark.DAY_S))
    ours = benchmark.misses(benchmark.gas_shares(split), true)
    by_time = benchmark.misses(benchmark.open_shares(water, house), true)
    assert max(map(abs, ours.values())) < 0.1
    assert sum(map(abs, ours.values())) < sum(map(abs, by_time.values())) / 3
    assert abs(split.total - (lived.after.gas.total_ml - lived.before.gas.total_ml)) < 1000


def test_a_radiator_without_a_valve_takes_its_share_of_every_burn_and_a_room_without_one_takes_none() -> None:
    radiators = {"living": [{"valve": "v_living", "power_w": 1000}], "bath": [{"power_w": 1000}], "hall": []}
    bare = Settings.model_validate({"rooms": {room: {"radiators": one} for room, one in radiators.items()}})
    lit = [*METERED, *burning(NOON, 60)]
    assert day_of([*lit, valve("living", NOON, 0)], bare) == Split({"bath": 900_000})
    assert day_of([*lit, valve("living", NOON - 60, 100)], bare) == Split({"living": 450_000, "bath": 450_000})
