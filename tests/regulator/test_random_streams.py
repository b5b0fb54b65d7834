"""A few random streams of `benchmarks.streams`, which runs a great many: each seed is a case of its own."""

import pytest

from benchmarks.streams import broken_by, houses

BUILT = houses()


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 120, 20))
def test_no_random_stream_breaks_a_promise(first: int) -> None:
    assert [fault for seed in range(first, first + 20) for fault in broken_by(seed, BUILT, events=12)] == []


@pytest.mark.parametrize(
    ("seed", "what"),
    [
        (762, "a valve that regulated itself at boost was let go at boost by bypass"),
        (1006, "a valve that bypass was about to let go kept the setpoint of before the absence"),
    ],
)
def test_streams_that_once_broke_a_promise_break_none(seed: int, what: str) -> None:
    assert broken_by(seed, BUILT, events=12) == [], what
