"""What the bridge asks of a Nefit Easy, and what it makes of the answers, in simulated time."""

import json
import pickle
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.nefit import protocol
from bridges.nefit.protocol import Answer, Easy, Failure, Request, UiStatus, ui_status
from house.messages import BoilerSet, BoilerStatus
from house.settings.devices import Nefit
from tests.bridges.nefit.fake_easy import EXCHANGES, FakeEasy, captured_failure
from tests.strategies import json_values

START = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
CALL, REST, SAFE = 30, 12, 15


class House:
    """A bridge's state and a fake thermostat, and the time between them."""

    def __init__(self, fake: FakeEasy, answer_s: float = 2.0) -> None:
        self.fake, self.now, self.answer_s = fake, START, answer_s
        self.easy = Easy(Nefit(), START)

    def wish(self, *, call: bool, minutes: float = 10) -> None:
        expires_at = self.now + timedelta(minutes=minutes)
        self.easy = replace(self.easy, wish=BoilerSet(call=call, issued_at=self.now, expires_at=expires_at))

    def turn(self) -> Request | None:
        """One request and its answer, or half a second of nothing."""
        self.easy, request = self.easy.next(self.now)
        self.now += timedelta(seconds=self.answer_s if request else 0.5)
        if request is not None:
            self.easy = self.easy.answered(request, exchange(self.fake, request), self.now)
        return request

    def run(self, minutes: float) -> list[Request]:
        until = self.now + timedelta(minutes=minutes)
        sent = []
        while self.now < until:
            request = self.turn()
            sent += [request] if request else []
        return sent

    def status(self) -> BoilerStatus:
        status = self.easy.status(self.now)
        assert status is not None
        return status


def exchange(fake: FakeEasy, request: Request) -> Answer | Failure:
    """The shell's part, without HTTP."""
    body = b"" if request.value is None else json.dumps({"value": request.value}).encode()
    reply = fake.reply("POST" if body else "GET", request.path, "application/json", body)
    if reply.status != 200:
        return Failure(f"{reply.status} {reply.reason}", refused=reply.reason in protocol.REFUSALS)
    return Answer(json.loads(reply.body))


@pytest.fixture
def house() -> House:
    return House(FakeEasy())


def test_the_captured_status_reads_as_documented() -> None:
    capture = EXCHANGES["uiStatus"]
    status = ui_status(capture["body"])
    assert status is not None
    expected = capture["expected"]
    assert {key: getattr(status, key) for key in expected} == expected


def test_a_call_and_its_end_reach_the_burner(house: House) -> None:
    house.wish(call=True)
    house.run(2)
    assert (house.fake.mode, house.fake.setpoint, house.status().flame) == ("manual", CALL, True)
    house.wish(call=False)
    house.run(2)
    assert (house.fake.setpoint, house.status().flame) == (REST, False)


def test_nothing_heard_is_rest_but_not_before_the_broker_had_time_to_speak(house: House) -> None:
    sent = house.run(0.07)
    assert all(request.value is None for request in sent)
    house.run(1)
    assert house.fake.setpoint == REST


def test_a_call_expires_by_our_clock(house: House) -> None:
    house.wish(call=True, minutes=10)
    house.run(9.9)
    assert house.fake.heats
    house.run(0.5)
    assert not house.fake.heats


def test_an_easy_that_already_holds_the_setpoint_is_not_written_to() -> None:
    house = House(FakeEasy(mode="manual", manual=REST))
    assert all(request.value is None for request in house.run(5))


def test_the_status_is_asked_each_minute_and_the_rest_every_five() -> None:
    house = House(FakeEasy(mode="manual", manual=REST))
    paths = [request.path for request in house.run(60)]
    assert 57 <= paths.count(protocol.UI_STATUS.path) <= 61
    assert {paths.count(poll.path) for poll in protocol.POLLS} - {paths.count(protocol.UI_STATUS.path)} == {12}


def test_only_listed_reads_are_sent_since_the_server_executes_any_name(house: House) -> None:
    house.wish(call=True)
    reads = {request.path for request in house.run(30) if request.value is None}
    assert reads == {poll.path for poll in protocol.POLLS}


def test_an_ok_that_wrote_nothing_is_found_out_and_written_again(house: House) -> None:
    house.fake.ignores_writes = True
    house.wish(call=True, minutes=60)
    house.run(6)
    assert "says ok" in (house.status().fault or "")
    assert not house.fake.heats
    house.fake.ignores_writes = False
    house.run(10)
    assert house.fake.heats
    assert house.status().fault is None


def test_an_easy_that_never_obeys_is_not_flooded(house: House) -> None:
    house.fake.ignores_writes = True
    house.wish(call=True, minutes=600)
    sent = house.run(300)
    assert sum(request.value is not None for request in sent) < 300 / 10 * 4 + 20
    assert sum(request == protocol.UI_STATUS for request in sent) > 270, "its status is read all the same"
    assert "says ok" in (house.status().fault or "")


def test_a_rewrite_that_has_become_needless_is_dropped(house: House) -> None:
    house.fake.ignores_writes = True
    house.wish(call=True, minutes=60)
    house.run(12)
    house.fake.mode, house.fake.manual = "manual", CALL
    sent = house.run(15)
    assert all(request.value is None for request in sent)
    assert house.status().fault is None


def test_a_new_wish_does_not_wait_for_the_next_try_of_the_old_one(house: House) -> None:
    house.fake.ignores_writes = True
    house.wish(call=True, minutes=60)
    house.run(20)
    house.fake.ignores_writes = False
    house.wish(call=False)
    house.run(0.3)
    assert house.fake.setpoint == REST


def test_somebody_who_sets_the_clock_mode_is_answered(house: House) -> None:
    house.wish(call=True, minutes=60)
    house.run(3)
    house.fake.mode = "clock"
    house.run(3)
    assert (house.fake.mode, house.fake.setpoint) == ("manual", CALL)


def test_an_endpoint_that_this_model_lacks_does_not_stand_in_the_way(house: House) -> None:
    house.fake.refused = frozenset({protocol.OVERRIDE, protocol.DISPLAY.path, protocol.PRESSURE.path})
    house.wish(call=True)
    house.run(3)
    status = house.status()
    assert house.fake.heats
    assert (status.fault, status.pressure_bar, status.flow_temperature) == (None, None, 30)


def test_a_silent_cloud_is_told_after_three_failures_and_forgotten_when_it_answers(house: House) -> None:
    house.wish(call=True, minutes=60)
    house.run(3)
    house.fake.failure = captured_failure("cloud-silent")
    house.answer_s = EXCHANGES["cloud-silent"]["after_seconds"]
    house.run(1)
    assert house.status().flame is True
    requests = house.run(4)
    assert house.status().flame is None
    assert "MAX_RETRIES_REACHED" in (house.status().fault or "")
    assert len(requests) <= 4
    house.run(10)
    assert "restart nefit-easy-http-server" in (house.status().fault or "")
    house.fake.failure, house.answer_s = None, 2
    house.run(2)
    assert (house.status().flame, house.status().fault) == (True, None)


def test_an_expired_call_that_does_not_reach_the_easy_is_a_fault_within_a_minute(house: House) -> None:
    """A server that drips its answer holds each request for 55 s: three failures would take as many minutes."""
    house.wish(call=True, minutes=5)
    house.run(4)
    house.fake.failure, house.answer_s = captured_failure("cloud-silent"), 55
    house.run(2)
    assert house.easy.failures < 3
    assert house.fake.heats
    assert "cannot be reached" in (house.status().fault or "")


SETPOINTS = frozenset((protocol.MANUAL_SETPOINT, protocol.OVERRIDE_SETPOINT))


@pytest.mark.parametrize("ends", ["expires", "is taken back"])
@pytest.mark.parametrize("lie", [{"ignores_writes": True}, {"refused": SETPOINTS}], ids=["ok and nothing", "refused"])
def test_an_end_of_a_call_that_the_easy_does_not_heed_is_a_fault_within_a_minute(
    house: House, lie: dict[str, Any], ends: str
) -> None:
    house.wish(call=True, minutes=5)
    house.run(4.5)
    assert house.fake.heats
    for name, value in lie.items():
        setattr(house.fake, name, value)
    house.run(0.5)
    if ends == "is taken back":
        house.wish(call=False)
    house.run(1)
    assert house.fake.heats
    assert "says ok to 12 °C but holds 30" in (house.status().fault or "")
    house.fake.ignores_writes, house.fake.refused = False, frozenset()
    house.run(5)
    assert not house.fake.heats
    assert house.status().fault is None


@pytest.mark.parametrize("answer_s", [0.1, 2, 5])
def test_an_end_of_a_call_that_is_heeded_is_no_fault_at_any_moment(answer_s: float) -> None:
    house = House(FakeEasy(), answer_s)
    house.wish(call=True, minutes=5)
    house.run(4)
    until = house.now + timedelta(minutes=5)
    while house.now < until:
        house.turn()
        assert house.status().fault is None
    assert not house.fake.heats


def test_whoever_turns_the_easy_up_while_nobody_calls_is_overruled_and_no_fault_at_once(house: House) -> None:
    house.wish(call=False, minutes=60)
    house.run(10)
    house.fake.manual = 21
    until = house.now + timedelta(minutes=3)
    while house.now < until:
        house.turn()
        assert house.status().fault is None
    assert not house.fake.heats


def test_a_wish_during_an_outage_is_carried_out_after_it(house: House) -> None:
    house.fake.failure = captured_failure("cloud-silent")
    house.run(5)
    house.wish(call=True, minutes=30)
    house.run(5)
    house.fake.failure = None
    house.run(2)
    assert house.fake.heats


def test_an_easy_that_repeats_an_old_answer_is_not_believed(house: House) -> None:
    house.run(3)
    assert house.status().flame is False
    house.fake.is_stuck = True
    reported_at = house.status().reported_at
    house.run(7)
    status = house.status()
    assert "stands still" in (status.fault or "")
    assert status.flame is None
    assert reported_at is not None
    assert status.reported_at is not None
    assert status.reported_at - reported_at < timedelta(minutes=2)


@pytest.mark.parametrize(("said", "bar"), [(25.5, None), (0, None), (1.6, 1.6), (4, 4), (4.1, None)])
def test_a_pressure_that_stands_for_unknown_is_unknown(house: House, said: float, bar: float | None) -> None:
    house.fake.pressure = said
    house.run(2)
    assert house.status().pressure_bar == bar


def test_hot_water_is_told_from_heating(house: House) -> None:
    house.fake.is_hot_water_running = True
    house.run(1)
    assert (house.status().flame, house.status().hot_water) == (True, True)


@pytest.mark.parametrize(
    ("field", "word"), [("BLE", "locked"), ("BBE", "blocked"), ("BMR", "in need of maintenance")], ids=lambda it: it
)
def test_a_lock_a_block_and_maintenance_are_faults_with_the_display_code(house: House, field: str, word: str) -> None:
    house.fake.values[field] = "true"
    house.run(2)
    fault = house.status().fault or ""
    assert word in fault
    assert "0H 203 Het cv-toestel staat stand-by." in fault


def test_the_farewell_is_a_moderate_setpoint_for_both_modes(house: House) -> None:
    house.wish(call=True)
    house.run(2)
    for request in house.easy.farewell():
        exchange(house.fake, request)
    assert (house.fake.manual, house.fake.override) == (SAFE, SAFE)


def test_in_a_day_of_faults_the_easy_obeys_within_twelve_minutes_of_their_end_and_no_expired_call_goes_on() -> None:
    dice, wished = random.Random(7), {True: 0, False: 0}
    house = House(FakeEasy())
    while house.now < START + timedelta(hours=24):
        for _ in range(4):
            break_something(house, dice)
            house.wish(call=dice.random() < 0.6, minutes=dice.choice([5, 60]))
            house.run(10)
        house.fake.failure, house.fake.ignores_writes, house.fake.is_stuck, house.answer_s = None, False, False, 2
        house.run(12)
        wish = house.easy.wish
        assert wish is not None
        wanted = wish.calls(house.now)
        assert house.fake.heats == wanted
        assert house.status().fault is None
        assert len(pickle.dumps(house.easy)) < 6000
        house.fake.requests.clear()
        wished[wanted] += 1
    assert min(wished.values()) > 5, "both were wished often"


def break_something(house: House, dice: random.Random) -> None:
    failures = [captured_failure("cloud-silent"), captured_failure("endpoint-refused")]
    house.fake.failure = dice.choice([None, None, *failures])
    house.fake.ignores_writes = dice.random() < 0.2
    house.fake.mode = dice.choice([house.fake.mode, "clock"])
    house.fake.is_stuck = dice.random() < 0.1
    house.answer_s = 34 if house.fake.failure else dice.uniform(0.2, 10)


@given(st.dictionaries(st.sampled_from(["value", "temperature", "pressure", "code"]), json_values))
def test_whatever_the_server_answers_the_bridge_goes_on(body: dict[str, Any]) -> None:
    easy = Easy(Nefit(), START)
    for poll in protocol.POLLS:
        easy = easy.answered(poll, Answer(body), START)
    easy.status(START)


@given(st.dictionaries(st.sampled_from(sorted(EXCHANGES["uiStatus"]["body"]["value"])), json_values))
def test_whatever_stands_in_a_status_it_is_read_or_unknown(fields: dict[str, Any]) -> None:
    value = EXCHANGES["uiStatus"]["body"]["value"] | fields
    status = ui_status({"value": value})
    assert isinstance(status, UiStatus)
    easy = Easy(Nefit(), START).answered(protocol.UI_STATUS, Answer({"value": value}), START)
    assert easy.status(START) is not None
