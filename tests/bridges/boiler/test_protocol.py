"""Which demand is in force, and what a boiler does about it over a day of lost commands."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.boiler.protocol import REPEAT, STATUS_EVERY, Control, Demand, Driver, Said, accept
from bridges.emsesp.protocol import EmsEsp
from bridges.otgw.protocol import Otgw
from bridges.relay.protocol import relay
from house.errors import PayloadError
from house.messages import BoilerSet, BoilerStatus
from house.settings import devices as device_settings
from tests.bridges import fake_boilers

START = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def wish(*, call: bool, at: datetime = START, minutes: float = 10, flow: float | None = None) -> BoilerSet:
    return BoilerSet(call=call, flow_setpoint=flow, issued_at=at, expires_at=at + timedelta(minutes=minutes))


def told(control: Control, now: datetime) -> Demand:
    _, demand = control.due(now)
    assert demand is not None
    return demand


def test_a_call_is_told_at_once_and_again_each_half_minute() -> None:
    control, demand = Control(60, wish=wish(call=True)).due(START)
    assert demand == Demand(True, 60, START)
    control, again = control.due(START + REPEAT - SECOND)
    assert again is None
    _, again = control.due(START + REPEAT)
    assert again is demand


def test_an_expired_call_is_no_call() -> None:
    control = Control(60, started=START, wish=wish(call=True))
    assert told(control, START + 10 * MINUTE - SECOND).call
    assert not told(control, START + 10 * MINUTE).call


def test_never_heard_is_no_call_once_the_broker_had_time_to_speak() -> None:
    control, demand = Control(60).due(START)
    assert demand is None
    assert not told(control, START + 6 * SECOND).call


@pytest.mark.parametrize(("flow", "asked"), [(None, 60), (45, 45), (0, 20), (8, 20)])
def test_a_call_never_asks_for_a_flow_that_means_something_else(flow: float | None, asked: float) -> None:
    assert told(Control(60, wish=wish(call=True, flow=flow)), START).flow_setpoint == asked


def test_a_clock_that_is_put_back_does_not_silence_the_bridge() -> None:
    control, _ = Control(60, wish=wish(call=True)).due(START)
    assert told(control, START - timedelta(hours=1)).call


def test_a_wish_that_would_outlive_its_regulator_is_refused() -> None:
    assert accept(wish(call=True, minutes=60), START).call
    with pytest.raises(PayloadError, match="at most an hour ahead"):
        accept(wish(call=True, minutes=61), START)


def test_a_status_is_said_when_it_changes_and_every_five_minutes() -> None:
    status = BoilerStatus(flame=True, reported_at=START)
    said = Said(status, START)
    later = status.model_copy(update={"reported_at": START + MINUTE})
    assert not said.is_due(later, START + MINUTE)
    assert said.is_due(later, START + STATUS_EVERY)
    assert said.is_due(later.model_copy(update={"flame": False}), START + MINUTE)
    assert Said(BoilerStatus(), START).is_due(BoilerStatus(reported_at=START), START)


PAIRS: list[tuple[Driver, Callable[[], fake_boilers.FakeBoiler]]] = [
    (EmsEsp(), fake_boilers.EmsEsp),
    (Otgw(device_settings.Otgw()), fake_boilers.Otgw),
    (relay(device_settings.Relay(model="tasmota")), fake_boilers.Tasmota),
    (relay(device_settings.Relay(model="shelly-gen1")), fake_boilers.ShellyGen1),
    (relay(device_settings.Relay(model="shelly-gen2")), fake_boilers.ShellyGen2),
]


@pytest.mark.parametrize(("driver", "fake"), PAIRS, ids=lambda it: getattr(it, "__name__", ""))
def test_in_a_day_of_lost_commands_the_boiler_is_never_long_of_another_mind(
    driver: Driver, fake: Callable[[], fake_boilers.FakeBoiler]
) -> None:
    dice, device, control = random.Random(3), fake(), Control(60)
    call, disagreed = False, timedelta(0)
    for second in range(0, 86_400, 10):
        now = START + second * SECOND
        if second % 600 == 0 and dice.random() < 0.7:
            call = dice.random() < 0.5
            control = replace(control, wish=wish(call=call, at=now, minutes=dice.uniform(5, 20)))
        control, demand = control.due(now)
        for write in driver.writes(demand) if demand else ():
            if dice.random() < 0.75:
                device.hear(write.topic, write.payload, now)
        for topic, payload, _ in device.says(now):
            driver = driver.heard(topic, payload, now, live=True)
        wanted = control.wish is not None and control.wish.calls(now)
        disagreed = disagreed + 10 * SECOND if device.heats(now) != wanted else timedelta(0)
        assert disagreed <= 6 * MINUTE


@pytest.mark.parametrize(("driver", "fake"), PAIRS, ids=lambda it: getattr(it, "__name__", ""))
def test_a_boiler_lets_go_by_itself_when_the_bridge_dies(
    driver: Driver, fake: Callable[[], fake_boilers.FakeBoiler]
) -> None:
    device = fake()
    for write in driver.writes(Demand(True, 60, START)):
        device.hear(write.topic, write.payload, START)
    assert device.heats(START + MINUTE)
    assert not device.heats(START + 5 * MINUTE)


@pytest.mark.parametrize(("driver", "fake"), PAIRS, ids=lambda it: getattr(it, "__name__", ""))
@given(payload=st.binary(max_size=60), index=st.integers(0, 20))
def test_whatever_a_device_says_the_status_can_be_told(
    driver: Driver, fake: Callable[[], fake_boilers.FakeBoiler], payload: bytes, index: int
) -> None:
    topics = sorted({topic for topic, _, _ in fake().says(START)} | {"haard_boiler/rpc", "ems-esp/response", "other"})
    heard = driver.heard(topics[index % len(topics)], payload, START, live=True)
    assert heard.status(Demand(True, 60, START - 5 * MINUTE), START).encode()
