"""How warm the law `doses` asks the water to be, where the boiler's driver can set it."""

from typing import Any

from house.settings import Regulator
from house.settings.laws import DOSES, Doses
from regulator.laws.doses import decide
from regulator.laws.doses.cycle import DRAINS_MIN
from regulator.laws.interface import LawInput, LawOutput
from tests.regulator.laws.rooms import after, house, room, run

SETTABLE = {"flow": {"coolest": 46, "warmest": 75}}
LINGER_MIN = round(Doses().linger_min)


def gone_out(**numbers: Any) -> tuple[LawInput, LawOutput]:
    """A house with a cold room, in the minute in which the water has stopped the burner."""
    now, burning = run(decide, house({"living": room(17.0)}, numbers=numbers), 12, flow=70.0)
    now = after(now, burning, flame=False, flow=74.0)
    return now, decide(now)


def begins_again(**numbers: Any) -> int:
    """In how many minutes, from then on, the next burn begins."""
    now, verdict = gone_out(**numbers)
    rested = False
    for minute in range(60):
        rested = rested or not verdict.call
        if rested and verdict.call:
            return minute
        now = after(now, verdict, flame=False, flow=60.0)
        verdict = decide(now)
    return 60


def test_the_water_is_hot_only_when_a_room_needs_much() -> None:
    assert decide(house({"living": room(19.0)})).flow_setpoint is None
    cold = house({"living": room(16.0)}, numbers=SETTABLE)
    assert decide(after(cold, decide(cold))).flow_setpoint == 75
    mild = house({"living": room(20.6), "bath": room(20.6)}, numbers=SETTABLE, outside=12.0)
    assert decide(after(mild, decide(mild))).flow_setpoint == 46


def test_once_the_burner_has_gone_out_the_water_is_asked_to_be_cool_while_the_pump_runs() -> None:
    now, out = gone_out(**SETTABLE)
    assert out.flow_setpoint == 46
    now, draining = run(decide, now, LINGER_MIN + 5, flame=False, flow=60.0)
    assert draining.call
    assert draining.flow_setpoint == 46


def test_the_pump_stops_when_the_water_is_cool_or_after_some_minutes() -> None:
    now, draining = run(decide, gone_out(**SETTABLE)[0], LINGER_MIN + 1, flame=False, flow=60.0)
    assert draining.call
    assert not decide(after(now, draining, flame=False, flow=46.0)).call
    _, drained = run(decide, now, round(DRAINS_MIN) - 1, flame=False, flow=60.0)
    assert not drained.call


def test_what_the_pump_runs_on_for_is_rest() -> None:
    drained = LINGER_MIN + round(DRAINS_MIN)
    assert drained <= begins_again(**SETTABLE) <= drained + 1
    assert LINGER_MIN + round(Doses().rest_cold_min) <= begins_again() < drained


def test_with_cooler_water_rooms_are_held_closer_unless_a_number_is_given() -> None:
    settable = Regulator(flow={})
    for word, usual in DOSES.items():
        held = settable.doses_by_comfort[word]
        assert held.well_below_fraction < usual.well_below_fraction
        assert held.well_below_k < usual.well_below_k
        assert held.soon_below_k < usual.soon_below_k
        assert held.rest_cold_min < usual.rest_cold_min
        assert held.rest_min == usual.rest_min
    assert Regulator(flow={}, doses={"soon_below_k": 0.7}).doses_numbers.soon_below_k == 0.7
    assert Regulator().doses_by_comfort == DOSES
