"""The smart meter's bridge with a real broker: telegrams from a real line, and what may happen to it."""

import json
import os
import pty
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from typing import Any

import pytest

from bridges.dsmr import bridge
from devtools.servers import Mosquitto
from house import settings
from house.messages import ElectricityReading, GasReading
from tests.bridges.dsmr.fake_meter import CAPTURES, capture, in_pieces, meter_port
from tests.observer import Observer

VECTORS = json.loads((CAPTURES.parent / "dsmr.json").read_text())["vectors"]
V5, GAS_A = capture("v5"), capture("esmr5_gas_5min_a")
LAST_GAS, LAST_ENERGY = 2345.678, 3000.0
"""What the telegram GAS_A says, m³ and kWh; more gas than any other of its meter."""
BYTES_PER_SECOND = 115_200 / 10
THEN = datetime(2017, 1, 2, 18, 21, tzinfo=UTC)
"""Shortly after V5 was captured."""

Line = Callable[[], AbstractContextManager[tuple[str, Callable[[bytes], None]]]]


@contextmanager
def running(mosquitto: Mosquitto, url: str) -> Iterator[threading.Event]:
    house = settings.parse(
        f"mqtt: {{host: 127.0.0.1, port: {mosquitto.port}}}\n"
        f'meter: {{driver: dsmr, url: "{url}"}}\n'
        "rooms: {living: {radiators: [{valve: v1, power_w: 1000}]}}"
    )
    stop = threading.Event()
    thread = threading.Thread(target=bridge.run, args=(house, stop, lambda: THEN))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


def expected(stated: dict[str, Any]) -> tuple[list[float], float | None]:
    """The gas, m³, and the electricity in total, kWh, that a capture's source states, if any; none of a damaged one."""
    for id_ in stated.get("accept_ids", ()):
        return expected(next(vector["expected"] for vector in VECTORS if vector["id"] == id_))
    gas = [stated["gas"]["value_m3"]] if stated.get("gas") and is_believable(stated) else []
    if "energy_delivered_total_wh" in stated:
        return gas, stated["energy_delivered_total_wh"] / 1000
    if "energy_delivered_t1_kwh" in stated:
        return gas, stated["energy_delivered_t1_kwh"] + stated["energy_delivered_t2_kwh"]
    return gas, None


def is_believable(stated: dict[str, Any]) -> bool:
    """Whether the gas is of a day near THEN, or near what the telegram calls now."""
    at, clock = stated["gas"].get("read_at_utc"), stated.get("timestamp_utc") or stated["gas"].get("read_at_utc")
    if at is None:
        return False
    return timedelta(0) <= datetime.fromisoformat(clock) - datetime.fromisoformat(at) < timedelta(days=31)


def test_a_telegram_over_tcp_in_random_pieces_becomes_readings(mosquitto: Mosquitto) -> None:
    def talk(client: socket.socket) -> None:
        for piece in in_pieces(b"half a line\r\n!" + V5, seed=1):
            client.sendall(piece)

    with meter_port(talk) as url, Observer(mosquitto.settings()) as observer, running(mosquitto, url):
        gas = GasReading.decode(observer.wait_for("meter/gas").payload)
        electricity = ElectricityReading.decode(observer.wait_for("meter/electricity").payload)
    assert gas == GasReading.decode(
        b'{"value":0.107,"measured_at":"2017-01-02T15:10:05Z","equipment":"3232323241424344313233343536373839"}'
    )
    assert (electricity.value, electricity.power_w, electricity.tariff) == (6.825, 244, 2)


@contextmanager
def cable() -> Iterator[tuple[str, Callable[[bytes], None]]]:
    """A pseudo-terminal as a P1 cable: its url, and a way to send a piece at the pace of the line."""
    ours, theirs = pty.openpty()

    def send(piece: bytes) -> None:
        os.write(ours, piece)
        time.sleep(len(piece) / BYTES_PER_SECOND)  # the pace of the line is what is tested

    try:
        yield f"serial://{os.ttyname(theirs)}", send
    finally:
        os.close(ours)
        os.close(theirs)


@contextmanager
def network() -> Iterator[tuple[str, Callable[[bytes], None]]]:
    """A TCP port: its url, and a way to send a piece to whoever listens there."""
    pieces: SimpleQueue[bytes] = SimpleQueue()

    def talk(client: socket.socket) -> None:
        while piece := pieces.get():
            client.sendall(piece)

    with meter_port(talk) as url:
        try:
            yield url, pieces.put
        finally:
            pieces.put(b"")


@pytest.mark.parametrize("line", [cable, network])
@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_every_capture_is_read_or_refused_from_a_real_line_that_cuts_it_anywhere(
    mosquitto: Mosquitto, vector: dict[str, Any], line: Line
) -> None:
    gas, energy = expected(vector["expected"])
    with line() as (url, send), Observer(mosquitto.settings()) as observer, running(mosquitto, url):
        observer.wait_for("service/dsmr/availability", lambda payload: payload == b"online")
        for piece in in_pieces(b"half a line\r\n!" + capture(vector["id"]) + GAS_A, seed=len(vector["id"])):
            send(piece)
        observer.wait_for("meter/gas", lambda payload: GasReading.decode(payload).value == LAST_GAS)
        electricity = ElectricityReading.decode(observer.wait_for("meter/electricity").payload)
    said = [GasReading.decode(one.payload).value for one in observer.heard if one.path == "meter/gas"]
    assert said == sorted({*gas, LAST_GAS})
    assert electricity.value == pytest.approx(LAST_ENERGY if energy is None else energy)


def test_a_port_that_closes_is_opened_again(mosquitto: Mosquitto) -> None:
    with (
        meter_port(lambda client: client.sendall(V5), lambda client: client.sendall(GAS_A)) as url,
        Observer(mosquitto.settings()) as observer,
        running(mosquitto, url),
    ):
        first = observer.wait_for("meter/gas")
        observer.wait_for("meter/gas", lambda payload: payload != first.payload)


def test_bytes_that_are_no_telegram_stop_nothing(mosquitto: Mosquitto) -> None:
    def talk(client: socket.socket) -> None:
        client.sendall(bytes(range(256)) * 100)
        client.sendall(capture("bad_crc") + V5)

    with meter_port(talk) as url, Observer(mosquitto.settings()) as observer, running(mosquitto, url):
        observer.wait_for("meter/gas")


def test_readings_go_on_after_the_broker_was_away(mosquitto: Mosquitto) -> None:
    away = threading.Event()

    def talk(client: socket.socket) -> None:
        client.sendall(V5)
        away.wait(20)
        client.sendall(GAS_A)

    with meter_port(talk) as url, running(mosquitto, url):
        with Observer(mosquitto.settings()) as observer:
            observer.wait_for("meter/gas")
        mosquitto.stop()
        mosquitto.forget()
        away.set()
        mosquitto.start()
        with Observer(mosquitto.settings()) as observer:
            observer.wait_for("meter/gas", lambda payload: GasReading.decode(payload).value == LAST_GAS)
