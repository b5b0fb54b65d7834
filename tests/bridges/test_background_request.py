"""One slow request at a time."""

import threading

import pytest

from bridges.background_request import BackgroundRequest


def test_an_outcome_is_picked_up_once_and_then_the_way_is_free() -> None:
    errand, answer = BackgroundRequest[str](), threading.Event()

    def work() -> str:
        answer.wait(10)
        return "ok"

    assert not errand.busy
    errand.start(work)
    assert errand.busy
    assert errand.pick_up() is None
    answer.set()
    assert await_outcome(errand) == "ok"
    assert not errand.busy
    assert errand.pick_up() is None


def test_what_the_work_raised_is_raised_at_the_pick_up() -> None:
    def work() -> str:
        raise ValueError("no such thing")

    errand = BackgroundRequest[str]()
    errand.start(work)
    with pytest.raises(ValueError, match="no such thing"):
        await_outcome(errand)


def await_outcome(errand: BackgroundRequest[str]) -> str:
    for _ in range(10_000):
        if outcome := errand.pick_up():
            return outcome
        threading.Event().wait(0.001)
    raise AssertionError("no outcome")
