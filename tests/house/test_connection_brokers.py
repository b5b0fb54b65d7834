"""Brokers that know us not, forbid, speak only MQTT 3, or encrypt, to the reader of packets."""

from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from devtools.servers import Amqtt, Mosquitto, free_port
from house import topics
from house.errors import SettingsError
from house.messages import Alert
from house.settings import Mqtt
from tests.house.test_connection import AVAILABILITY, Join, Party, connection, join
from tests.observer import Observer

__all__ = ["join"]


# --- who may ----------------------------------------------------------------------------------------------------------


def test_a_wrong_password_is_told_and_the_right_one_gets_in_later(
    start_mosquitto: Callable[..., Mosquitto], monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = start_mosquitto(users={"haard": "hearth"})
    monkeypatch.setenv("HAARD_MQTT_USER", "haard")
    monkeypatch.setenv("HAARD_MQTT_PASSWORD", "heart")
    with structlog.testing.capture_logs() as logs, connection(broker.settings()) as one:
        party = Party(one)
        party.until(lambda: len(logs) >= 2)
        assert {log["hint"] for log in logs} == {"check HAARD_MQTT_USER and HAARD_MQTT_PASSWORD"}
        assert not any("heart" in str(log) for log in logs)
        monkeypatch.setenv("HAARD_MQTT_PASSWORD", "hearth")
        party.hears(AVAILABILITY)
    assert [log["mqtt"] for log in logs if log["event"] == "connected"] == ["5"]


def test_what_the_acl_forbids_is_told(
    start_mosquitto: Callable[..., Mosquitto], monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = start_mosquitto(users={"other": "word"}, acl="user other\ntopic read other/#\n")
    monkeypatch.setenv("HAARD_MQTT_USER", "other")
    monkeypatch.setenv("HAARD_MQTT_PASSWORD", "word")
    with structlog.testing.capture_logs() as logs, connection(broker.settings()) as one:
        Party(one).until(lambda: {log["event"] for log in logs} >= {"publication refused"})
    assert "acl" in next(log["hint"] for log in logs if log["event"] == "publication refused")


# --- other brokers, and encryption ------------------------------------------------------------------------------------


def test_a_broker_that_speaks_only_mqtt_3_is_spoken_to_in_mqtt_3(amqtt: Amqtt, join: Join) -> None:
    with structlog.testing.capture_logs() as logs:
        party = join(amqtt.settings())
    assert [log["mqtt"] for log in logs if log["event"] == "connected"] == ["3.1.1"]
    assert party.connection.window < 100
    with Observer(amqtt.settings()) as observer:
        observer.say(topics.publication(topics.AWAY_WISH, message=topics.AWAY_WISH.message.decode(b"off")))
        party.connection.acknowledge([one.packet_id for one in party.hears("away/set")])


def test_an_encrypted_broker_is_heard_in_full(encrypted: tuple[Mosquitto, Path], join: Join) -> None:
    broker, authority = encrypted
    settings = broker.settings(tls=True, ca_file=authority)
    party = join(settings)
    with Observer(settings) as observer:
        for number in range(300):
            observer.say(publication(number))
    ticks = party.hears("alert/a", 300)
    assert [message.payload for message in ticks] == [publication(number).payload for number in range(300)]
    party.connection.acknowledge([message.packet_id for message in party.heard if message.qos])


def publication(number: int) -> topics.Publication:
    message = Alert(about=f"{number} " * 500, todo="nothing")
    return topics.publication(topics.ALERT, "a", message=message)


def test_an_encrypted_broker_that_nobody_vouches_for_is_not_trusted(encrypted: tuple[Mosquitto, Path]) -> None:
    broker, _ = encrypted
    with structlog.testing.capture_logs() as logs, connection(broker.settings(tls=True)) as one:
        Party(one).until(lambda: bool(logs))
        assert one.connections == 0
    assert logs[0]["hint"] == "check mqtt.ca_file and the broker's certificate"


def test_an_authority_that_cannot_be_read_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    broker = Mqtt(host="127.0.0.1", port=free_port(), tls=True, ca_file=tmp_path / "ca.pem")
    with connection(broker) as one, pytest.raises(SettingsError, match=r"mqtt\.ca_file: .*ca\.pem"):
        one.receive(0.1)
