from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.device_messages import (
    BoilerCommand,
    BoilerReport,
    ForecastReport,
    GasReport,
    OutsideReport,
    SensorReport,
    ValveCommand,
    ValveReport,
    WindowReport,
)
from simulation.house import House
from simulation.house_plans import six_room_house, varied_house
from simulation.plan import HousePlan, InnerWall
from simulation.weather import winter
from tests.simulation.thermostat import DAY_S, HOUR_S, START, Thermostat, by_day, empty, steady


def hold_open(house: House, *opened: str) -> None:
    for valve in house.valves:
        house.command_valve(valve, ValveCommand(100, 28.0) if valve in opened else ValveCommand(0, 5.0))
    house.command_boiler(BoilerCommand(call=True))


def with_pipes_through(plan: HousePlan, *rooms: tuple[str, float]) -> HousePlan:
    return replace(plan, boiler=replace(plan.boiler, pipes_warm=rooms))


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "pipes"), [(0, ()), (1, ()), (2, ()), (2, (("hall", 0.5), ("living", 0.25)))])
def test_heat_brought_in_equals_heat_lost_plus_heat_stored(seed: int, pipes: tuple[tuple[str, float], ...]) -> None:
    house = House(with_pipes_through(varied_house(seed), *pipes), winter(seed, START), START, seed=seed)
    thermostat = Thermostat(house)
    before = house.truth().energy
    for _ in range(3):
        thermostat.regulate(house.now + 8 * HOUR_S, lambda now: 20.5)
        after = house.truth().energy
        brought = after.brought_j - before.brought_j
        assert brought > 1e7
        accounted = after.lost_j - before.lost_j + after.stored_j - before.stored_j
        assert accounted == pytest.approx(brought, rel=1e-6)


def test_pipes_warm_the_rooms_through_which_they_run() -> None:
    piped = with_pipes_through(six_room_house(), ("study", 1.0))
    house, other = (House(plan, winter(1, START), START, indoor=15.0) for plan in (piped, six_room_house()))
    for one in (house, other):
        one.command_boiler(BoilerCommand(call=True))
        one.advance(START + 6 * HOUR_S)
    assert house.truth().rooms["study"].heat_j > other.truth().rooms["study"].heat_j + 5e5
    assert house.truth().rooms["child"].heat_j == pytest.approx(other.truth().rooms["child"].heat_j, rel=0.05)


def test_pipes_run_through_rooms_of_the_plan_only() -> None:
    with pytest.raises(ValueError, match="unknown room attic"):
        with_pipes_through(six_room_house(), ("attic", 1.0))


@pytest.mark.slow
def test_unheated_rooms_cool_to_the_temperature_outside() -> None:
    house = House(empty(six_room_house()), steady(5.0), START, indoor=20.0)
    house.advance(START + 2 * DAY_S)
    halfway = [room.air for room in house.truth().rooms.values()]
    house.advance(START + 20 * DAY_S)
    assert all(5.5 < air < 20.0 for air in halfway)
    assert [room.air for room in house.truth().rooms.values()] == pytest.approx([5.0] * 6, abs=0.3)


def test_the_sun_warms_a_room_through_its_window() -> None:
    dark = House(empty(six_room_house()), steady(5.0), START)
    bright = House(empty(six_room_house()), steady(5.0, 150.0), START)
    for house in (dark, bright):
        house.advance(START + 15 * HOUR_S)
    assert bright.truth().rooms["living"].air > dark.truth().rooms["living"].air + 0.5


def test_an_open_window_cools_a_room() -> None:
    shut, aired = (House(empty(six_room_house()), steady(0.0), START) for _ in range(2))
    aired.building.rooms["bedroom"].open_windows = 1
    for house in (shut, aired):
        house.advance(START + 900)
    assert aired.truth().rooms["bedroom"].air < shut.truth().rooms["bedroom"].air - 1.0


def test_an_inner_wall_shares_the_heat_of_a_neighbour() -> None:
    plan = empty(six_room_house())
    alone = replace(plan, inner_walls=())
    joined = replace(plan, inner_walls=(InnerWall("living", "kitchen", 40.0),))
    airs = []
    for variant in (alone, joined):
        house = House(variant, steady(0.0), START)
        hold_open(house, "001a22000001")
        house.advance(START + 4 * HOUR_S)
        airs.append(house.truth().rooms["kitchen"].air)
    assert airs[1] > airs[0] + 0.3


def test_the_heat_of_a_burn_reaches_only_rooms_with_an_open_valve() -> None:
    house = House(empty(six_room_house()), steady(0.0), START)
    hold_open(house, "001a22000001", "001a22000006")
    house.advance(START + HOUR_S)
    warmed = {name for name, room in house.truth().rooms.items() if room.heat_j > 200_000}
    assert warmed == {"living", "bathroom"}


def test_the_same_seed_gives_the_same_bytes() -> None:
    def history(seed: int) -> str:
        house = House(varied_house(2), winter(2, START), START, seed=seed)
        return repr((Thermostat(house).regulate(START + 6 * HOUR_S, by_day), house.truth()))

    assert history(2) == history(2)
    assert history(2) != history(3)


def test_small_steps_and_one_leap_lead_to_the_same_house() -> None:
    leaping, walking = (House(varied_house(2), winter(2, START), START, seed=2) for _ in range(2))
    reports = leaping.advance(START + 6 * HOUR_S)
    walked = [report for now in range(START, START + 6 * HOUR_S + 1, 70) for report in walking.advance(now)]
    walked += walking.advance(START + 6 * HOUR_S)
    assert walked == reports
    assert walking.truth() == leaping.truth()


def test_another_room_changes_neither_the_weather_nor_what_other_sensors_draw() -> None:
    small, large = (House(varied_house(2, rooms), winter(2, START), START, seed=2) for rooms in (4, 8))
    heard = []
    for house in (small, large):
        reports = house.advance(START + 3 * HOUR_S)
        weather = [report for report in reports if isinstance(report, OutsideReport | ForecastReport)]
        sensed = [r.measured_at for r in reports if isinstance(r, SensorReport) and r.room_id == "living"]
        heard.append((weather, sensed))
    assert heard[0] == heard[1]


def test_colder_outside_needs_more_gas() -> None:
    burnt = []
    for outside in (8.0, 2.0, -4.0):
        house = House(empty(six_room_house()), steady(outside), START)
        Thermostat(house).regulate(START + DAY_S, lambda now: 20.0)
        burnt.append(house.truth().gas.heating_ul)
    assert burnt[0] < burnt[1] < burnt[2]


def test_one_small_radiator_makes_the_boiler_short_cycle_and_the_whole_house_does_not() -> None:
    plan = empty(six_room_house())
    starts = []
    for valves in (["001a22000006"], [radiator.valve for room in plan.rooms for radiator in room.radiators]):
        house = House(plan, steady(-5.0), START, indoor=17.0)
        hold_open(house, *valves)
        house.advance(START + 2 * HOUR_S)
        starts.append(house.truth().heating_starts)
    assert starts[0] >= 8
    assert starts[1] <= 3


def test_the_meter_never_decreases_and_equals_the_truth_to_the_millilitre() -> None:
    house = House(varied_house(5), winter(5, START), START, seed=5)
    reports = [r for r in Thermostat(house).regulate(START + DAY_S, by_day) if isinstance(r, GasReport)]
    readings = [report.reading_ml for report in reports]
    assert readings == sorted(readings)
    assert readings[-1] - readings[0] == house.truth().gas.total_ml
    assert house.truth().gas.cooking_ul > 0
    assert house.truth().gas.hot_water_ul > 0


@pytest.mark.parametrize("interval_s", [300, 3600])
def test_the_meter_is_read_at_every_whole_interval(interval_s: int) -> None:
    house = House(replace(six_room_house(), meter_interval_s=interval_s), steady(5.0), START)
    instants = [r.measured_at for r in house.advance(START + 3 * HOUR_S) if isinstance(r, GasReport)]
    assert instants == list(range(START, START + 3 * HOUR_S + 1, interval_s))


def test_sensors_are_heard_at_random_intervals_of_one_to_ten_minutes() -> None:
    house = House(six_room_house(), steady(5.0), START)
    reports = [r for r in house.advance(START + DAY_S) if isinstance(r, SensorReport) and r.room_id == "study"]
    gaps = {after.measured_at - before.measured_at for before, after in pairwise(reports)}
    assert min(gaps) >= 60
    assert max(gaps) <= 600
    assert len(gaps) > 100


def test_every_device_says_at_the_start_how_it_is() -> None:
    house = House(six_room_house(), steady(5.0), START)
    reports = house.advance(START + 10)
    kinds = {type(report) for report in reports}
    assert kinds == {
        SensorReport, ValveReport, BoilerReport, GasReport, OutsideReport, ForecastReport, WindowReport
    }  # fmt: skip
    assert {report.valve for report in reports if isinstance(report, ValveReport)} == set(house.valves)


def test_contacts_that_speak_say_how_they_stand_though_nothing_moved() -> None:
    house = House(empty(six_room_house()), steady(5.0), START)
    at_first = {one.contact for one in house.advance(START + 10) if isinstance(one, WindowReport)}
    assert not any(isinstance(one, WindowReport) for one in house.advance(START + HOUR_S))
    house.contacts_speak()
    spoke = [one for one in house.advance(START + HOUR_S + 10) if isinstance(one, WindowReport)]
    assert {one.contact for one in spoke} == at_first
    assert {(one.is_open, one.measured_at) for one in spoke} == {(False, START + HOUR_S)}


def test_a_valve_answers_within_the_radios_delay() -> None:
    house = House(six_room_house(), steady(5.0), START)
    house.advance(START + 60)
    house.command_valve("001a22000001", ValveCommand(100, 28.0))
    (answer,) = [report for report in house.advance(START + 100) if isinstance(report, ValveReport)]
    assert answer.opening == 100
    assert 5 <= answer.reported_at - (START + 60) <= 30


def test_a_house_whose_regulator_died_holds_its_fallback_by_its_own_valves() -> None:
    house = House(empty(six_room_house()), steady(0.0), START, indoor=15.0)
    for valve in house.valves:
        house.command_valve(valve, ValveCommand(0, 5.0, expires_at=START + 5400, fallback=19.0))
    house.command_boiler(BoilerCommand(call=True))
    house.advance(START + 2 * DAY_S)
    assert all(16.5 < room.air < 21.5 for room in house.truth().rooms.values())


def test_without_people_only_heating_burns_gas() -> None:
    house = House(empty(six_room_house()), steady(0.0), START)
    Thermostat(house).regulate(START + DAY_S, by_day)
    assert house.truth().gas.hot_water_ul == house.truth().gas.cooking_ul == 0


def test_a_house_cannot_start_within_a_minute() -> None:
    with pytest.raises(ValueError, match="30 s past one"):
        House(six_room_house(), steady(0.0), START + 30)


@settings(max_examples=15, deadline=None)
@given(
    outside=st.floats(-20, 35),
    irradiance=st.floats(0, 300),
    indoor=st.floats(-5, 30),
    orders=st.lists(st.tuples(st.integers(0, 5), st.sampled_from([None, 0, 100]), st.floats(5, 30)), max_size=8),
)
def test_whatever_is_commanded_the_house_stays_physical(
    outside: float, irradiance: float, indoor: float, orders: list[tuple[int, int | None, float]]
) -> None:
    house = House(six_room_house(), steady(outside, irradiance), START, indoor=indoor)
    valves = list(house.valves)
    for number, opening, setpoint in orders:
        house.command_valve(valves[number], ValveCommand(opening, setpoint))
        house.command_boiler(BoilerCommand(call=opening != 0, flow_setpoint=75.0))
        house.advance(house.now + 1800)
        truth = house.truth()
        assert all(min(outside, indoor) - 1 < room.air < 60 for room in truth.rooms.values())
        assert -6 < house.boiler.flow_temperature < 85
        assert house.meter.reading_ml >= house.plan.meter_start_ml
