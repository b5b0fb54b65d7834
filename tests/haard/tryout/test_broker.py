"""The broker of a try-out."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from devtools.servers import free_port
from haard.tryout import broker
from haard.tryout.supervisor import Supervisor
from haard.tryout.try_out import start_broker
from house import topics
from house.errors import DeviceError
from house.messages import GasReading
from house.settings import Mqtt
from house.stopping import stop_on_signals
from tests.observer import Observer


def test_the_wanted_port_is_taken_if_nobody_has_it() -> None:
    taken = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", taken))
        other.listen()
        assert broker.answers(taken)
        found = broker.free_port(taken)
        assert found != taken
    assert not broker.answers(taken)
    assert broker.free_port(taken) == taken


def test_auto_prefers_mosquitto_and_a_named_broker_is_taken() -> None:
    assert broker.choose("amqtt") == "amqtt"
    assert broker.choose("auto") == ("mosquitto" if broker.mosquitto() else "amqtt")


@pytest.mark.system
@pytest.mark.parametrize("kind", ["mosquitto", "amqtt"])
def test_the_broker_serves_on_loopback_and_leaves_nothing_behind(kind: broker.Kind, tmp_path: Path) -> None:
    port = free_port()
    with stop_on_signals() as stop, Supervisor(tmp_path) as supervisor:
        start_broker(supervisor, broker.program(kind, port, tmp_path / "broker"), port, stop)
        with Observer(Mqtt(host=broker.LOOPBACK, port=port)) as observer:
            observer.say(topics.publication(topics.METER_GAS, message=GasReading(value=4711.2)))
            assert observer.wait_for("meter/gas").payload
    assert supervisor.killed == []
    assert not broker.answers(port)


@pytest.mark.system
def test_a_new_try_out_does_not_remember_the_former_house(tmp_path: Path) -> None:
    def retained_after(say: Callable[[Observer], None]) -> list[str]:
        port = free_port()
        with stop_on_signals() as stop, Supervisor(tmp_path) as supervisor:
            start_broker(supervisor, broker.program("mosquitto", port, tmp_path / "broker"), port, stop)
            with Observer(Mqtt(host=broker.LOOPBACK, port=port)) as observer:
                say(observer)
                return [one.path for one in observer.heard if one.retained]

    gas = topics.publication(topics.METER_GAS, message=GasReading(value=4711.2))
    end = topics.publication(topics.TICK, message=topics.TICK.message.decode(b"2026-01-12T06:30:00Z"))
    retained_after(lambda observer: observer.say(gas))
    assert (tmp_path / "broker" / "mosquitto.db").exists()

    def hear_all(observer: Observer) -> None:
        observer.say(end)
        observer.wait_for("tick")

    assert retained_after(hear_all) == []


@pytest.mark.system
def test_a_broker_that_cannot_start_is_told_with_its_own_words(tmp_path: Path) -> None:
    with socket.socket() as other:
        port = free_port()
        other.bind(("127.0.0.1", port))  # taken, but nobody answers
        with stop_on_signals() as stop, Supervisor(tmp_path) as supervisor:
            program = broker.program("mosquitto", port, tmp_path / "broker")
            with pytest.raises(DeviceError, match=r"broker does not come up: .*Address already in use"):
                start_broker(supervisor, program, port, stop)
