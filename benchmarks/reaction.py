"""How soon the regulator answers a reading over a real Mosquitto, and what a flood does to it.

    python -m benchmarks.reaction --flood-s 75

Reaction: from a reading that is sent to the target that its valve is told, in houses of several sizes. Flood: so many
readings a second over more than two intervals of keepalive; afterwards one reading a room, and how long until every
room's status says it. Whoever misses its keepalive is thrown out by the broker, which then says that it is offline.
"""

import argparse
import json
import queue
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from devtools.servers import Mosquitto

BEGIN = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)
SIZES = (6, 100)
READINGS = 200
PATIENCE_S = 120.0
AS_SHIPPED = "max_queued_messages 10000000\nset_tcp_nodelay true"  # as mosquitto/mosquitto.conf
COLD, WARM = 19.0, 21.0  # on both sides of the setpoint, and no leap


def main() -> None:
    parser = argparse.ArgumentParser(description="how soon the regulator answers a reading, and what a flood does")
    parser.add_argument("--flood-s", type=float, default=75.0, help="how long the flood lasts")
    parser.add_argument("--rate", type=int, default=1000, help="readings a second")
    options = parser.parse_args()
    print("rooms   reading to target: p50 ms   p95 ms")
    for rooms in SIZES:
        with a_house(rooms) as house:
            spans = sorted(house.reaction_ms(number) for number in range(READINGS))
        print(f"{rooms:5d} {statistics.median(spans):26.2f} {spans[int(0.95 * len(spans))]:8.2f}", flush=True)
    print("rooms   sent    per s   offline   skipped   right after s")
    for rooms in SIZES:
        with a_house(rooms) as house:
            print(house.flood(options.rate, options.flood_s), flush=True)


@dataclass
class House:
    """A broker, a regulator in a process of its own, and whoever says readings and hears the answers."""

    rooms: int
    client: Client
    heard: "queue.SimpleQueue[tuple[str, bytes]]" = field(default_factory=queue.SimpleQueue)
    offline: int = 0
    skipped: int = 0

    def hear(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self.offline += message.topic.endswith("/availability") and message.payload == b"offline"
        if message.topic.endswith("/skipped"):
            self.skipped += len(json.loads(message.payload)["numbers"])
        self.heard.put((message.topic, bytes(message.payload)))

    def say_reading(self, room: int, value: float, minutes: float) -> None:
        at = f"{BEGIN + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S.%fZ}"
        self.client.publish(
            f"home/room/room_{room}/temperature", json.dumps({"value": value, "measured_at": at}), qos=1
        )

    def say_tick(self, minutes: int) -> None:
        at = f"{BEGIN + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"
        self.client.publish("home/tick", json.dumps({"at": at}), qos=1)

    def wait_for(self, path: str, matches: Callable[[bytes], bool]) -> None:
        """Until it was heard; raises queue.Empty where that takes too long."""
        while True:
            topic, payload = self.heard.get(timeout=PATIENCE_S)
            if topic == f"home/{path}" and matches(payload):
                return

    def reaction_ms(self, number: int) -> float:
        """One room gets cold or warm again; each in its turn."""
        room, is_cold = number % self.rooms, number // self.rooms % 2 == 0
        opening = b'"opening":100' if is_cold else b'"opening":0'
        minute = 2 + 2 * (number // self.rooms)
        if room == 0:
            self.say_tick(minute)
            self.wait_for("memory", lambda payload: f"{BEGIN + timedelta(minutes=minute):%H:%M}".encode() in payload)
        began = time.perf_counter()
        self.say_reading(room, COLD if is_cold else WARM, minute)
        self.wait_for(f"valve/valve_{room}/set", lambda payload: opening in payload)
        return 1000 * (time.perf_counter() - began)

    def flood(self, rate: int, seconds: float) -> str:
        """A line of the table."""
        began, sent = time.monotonic(), 0
        while (elapsed := time.monotonic() - began) < seconds:
            for _ in range(int(elapsed * rate) - sent):
                self.say_reading(sent % self.rooms, 19 + sent // self.rooms % 20 / 10, sent / rate / 60)
                sent += 1
            time.sleep(0.002)
        elapsed = time.monotonic() - began
        for room in range(self.rooms):
            self.say_reading(room, 21.5, elapsed / 60 + 0.01)
        ended, missing = time.monotonic(), {f"home/room/room_{room}/status" for room in range(self.rooms)}
        while missing:
            topic, payload = self.heard.get(timeout=PATIENCE_S)
            if topic in missing and json.loads(payload)["temperature"] == 21.5:
                missing.remove(topic)
        right_after = time.monotonic() - ended
        return (
            f"{self.rooms:5d} {sent:6d} {sent / elapsed:8.0f} {self.offline:9d} {self.skipped:9d} {right_after:15.2f}"
        )


def at_once(_client: Client, _data: object, sock: Any) -> None:
    """Send without waiting for more."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@contextmanager
def a_house(rooms: int) -> Iterator[House]:
    """Every room was measured once and found warm."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Mosquitto(Path(folder) / "broker", extra=AS_SHIPPED) as at,
    ):
        settings = Path(folder) / "house.yaml"
        built = {f"room_{n}": {"radiators": [{"valve": f"valve_{n}", "power_w": 1000}]} for n in range(rooms)}
        law = {"law": "hysteresis", "moves_per_day": 1000}
        broker = {"host": "127.0.0.1", "port": at.port}
        settings.write_text(json.dumps({"rooms": built, "mqtt": broker, "regulator": law}))
        house = House(rooms, Client(CallbackAPIVersion.VERSION2, client_id="benchmark"))
        house.client.on_message = house.hear
        house.client.max_queued_messages_set(0)
        house.client.on_socket_open = at_once
        house.client.connect("127.0.0.1", at.port)
        house.client.subscribe("home/#", qos=1)
        house.client.loop_start()
        command = [sys.executable, "-m", "regulator", "--settings", str(settings)]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as regulator:
            try:
                house.wait_for("service/regulator/availability", lambda payload: payload == b"online")
                house.say_tick(0)
                for room in range(rooms):
                    house.say_reading(room, WARM, 0)
                    house.wait_for(f"room/room_{room}/status", lambda payload: b'"temperature":21' in payload)
                yield house
            finally:
                house.client.loop_stop()
                regulator.terminate()


if __name__ == "__main__":
    main()
