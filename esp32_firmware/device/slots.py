"""Two slots for the firmware: which of them starts, and the way back from one that does not work.

This file and main.py are never replaced over the air. A new slot gets two trial boots; unless it confirms itself by
then, the old one starts again and says so.
"""

import json
import os

_STATE = "slots.json"
_TRIALS = 2


def _read():
    try:
        with open(_STATE) as file:
            state = json.load(file)
        return state if state.get("slot") in ("a", "b") else {"slot": "a"}
    except (OSError, ValueError):
        return {"slot": "a"}


def _write(state):
    with open(_STATE + ".new", "w") as file:
        json.dump(state, file)
    os.rename(_STATE + ".new", _STATE)


def choose():
    """The slot to start; one trial less, if it is one."""
    state = _read()
    if "trial" not in state:
        return state["slot"]
    if state["left"] > 0:
        state["left"] -= 1
        _write(state)
        return state["trial"]
    _write({"slot": state["slot"], "refused": state["version"]})
    return state["slot"]


def folder(slot):
    return "/app_" + slot


def path(slot, name):
    return folder(slot) + "/node/" + name


def other():
    """The slot that new firmware goes into: not the one that starts."""
    return "b" if _read()["slot"] == "a" else "a"


def empty(slot):
    """Make room for new files."""
    for one in (folder(slot), folder(slot) + "/node"):
        try:
            os.mkdir(one)
        except OSError:
            continue
    for name in os.listdir(folder(slot) + "/node"):
        os.remove(path(slot, name))


def arm(slot, version):
    """The next boots try this slot."""
    _write({"slot": _read()["slot"], "trial": slot, "left": _TRIALS, "version": version})


def confirm():
    """What runs is good: the trial is over. Whether there was one."""
    state = _read()
    if "trial" not in state:
        return False
    _write({"slot": state["trial"]})
    return True


def is_trial():
    return "trial" in _read()


def refused():
    """The version that was tried and did not work, if so."""
    return _read().get("refused")
