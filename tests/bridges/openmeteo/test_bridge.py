"""The weather bridge with real HTTP and a real broker."""

import json
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bridges.boiler.bridge import wall_clock
from bridges.openmeteo import bridge
from bridges.openmeteo.protocol import Failure
from devtools.servers import Mosquitto, free_port
from house import topics
from house.messages import Forecast, Rejected, Temperature
from tests.bridges.running import StandingClock, process, running, say_raw
from tests.observer import Observer

CAPTURE = json.loads((Path(__file__).parents[2] / "captures" / "open_meteo.json").read_text())


class FakeOpenMeteo:
    """Answers with the captured form, its hours moved to begin with the present one; or with an error."""

    def __init__(self, clock: Callable[[], datetime] = wall_clock) -> None:
        self._clock = clock
        self.requests: list[dict[str, list[str]]] = []
        self.error: dict[str, Any] | None = None
        self.changed = threading.Condition()
        self.hold = threading.Event()
        self.hold.set()
        self.url = ""

    def wait_for(self, count: int) -> None:
        assert self.is_asked(count, within_s=20)

    def is_asked(self, count: int, within_s: float) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: len(self.requests) >= count, within_s)

    def answer(self, path: str) -> tuple[int, bytes]:
        with self.changed:
            self.requests.append(parse_qs(urlsplit(path).query))
            self.changed.notify_all()
        self.hold.wait(60)
        if self.error is not None:
            return self.error["status"], json.dumps(self.error["body"]).encode()
        hour = self._clock().replace(minute=0, second=0, microsecond=0)
        times = [int((hour + timedelta(hours=number)).timestamp()) for number in range(4)]
        return 200, json.dumps(CAPTURE["ok"] | {"hourly": CAPTURE["ok"]["hourly"] | {"time": times}}).encode()


@contextmanager
def serving(fake: FakeOpenMeteo, port: int = 0) -> Iterator[FakeOpenMeteo]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = fake.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as http:
        fake.url = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield fake
        finally:
            fake.hold.set()
            http.shutdown()
            thread.join()


@pytest.fixture
def server(clock: StandingClock) -> Iterator[FakeOpenMeteo]:
    with serving(FakeOpenMeteo(clock)) as server:
        yield server


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(datetime(2026, 1, 12, 12, 30, tzinfo=UTC))


@pytest.fixture
def observer(mosquitto: Mosquitto) -> Iterator[Observer]:
    with Observer(mosquitto.settings()) as observer:
        yield observer


@pytest.fixture
def run(mosquitto: Mosquitto, clock: StandingClock, observer: Observer) -> Callable[..., Any]:
    """Run the bridge, past the seconds in which it awaits what the broker had kept."""

    @contextmanager
    def run_(url: str, sensors: str = "") -> Iterator[None]:
        section = f"weather: {{driver: openmeteo, url: '{url}', sensors: [{sensors}]}}"
        with running(bridge.run, mosquitto, section, clock=clock, chance=lambda: 0.0):
            heard = len(observer.heard)
            observer.wait_for("service/openmeteo/availability", lambda it: it == b"online", since=heard)
            say_raw(mosquitto, "home/forecast", b"?")  # refused once what was kept has been heard before it
            observer.wait_for("rejected", since=heard)
            observer.heard.clear()
            clock.ahead += timedelta(seconds=6)
            yield

    return run_


def test_forecast_and_outside_temperature_are_published(
    run: Callable[..., Any], server: FakeOpenMeteo, observer: Observer
) -> None:
    with run(server.url):
        forecast = Forecast.decode(observer.wait_for("forecast").payload)
        outside = Temperature.decode(observer.wait_for("outside/temperature").payload)
    assert [(hour.temperature, hour.irradiance) for hour in forecast.hours] == [(2.1, 141), (2.9, 170), (3.6, None)]
    assert outside == Temperature(value=2.1, measured_at=forecast.hours[0].at)
    assert server.requests[0]["latitude"] == ["52.1"]


def test_own_thermometers_are_averaged_and_strange_readings_refused(
    run: Callable[..., Any], server: FakeOpenMeteo, observer: Observer, mosquitto: Mosquitto
) -> None:
    with run(server.url, "north, east"):
        observer.wait_for("outside/temperature")
        for payload in (b"warm", b"\xff", b"999"):
            heard = len(observer.heard)
            say_raw(mosquitto, "home/outside/temperature/north", payload)
            assert "outside" in Rejected.decode(observer.wait_for("rejected", since=heard).payload).topic
        say_raw(mosquitto, "home/outside/temperature/north", b"5", retain=True)
        say_raw(mosquitto, "home/outside/temperature/east", b"6", retain=True)
        observer.wait_for("outside/temperature", lambda it: Temperature.decode(it).value == 5.5)
    outside = Temperature.decode(observer.wait_for("outside/temperature").payload)
    assert outside.value == 2.1


def test_a_bare_reading_that_the_broker_had_kept_is_of_no_known_age(
    run: Callable[..., Any], server: FakeOpenMeteo, observer: Observer, mosquitto: Mosquitto
) -> None:
    say_raw(mosquitto, "home/outside/temperature/north", b"35", retain=True)
    with run(server.url, "north"):
        assert Temperature.decode(observer.wait_for("outside/temperature").payload).value == 2.1


def test_a_restart_within_half_an_hour_costs_no_request(
    run: Callable[..., Any], server: FakeOpenMeteo, observer: Observer, clock: StandingClock
) -> None:
    with run(server.url):
        observer.wait_for("forecast")
    with run(server.url):
        observer.listen(1.5)
        assert len(server.requests) == 1
        clock.ahead += timedelta(minutes=31)
        server.wait_for(2)


def test_a_rate_limit_is_respected_and_a_wrong_request_never_repeated(
    run: Callable[..., Any], server: FakeOpenMeteo, observer: Observer, clock: StandingClock
) -> None:
    wrong, minutely, _, _ = CAPTURE["errors"]
    server.error = minutely
    with run(server.url):
        server.wait_for(1)
        observer.listen(1.2)
        assert len(server.requests) == 1
        server.error = wrong
        for _ in range(20):  # the minute of the limit begins when the answer has been taken
            clock.ahead += timedelta(seconds=61)
            if server.is_asked(2, within_s=1):
                break
        observer.listen(1.2)
        clock.ahead += timedelta(days=3)
        observer.listen(1.2)
    assert len(server.requests) == 2
    assert not [one for one in observer.heard if one.path == "forecast"]


def test_a_broker_that_forgot_everything_is_told_again(
    run: Callable[..., Any], server: FakeOpenMeteo, observer: Observer, mosquitto: Mosquitto
) -> None:
    with run(server.url):
        forecast = observer.wait_for("forecast").payload
        mosquitto.stop()
        mosquitto.forget()
        heard = len(observer.heard)
        mosquitto.start()
        assert observer.wait_for("forecast", since=heard).payload == forecast
        observer.wait_for("outside/temperature", since=heard)
    assert len(server.requests) == 1


def test_a_server_that_was_away_is_asked_again(
    run: Callable[..., Any], observer: Observer, clock: StandingClock
) -> None:
    port = free_port()
    with run(f"http://127.0.0.1:{port}"):
        observer.listen(0.6)
        assert not [one for one in observer.heard if one.path == "forecast"]
        with serving(FakeOpenMeteo(clock), port):
            for _ in range(20):
                clock.ahead += timedelta(minutes=2)
                clock.wait_for_looks(6)
                observer.listen(0.5)
                if any(one.path == "forecast" for one in observer.heard):
                    return
    raise AssertionError("it was not asked again")


def test_what_is_too_long_to_be_a_forecast_is_not_read_to_its_end(server: FakeOpenMeteo) -> None:
    server.error = {"status": 200, "body": {"reason": "x" * 1_000_000}}
    answer = bridge.ask(server.url, {})
    assert isinstance(answer, Failure)
    assert "too long" in answer.text


def test_an_answer_that_breaks_off_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            client, _ = listening.accept()
            with client:
                client.recv(4096)
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")

        thread = threading.Thread(target=serve)
        thread.start()
        answer = bridge.ask(f"http://127.0.0.1:{listening.getsockname()[1]}", {})
        thread.join()
    assert isinstance(answer, Failure)
    assert answer.text.startswith("no connection")


def test_sigterm_does_not_wait_for_an_answer(
    server: FakeOpenMeteo, observer: Observer, mosquitto: Mosquitto, tmp_path: Path
) -> None:
    server.hold.clear()
    section = f"weather: {{driver: openmeteo, url: '{server.url}'}}"
    with process("openmeteo", tmp_path, mosquitto, section) as child:
        observer.wait_for(topics.SERVICE_AVAILABILITY.path("openmeteo"), lambda payload: payload == b"online")
        server.wait_for(1)
        child.send_signal(signal.SIGTERM)
        assert child.wait(10) == 0
    observer.wait_for(topics.SERVICE_AVAILABILITY.path("openmeteo"), lambda payload: payload == b"offline")
