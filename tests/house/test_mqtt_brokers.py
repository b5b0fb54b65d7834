"""Brokers that speak only MQTT 3, know us not, forbid, or encrypt."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from devtools.servers import Amqtt, Mosquitto, free_port
from house import topics
from house.errors import DeviceError, SettingsError
from house.messages import BoilerSet
from house.mqtt import Link
from house.settings import Mqtt
from tests.house.test_mqtt import DEADLINE_S, LIVING, TICK, Join, Party, join, until, warm

__all__ = ["join"]


# --- other brokers --------------------------------------------------------------------------------------------------


def test_a_broker_that_speaks_only_mqtt_3_is_spoken_to_in_mqtt_3(amqtt: Amqtt, join: Join) -> None:
    with structlog.testing.capture_logs() as logs:
        bridge = join(amqtt.settings(), "xiaomi")
    assert [log["mqtt"] for log in logs if log["event"] == "connected"] == ["3.1.1"]
    assert bridge.link.version == "3.1.1"
    regulator = join(amqtt.settings(), "regulator", ("room/#",))
    bridge.link.publish(warm(20.4))
    until(lambda: bool(regulator.said(LIVING)), regulator, bridge)
    late = join(amqtt.settings(), "late", ("room/#",))
    until(lambda: bool(late.said(LIVING)), late, bridge, regulator)
    assert late.heard[0].retained
    assert {received.path for received in (*regulator.heard, *late.heard)} == {LIVING}


# --- who may ----------------------------------------------------------------------------------------------------------


def test_a_wrong_password_is_told_and_the_right_one_gets_in_later(
    start_mosquitto: Callable[..., Mosquitto], monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = start_mosquitto(users={"haard": "hearth"})
    monkeypatch.setenv("HAARD_MQTT_USER", "haard")
    monkeypatch.setenv("HAARD_MQTT_PASSWORD", "heart")
    with (
        structlog.testing.capture_logs() as logs,
        Link(broker.settings(), "clock", stop=threading.Event()) as link,
    ):
        until(lambda: len(logs) >= 3, Party(link))
        assert {log["hint"] for log in logs} == {"check HAARD_MQTT_USER and HAARD_MQTT_PASSWORD"}
        assert not any("heart" in str(log) for log in logs)
        assert "user name or password" in str(link.trouble).lower() or "authori" in str(link.trouble).lower()
        with pytest.raises(DeviceError, match=r"does not let us in: .*; check HAARD_MQTT_USER"):
            link.flush(3600)  # it does not wait so long
        monkeypatch.setenv("HAARD_MQTT_PASSWORD", "hearth")
        until(lambda: link.connected, Party(link))
        assert link.trouble is None


def test_a_publication_that_the_acl_forbids_is_told(
    start_mosquitto: Callable[..., Mosquitto], join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = start_mosquitto(
        users={"clock": "tock"}, acl="user clock\ntopic write home/tick\ntopic home/service/clock/#\n"
    )
    monkeypatch.setenv("HAARD_MQTT_USER", "clock")
    monkeypatch.setenv("HAARD_MQTT_PASSWORD", "tock")
    clock = join(broker.settings(), "clock")
    call = BoilerSet.model_validate(
        {"call": True, "issued_at": "2026-01-12T06:30:00Z", "expires_at": "2026-01-12T06:40:00Z"}
    )
    with structlog.testing.capture_logs() as logs:
        clock.link.publish(topics.publication(topics.BOILER_SET, message=call))
        clock.link.publish(TICK)
        clock.link.flush(DEADLINE_S)
    assert [log["event"] for log in logs] == ["publication refused"]
    assert "acl" in logs[0]["hint"]


# --- encryption -----------------------------------------------------------------------------------------------------


def test_an_encrypted_broker_is_known_by_its_own_authority(encrypted: tuple[Mosquitto, Path], join: Join) -> None:
    broker, authority = encrypted
    observer = join(broker.settings(tls=True, ca_file=authority), "observer", ("tick",))
    clock = join(broker.settings(tls=True, ca_file=authority), "clock")
    clock.link.publish(TICK)
    until(lambda: bool(observer.heard), observer, clock)
    assert observer.said("tick") == [TICK.payload]


# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed <ssl:ResourceWarning")
def test_an_encrypted_broker_that_nobody_vouches_for_is_not_trusted(encrypted: tuple[Mosquitto, Path]) -> None:
    broker, _ = encrypted
    with (
        structlog.testing.capture_logs() as logs,
        Link(broker.settings(tls=True), "clock", stop=threading.Event()) as link,
    ):
        until(lambda: bool(logs), Party(link))
        assert not link.connected
    assert logs[0]["hint"] == "check mqtt.ca_file and the broker's certificate"


@pytest.mark.parametrize("content", [None, "no certificate"], ids=["missing", "garbage"])
def test_an_authority_that_cannot_be_read_is_a_fault_of_the_settings(tmp_path: Path, content: str | None) -> None:
    authority = tmp_path / "ca.pem"
    if content is not None:
        authority.write_text(content)
    broker = Mqtt(host="127.0.0.1", port=free_port(), tls=True, ca_file=authority)
    with (
        Link(broker, "clock", stop=threading.Event()) as link,
        pytest.raises(SettingsError, match=r"mqtt\.ca_file: .*ca\.pem"),
    ):
        link.receive(0.1)
