"""What the law `doses` promises, in houses of a few rooms that live minute by minute."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from house.settings.laws import Doses
from regulator.laws.doses import decide
from regulator.laws.doses.cycle import ALONE_K
from regulator.laws.doses.memory import BOUNDS, NOTHING, Lessons, RoomMemory, read_house, read_room
from regulator.laws.doses.observer import corrected, first_belief, passed
from regulator.laws.doses.prediction import Aims, Later, minutes_until, outlook
from regulator.laws.doses.reasons import explain_room
from tests.regulator.laws.rooms import MINUTE, NOON, after, house, room, switch


def remembered(verdict: Any) -> RoomMemory:
    memory = verdict.rooms["living"].memory
    assert isinstance(memory, RoomMemory)
    return memory


def doses(verdict: Any, id_: str = "living") -> float:
    return float(verdict.rooms[id_].demand)


def test_a_cold_room_starts_a_burn_and_says_what_it_needs() -> None:
    verdict = decide(house({"living": room(18.5)}))
    assert verdict.call
    assert verdict.rooms["living"].open
    assert "radiator-minutes to reach 19.7 and keep it until" in verdict.rooms["living"].reason


def test_a_warm_house_calls_for_nothing_and_says_so() -> None:
    verdict = decide(house({"living": room(24.0), "bath": room(25.0)}))
    assert not verdict.call
    assert not any(one.open for one in verdict.rooms.values())
    assert verdict.waits == "no room needs heat"
    assert verdict.rooms["living"].reason.startswith("warm enough to stay above 19.7 until")


def test_rooms_that_need_a_little_wait_until_the_house_needs_enough() -> None:
    few = {"living": room(20.6), **{f"spare{number}": room(26.0) for number in range(4)}}
    alone = decide(house(few))
    assert not alone.call
    assert "the boiler starts when the house needs" in alone.waits
    many = {f"room{number}": room(20.2) for number in range(5)}
    together = decide(house(many))
    assert together.call
    assert all(one.open for one in together.rooms.values())


def test_a_room_opens_in_the_first_minute_of_a_burn_for_less_than_it_joins_for_later() -> None:
    now = house({"living": room(18.5), "bath": room(20.75)})
    first = decide(now)
    assert first.rooms["bath"].open
    late = house({"living": room(18.5), "bath": room(22.5)})
    later = decide(after(late, decide(late), temperatures={"bath": 20.75}))
    assert not later.rooms["bath"].open


@pytest.mark.parametrize(("below", "starts"), [(ALONE_K - 0.05, False), (ALONE_K + 0.05, True)])
def test_one_room_wakes_the_boiler_only_when_it_will_be_nearly_a_kelvin_too_cold(below: float, starts: bool) -> None:
    assert 0.8 < ALONE_K <= 1
    never_enough = {"doses": {"start_mj": 50, "start_min": 10080, "urgent_fraction": 1}}
    cold = room(20.0 - below)
    assert decide(house({"living": cold}, outside=20.0 - below, numbers=never_enough)).call is starts


@pytest.mark.parametrize("word", ["comfort", "balanced", "quiet", "saver"])
@pytest.mark.parametrize("temperature", [17.0, 19.2, 19.5, 19.7])
def test_a_wished_comfort_decides_as_one_in_the_settings(word: str, temperature: float) -> None:
    rooms = {"living": room(temperature), "study": room(temperature + 0.2)}
    kept = {"doses": {"spare": 3}}
    wished = decide(house(rooms, comfort=word, numbers=kept))
    assert wished == decide(house(rooms, numbers={**kept, "comfort": word}))


def test_a_room_warms_up_in_time_for_its_switch_point_and_says_for_what() -> None:
    night = room(16.0, setpoint=16.0, coming=(switch(60, 20.0),))
    verdict = decide(house({"living": night}))
    assert verdict.call
    assert "warms up for 20 at 13:00" in verdict.rooms["living"].reason
    early = decide(house({"living": room(16.5, setpoint=16.0, coming=(switch(235, 17.5),))}))
    assert "warms up" not in early.rooms["living"].reason


def warmed_up(arrives_after_min: int) -> Lessons:
    """What is learned by a room that warms up for 13:00 and is warm so many minutes after it began."""
    now = house({"living": room(17.0, setpoint=17.0, coming=(switch(60, 20.0),))})
    verdict = decide(now)
    assert remembered(verdict).warm_up.prepares
    for minute in range(1, 130):
        air = 17.0 + 3.0 * min(1.0, minute / arrives_after_min)
        now = after(now, verdict, temperatures={"living": air})
        if minute >= 60:
            now = replace(now, rooms={"living": now.rooms["living"]._replace(setpoint=20.0, coming=())})
        verdict = decide(now)
    return remembered(verdict).lessons


def test_what_always_helps_a_room_is_counted_on_when_it_warms_up() -> None:
    belief = first_belief(17.0, 0)
    warmer = belief._replace(disturbance=5.0 / 60.0)
    alone = minutes_until(belief, Lessons(), 0.0, 19.7, 0.6, 240.0)
    for_once = minutes_until(warmer, Lessons(), 0.0, 19.7, 0.6, 240.0)
    always = minutes_until(warmer, Lessons(disturbance=5.0), 0.0, 19.7, 0.6, 240.0)
    assert always < 0.75 * alone
    assert always < for_once < alone


def test_what_disturbs_for_once_fades_and_a_window_sooner_than_people_and_sun() -> None:
    aims, belief = Aims(19.7, 19.7, Later(1e9, 0.0)), first_belief(20.0, 0)

    def needs(disturbance: float, usual: float) -> float:
        disturbed = belief._replace(disturbance=disturbance / 60.0)
        return outlook(disturbed, Lessons(disturbance=usual), 5.0, 35.0, aims).dose

    sunny, calm, draughty = needs(3.0, 0.0), needs(0.0, 0.0), needs(-3.0, 0.0)
    assert needs(3.0, 3.0) < sunny < calm < draughty < needs(-3.0, -3.0)
    assert draughty - calm < calm - sunny


def test_what_disturbs_a_room_day_after_day_is_learned_and_outlives_a_window() -> None:
    memory, now = RoomMemory(belief=first_belief(20.0, 0)._replace(disturbance=2.0 / 60.0)), NOON
    for _ in range(24 * 60):
        belief = first_belief(20.0, int(now.timestamp()))._replace(disturbance=2.0 / 60.0)
        given = room(20.0, memory=memory._replace(belief=belief), measured_at=now)
        memory = remembered(decide(house({"living": given}, now=now)))
        now += MINUTE
    assert memory.lessons.disturbance == pytest.approx(0.8, abs=0.15)
    again = remembered(decide(house({"living": room(17.0, memory=memory.out_of_sight(), measured_at=now)}, now=now)))
    assert again.belief is not None
    assert again.belief.disturbance == pytest.approx(memory.lessons.disturbance / 60.0, abs=1e-5)


@pytest.mark.parametrize(
    ("usual", "told"),
    [
        (1.84, ["is usually warmed by 1.8 K an hour by other things than its radiators"]),
        (-0.52, ["usually loses 0.5 K an hour more than its walls and the outside explain"]),
        (0.012, []),
        (-0.04, []),
    ],
)
def test_why_tells_what_usually_disturbs_a_room_where_there_is_anything(usual: float, told: list[str]) -> None:
    assert [*explain_room(RoomMemory(lessons=Lessons(disturbance=usual)))] == told


def test_lessons_of_a_version_that_knew_fewer_are_read_but_for_those_that_waited() -> None:
    read = read_room({"due": [0.001, 0.002, 0.003, 0.004]}, {"gain": 0.3, "warmup": 1.2})
    assert read.lessons == Lessons(gain=0.3, warmup=1.2)
    assert read.due == NOTHING


def test_how_low_a_room_may_be_held_is_not_learned_while_it_has_plenty() -> None:
    def due(disturbance: float) -> float:
        belief = first_belief(20.4, int(NOON.timestamp()))._replace(disturbance=disturbance / 60.0)
        sunny = room(20.4, memory=RoomMemory(belief=belief), measured_at=NOON)
        return remembered(decide(house({"living": sunny}))).due.comfort

    assert due(0.0) > 0
    assert due(12.0) == 0


def test_a_fast_fall_is_believed_while_it_goes_on() -> None:
    belief = first_belief(21.0, 0)
    for minute in range(1, 16):
        belief = passed(belief, 0.2, 20.0, 20.0, 0.0)
        belief, _ = corrected(belief, 21.0 - 0.2 * minute, 60 * minute)
    assert belief.air < 18.0


def test_a_room_that_warms_up_slowly_begins_earlier_the_next_time() -> None:
    assert warmed_up(arrives_after_min=110).warmup > warmed_up(arrives_after_min=45).warmup


def test_a_burn_for_less_than_the_burner_gives_is_shared_with_rooms_that_need_heat_next() -> None:
    rooms = {"living": room(18.5, power_w=2500.0), "bath": room(21.45), "attic": room(24.0)}
    verdict = decide(house(rooms, minimum_power_w=6000.0))
    assert verdict.rooms["bath"].open
    assert not verdict.rooms["attic"].open
    assert not decide(house(rooms, minimum_power_w=2000.0)).rooms["bath"].open


def shut_at(**fields: Any) -> float:
    """How warm a room gets during a burn, steadily, until its valve is shut, °C."""
    now = house({"living": room(18.0), "study": room(20.2, **fields)})
    verdict = decide(now)
    assert verdict.rooms["study"].open
    for minute in range(1, 60):
        warmer = 20.2 + 0.05 * minute
        now = after(now, verdict, temperatures={"study": warmer}, flow=60.0)
        verdict = decide(now)
        if not verdict.rooms["study"].open:
            return warmer
    return 99.0


def test_a_room_in_setback_is_filled_further_so_that_the_night_has_fewer_starts() -> None:
    by_day, by_night = shut_at(), shut_at(coming=(switch(600, 20.1),))
    assert by_day + 0.1 < by_night < by_day + 1.5


def test_shortly_before_a_drop_nobody_warms_a_room_for_later() -> None:
    steady = decide(house({"living": room(20.0)}))
    dropping = decide(house({"living": room(20.0, coming=(switch(10, 16.0),))}))
    assert doses(dropping) < doses(steady)
    assert not dropping.rooms["living"].open


def test_a_room_with_sun_needs_less_than_one_that_cools() -> None:
    now, verdict = house({"living": room(20.0), "bath": room(20.0)}), None
    for minute in range(40):
        verdict = decide(now)
        warmer = {"living": 20.0 + 0.02 * minute, "bath": 20.0 - 0.02 * minute}
        now = after(now, verdict, temperatures=warmer, flame=False, call=False)
    assert verdict is not None
    assert doses(verdict) == 0
    assert doses(verdict, "bath") > 30


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(["belief", "due", "due_at", "due_setpoint", "begun_at", "alone_min", "prepares", *BOUNDS]), junk
    )
)
def test_damaged_memory_counts_as_never_learned(memory: dict[str, Any]) -> None:
    read = read_room(memory, {})
    for name, learned in zip(Lessons._fields, read.lessons, strict=True):
        _, low, high = BOUNDS[name]
        assert low <= learned <= high
    decide(house({"living": room(19.0, memory=read)}, memory=read_house(memory, {})))


@given(st.floats(5, 30), st.lists(st.floats(-0.3, 0.3), min_size=5, max_size=30))
def test_what_is_remembered_is_all_that_matters(start: float, drifts: list[float]) -> None:
    now, temperature = house({"living": room(round(start, 1))}), start
    for drift in drifts:
        verdict = decide(now)
        memory = remembered(verdict)
        assert read_room(*memory.kept()) == memory
        temperature += drift
        now = after(now, verdict, temperatures={"living": round(temperature, 1)}, flow=55.0)


@pytest.mark.parametrize(
    ("temperature", "is_scheduled", "words"),
    [
        (20.4, True, "warm enough to stay above 19.7 until 12:12"),
        (18.6, True, "to reach 19.7 and keep it until 12:35"),
        (20.4, False, "needs 7 radiator-minutes to stay above 19.7 until 12:35"),
    ],
    ids=["nearly there", "still cold", "a person's wish"],
)
def test_only_the_schedules_own_setpoint_falls_early_before_a_drop_and_only_when_it_is_nearly_reached(
    temperature: float, is_scheduled: bool, words: str
) -> None:
    one = room(temperature, coming=(switch(12, 17.0),), is_scheduled=is_scheduled)
    assert words in decide(house({"living": one})).rooms["living"].reason


def test_a_room_that_falls_slowly_is_not_left_as_low_as_it_is_held() -> None:
    held = RoomMemory(lessons=Lessons(comfort=1.2, setback=1.2))
    slow = decide(house({"living": room(20.0, setpoint=21.0, memory=held)}, outside=18.0))
    assert doses(slow) > 0
    least = 21.0 - Doses().soon_below_k
    assert f"radiator-minutes to reach {least:.1f} and keep it until 12:15" in slow.rooms["living"].reason
    night = room(20.0, setpoint=21.0, memory=held, coming=(switch(600, 23.0),))
    assert doses(decide(house({"living": night}, outside=18.0))) == 0


def test_a_room_in_setback_may_become_colder_before_the_boiler_starts_for_it_alone() -> None:
    by_day = decide(house({"living": room(20.1)}))
    by_night = decide(house({"living": room(20.1, coming=(switch(600, 21.0),))}))
    assert by_day.call
    assert not by_night.call


def test_a_small_room_that_warms_up_waits_for_no_other_room() -> None:
    warm = {f"spare{number}": room(26.0, power_w=2000.0) for number in range(5)}
    bath = room(18.0, setpoint=18.0, power_w=800.0, coming=(switch(60, 22.0),))
    verdict = decide(house({"bath": bath, **warm}))
    assert verdict.call
    assert "warms up for 22" in verdict.rooms["bath"].reason


WAITING = st.lists(st.floats(-0.9, 0.9), min_size=len(BOUNDS), max_size=len(BOUNDS))
SECONDS = st.just(0) | st.integers(1, 2_000_000_000)
WARM_UPS = st.fixed_dictionaries(
    {
        "prepares": st.booleans(),
        "due_at": SECONDS,
        "due_setpoint": st.floats(0, 40),
        "begun_at": SECONDS,
        "alone_min": st.floats(0, 1000),
    }
)


@given(WAITING, WARM_UPS, st.floats(15, 22), st.booleans())
def test_what_is_passed_on_to_the_next_decision_is_what_a_restart_would_read(
    due: list[float], warm_up: dict[str, Any], temperature: float, rises: bool
) -> None:
    belief = (temperature, temperature, temperature, 0.0, temperature, temperature, 0.0, 0.0, 0)
    memory = read_room({"belief": [*belief], "due": [*due], **warm_up}, {})
    assert read_room(*memory.kept()) == memory
    coming = (switch(60, 21.0),) if rises else ()
    now = house({"living": room(temperature, memory=memory, coming=coming)})
    for passed_on in (remembered(decide(now)), remembered(decide(replace(now, last_tick=now.now)))):
        assert read_room(*passed_on.kept()) == passed_on
        assert str(read_room(*passed_on.kept())) == str(passed_on)  # -0.0 is no other number than 0.0
