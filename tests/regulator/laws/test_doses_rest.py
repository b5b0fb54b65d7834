"""When a burn of the law `doses` ends, and from when and how long the boiler rests after it."""

from typing import Any

import pytest

from house.settings.laws import Doses
from regulator.laws.doses import decide
from regulator.laws.interface import Switch
from tests.regulator.laws.rooms import after, house, room, run, switch

LINGER_MIN = round(Doses().linger_min)


def test_the_burners_own_stop_ends_the_burn_after_the_pump_has_used_the_water_and_the_valves_stay() -> None:
    now, burning = run(decide, house({"living": room(18.5)}), 12, flow=70.0)
    assert burning.call
    now = after(now, burning, flame=False, flow=74.0)
    now, lingering = run(decide, now, LINGER_MIN - 1, flame=False, flow=74.0)
    assert lingering.call
    stopped = decide(after(now, lingering, flame=False, flow=70.0))
    assert not stopped.call
    assert stopped.rooms["living"].open
    assert "the boiler rests until" in stopped.waits


def test_a_burner_that_lights_again_while_the_pump_runs_is_let_burn_and_then_waited_for_no_more() -> None:
    now, burning = run(decide, house({"living": room(18.5)}), 12, flow=70.0)
    now, out = run(decide, after(now, burning, flame=False, flow=74.0), 2, flame=False, flow=74.0)
    now, again = run(decide, after(now, out, flame=True, flow=70.0), 5, flame=True, flow=70.0)
    assert again.call
    assert not decide(after(now, again, flame=False, flow=74.0)).call


def test_hot_water_does_not_end_a_burn() -> None:
    now, burning = run(decide, house({"living": room(18.5)}), 12, flow=60.0)
    assert decide(after(now, burning, flame=False, hot_water=True)).call


def rests(temperature: float, outside: float, *, least_w: float = 6500.0, coming: tuple[Switch, ...] = ()) -> int:
    """How many minutes a boiler of this least power rests after a burn, in a house with a room that stays so warm."""
    kept: dict[str, Any] = {"flame": False, "temperatures": {"living": temperature}}
    large = room(18.0, power_w=9000.0, coming=coming)
    now, burning = run(decide, house({"living": large}, outside=outside, minimum_power_w=least_w), 12, flow=70.0)
    now, ended = run(decide, after(now, burning, **kept), LINGER_MIN, flow=70.0, **kept)
    assert not ended.call
    now = after(now, ended, **kept)
    for minute in range(60):
        verdict = decide(now)
        if verdict.call:
            return minute
        now = after(now, verdict, flow=40.0, **kept)
    return 60


def test_a_rest_is_shorter_the_more_a_room_needs() -> None:
    assert rests(20.0, outside=-20.0) == pytest.approx(Doses().rest_urgent_min, abs=1)
    spread = Doses().rest_min - Doses().rest_urgent_min
    assert rests(20.0, outside=8.0) > Doses().rest_urgent_min + spread / 3


def test_a_boiler_too_big_for_all_radiators_together_rests_as_much_shorter_as_it_burns() -> None:
    fits = rests(20.0, outside=-20.0, least_w=9000.0)
    assert rests(20.0, outside=-20.0, least_w=18000.0) == pytest.approx(fits / 2, abs=1)
    assert rests(20.0, outside=-20.0, least_w=90000.0) == pytest.approx(Doses().rest_cold_min, abs=1)


def begins_again(*flames: range, hot_water: range = range(0)) -> int:
    """The minute of a burn's call, counted from its begin, in which the next one begins; its flame burns in those, and
    for hot water.
    """
    kept: dict[str, Any] = {"flow": 60.0, "temperatures": {"living": 20.0}}
    large = room(18.0, power_w=9000.0)
    now, verdict = run(decide, house({"living": large}, outside=-20.0), 1, flow=70.0)
    for minute in range(1, 90):
        lit = any(minute in one for one in (*flames, hot_water))
        before, now = verdict, after(now, verdict, flame=lit, hot_water=minute in hot_water, **kept)
        verdict = decide(now)
        if verdict.call and not before.call:
            return minute
    return 90


def test_the_boiler_rests_from_when_the_pump_has_used_the_water_however_long_it_is_called() -> None:
    assert Doses().burn_min == 12
    early, later = begins_again(range(4)), begins_again(range(7))
    assert later - early == 3
    assert early == pytest.approx(4 + LINGER_MIN + Doses().rest_urgent_min, abs=2)


def test_the_boiler_rests_from_the_last_flame_of_a_burn_that_lit_again() -> None:
    once, again = begins_again(range(4)), begins_again(range(4), range(8, 11))
    assert again == pytest.approx(10 + Doses().rest_urgent_min, abs=1)
    assert again > once + 2


def test_a_flame_for_hot_water_does_not_put_off_the_rest() -> None:
    assert begins_again(range(4), hot_water=range(8, 11)) == begins_again(range(4))


def test_a_rest_is_shortest_while_a_room_is_too_cold_that_should_be_warm() -> None:
    assert rests(19.0, outside=5.0) == pytest.approx(Doses().rest_cold_min, abs=1)
    assert Doses().rest_cold_min + 2 < rests(19.4, outside=5.0) < rests(19.6, outside=5.0)
    assert rests(19.0, outside=5.0, coming=(switch(600, 21.0),)) > Doses().rest_urgent_min - 3


def test_while_the_boiler_rests_a_room_that_has_enough_keeps_its_valve() -> None:
    now, burning = run(decide, house({"living": room(18.5), "bath": room(19.0)}), 12, flow=70.0)
    now = after(now, burning, flame=False, temperatures={"bath": 20.0})
    _, resting = run(decide, now, LINGER_MIN, flame=False, temperatures={"bath": 20.0})
    assert not resting.call
    assert resting.rooms["bath"].open
