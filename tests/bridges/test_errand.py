"""One slow request at a time."""

import threading

from bridges.errand import Errand


def test_an_outcome_is_picked_up_once_and_then_the_way_is_free() -> None:
    errand, answer = Errand[str](), threading.Event()

    def work() -> str:
        answer.wait(10)
        return "ok"

    assert not errand.busy
    errand.start(work)
    assert errand.busy
    assert errand.pick_up() is None
    answer.set()
    outcome = None
    for _ in range(10_000):
        outcome = outcome or errand.pick_up()
        if outcome:
            break
        threading.Event().wait(0.001)
    assert outcome == "ok"
    assert not errand.busy
    assert errand.pick_up() is None
