"""A chaos run: plays scene after scene, waits until the house is well again after each, and reports."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from math import inf
from pathlib import Path
from random import Random

from tests.system.chaos.client import Client, Message
from tests.system.chaos.disturbances import Chaos
from tests.system.chaos.ledger import Ledger, numbers
from tests.system.chaos.plan import SERVICES, Scene
from tests.system.chaos.stage import Stage, stage
from tests.system.chaos.witness import Witness

SPEED = 60.0
TURN_S = 0.02
READY_S = 60.0
WEIGH_EVERY_S = 2.0
PEOPLE_EVERY_S = 5.0
RECORDED_S = 60.0
GROWTH_KB = 40_000
WISHES = (
    ("setpoint/set", ("auto", "16", "19.5", "21", "23")),
    ("boost/set", ("off", "20")),
    ("preset/set", ("none", "eco", "comfort")),
)


@dataclass
class Outcome:
    """What a run came to."""

    seed: int
    played: list[Scene] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    figures: dict[str, str] = field(default_factory=dict)


class Run:
    """One run on a stage; `back_s` is how soon all must be well after a scene."""

    def __init__(self, on: Stage, seed: int, back_s: float, tell: Callable[[str], None]) -> None:
        self._stage, self._back_s, self._tell = on, back_s, tell
        self._random = Random(f"people/{seed}")
        self._witness = Witness(on.settings)
        self._heard: list[tuple[Message, float]] = []
        self._observer = Client(on.broker.port, "chaos-witness", ["#"], self._keep)
        self._counter = Client(on.broker.port, "chaos-counter")
        self._ledger = Ledger(self._counter)
        self._chaos = Chaos(on, self._witness, self._ledger)
        self._weigh_s = self._people_s = 0.0
        self._slowest_back_s = 0.0
        self._number_heard = 0
        self.outcome = Outcome(seed)

    def play(self, scenes: Iterator[Scene], minutes: float, payloads: float) -> Outcome:
        """Until the minutes are over, or so many hostile payloads have been thrown."""
        with self._observer, self._counter:
            began = time.monotonic()
            self._freeze_a_room()
            self._await_well(READY_S, "the beginning")
            for scene in scenes:
                is_over = time.monotonic() - began > 60 * minutes
                if is_over or self._chaos.thrown["hostile payloads"] >= payloads:
                    break
                self._scene(scene)
            self._judge(time.monotonic() - began)
        return self.outcome

    # --- scenes -------------------------------------------------------------------------------------------------------

    def _scene(self, scene: Scene) -> None:
        self.outcome.played.append(scene)
        words = " and ".join(f"{one.kind} {one.target}".strip() + f" for {one.seconds:g} s" for one in scene)
        self._tell(words)
        began = time.monotonic()
        with ExitStack() as stack:
            running = []
            for one in scene:
                doing = self._chaos.of(one)
                doing.__enter__()
                own = stack.enter_context(ExitStack())
                own.push(doing.__exit__)
                running.append((began + one.seconds, own))
            for due_at, own in sorted(running, key=lambda one: one[0]):
                self._until(partial(_is_after, due_at), due_at - time.monotonic() + 60)
                own.close()
        self._await_well(self._back_s, words)
        self._ledger.excuse_ends()

    def _await_well(self, within_s: float, after: str) -> None:
        since, newest = time.monotonic(), self._ledger.newest
        if not self._until(lambda: not self._ailing(since, newest), within_s):
            ailing = self._ailing(since, newest)
            self._fault(f"not well within {within_s:g} s after {after}: {', '.join(ailing)}")
            self._until(lambda: not self._ailing(since, newest), READY_S)
            self._tell(
                f"  well after {time.monotonic() - since:.1f} s: {', '.join(self._ailing(since, newest)) or 'all'}"
            )
        if after != "the beginning":
            self._slowest_back_s = max(self._slowest_back_s, time.monotonic() - since)

    def _ailing(self, since: float, newest: int) -> list[str]:
        """What is not well: each service must be online and have done its work since."""
        found = [name for name in SERVICES if not self._witness.online.get(name)] + self._stage.street.ailing()
        work = {"simulated": "tick", "regulator": "memory"}
        found += [f"{name}'s {path}" for name, path in work.items() if self._witness.heard_s.get(path, 0) < since]
        if not found and not self._ledger.is_stored(self._stage.database, newest + 1):
            found.append("the recorder stores nothing new")
        return found

    def _until(self, holds: Callable[[], bool], within_s: float) -> bool:
        deadline = time.monotonic() + within_s
        while not holds():
            if time.monotonic() > deadline:
                return False
            self._turn()
        return True

    def _turn(self) -> None:
        self._stage.relay.turn()
        if self._witness.online.get("recorder") or self._ledger.said:  # before, nobody has promised to keep it
            self._ledger.turn()
        heard, self._heard = self._heard, []
        for message, at in heard:
            self._witness.hear(message.topic, message.payload, at)
            self._stage.street.hear(message.topic, message.payload, at)
        self._number_heard += len(heard)
        self._stage.services.look()
        now = time.monotonic()
        if now >= self._weigh_s:
            self._weigh_s = now + WEIGH_EVERY_S
            self._stage.services.weigh()
        if now >= self._people_s:
            self._people_s = now + PEOPLE_EVERY_S
            self._somebody_wishes()
        time.sleep(TURN_S)  # the pace of the stage, not a wait for something

    def _keep(self, message: Message) -> None:
        self._heard.append((message, time.monotonic()))

    # --- people -------------------------------------------------------------------------------------------------------

    def _freeze_a_room(self) -> None:
        self._counter.say("home/room/study/mode/set", b"off")
        self._counter.say("home/room/bedroom/mode/set", b"off")

    def _somebody_wishes(self) -> None:
        if self._counter.connected.is_set():
            path, values = self._random.choice(WISHES)
            room = self._random.choice(["living", "kitchen", "bath", "child"])
            self._counter.say(f"home/room/{room}/{path}", self._random.choice(values).encode())

    # --- judgement ----------------------------------------------------------------------------------------------------

    def _fault(self, words: str) -> None:
        self._tell(f"  VIOLATION {words}")
        self.outcome.violations.append(words)

    def _judge(self, lasted_s: float) -> None:
        self._until(lambda: self._ledger.is_stored(self._stage.database, self._ledger.newest), RECORDED_S)
        rows = numbers(self._stage.database)
        lost, twice, excused = self._ledger.faults(rows)
        services = self._stage.services
        faults = [*services.faults, *self._stage.street.violations]
        faults += [one for told in self._witness.violations.values() for one in told]
        faults += [f"lost: {len(lost)} messages, {lost[:20]}"] if lost else []
        faults += [f"stored twice: {len(twice)} messages, {twice[:20]}"] if twice else []
        faults += [f"a traceback in the log of {name}" for name in services.tracebacks()]
        faults += self._unsaid_losses()
        faults += list(self._growth())
        for words in faults:
            self._fault(words)
        self._figures(lasted_s, len(self._ledger.taken), excused)

    def _unsaid_losses(self) -> list[str]:
        log = self._stage.services.each["recorder"].log.read_text()
        said, taken = log.count("messages may be missing"), self._chaos.sessions_taken
        return [f"the recorder lost its session {taken} times and said so {said} times"] if said < taken else []

    def _growth(self) -> Iterable[str]:
        for name, lives in self._stage.services.memories.items():
            for one in lives:
                if one.warm_kb and one.last_kb - one.warm_kb > GROWTH_KB:
                    yield f"memory of {name} grew from {one.warm_kb} to {one.last_kb} kB in {one.lived_s:.0f} s"

    def _figures(self, lasted_s: float, taken: int, excused: int) -> None:
        witness, services = self._witness, self._stage.services
        most = {name: max(one.most_kb for one in lives) // 1000 for name, lives in services.memories.items() if lives}
        self.outcome.figures = {
            "lasted": f"{lasted_s:.0f} s, at {SPEED:g} times the pace of the clock",
            "messages heard by the observer": f"{self._number_heard:,}",
            **{name: f"{number:,}" for name, number in self._chaos.thrown.items()},
            "numbered messages": f"{taken:,}, of which {excused} lost with the broker's file or session",
            "slowest to be well again": f"{self._slowest_back_s:.1f} s",
            "slowest SIGTERM": f"{services.slowest_stop_s:.2f} s, {services.slowest_to_stop}",
            "most memory, MB": ", ".join(f"{name} {used}" for name, used in most.items()),
            "coldest, °C": ", ".join(f"{room} {value:g}" for room, value in sorted(witness.coldest.items())),
            **{f"checked: {rule}": f"{times:,} times" for rule, times in sorted(witness.checked.items())},
        }


def _is_after(due_at: float) -> bool:
    return time.monotonic() >= due_at


def run(
    folder: Path,
    seed: int,
    scenes: Iterator[Scene],
    minutes: float,
    back_s: float,
    tell: Callable[[str], None],
    payloads: float = inf,
) -> Outcome:
    with stage(folder, seed, SPEED) as on:
        return Run(on, seed, back_s, tell).play(scenes, minutes, payloads)
