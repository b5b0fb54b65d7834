"""The recorder as a process, on a real Mosquitto with real Postgres and SQLite: nothing lost, nothing twice."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks import recorder as recorder_benchmark
from benchmarks import recorder_rivals
from devtools.servers import Mosquitto, Postgres
from house.errors import DeviceError
from recorder.database import Database
from recorder.open import open_database

pytestmark = pytest.mark.system

PATIENCE_S = 30.0
MAXIMUM_MEMORY_KB = 60_000
AVAILABILITY = "service/recorder/availability"
WIRING = """
mqtt: {{host: 127.0.0.1, port: {port}}}
database: {{url: "{url}"}}
recorder: {{linger_s: 0.02}}
rooms: {{living: {{radiators: [{{valve: "00:1A:22:00:00:01", power_w: 2100}}]}}}}
"""


class Recorder:
    """The process, and the database as a reader sees it."""

    def __init__(self, folder: Path, port: int, url: str, *options: str) -> None:
        settings = folder / "house.yaml"
        settings.write_text(WIRING.format(port=port, url=url))
        self.database = Database(open_database(url).driver)
        self._command = [sys.executable, "-m", "recorder", "--settings", str(settings), *options]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command)

    def end(self, with_signal: signal.Signals) -> int:
        """The exit status."""
        assert self._process is not None
        self._process.send_signal(with_signal)
        status, self._process = self._process.wait(PATIENCE_S), None
        return status

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def close(self) -> None:
        self.database.close()
        if self._process is not None:
            self.kill()

    def memory_kb(self) -> int:
        """The most that the process has ever used."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0])

    def payloads(self, path: str) -> list[bytes]:
        """What is stored, in the order of receipt; nothing while the database or its tables are not there."""
        query = "SELECT payload FROM message JOIN topic ON topic_id = topic.id WHERE name LIKE %s ORDER BY message.id"
        try:
            if not self.database.is_current():
                return []
            with self.database.transaction() as transaction:
                return [bytes(payload) for (payload,) in transaction.query(query, f"home/{path}")]
        except DeviceError:
            return []

    def wait_for(self, number: int, path: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while len(self.payloads(path)) < number:
            assert time.monotonic() < deadline, f"{len(self.payloads(path))} of {number} messages on {path}"
            time.sleep(0.02)


class Publisher:
    """Counts aloud on seven topics, QoS 1."""

    def __init__(self, port: int) -> None:
        self.said = 0
        self._port = port
        self.connect()

    def connect(self) -> None:
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.connect("127.0.0.1", self._port)
        self._client.loop_start()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def say(self, path: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> MQTTMessageInfo:
        return self._client.publish(f"home/{path}", payload, qos, retain)

    def count(self, number: int) -> MQTTMessageInfo:
        """Say the next numbers, without waiting until they are heard; the last can be waited for."""
        for _ in range(number):
            self.said += 1
            info = self.say(f"count/{self.said % 7}", str(self.said).encode())
        return info


@pytest.fixture
def broker(start_mosquitto: Callable[..., Mosquitto]) -> Mosquitto:
    return start_mosquitto()


@pytest.fixture
def publisher(broker: Mosquitto) -> Iterator[Publisher]:
    with closing(Publisher(broker.port)) as publisher:
        yield publisher


@pytest.fixture
def on_postgres(broker: Mosquitto, postgres: Postgres, tmp_path: Path) -> Iterator[Recorder]:
    with closing(Recorder(tmp_path, broker.port, postgres.url)) as recorder:
        yield recorder


@pytest.fixture
def on_sqlite(broker: Mosquitto, tmp_path: Path) -> Iterator[Recorder]:
    with closing(Recorder(tmp_path, broker.port, f"sqlite:///{tmp_path}/haard.db")) as recorder:
        yield recorder


@pytest.fixture(params=["on_sqlite", "on_postgres"])
def recorder(request: pytest.FixtureRequest) -> Recorder:
    recorder: Recorder = request.getfixturevalue(request.param)
    return recorder


def assert_each_number_is_one_row(recorder: Recorder, publisher: Publisher) -> None:
    publisher.say("end", b"").wait_for_publish(PATIENCE_S)
    recorder.wait_for(1, "end")
    assert recorder.payloads("count/%") == [str(number).encode() for number in range(1, publisher.said + 1)]


def test_every_message_is_one_row_though_the_recorder_is_killed(recorder: Recorder, publisher: Publisher) -> None:
    recorder.start()
    recorder.wait_for(1, AVAILABILITY)
    for _ in range(4):
        before = len(recorder.payloads("count/%"))
        publisher.count(500)
        recorder.wait_for(before + 1, "count/%")
        recorder.kill()
        recorder.start()
    publisher.count(500)
    assert_each_number_is_one_row(recorder, publisher)
    assert recorder.memory_kb() < MAXIMUM_MEMORY_KB
    assert recorder.end(signal.SIGTERM) == 0


def test_every_message_is_one_row_though_postgres_goes_away(
    on_postgres: Recorder, publisher: Publisher, postgres: Postgres
) -> None:
    on_postgres.start()
    on_postgres.wait_for(1, AVAILABILITY)
    for go_away in (postgres.stop, postgres.kill):
        before = len(on_postgres.payloads("count/%"))
        publisher.count(500)
        on_postgres.wait_for(before + 1, "count/%")
        go_away()
        publisher.count(1_000).wait_for_publish(PATIENCE_S)
        postgres.start()
    publisher.count(500)
    assert_each_number_is_one_row(on_postgres, publisher)
    assert on_postgres.memory_kb() < MAXIMUM_MEMORY_KB
    assert on_postgres.end(signal.SIGTERM) == 0


def test_every_message_is_one_row_though_the_broker_restarts_before_it_was_stored(
    on_postgres: Recorder, publisher: Publisher, postgres: Postgres, broker: Mosquitto
) -> None:
    on_postgres.start()
    on_postgres.wait_for(1, AVAILABILITY)
    publisher.count(500)
    on_postgres.wait_for(1, "count/%")
    postgres.stop()
    publisher.count(1_000).wait_for_publish(PATIENCE_S)
    publisher.close()
    broker.restart()
    publisher.connect()
    postgres.start()
    publisher.count(500)
    assert_each_number_is_one_row(on_postgres, publisher)


def test_with_a_broker_that_lost_its_file_packet_identifiers_start_anew(
    on_sqlite: Recorder, publisher: Publisher, broker: Mosquitto
) -> None:
    on_sqlite.start()
    on_sqlite.wait_for(1, AVAILABILITY)
    publisher.count(100)
    on_sqlite.wait_for(100, "count/%")
    on_sqlite.kill()
    publisher.close()
    broker.stop()
    broker.forget()
    broker.start()
    publisher.connect()
    on_sqlite.start()
    on_sqlite.wait_for(2, AVAILABILITY)
    publisher.count(100)
    assert_each_number_is_one_row(on_sqlite, publisher)


def test_any_bytes_are_stored_as_received_and_equal_messages_twice(recorder: Recorder, publisher: Publisher) -> None:
    recorder.start()
    recorder.wait_for(1, AVAILABILITY)
    payloads = [bytes(range(256)), b"", b"20.5", b"20.5", b"\\x00\t\n\\."]
    for payload in payloads:
        publisher.say("any/köttbullar 火", payload)
    publisher.say("any/qos/0", b"20.5", qos=0)
    assert_each_number_is_one_row(recorder, publisher)
    assert recorder.payloads("any/kött%") == payloads
    assert recorder.payloads("any/qos/0") == [b"20.5"]


def test_the_recorders_own_words_are_one_row_each(on_sqlite: Recorder, publisher: Publisher) -> None:
    on_sqlite.start()
    on_sqlite.wait_for(1, AVAILABILITY)
    assert_each_number_is_one_row(on_sqlite, publisher)
    assert on_sqlite.payloads(AVAILABILITY) == [b"online"]


def test_what_the_broker_has_kept_is_stored_once(recorder: Recorder, publisher: Publisher) -> None:
    publisher.say("room/living/temperature", b"20.5", retain=True).wait_for_publish(PATIENCE_S)
    recorder.start()
    recorder.wait_for(1, "room/living/temperature")
    assert recorder.end(signal.SIGTERM) == 0
    publisher.say("room/living/temperature", b"21", retain=True).wait_for_publish(PATIENCE_S)
    recorder.start()
    assert_each_number_is_one_row(recorder, publisher)
    assert recorder.payloads("room/living/temperature") == [b"20.5", b"21"]


def test_the_recorder_waits_for_a_database_that_comes_later(
    on_postgres: Recorder, publisher: Publisher, postgres: Postgres
) -> None:
    postgres.stop()
    on_postgres.start()
    postgres.start()
    on_postgres.wait_for(1, AVAILABILITY)
    publisher.count(10)
    assert_each_number_is_one_row(on_postgres, publisher)


@pytest.fixture
def pair(broker: Mosquitto, postgres: Postgres, tmp_path: Path) -> Iterator[tuple[Recorder, Recorder]]:
    """Two recorders that share the messages of one broker, started and subscribed."""
    with ExitStack() as stack:
        both = [
            stack.enter_context(
                closing(Recorder(tmp_path, broker.port, postgres.url, "--shared", "all", "--instance", name))
            )
            for name in ("a", "b")
        ]
        for name, recorder in zip(("a", "b"), both, strict=True):
            recorder.start()
            recorder.wait_for(1, f"service/recorder_{name}/availability")
        yield both[0], both[1]


def test_two_recorders_share_the_messages_and_each_survives_the_others_death(
    pair: tuple[Recorder, Recorder], publisher: Publisher
) -> None:
    one, other = pair
    for dead, alive in ((one, other), (other, one), (one, other)):
        before = len(alive.payloads("count/%"))
        publisher.count(500)
        alive.wait_for(before + 1, "count/%")
        dead.kill()
        publisher.count(500).wait_for_publish(PATIENCE_S)
        dead.start()
    publisher.count(500)
    one.wait_for(publisher.said, "count/%")
    stored = sorted(int(payload) for payload in one.payloads("count/%"))
    assert stored == list(range(1, publisher.said + 1))
    assert one.end(signal.SIGTERM) == other.end(signal.SIGTERM) == 0


def test_while_one_of_a_pair_is_dead_its_share_waits_for_it_and_no_other_gets_it(
    pair: tuple[Recorder, Recorder], publisher: Publisher
) -> None:
    dead, alive = pair
    dead.kill()
    publisher.count(100).wait_for_publish(PATIENCE_S)
    alive.wait_for(1, "count/%")
    publisher.say("end", b"").wait_for_publish(PATIENCE_S)
    publisher.say("end", b"").wait_for_publish(PATIENCE_S)
    alive.wait_for(1, "end")
    assert 0 < len(alive.payloads("count/%")) < 100
    dead.start()
    alive.wait_for(100, "count/%")
    assert len(alive.payloads("count/%")) == 100


def test_nothing_is_lost_nor_stored_twice_under_five_kills_and_without_a_database(postgres: Postgres) -> None:
    losses = recorder_benchmark.trouble(recorder_rivals.recorder(linger_s=0.02), postgres, 4_000, away_s=2)
    assert (losses.lost, losses.twice) == (0, 0)
    assert 1024 * losses.peak_mb < MAXIMUM_MEMORY_KB
