"""The Nefit bridge with real HTTP and a real broker."""

import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from bridges.nefit import bridge
from bridges.nefit.protocol import MANUAL_SETPOINT, UI_STATUS, USER_MODE, Answer, Failure, Request
from devtools.servers import Mosquitto, free_port
from house.messages import BoilerStatus, Rejected
from tests.bridges.nefit.fake_easy import EXCHANGES, HTML, FakeEasy, Reply, Server, captured_failure, serving
from tests.bridges.running import MovableClock, boiler_set, process, running, say_raw
from tests.ending import end
from tests.observer import Observer


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(FakeEasy()) as server:
        yield server


@pytest.fixture
def observer(mosquitto: Mosquitto) -> Iterator[Observer]:
    with Observer(mosquitto.settings()) as observer:
        yield observer


def section(url: str) -> str:
    return f"boiler: {{driver: nefit, url: '{url}'}}"


def see(observer: Observer, clock: MovableClock, matches: Callable[[BoilerStatus], bool]) -> None:
    """Let time pass, as the bridge turns, until such a status is said."""
    heard = len(observer.heard)
    for _ in range(29):
        observer.listen(0.3)
        said = [one.payload for one in observer.heard[heard:] if one.path == "boiler/status"]
        if any(matches(BoilerStatus.decode(payload)) for payload in said):
            return
        clock.ahead += timedelta(seconds=20)
        clock.wait_for_looks(6)
    observer.wait_for("boiler/status", lambda payload: matches(BoilerStatus.decode(payload)), since=heard)


def test_calls_reach_the_easy_and_its_status_the_broker(
    mosquitto: Mosquitto, server: Server, clock: MovableClock, observer: Observer
) -> None:
    with running(bridge.run, mosquitto, section(server.url), clock=clock):
        observer.say(boiler_set(clock(), call=True))
        server.wait_for(lambda: server.easy.heats)
        see(observer, clock, lambda status: status.flame is True)
        observer.say(boiler_set(clock(), call=False))
        server.wait_for(lambda: not server.easy.heats)
    assert server.easy.manual == 15
    assert server.most_in_flight == 1


def test_a_write_carries_the_content_type_without_which_nothing_is_written(server: Server) -> None:
    with requests.Session() as session:
        outcome = bridge.ask(session, server.url, Request(MANUAL_SETPOINT, 20.5))
    assert outcome == Answer(EXCHANGES["set-manual-setpoint"]["body"])
    assert server.easy.manual == 20.5


TOO_LONG = "an answer of more than 65536 bytes; is this nefit-easy-http-server?"
NO_OBJECT = "an answer that is no JSON object; is this nefit-easy-http-server?"


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (captured_failure("cloud-silent"), Failure("500 MAX_RETRIES_REACHED")),
        (captured_failure("endpoint-refused"), Failure("500 INVALID_RESPONSE", refused=True)),
        (Reply(404, "Not Found", HTML, b"<!DOCTYPE html>"), Failure("404 Not Found")),
        (Reply(200, "OK", HTML, b"<html>"), Failure(NO_OBJECT)),
        (Reply(200, "OK", "application/json", b"[1]"), Failure(NO_OBJECT)),
        (
            Reply(200, "OK", "application/json", b"[" * 70_000),
            Failure("an answer of more than 65536 bytes; is this nefit-easy-http-server?"),
        ),
    ],
    ids=["cloud silent", "endpoint refused", "unknown path", "HTML", "a list", "endless"],
)
def test_every_failure_is_told_apart(server: Server, reply: Reply, failure: Failure) -> None:
    server.easy.failure = reply
    with requests.Session() as session:
        assert bridge.ask(session, server.url, UI_STATUS) == failure


def test_a_redirect_says_what_to_put_into_the_settings(server: Server) -> None:
    server.easy.failure = Reply(302, "Found", HTML, b"")
    with requests.Session() as session:
        outcome = bridge.ask(session, server.url, UI_STATUS)
    assert isinstance(outcome, Failure)
    assert "house.yaml" in outcome.text


def test_a_server_that_is_not_there_is_a_failure() -> None:
    with requests.Session() as session:
        assert isinstance(bridge.ask(session, f"http://127.0.0.1:{free_port()}", UI_STATUS), Failure)


def test_garbage_is_refused_and_the_call_holds(
    mosquitto: Mosquitto, server: Server, clock: MovableClock, observer: Observer
) -> None:
    with running(bridge.run, mosquitto, section(server.url), clock=clock):
        observer.say(boiler_set(clock(), call=True))
        server.wait_for(lambda: server.easy.heats)
        for payload in (b"off", b"\xff\x00", b'{"call": 0, "issued_at": "now"}', b"{" * 9000):
            heard = len(observer.heard)
            say_raw(mosquitto, "home/boiler/set", payload)
            assert Rejected.decode(observer.wait_for("rejected", since=heard).payload).service == "nefit"
        asked = len(server.easy.requests)
        clock.ahead += timedelta(seconds=61)
        server.wait_for(lambda: len(server.easy.requests) > asked)
        assert server.easy.heats


def test_a_call_expires_although_broker_and_regulator_are_gone(
    mosquitto: Mosquitto, server: Server, clock: MovableClock, observer: Observer
) -> None:
    with running(bridge.run, mosquitto, section(server.url), clock=clock):
        observer.say(boiler_set(clock(), call=True))
        server.wait_for(lambda: server.easy.heats)
        mosquitto.stop()
        clock.ahead += timedelta(minutes=10, seconds=1)
        server.wait_for(lambda: not server.easy.heats)
        mosquitto.forget()
        heard = len(observer.heard)
        mosquitto.start()
        observer.wait_for("boiler/status", since=heard)
        observer.say(boiler_set(clock(), call=True))
        server.wait_for(lambda: server.easy.heats)


def test_an_outage_of_the_server_is_survived(mosquitto: Mosquitto, clock: MovableClock, observer: Observer) -> None:
    port, easy = free_port(), FakeEasy()
    with running(bridge.run, mosquitto, section(f"http://127.0.0.1:{port}"), clock=clock):
        observer.say(boiler_set(clock(), call=True))
        see(observer, clock, lambda status: "cannot be reached" in (status.fault or ""))
        with serving(easy, port) as server:
            see(observer, clock, lambda status: status.fault is None and status.flame is True)
            assert easy.heats
            observer.say(boiler_set(clock(), call=False))
            server.wait_for(lambda: not easy.heats)


def test_a_slow_answer_does_not_cost_the_broker_connection_nor_a_second_request(
    mosquitto: Mosquitto, server: Server, clock: MovableClock, observer: Observer
) -> None:
    with running(bridge.run, mosquitto, section(server.url), clock=clock):
        server.wait_for(lambda: server.easy.requests)
        server.hold.clear()
        observer.say(boiler_set(clock(), call=True))
        heard = len(observer.heard)
        clock.ahead += timedelta(minutes=2)
        say_raw(mosquitto, "home/boiler/set", b"garbage")
        observer.wait_for("rejected", since=heard)
        assert server.in_flight <= 1
        server.hold.set()
        server.wait_for(lambda: server.easy.heats)
    assert server.most_in_flight == 1


def test_sigterm_in_the_middle_of_a_write_leaves_a_moderate_setpoint(
    mosquitto: Mosquitto, server: Server, clock: MovableClock, observer: Observer, tmp_path: Path
) -> None:
    observer.say(boiler_set(clock(), call=True))
    server.hold_writes.clear()
    with process("nefit", tmp_path, mosquitto, section(server.url)) as child:
        server.wait_for(lambda: any(path == USER_MODE for _, path, _ in server.easy.requests))
        child.send_signal(signal.SIGTERM)
        server.hold_writes.set()  # it waits for the answer a second at most
        assert child.wait(20) == 0
    assert (server.easy.manual, server.easy.mode) == (15, "manual")
    assert server.most_in_flight == 1
    observer.wait_for("service/nefit/availability", lambda payload: payload == b"offline")


def test_sigterm_ends_the_bridge_within_five_seconds_though_the_server_answers_nothing(
    mosquitto: Mosquitto, server: Server, clock: MovableClock, observer: Observer, tmp_path: Path
) -> None:
    observer.say(boiler_set(clock(), call=True))
    server.hold.clear()
    with process("nefit", tmp_path, mosquitto, section(server.url)) as child:
        server.wait_for(lambda: bool(server.easy.requests))
        status, took = end(child)
    assert (status, took < 5) == (0, True)
