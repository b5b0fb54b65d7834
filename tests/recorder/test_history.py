import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from house import messages, topics
from house.messages import Message
from recorder.history import Record, Series, history

AT = datetime(2026, 1, 12, tzinfo=UTC)
LIVING = topics.Name(topics.ROOM_TEMPERATURE, ("living",))
METER = topics.Name(topics.METER_GAS)


def record(name: topics.Name, message: Message, minutes: float = 0, *, retained: bool = False) -> Record:
    return Record(AT + timedelta(minutes=minutes), name, message, retained)


def seconds(minutes: float = 0) -> int:
    return int((AT + timedelta(minutes=minutes)).timestamp())


def test_a_late_message_takes_its_place_by_its_own_instant() -> None:
    late = record(LIVING, messages.Temperature(value=19, measured_at=AT), minutes=90)
    course = history([record(LIVING, messages.Temperature(value=20), 5), late]).course(
        topics.ROOM_TEMPERATURE, "living"
    )
    assert course.instants == (seconds(0), seconds(5))
    assert [one.value for one in course.values] == [19, 20]


def test_of_two_readings_of_the_same_instant_the_one_received_last_counts() -> None:
    first = record(METER, messages.GasReading(value=1.0, measured_at=AT, equipment="m"), 1)
    corrected = record(METER, messages.GasReading(value=0.9, measured_at=AT, equipment="m"), 2)
    for order in ([first, corrected], [corrected, first]):
        assert [one.value for one in history(order).gas["m"].values] == [0.9]


def test_two_meters_that_are_read_at_the_same_instant_are_kept_apart() -> None:
    readings = [record(METER, messages.GasReading(value=1, measured_at=AT, equipment=name)) for name in "ab"]
    assert set(history(readings).gas) == {"a", "b"}


def test_what_the_broker_told_again_counts_only_with_an_instant_of_its_own() -> None:
    bare = record(LIVING, messages.Temperature(value=20), retained=True)
    dated = record(LIVING, messages.Temperature(value=21, measured_at=AT - timedelta(minutes=9)), retained=True)
    course = history([bare, dated]).course(topics.ROOM_TEMPERATURE, "living")
    assert course.instants == (seconds(-9),)


def test_a_course_tells_what_is_in_force_and_how_fresh_it_is() -> None:
    course = Series((10, 20), ("a", "b"))
    assert [course.at(at) for at in (9, 10, 19, 20, 99)] == [None, "a", "a", "b", "b"]
    assert [course.fresh(at, 5) for at in (9, 15, 16, 25, 26)] == [None, "a", None, "b", None]
    assert list(course.between(10, 20)) == [(10, "a")]


_records = st.builds(
    lambda name, value, said, received: record(
        name, name.topic.message(value=value, measured_at=AT + timedelta(minutes=said)), received
    ),
    st.sampled_from([LIVING, METER]),
    st.integers(0, 50),
    st.integers(0, 5),
    st.integers(0, 5),
)


@given(st.lists(_records, max_size=12), st.randoms(use_true_random=False))
def test_the_order_in_which_records_are_folded_makes_no_difference(records: list[Record], luck: random.Random) -> None:
    shuffled = [*records, *records[:3]]
    luck.shuffle(shuffled)
    assert history(shuffled) == history(records)
