import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.device_messages import ValveCommand
from simulation.plan import RadioPlan
from simulation.valves import Valve

OPEN = ValveCommand(100, 26.5)
CLOSED = ValveCommand(0, 5.0)


def valve_with(loss: float = 0.0, delay_s: tuple[int, int] = (5, 30)) -> Valve:
    return Valve("001a22000001", RadioPlan(delay_s, loss), 7, 20.0)


def told(command: ValveCommand) -> Valve:
    valve = valve_with()
    arrives_at = valve.send(command, 0)
    assert arrives_at is not None
    assert valve.arrive(arrives_at) is not None
    return valve


def test_commands_arrive_after_five_to_thirty_seconds() -> None:
    delays = set()
    valve = valve_with()
    for now in range(0, 60_000, 60):
        arrives_at = valve.send(OPEN, now)
        assert arrives_at is not None
        delays.add(arrives_at - now)
        valve.arrive(arrives_at)
    assert (min(delays), max(delays)) == (5, 30)


def test_a_full_stroke_takes_a_minute() -> None:
    valve = told(OPEN)
    for _ in range(5):
        valve.move(10)
    assert valve.position == pytest.approx(5 / 6)
    valve.move(10)
    assert valve.position == pytest.approx(1.0)


def test_the_seat_opens_quickly() -> None:
    valve = valve_with()
    shares = []
    for lift in (0.0, 0.2, 0.5, 1.0):
        valve.position = lift
        shares.append(valve.water_share)
    assert shares == pytest.approx([0.0, 0.488, 0.875, 1.0])


def test_repeating_a_command_moves_nothing() -> None:
    valve = told(OPEN)
    arrives_at = valve.send(OPEN, 60)
    assert arrives_at is not None
    valve.arrive(arrives_at)
    assert valve.moves == 1


def test_opening_and_closing_are_two_moves() -> None:
    valve = told(OPEN)
    arrives_at = valve.send(CLOSED, 600)
    assert arrives_at is not None
    valve.arrive(arrives_at)
    assert valve.moves == 2


def test_a_newer_command_replaces_one_that_still_waits() -> None:
    valve = valve_with()
    arrives_at = valve.send(OPEN, 0)
    assert arrives_at is not None
    assert valve.send(CLOSED, 2) is None
    report = valve.arrive(arrives_at)
    assert report is not None
    assert report.opening == 0


@given(st.floats(0.1, 0.9))
def test_commands_are_lost_as_often_as_told(loss: float) -> None:
    valve = valve_with(loss)
    answers = []
    for now in range(0, 600_000, 1000):
        arrives_at = valve.send(OPEN, now)
        assert arrives_at is not None
        answers.append(valve.arrive(arrives_at))
    assert answers.count(None) / len(answers) == pytest.approx(loss, abs=0.1)


def test_a_lost_command_changes_nothing() -> None:
    valve = valve_with(loss=1.0)
    arrives_at = valve.send(OPEN, 0)
    assert arrives_at is not None
    assert valve.arrive(arrives_at) is None
    assert (valve.target, valve.moves) == (0.0, 0)


def test_past_its_end_a_command_gives_way_to_the_fallback_that_the_valve_regulates_itself() -> None:
    valve = told(ValveCommand(100, 26.5, expires_at=600, fallback=20.5))
    assert valve.watch(540, 60, air=22.0, radiator=22.0) is None
    report = valve.watch(600, 60, air=22.0, radiator=22.0)
    assert report is not None
    assert (report.setpoint, report.regulates_itself, report.reported_at) == (20.5, True, 600)


def test_a_command_that_expired_on_its_way_is_not_obeyed() -> None:
    valve = valve_with(delay_s=(20, 20))
    assert valve.send(ValveCommand(100, 26.5, expires_at=10), 0) == 20
    assert valve.arrive(20) is None
    assert valve.target == 0.0


def self_regulated(air: float) -> Valve:
    valve = told(ValveCommand(None, 20.0))
    for now in range(60, 4 * 3600, 60):
        valve.watch(now, 60, air, air)
    return valve


def test_on_its_own_a_valve_opens_for_a_cold_room_and_closes_for_a_warm_one() -> None:
    assert self_regulated(16.0).target == 0.8
    assert self_regulated(23.0).target == 0.0


@given(st.floats(10, 30), st.floats(10, 30))
def test_on_its_own_a_valve_never_opens_further_for_a_warmer_room(one: float, other: float) -> None:
    assert self_regulated(max(one, other)).target <= self_regulated(min(one, other)).target + 0.08


def test_the_heat_of_the_radiator_makes_a_valve_close_too_early() -> None:
    valve = told(ValveCommand(None, 20.0))
    beside_cold = self_regulated(19.4)
    for now in range(60, 4 * 3600, 60):
        valve.watch(now, 60, 19.4, 60.0)
    assert valve.sensed > beside_cold.sensed + 1.0
    assert valve.target < beside_cold.target
