"""What a benchmark of recorders stands on: private servers, a publisher that costs nearly nothing, true counts."""

import os
import select
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from devtools import servers
from house import packets
from house.packets import MQTT_3
from house.settings import Mqtt

TOPICS = [f"home/room/room_{room}/{what}" for room in range(7) for what in ("temperature", "humidity", "status", "gas")]
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
BROKER = "max_queued_messages 0\nset_tcp_nodelay true\nautosave_interval 5\nlog_type subscribe"
_PIECE = 2**16
_numbers = count()


@dataclass(frozen=True)
class Stage:
    """One broker without a past, and the database."""

    broker: servers.Mosquitto
    postgres: servers.Postgres
    folder: Path

    def settings(self) -> Mqtt:
        return self.broker.settings()


@contextmanager
def database() -> Iterator[servers.Postgres]:
    """A Postgres that writes to the disk at each commit, as in a house."""
    with servers.postgres_folder() as folder:
        servers.initialise(folder)
        with servers.Postgres(folder, durable=True) as server:
            yield server


@contextmanager
def stage(postgres: servers.Postgres) -> Iterator[Stage]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="haard-benchmark-")))
        broker = stack.enter_context(servers.Mosquitto(folder / "mosquitto", extra=BROKER))
        yield Stage(broker, postgres, folder)


def query(postgres: servers.Postgres, statement: str) -> list[tuple[Any, ...]]:
    connection = postgres.connect()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def payload(number: int) -> bytes:
    return b'{"value":20.4,"measured_at":"2026-01-12T06:29:41Z","number":%d}' % number


class Publisher:
    """Says numbered messages, QoS 1, as fast as the broker takes them or at a rate."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        name, will = f"publisher-{next(_numbers)}", ("benchmark/publisher", b"gone")
        greeting = packets.connect(name, MQTT_3, keep_alive_s=0, will=will, session_expiry_s=0, receive_maximum=0)
        self._socket.sendall(greeting)
        if self._socket.recv(4) != b"\x20\x02\x00\x00":
            raise RuntimeError("the broker refuses the publisher")
        self._socket.setblocking(False)

    def say(self, first: int, number: int, *, per_s: float = 0) -> None:
        """Say `number` messages, and return when the broker has acknowledged them all."""
        whole = [self._packet(one) for one in range(first, first + number)]
        pieces = [b"".join(whole[at : at + 100]) for at in range(0, number, 100)]
        due, waiting, missing = time.monotonic(), b"", 4 * number  # bytes of PUBACK
        while missing > 0:
            if not waiting and pieces and time.monotonic() >= due:
                waiting, due = pieces.pop(0), due + (100 / per_s if per_s else 0)
            writable = [self._socket] if waiting else []
            timeout = max(due - time.monotonic(), 0) if pieces and not waiting else 10
            readable, writable, _ = select.select([self._socket], writable, [], timeout)
            if writable:
                waiting = waiting[self._socket.send(waiting) :]
            if readable:
                missing -= len(self._socket.recv(_PIECE))

    def _packet(self, number: int) -> bytes:
        topic = TOPICS[number % len(TOPICS)]
        return packets.publish(topic, payload(number), number % 65_535 + 1, MQTT_3, retain=False)

    def close(self) -> None:
        self._socket.close()


def cpu_s(process_ids: Sequence[int]) -> float:
    """CPU seconds that the processes have used, in them and in the kernel for them."""
    fields = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in process_ids]
    return sum(int(one[11]) + int(one[12]) for one in fields) / TICKS_PER_S


def peak_mb(process_ids: Sequence[int]) -> float:
    """The most memory that the processes have had, each at its worst, but for those that have ended."""
    found = [Path(f"/proc/{one}/status").read_text().partition("VmHWM:")[2].split() for one in process_ids]
    return sum(int(fields[0]) for fields in found if fields) / 1024
