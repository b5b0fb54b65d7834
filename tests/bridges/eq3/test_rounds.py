"""Days of the pure machine: ten virtual valves, one radio, a clock that is only a number."""

import tracemalloc
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bridges.eq3 import protocol
from bridges.eq3 import valve as machine
from bridges.eq3.pace import Pace
from bridges.eq3.report import status_of
from bridges.eq3.scheduling import next_up
from bridges.eq3.valve import Failure, Kind, Valve
from house.errors import PayloadError
from house.messages import ValveSet
from tests.virtual_eq3 import VirtualEq3

pytestmark = pytest.mark.slow

NOW = datetime(2026, 1, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")
PACE = Pace()
CONTACT = timedelta(seconds=5)
LOOK = timedelta(seconds=20)
SETPOINTS = (5.0, 19.0, 21.0, 26.5)


def wish(setpoint: float, at: datetime) -> ValveSet:
    ends = at + timedelta(minutes=90)
    return ValveSet(opening=None, setpoint=setpoint, issued_at=at, expires_at=ends, fallback=19)


class Day:
    """One radio and its valves; `fault` says what goes wrong with a contact, if anything."""

    def __init__(self, seed: int, fault: Callable[[Random], Failure | None], count: int = 10) -> None:
        self.random, self.fault, self.now = Random(seed), fault, NOW
        self.addresses = [f"001a220000{number:02x}" for number in range(count)]
        self.valves = {address: Valve(address, "living") for address in self.addresses}
        self.eq3s = {address: VirtualEq3(address) for address in self.addresses}
        self.wanted: dict[str, float | None] = {}
        self.connections: Counter[str] = Counter()
        self.tries: Counter[str] = Counter()

    def tell(self, address: str, setpoint: float | None) -> None:
        self.wanted[address] = setpoint
        level = None if setpoint is None else wish(setpoint, self.now)
        self.valves[address] = machine.wished(self.valves[address], level, self.now)

    def repeat(self) -> None:
        for address, setpoint in self.wanted.items():
            self.tell(address, setpoint)

    def run(self, span: timedelta, meanwhile: Callable[[], None] = lambda: None) -> None:
        end, repeated = self.now + span, self.now
        while self.now < end:
            meanwhile()
            if self.now - repeated >= timedelta(minutes=30):
                repeated = self.now
                self.repeat()
            self.now += CONTACT if self.contact() else LOOK

    def contact(self) -> bool:
        task = next_up(self.valves.values(), self.now, ZONE)
        if task is None:
            return False
        valve, chance = self.valves[task.address], self.random.random()
        failure = self.fault(self.random)
        self.tries[task.address] += 1
        if failure is not None:
            after = machine.failed(valve, task.kind, failure, self.now, PACE, chance, task.command)
            self.valves[task.address] = after
            return True
        self.connections[task.address] += 1
        eq3 = self.eq3s[task.address]
        answers = tuple(protocol.decode(eq3.write(request) or b"") for request in task.requests)
        eq3.link_closed()
        self.valves[task.address], knob = machine.answered(valve, task, answers, self.now, PACE, chance)
        if knob is not None:
            self.tell(task.address, knob.setpoint)
        return True


def sometimes(share: float, failure: Failure = Failure.UNREACHED) -> Callable[[Random], Failure | None]:
    return lambda random: failure if random.random() < share else None


def every_90_minutes_or_so(random: Random) -> list[timedelta]:
    moments = [random.random() * timedelta(minutes=90)]
    while moments[-1] < timedelta(days=1):
        moments.append(moments[-1] + random.uniform(60, 120) * timedelta(minutes=1))
    return moments


def at_16_random_moments(random: Random) -> list[timedelta]:
    return sorted(random.random() * timedelta(days=1) for _ in range(16))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("moments", [every_90_minutes_or_so, at_16_random_moments], ids=["even", "uneven"])
def test_ordinary_day_takes_fewer_than_sixty_connections_of_each_valve(
    seed: int, moments: Callable[[Random], list[timedelta]]
) -> None:
    day = Day(seed, sometimes(0.05))
    for address in day.addresses:
        day.tell(address, 19.0)
    switches = {address: moments(day.random) for address in day.addresses}

    def switch() -> None:  # each valve opens or shuts
        for address, left in switches.items():
            while left and day.now >= NOW + left[0]:
                left.pop(0)
                day.tell(address, 26.5 if day.wanted[address] == 5.0 else 5.0)

    day.run(timedelta(days=1), switch)
    assert max(day.connections.values()) < 60
    assert min(day.connections.values()) >= 24
    assert all(day.eq3s[address].faults == [] for address in day.addresses)


def test_wish_is_written_before_anybody_is_polled_and_who_fails_goes_to_the_back() -> None:
    day = Day(1, lambda _: None, count=3)
    first, second, third = day.addresses
    day.tell(third, 21)
    task = next_up(day.valves.values(), NOW, ZONE)
    assert task is not None
    assert task.address == third
    day.tell(first, 21)
    day.valves[first] = machine.failed(day.valves[first], Kind.WRITE, Failure.UNREACHED, NOW, PACE, 0.0)
    order = []
    day.now = NOW + timedelta(seconds=30)
    while (task := next_up(day.valves.values(), day.now, ZONE)) is not None:
        order.append(task.address)
        day.contact()
    assert order == [third, second, first]


def test_nothing_is_done_before_the_clock_is_set() -> None:
    day = Day(1, lambda _: None)
    assert next_up(day.valves.values(), datetime(1970, 1, 1, tzinfo=UTC), ZONE) is None


@pytest.mark.parametrize("seed", range(3))
def test_after_a_day_of_random_faults_nothing_is_stuck(seed: int) -> None:
    day = Day(seed, lambda random: random.choice([None, None, *Failure]) if random.random() < 0.5 else None)

    def mishaps() -> None:
        address, chance = day.random.choice(day.addresses), day.random.random()
        if chance < 0.01:
            day.tell(address, day.random.choice([*SETPOINTS, None]))
        elif chance < 0.015:
            day.eq3s[address].turn_knob(day.random.choice([4.5, 17.0, 23.0, 30.0]))
        elif chance < 0.02:
            day.eq3s[address].window_open = not day.eq3s[address].window_open
        elif chance < 0.022:
            day.eq3s[address].write(protocol.SELECT_AUTO)
        elif chance < 0.023:
            day.now -= timedelta(hours=1)

    day.run(timedelta(hours=24), mishaps)
    day.fault = lambda _: None
    for address in day.addresses:
        day.eq3s[address].window_open = False
        day.tell(address, day.random.choice(SETPOINTS))
    day.run(timedelta(minutes=150))
    for address in day.addresses:
        status = status_of(day.valves[address])
        assert (status.setpoint, status.reachable, status.alert) == (day.wanted[address], True, None)
        assert day.eq3s[address].celsius == day.wanted[address]
        assert day.eq3s[address].faults == []


def test_memory_stays_flat_through_a_day_of_faults() -> None:
    day = Day(7, sometimes(0.4, Failure.SILENT))
    for address in day.addresses:
        day.tell(address, 21)
    day.run(timedelta(hours=1))
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for eq3 in day.eq3s.values():
            eq3.writes.clear()
        day.run(timedelta(hours=23))
        for eq3 in day.eq3s.values():
            eq3.writes.clear()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 50_000


def test_answer_that_is_none_is_a_failure_and_no_more() -> None:
    with pytest.raises(PayloadError):
        protocol.decode(b"\x02\x01\x09\x50")
    valve = replace(Valve("001a22000001", "living"))
    task = next_up([valve], NOW, ZONE)
    assert task is not None
    after, knob = machine.answered(valve, task, (), NOW, PACE, 0.5)
    assert (after.failures, knob) == (1, None)
