import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.boiler import Boiler
from simulation.building import Room
from simulation.house_plans import six_room_house
from simulation.meter import GasMeter
from simulation.plan import BoilerPlan, RadiatorPlan, RadioPlan
from simulation.radiators import Circuit, Radiator
from simulation.valves import Valve

ROOM = six_room_house().rooms[0]
DESIGN_FLOW_W_PER_K = 200.0  # 2 kW over 10 K


def radiator_of(power_w: float = 2000.0, exponent: float = 1.3, *, air: float = 20.0) -> Radiator:
    valve = Valve("001a22000001", RadioPlan(), 0, air)
    return Radiator(RadiatorPlan(valve.address, power_w, exponent), valve, Room(ROOM, air, 0.0))


def settle(radiator: Radiator, supply: float) -> float:
    """Hold supply and room until the radiator is in equilibrium; returns the return temperature."""
    for _ in range(5000):
        gained = radiator.flow_w_per_k * (supply - radiator.outlet(supply))
        radiator.temperature += (gained - radiator.emission_w()) * 10 / radiator.capacity
    return radiator.outlet(supply)


@given(st.floats(100, 5000), st.floats(1.1, 1.5), st.floats(1, 70))
def test_emission_follows_en_442(power_w: float, exponent: float, excess: float) -> None:
    radiator = radiator_of(power_w, exponent)
    radiator.temperature = 20.0 + excess
    assert radiator.emission_w() == pytest.approx(power_w * (excess / 50) ** exponent)


def test_at_75_65_20_a_radiator_gives_its_nominal_power() -> None:
    radiator = radiator_of()
    radiator.take_flow(DESIGN_FLOW_W_PER_K)
    assert settle(radiator, 75.0) == pytest.approx(65.0, abs=0.5)
    assert radiator.emission_w() == pytest.approx(2000.0, rel=0.03)


def test_a_radiator_colder_than_the_room_gives_nothing() -> None:
    radiator = radiator_of()
    radiator.temperature = 15.0
    assert radiator.emission_w() == 0.0


@given(st.floats(2, 400), st.floats(2, 400))
def test_less_water_comes_back_colder_and_warms_the_room_less(one: float, other: float) -> None:
    little, much = radiator_of(), radiator_of()
    little.take_flow(min(one, other))
    much.take_flow(max(one, other))
    assert settle(little, 65.0) <= settle(much, 65.0) + 1e-6
    assert little.emission_w() <= much.emission_w() + 1e-6


@given(st.floats(1, 600), st.floats(20, 90), st.floats(5, 90))
def test_water_never_leaves_colder_than_room_and_radiator_nor_hotter_than_both_waters(
    flow: float, supply: float, temperature: float
) -> None:
    radiator = radiator_of()
    radiator.take_flow(flow)
    radiator.temperature = temperature
    outlet = radiator.outlet(supply)
    assert min(temperature, radiator.room.air) <= outlet <= max(supply, temperature)


def circuit_with(lifts: list[float], plan: BoilerPlan | None = None) -> Circuit:
    boiler = Boiler(plan or BoilerPlan(), GasMeter(0), 65.0)
    radiators = [radiator_of() for _ in lifts]
    for radiator, lift in zip(radiators, lifts, strict=True):
        radiator.valve.target = lift
    return Circuit(boiler, radiators)


def test_a_closed_valve_passes_no_water_and_leaves_its_radiator_cold() -> None:
    circuit = circuit_with([1.0, 0.0])
    circuit.boiler.call = True
    for now in range(10, 3600, 10):
        circuit.step(now, 10)
    warm, cold = circuit.radiators
    assert warm.temperature > 50
    assert cold.temperature == 20.0


def test_the_pump_cannot_move_more_water_than_it_has() -> None:
    circuit = circuit_with([1.0] * 12)
    for now in range(10, 200, 10):
        circuit.step(now, 10)
    assert sum(radiator.flow_w_per_k for radiator in circuit.radiators) <= circuit.boiler.plan.pump_w_per_k


def gas_for_the_same_heat(flow_setpoint: float) -> float:
    """Gas per joule into the water over two hours with four open radiators."""
    circuit = circuit_with([1.0] * 4)
    circuit.boiler.flow_temperature = circuit.boiler.return_temperature = 40.0
    circuit.boiler.call = True
    circuit.boiler.flow_setpoint = flow_setpoint
    for now in range(10, 7200, 10):
        circuit.step(now, 10)
    return circuit.boiler.meter.heating_ul / circuit.boiler.heat_j


def test_a_lower_flow_temperature_condenses_more() -> None:
    assert gas_for_the_same_heat(50.0) < 0.98 * gas_for_the_same_heat(72.0)
