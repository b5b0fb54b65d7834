"""One slow request at a time."""

import threading

import pytest

from bridges.background_request import MOST_ABANDONED, BackgroundRequest


def test_an_outcome_is_picked_up_once_and_then_the_way_is_free() -> None:
    errand, answer = BackgroundRequest(10, "late"), threading.Event()

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

    errand = BackgroundRequest(10, "late")
    errand.start(work)
    with pytest.raises(ValueError, match="no such thing"):
        await_outcome(errand)


def test_work_that_takes_too_long_is_left_behind_and_its_late_outcome_is_nobodys() -> None:
    now, answer = [0.0], threading.Event()
    errand = BackgroundRequest(60, "late", lambda: now[0])

    def hang() -> str:
        answer.wait(10)
        return "an answer of long ago"

    for _ in range(MOST_ABANDONED):
        errand.start(hang)
        now[0] += 61
        assert errand.pick_up() == "late"
    began: list[str] = []

    def begin() -> str:
        began.append("work")
        return "ok"

    errand.start(begin)
    assert (await_outcome(errand), began) == ("late", [])
    answer.set()
    for _ in range(10_000):
        errand.start(lambda: "ok")
        if (outcome := await_outcome(errand)) == "ok":
            return
    raise AssertionError(outcome)


def await_outcome(errand: BackgroundRequest[str]) -> str:
    for _ in range(10_000):
        if outcome := errand.pick_up():
            return outcome
        threading.Event().wait(0.001)
    raise AssertionError("no outcome")
