from dataclasses import replace

import pytest

from house.settings.laws import Burst
from regulator.laws.burst import decide
from tests.regulator.laws.rooms import after, house, room, run, switch

TOP = 74.0


def test_a_room_that_is_far_below_starts_a_burn_alone() -> None:
    verdict = decide(house({"living": room(19.5)}))
    assert verdict.call
    assert verdict.rooms["living"].open
    assert verdict.rooms["living"].reason == "heats because 0.5 K below 20"


def test_a_room_that_is_a_little_below_waits_for_company() -> None:
    alone = decide(house({"living": room(19.75), "bath": room(20.2)}))
    assert not alone.call
    assert alone.rooms["living"].reason == "0.2 K below 20; waits: for other rooms, or until it is below 19.6"
    assert alone.waits == "waits until more rooms need heat"
    assert decide(house({"living": room(19.75), "bath": room(19.85)})).call


def test_the_hungriest_rooms_open_first_and_the_next_when_the_water_is_hot() -> None:
    now = house({"living": room(19.4), "bath": room(19.5), "study": room(19.8)})
    first = decide(now)
    assert {id_ for id_, one in first.rooms.items() if one.open} == {"living", "bath"}
    now, later = run(decide, now, 3)
    assert not later.rooms["study"].open
    assert later.rooms["study"].reason == "0.2 K below 20; waits: joins when the water is hot"
    _, hot = run(decide, now, 3, flow=TOP)
    assert hot.rooms["study"].open


def test_a_satisfied_room_goes_along_while_there_is_surplus_heat_but_not_a_warm_one() -> None:
    now = house({"living": room(19.5), "bath": room(20.1), "study": room(20.6)})
    now, _ = run(decide, now, 3)
    _, verdict = run(decide, now, 6, flow=TOP)
    assert verdict.rooms["bath"].open
    assert verdict.rooms["bath"].reason == "goes along with the burn: 0.1 K above 20"
    assert not verdict.rooms["study"].open


def test_a_room_that_sinks_towards_a_lower_setpoint_does_not_go_along() -> None:
    now = house({"living": room(19.5), "bath": room(20.0, coming=(switch(30, 17.0),))})
    now, _ = run(decide, now, 3)
    _, verdict = run(decide, now, 6, flow=TOP)
    assert not verdict.rooms["bath"].open


def test_when_the_water_stops_the_burner_the_call_is_withdrawn_and_the_valves_stay() -> None:
    now, burning = run(decide, house({"living": room(19.5)}), 5)
    assert burning.call
    stopped = decide(after(now, burning, flame=False, flow=TOP))
    assert not stopped.call
    assert stopped.rooms["living"].open
    assert "waits: boiler rests until" in stopped.rooms["living"].reason
    assert stopped.waits.startswith("waits: the boiler rests until")


def test_the_flow_at_which_the_burner_stops_is_learned() -> None:
    now, burning = run(decide, house({"living": room(19.5)}), 5)
    stopped = decide(after(now, burning, flame=False, flow=80.0))
    assert stopped.memory["top"] == pytest.approx(70 + 0.3 * 10)


def test_hot_water_takes_the_flame_without_ending_the_burn() -> None:
    now, burning = run(decide, house({"living": room(19.5)}), 5)
    assert decide(after(now, burning, flame=False, hot_water=True)).call


def _rest_at(temperature: float) -> int:
    """Minutes from the burner's own stop to the next call."""
    now, burning = run(decide, house({"living": room(19.5)}), 5)
    now = after(now, burning, flame=False, temperatures={"living": temperature})
    for minutes in range(60):
        verdict = decide(now)
        if verdict.call:
            return minutes
        now = after(now, verdict)
    return 60


def test_the_rest_is_short_when_a_room_is_far_below_and_long_when_it_is_not() -> None:
    usual = Burst()
    assert usual.rest_min <= _rest_at(19.7) <= 1.1 * usual.rest_min
    assert usual.rest_urgent_min <= _rest_at(19.0) <= 1.1 * usual.rest_urgent_min


def test_a_burn_of_an_unseen_flame_ends_after_a_while() -> None:
    _, verdict = run(decide, house({"living": room(19.5)}, flame=None), 14, flame=None)
    assert verdict.call
    _, verdict = run(decide, house({"living": room(19.5)}, flame=None), 16, flame=None)
    assert not verdict.call


def test_a_valve_that_does_not_confirm_does_not_keep_the_others_waiting() -> None:
    now = house({"living": room(19.5, power_w=4000.0), "bath": room(19.8)})
    verdict = decide(now)
    for _ in range(4):
        assert not verdict.rooms["bath"].open
        deaf = after(now, verdict, call=False, flame=False)
        now = replace(deaf, rooms={id_: replace(one, confirmed_w=0.0) for id_, one in deaf.rooms.items()})
        verdict = decide(now)
        if verdict.rooms["bath"].open:
            break
    assert verdict.rooms["bath"].open


def test_a_room_closes_early_by_what_it_coasts() -> None:
    memory = {"coast": 0.6, "satisfied": False}
    company = room(18.0, power_w=4000.0)
    now = house({"living": room(19.0, memory=memory), "bath": company})
    now, verdict = run(decide, now, 16)
    assert verdict.rooms["living"].open
    near = after(now, verdict, temperatures={"living": 19.7})
    assert not decide(near).rooms["living"].open


def test_a_room_does_not_open_again_within_ten_minutes() -> None:
    now, verdict = run(decide, house({"living": room(19.0), "bath": room(18.0, power_w=4000.0)}), 5)
    now = after(now, verdict, temperatures={"living": 21.0})
    verdict = decide(now)
    assert not verdict.rooms["living"].open
    now = after(now, verdict, temperatures={"living": 18.5})
    now, verdict = run(decide, now, 8)
    assert not verdict.rooms["living"].open
    _, verdict = run(decide, now, 2)
    assert verdict.rooms["living"].open


@pytest.mark.parametrize(
    "memory",
    [
        {"state": "boiling", "since": "yesterday", "lit": 7, "top": "hot", "joined": []},
        {"state": None, "since": 10**18, "top": float("nan")},
        {"state": ["burn"], "since": -5, "lit": {}, "top": None},
    ],
)
def test_a_damaged_house_memory_counts_as_none(memory: dict[str, object]) -> None:
    rooms = {"living": room(19.5)}
    assert decide(house(rooms, memory=memory)) == decide(house(rooms))


@pytest.mark.parametrize("damage", [None, 7, "x", [], [1, "a"], {"at": "x"}, True, -1e300])
def test_a_damaged_room_memory_never_raises_and_never_hinders_heating(damage: object) -> None:
    keys = ("coast", "satisfied", "closed", "fed", "ended", "start", "ways", "way")
    coming = (switch(30, 22.0), switch(600, 17.0))
    for memory in ({key: damage for key in keys}, *({key: damage} for key in keys)):
        verdict = decide(house({"living": room(18.0, memory=memory, coming=coming)}))
        assert verdict.rooms["living"].open or isinstance(memory.get("closed"), int)


def test_what_is_remembered_is_small_and_settles() -> None:
    now, verdict = run(decide, house({"living": room(20.1)}), 60)
    assert decide(after(now, verdict)).rooms == verdict.rooms
    assert len(str(verdict.rooms["living"].memory)) < 200


def test_the_slider_trades_warmth_for_rest() -> None:
    rests = []
    for comfort in ("comfort", "balanced", "quiet"):
        now, burning = run(decide, house({"living": room(19.5)}, numbers={"comfort": comfort}), 5)
        stopped = decide(after(now, burning, flame=False, temperatures={"living": 19.8}))
        _, _, until = stopped.waits.rpartition(" ")
        rests.append(until)
    assert rests == sorted(rests)
    assert len(set(rests)) == 3
