from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from house import messages, topics
from recorder.history import Record
from recorder.room_decisions import decisions, is_wanted

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
END = NOON + timedelta(days=1)
LIVING = topics.Name(topics.ROOM_STATUS, ("living",))


def tick(minute: int) -> Record:
    at = NOON + timedelta(minutes=minute)
    return Record(at, topics.Name(topics.TICK), messages.Tick(at=at))


def status(setpoint: float, *, heating: bool = False, rule: str = "schedule", reason: str = "so it is") -> Record:
    action = "heating" if heating else "idle"
    said = messages.RoomStatus(setpoint=setpoint, action=action, rule=rule, reason=reason, measured_at=NOON)
    return Record(NOON, LIVING, said)


def test_a_change_of_setpoint_rule_or_action_is_a_decision_at_the_last_tick() -> None:
    said = [status(18), tick(0), status(20), tick(1), status(20, heating=True), tick(2), status(20, rule="override")]
    found = decisions(said, NOON, END)
    assert [(one.at - NOON).seconds // 60 for one in found] == [0, 1, 2]
    assert [(one.setpoint, one.action, one.rule) for one in found] == [
        (20, "idle", "schedule"),
        (20, "heating", "schedule"),
        (20, "idle", "override"),
    ]


def test_numbers_that_run_are_no_decision_and_the_first_reason_stays() -> None:
    said = [status(18), tick(0), *(status(20, reason=f"needs {n} radiator-minutes") for n in (9, 8, 7))]
    assert [one.reason for one in decisions(said, NOON, END)] == ["needs 9 radiator-minutes"]


def test_what_was_in_force_before_is_no_change() -> None:
    assert decisions([tick(-1), status(20), tick(1), status(20)], NOON, END) == []


def test_only_the_span_that_was_asked_for_is_told() -> None:
    said = [status(18), tick(-1), status(19), tick(0), status(20), tick(24 * 60), status(21)]
    assert [one.setpoint for one in decisions(said, NOON, END)] == [20]


def test_only_the_room_and_the_clock_are_read() -> None:
    assert is_wanted(LIVING, "living")
    assert is_wanted(topics.Name(topics.TICK), "living")
    assert not is_wanted(LIVING, "bath")


_records = st.one_of(
    st.integers(0, 60).map(tick),
    st.builds(status, st.sampled_from([18, 20]), heating=st.booleans(), rule=st.sampled_from(["schedule", "boost"])),
)


@given(st.lists(_records, max_size=30))
def test_no_decision_is_like_the_one_before_it(said: list[Record]) -> None:
    found = [(one.setpoint, one.action, one.rule) for one in decisions(said, NOON, END)]
    assert all(one != following for one, following in pairwise(found))


@given(st.lists(_records, max_size=30))
def test_what_is_said_twice_changes_nothing(said: list[Record]) -> None:
    twice = [one for record in said for one in (record, record)]
    assert decisions(twice, NOON, END) == decisions(said, NOON, END)
