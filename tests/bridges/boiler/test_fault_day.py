"""A day of everything that goes wrong between a boiler behind MQTT and its bridge, in simulated time."""

import json
import pickle
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bridges.boiler.protocol import OBEDIENCE, REPEAT, Control, Driver
from tests.bridges import fake_boilers
from tests.bridges.boiler.test_protocol import MINUTE, PAIRS, SECOND, START, wish

pytestmark = pytest.mark.slow

STEP = 10 * SECOND
OBEYS_WITHIN = REPEAT + STEP
LETS_GO_WITHIN = 5 * MINUTE + STEP
"""The longest dead man's switch of these devices; a call is repeated until it expires."""
STATE_BYTES = 3000
FAULTS = ("commands are lost", "silent", "garbage", "refuses", "device restarts", "broker away", "bridge restarts")


@dataclass
class Day:
    """A boiler, its bridge, and what is wrong with them at the moment."""

    first: Driver
    fake: Callable[[], fake_boilers.FakeBoiler]
    dice: random.Random = field(default_factory=lambda: random.Random(11))
    faults: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.driver, self.device, self.control = self.first, self.fake(), Control(60)
        self.now = self.called_at = self.whole_since = START

    def strike(self, faults: frozenset[str]) -> None:
        self.faults, self.whole_since = faults, self.now
        if isinstance(self.device, fake_boilers.ShellyGen2):
            self.device.refuses = "refuses" in faults

    def hit(self, fault: str, chance: float = 1) -> bool:
        return fault in self.faults and self.dice.random() < chance

    def step(self) -> None:
        self.now += STEP
        if self.hit("device restarts", 0.05):
            self.device = self.fake()
        if self.hit("bridge restarts", 0.05):
            self.driver, self.control = self.first, Control(60, wish=self.control.wish)
        if not self.hit("broker away"):
            self._say_wish()
            self._tell()
            self._hear()
        if self.wanted:
            self.called_at = self.now
        self.device.commands.clear()

    @property
    def wanted(self) -> bool:
        return self.control.wish is not None and self.control.wish.calls(self.now)

    def _say_wish(self) -> None:
        if self.dice.random() < 0.02:
            newest = wish(call=self.dice.random() < 0.5, at=self.now, minutes=self.dice.uniform(1, 20))
            self.control = replace(self.control, wish=newest)

    def _tell(self) -> None:
        self.control, demand = self.control.due(self.now)
        for write in self.driver.writes(demand) if demand else ():
            if not self.hit("commands are lost", 0.6):
                self.device.hear(write.topic, write.payload, self.now)

    def _hear(self) -> None:
        for topic, payload, _ in () if self.hit("silent") else self.device.says(self.now):
            told = self._garbled(topic, payload) if self.hit("garbage") else (topic, payload)
            self.driver = self.driver.heard(*told, self.now, live=True)

    def _garbled(self, topic: str, payload: bytes) -> tuple[str, bytes]:
        """Cut off, random, empty or strange; from a topic beside the known ones where the bridge hears it."""
        strange = json.dumps({f"key{self.dice.randrange(10**9)}": "x" * 500}).encode()
        hears_all = any(one.endswith(("#", "+")) for one in self.driver.filters)
        beside = f"{topic}{self.dice.randrange(10**9)}" if hears_all and self.dice.random() < 0.5 else topic
        return beside, self.dice.choice([payload[:-1], self.dice.randbytes(40), b"{}", strange])


@pytest.mark.parametrize(("driver", "fake"), PAIRS, ids=lambda it: getattr(it, "__name__", ""))
def test_through_a_day_of_faults_an_expired_call_ends_and_once_they_stop_the_newest_wish_is_obeyed(
    driver: Driver, fake: Callable[[], fake_boilers.FakeBoiler]
) -> None:
    day, obeyed = Day(driver, fake), {True: 0, False: 0}
    for _ in range(24 * 4):
        for faults in (frozenset(day.dice.sample(FAULTS, 2)), frozenset[str]()):
            day.strike(faults)
            until = day.now + 7.5 * MINUTE
            while day.now < until:
                day.step()
                assert not day.device.heats(day.now) or day.now - day.called_at <= LETS_GO_WITHIN
                if not faults and day.now - day.whole_since >= OBEYS_WITHIN:
                    assert day.device.heats(day.now) == day.wanted
                    obeyed[day.wanted] += 1
                assert len(pickle.dumps((day.driver, day.control))) < STATE_BYTES
        assert day.now - day.whole_since > OBEDIENCE
        assert day.driver.status(day.control.demand, day.now).fault is None
    assert day.now - START == timedelta(hours=24)
    assert min(obeyed.values()) > 500, "both were wished often"
