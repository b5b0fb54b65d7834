import os
import pty
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridges.dsmr import bridge
from house import settings
from house.messages import ElectricityReading, GasReading
from tests.observer import Observer
from tests.servers import Mosquitto

CAPTURES = Path(__file__).parents[2] / "captures" / "dsmr"
V5 = (CAPTURES / "v5.txt").read_bytes()
GAS_A = (CAPTURES / "esmr5_gas_5min_a.txt").read_bytes()
BYTES_PER_SECOND = 115_200 / 10


@contextmanager
def running(mosquitto: Mosquitto, url: str) -> Iterator[threading.Event]:
    house = settings.parse(
        f"mqtt: {{host: 127.0.0.1, port: {mosquitto.port}}}\n"
        f'meter: {{driver: dsmr, url: "{url}"}}\n'
        "rooms: {living: {radiators: [{valve: v1, power_w: 1000}]}}"
    )
    stop = threading.Event()
    thread = threading.Thread(target=bridge.run, args=(house, stop))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def meter_port(*conversations: Callable[[socket.socket], None]) -> Iterator[str]:
    """A TCP port that holds one conversation after the other and closes each; the url to reach it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for conversation in conversations:
                client, _ = server.accept()
                with client:
                    conversation(client)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)
        assert not thread.is_alive()


def in_pieces(data: bytes, seed: int) -> Iterator[bytes]:
    dice = random.Random(seed)
    while data:
        size = dice.randint(1, 90)
        yield data[:size]
        data = data[size:]


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


@pytest.mark.parametrize("capture", ["v4_2", "v5", "v5_two_mbus", "be_fluvius", "noise_then_v5"])
def test_a_telegram_through_a_real_terminal_at_the_pace_of_the_line(mosquitto: Mosquitto, capture: str) -> None:
    ours, theirs = pty.openpty()
    try:
        url = f"serial://{os.ttyname(theirs)}"
        with Observer(mosquitto.settings()) as observer, running(mosquitto, url):
            observer.wait_for("service/dsmr/availability", lambda payload: payload == b"online")
            telegram = (CAPTURES / f"{capture}.txt").read_bytes()
            for piece in in_pieces(telegram + telegram, seed=2):
                os.write(ours, piece)
                time.sleep(len(piece) / BYTES_PER_SECOND)  # the pace of the line is what is tested
            assert GasReading.decode(observer.wait_for("meter/gas").payload).value > 0
    finally:
        os.close(ours)
        os.close(theirs)


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
        client.sendall((CAPTURES / "bad_crc.txt").read_bytes() + V5)

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
            value = GasReading.decode(observer.wait_for("meter/gas").payload).value
    assert value != 0.107
