"""Real input, end to end: captured thermometers and a captured smart meter in; valve bytes, a boiler call and rows out.

`make demo-real` runs this with what happens on the screen. Services are real processes on a private Mosquitto and a
private Postgres; only the radio and the clock are played: the test says the time, and answers for the valve with what a
real valve once answered.
"""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
import pytest

from bridges.eq3 import protocol as eq3
from devtools.servers import Mosquitto, Postgres
from house import messages, topics
from tests.observer import Observer

CAPTURES = Path(__file__).parents[1] / "captures"
TELEGRAM = (CAPTURES / "dsmr" / "v5.txt").read_bytes()
VALVE_ANSWERS = {
    one["id"]: bytes.fromhex(one["notify"]) for one in json.loads((CAPTURES / "eq3.json").read_text())["notifications"]
}
ROOM, SENSOR, VALVE = "living", "a4c1380283f4", "001a22000001"
HOUSE = """
mqtt: {{host: 127.0.0.1, port: {broker}}}
database: {{url: "{database}"}}
meter: {{driver: dsmr, url: "tcp://127.0.0.1:{meter}"}}
regulator: {{law: hysteresis}}
rooms:
  living:
    name: Living room
    sensors: ["A4:C1:38:02:83:F4"]
    radiators: [{{valve: "00:1A:22:00:00:01", power_w: 2100}}]
    schedule: {{daily: {{"00:00": 20.5}}}}
"""


@contextmanager
def meter_port() -> Iterator[int]:
    """A smart meter on TCP that sends a captured telegram to whoever connects, until the test ends."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            client, _ = server.accept()
            with client, suppress(ConnectionError):  # the bridge may leave first
                while not ended.wait(0.2):
                    client.sendall(TELEGRAM)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        ended.set()
        thread.join(10)


@contextmanager
def process(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen([sys.executable, "-m", *command])
    try:
        yield started
    finally:
        started.terminate()
        assert started.wait(20) == 0, command


def say_the_time(observer: Observer) -> None:
    observer.say(topics.publication(topics.TICK, message=messages.Tick(at=datetime.now(UTC))))


def valve_answers(observer: Observer, command: messages.ValveSet) -> None:
    """Write the valve's bytes for a command, and say what a real valve answered to them."""
    written = eq3.hold(eq3.ON if command.opening else command.setpoint)
    print(f"EQ3 bytes    {written.hex()}")  # noqa: T201  # the demonstration tells what happens
    assert written == bytes.fromhex("407c")
    status = eq3.decode(VALVE_ANSWERS["h-on"])
    assert isinstance(status, eq3.Status)
    report = messages.ValveStatus(opening=status.opening, setpoint=status.setpoint, reported_at=datetime.now(UTC))
    observer.say(topics.publication(topics.VALVE_STATUS, VALVE, message=report))


def rows(postgres: Postgres) -> set[tuple[str, bytes]]:
    connection = psycopg2.connect(host="127.0.0.1", port=postgres.port, user="haard", dbname="postgres")
    try:
        with connection.cursor() as cursor:
            cursor.execute("select topic.name, payload from message join topic on topic.id = topic_id")
            return {(name, bytes(payload)) for name, payload in cursor.fetchall()}
    finally:
        connection.close()


def settled(check: Callable[[], bool], observer: Observer, patience: int = 300) -> None:
    while not check():
        patience -= 1
        assert patience, "the recorder has not stored everything"
        observer.listen(0.1)


@pytest.mark.timeout(120)
def test_captured_bytes_become_temperatures_valve_bytes_a_boiler_call_and_rows(
    mosquitto: Mosquitto, postgres: Postgres, tmp_path: Path
) -> None:
    with ExitStack() as running:
        port = running.enter_context(meter_port())
        settings = tmp_path / "house.yaml"
        settings.write_text(HOUSE.format(broker=mosquitto.port, database=postgres.url, meter=port))
        services = ("--settings", str(settings))
        running.enter_context(process("recorder", *services))
        observer = running.enter_context(Observer(mosquitto.settings()))
        observer.wait_for("service/recorder/availability", lambda payload: payload == b"online")
        running.enter_context(process("regulator", *services))
        observer.wait_for("service/regulator/echo")
        running.enter_context(process("bridges", "dsmr", *services))
        capture = ("--capture", str(CAPTURES / "advertisements.jsonl"))
        subprocess.run([sys.executable, "-m", "bridges", "xiaomi", *services, *capture], check=True)

        reading = observer.wait_for(f"room/{ROOM}/temperature/{SENSOR}")
        print(f"temperature  {reading.payload.decode()}")  # noqa: T201
        assert messages.Temperature.decode(reading.payload).value == 16.2
        gas = observer.wait_for("meter/gas")
        print(f"gas          {gas.payload.decode()}")  # noqa: T201
        assert messages.GasReading.decode(gas.payload).value == 0.107

        say_the_time(observer)
        command = observer.wait_for(f"valve/{VALVE}/set")
        print(f"valve        {command.payload.decode()}")  # noqa: T201
        asked = messages.ValveSet.decode(command.payload)
        assert (asked.opening, asked.setpoint, asked.fallback) == (100, 26.5, 20.5)
        assert not messages.BoilerSet.decode(observer.wait_for("boiler/set").payload).call, (
            "no radiator is confirmed open"
        )

        valve_answers(observer, asked)
        say_the_time(observer)
        call = observer.wait_for("boiler/set", lambda payload: messages.BoilerSet.decode(payload).call)
        print(f"boiler       {call.payload.decode()}")  # noqa: T201

        heard = {(f"home/{one.path}", one.payload) for one in observer.heard if not one.retained}
        settled(lambda: heard <= rows(postgres), observer)
        print(f"rows         every one of {len(heard)} different messages is in Postgres")  # noqa: T201
