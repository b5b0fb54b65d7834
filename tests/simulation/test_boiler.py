from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.boiler import Boiler, efficiency
from simulation.device_messages import BoilerCommand
from simulation.meter import GasMeter
from simulation.plan import BoilerPlan

STEP_S = 10
TEMPERATURES = st.floats(-10, 110)


def boiler_at(temperature: float, plan: BoilerPlan | None = None) -> Boiler:
    return Boiler(plan or BoilerPlan(), GasMeter(0), temperature)


def run(boiler: Boiler, seconds: int, *, taken_w: float, begin: int = 0) -> list[bool]:
    """Flame by step while the radiators take `taken_w`."""
    flames = []
    for now in range(begin + STEP_S, begin + seconds + STEP_S, STEP_S):
        boiler.step(now, STEP_S, taken_w)
        flames.append(boiler.flame_on)
    return flames


def starts(flames: list[bool]) -> int:
    return sum(after and not before for before, after in pairwise([False, *flames]))


@given(TEMPERATURES, TEMPERATURES)
def test_a_colder_return_never_burns_worse(one: float, other: float) -> None:
    assert efficiency(min(one, other)) >= efficiency(max(one, other))
    assert 0.8 < efficiency(one) < 1.0


def test_no_call_no_flame() -> None:
    assert not any(run(boiler_at(20.0), 3600, taken_w=0.0))


def test_the_burner_modulates_to_what_is_taken_and_holds_the_flow_setpoint() -> None:
    boiler = boiler_at(60.0)
    boiler.obey(BoilerCommand(call=True, flow_setpoint=60.0), 0)
    flames = run(boiler, 3600, taken_w=10_000.0)
    assert starts(flames) == 1
    assert boiler.power_w == pytest.approx(10_000.0, rel=0.05)
    assert boiler.flow_temperature == pytest.approx(60.0, abs=1.0)


def test_a_load_below_the_minimum_makes_the_burner_stop_by_its_water_and_wait() -> None:
    plan = BoilerPlan(minimum_power_w=6500, anticycle_s=300, overrun_s=180)
    boiler = boiler_at(55.0, plan)
    boiler.obey(BoilerCommand(call=True, flow_setpoint=60.0), 0)
    flames = run(boiler, 3600, taken_w=1200.0)
    assert starts(flames) >= 4
    gaps = [after.started_at - before.ended_at for before, after in pairwise(boiler.burns)]
    assert min(gaps) >= plan.anticycle_s


def test_the_flow_never_passes_its_limit_by_more_than_one_step_of_the_minimum() -> None:
    boiler = boiler_at(55.0)
    boiler.obey(BoilerCommand(call=True, flow_setpoint=60.0), 0)
    for now in range(STEP_S, 7200, STEP_S):
        boiler.step(now, STEP_S, 500.0)
        assert boiler.flow_temperature < 60.0 + boiler.plan.hysteresis_k + 1.5


def test_without_renewal_the_call_ends_by_itself() -> None:
    boiler = boiler_at(40.0)
    boiler.obey(BoilerCommand(call=True, expires_at=600), 0)
    flames = run(boiler, 900, taken_w=9000.0)
    assert flames[50]
    assert not any(flames[60:])


def test_a_command_that_expired_on_its_way_is_ignored() -> None:
    boiler = boiler_at(40.0)
    boiler.obey(BoilerCommand(call=True, expires_at=5), 5)
    assert not boiler.call


def test_the_pump_runs_on_after_the_call() -> None:
    boiler = boiler_at(60.0)
    boiler.obey(BoilerCommand(call=True), 0)
    run(boiler, 300, taken_w=8000.0)
    boiler.obey(BoilerCommand(call=False), 300)
    run(boiler, 170, taken_w=1000.0, begin=300)
    assert boiler.pump_on
    run(boiler, 30, taken_w=1000.0, begin=470)
    assert not boiler.pump_on


def test_hot_water_takes_the_flame_and_hands_it_back() -> None:
    boiler = boiler_at(50.0)
    boiler.obey(BoilerCommand(call=True, flow_setpoint=65.0), 0)
    run(boiler, 600, taken_w=9000.0)
    heating_ul = boiler.meter.heating_ul
    boiler.hot_water_w = 20_000.0
    assert all(run(boiler, 300, taken_w=0.0, begin=600))
    assert boiler.meter.heating_ul == heating_ul
    assert boiler.meter.hot_water_ul > 0
    boiler.hot_water_w = 0.0
    assert all(run(boiler, 120, taken_w=9000.0, begin=900))
    assert (boiler.heating_starts, boiler.hot_water_starts) == (1, 0)


@pytest.mark.parametrize(("hot_water_w", "pump_on"), [(20_000.0, False), (0.0, True)])
def test_the_pump_stands_still_while_hot_water_flows(hot_water_w: float, pump_on: bool) -> None:
    boiler = boiler_at(50.0)
    boiler.obey(BoilerCommand(call=True), 0)
    boiler.hot_water_w = hot_water_w
    run(boiler, 300, taken_w=0.0)
    assert boiler.pump_on is pump_on


def test_a_burn_records_when_it_was_and_what_for() -> None:
    boiler = boiler_at(50.0)
    boiler.hot_water_w = 20_000.0
    run(boiler, 400, taken_w=0.0)
    boiler.hot_water_w = 0.0
    run(boiler, 60, taken_w=0.0, begin=400)
    (burn,) = boiler.burns
    assert burn.hot_water_s == burn.ended_at - burn.started_at == pytest.approx(380, abs=STEP_S)
    assert burn.heating_s == 0


@given(st.lists(st.sampled_from(["call", "stop", "draw", "close"]), max_size=20), st.floats(0, 20_000))
def test_gas_is_burnt_only_while_a_flame_is_lit_and_power_stays_in_its_limits(
    events: list[str], taken_w: float
) -> None:
    boiler = boiler_at(55.0)
    for number, event in enumerate(events):
        if event in ("call", "stop"):
            boiler.obey(BoilerCommand(call=event == "call"), 120 * number)
        else:
            boiler.hot_water_w = 15_000.0 if event == "draw" else 0.0
        for now in range(120 * number + STEP_S, 120 * (number + 1) + STEP_S, STEP_S):
            before = boiler.meter.reading_ml
            boiler.step(now, STEP_S, min(taken_w, max(0.0, 500 * (boiler.flow_temperature - 20))))
            burnt = boiler.meter.reading_ml - before
            assert (burnt > 0) == boiler.flame_on
            assert not boiler.flame_on or 6500 <= boiler.power_w <= 24_000
