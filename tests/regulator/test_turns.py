"""The order in which the houses of a fleet are served."""

from hypothesis import given
from hypothesis import strategies as st

from house.mqtt import Received
from regulator.flood import CARRIED
from regulator.turns import AT_ONCE, PASSED_OVER, Turns

TICK, REPORT = "tick", "valve/v1/status"
READING, WISH = "room/living/temperature/s1", "room/living/setpoint/set"
PATHS = (TICK, REPORT, READING, WISH, "room/living/window/w1", "nonsense")


def said(path: str, number: int = 0, *, retained: bool = False) -> Received:
    return Received(path, str(number).encode(), retained)


def order(turns: Turns[Received]) -> list[str]:
    roots = []
    while turns:
        roots.append(turns.next().root)
    return roots


def test_a_wish_comes_before_the_ticks_of_other_houses() -> None:
    turns: Turns[Received] = Turns()
    for root in "abc":
        turns.add(root, said(TICK))
    turns.add("d", said(WISH))
    assert order(turns) == ["d", "a", "b", "c"]


def test_a_wish_takes_its_own_houses_tick_along_and_stays_behind_it() -> None:
    turns: Turns[Received] = Turns()
    for root in "ab":
        turns.add(root, said(TICK))
    turns.add("b", said(WISH))
    first = turns.next()
    assert (first.root, [one.path for one in first.messages]) == ("b", [TICK, WISH])


def test_what_comes_while_ticks_are_served_does_not_wait_for_them() -> None:
    turns: Turns[Received] = Turns()
    for root in "abc":
        turns.add(root, said(TICK))
    assert turns.next().root == "a"
    turns.add("c", said(READING))
    assert order(turns) == ["c", "b"]


def test_what_is_retained_is_in_no_haste() -> None:
    turns: Turns[Received] = Turns()
    turns.add("a", said(READING, retained=True))
    turns.add("b", said(READING))
    assert order(turns) == ["b", "a"]


def test_what_the_regulator_said_itself_is_in_no_haste() -> None:
    turns: Turns[Received] = Turns()
    turns.add("a", said("room/living/memory"))
    turns.add("b", said(WISH))
    assert order(turns) == ["b", "a"]


def test_a_house_with_ticks_only_is_not_forgotten_beside_a_flood() -> None:
    turns: Turns[Received] = Turns()
    turns.add("silent", said(TICK))
    served = []
    for number in range(2 * PASSED_OVER):
        turns.add("flooded", said(READING, number))
        served.append(turns.next().root)
    assert "silent" in served


def test_a_flooded_house_delays_the_others_by_one_turn_of_few_messages() -> None:
    turns: Turns[Received] = Turns()
    for number in range(CARRIED):
        turns.add("flooded", said(READING, number))
    turns.add("calm", said(WISH))
    assert len(turns.next().messages) == AT_ONCE
    assert turns.next().root == "calm"


def test_a_flood_is_handed_over_whole_so_that_it_can_be_thinned() -> None:
    turns: Turns[Received] = Turns()
    for number in range(CARRIED + 1):
        turns.add("flooded", said(READING, number))
    assert len(turns.next().messages) == CARRIED + 1


@given(
    st.lists(
        st.one_of(
            st.none(), st.tuples(st.sampled_from("abc"), st.sampled_from(PATHS), st.booleans(), st.integers(1, 60))
        ),
        max_size=60,
    )
)
def test_each_house_hears_all_of_its_own_in_the_order_of_arrival(
    happened: list[tuple[str, str, bool, int] | None],
) -> None:
    """Whatever comes, and whenever a turn (None) is taken between."""
    turns, came, heard = Turns[Received](), dict[str, list[Received]](), dict[str, list[Received]]()
    for number, one in enumerate([*happened, *[None] * 500]):
        if one is None:
            if turns:
                turn = turns.next()
                heard.setdefault(turn.root, []).extend(turn.messages)
            continue
        root, path, retained, times = one
        for again in range(times):
            received = said(path, 1_000 * number + again, retained=retained)
            came.setdefault(root, []).append(received)
            turns.add(root, received)
    assert not turns
    assert heard == came
