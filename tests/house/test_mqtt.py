import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import structlog

from devtools.servers import Amqtt, Mosquitto, free_port
from house import topics
from house.attempts import waits
from house.errors import DeviceError, SettingsError
from house.messages import Availability, BoilerSet, Rejected, Temperature, Tick
from house.mqtt import Link, Received, rejection
from house.settings import Mqtt
from tests.observer import Observer
from tests.tls import issue_certificates

DEADLINE_S = 20.0


class Party:
    """A link, and all that it has heard so far."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.heard: list[Received] = []

    def turn(self) -> None:
        self.heard += self.link.receive(0.02)

    def said(self, path: str) -> list[bytes]:
        return [received.payload for received in self.heard if received.path == path]


Join = Callable[..., Party]


@pytest.fixture
def join() -> Iterator[Join]:
    """Connect a service: `join(broker, "clock", ["tick"])`; all leave at the end of the test."""
    with ExitStack() as links:

        def joined(broker: Mqtt, service: str, filters: tuple[str, ...] = (), **options: Any) -> Party:
            link = links.enter_context(Link(broker, service, filters, stop=threading.Event(), **options))
            party = Party(link)
            until(lambda: link.connected, party)
            link.flush(DEADLINE_S)
            return party

        yield joined


def until(condition: Callable[[], bool], *parties: Party) -> None:
    """Turn the network of everybody until the condition holds."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        for party in parties:
            party.turn()


def warm(value: float, room: str = "living") -> topics.Publication:
    return topics.publication(topics.ROOM_TEMPERATURE, room, message=Temperature(value=value))


LIVING = "room/living/temperature"
TICK = topics.publication(topics.TICK, message=Tick.model_validate({"at": "2026-01-12T06:30:00Z"}))

# --- saying and hearing ---------------------------------------------------------------------------------------------


def test_what_one_service_says_another_hears(mosquitto: Mosquitto, join: Join) -> None:
    regulator = join(mosquitto.settings(), "regulator", ("room/#", "tick"))
    bridge = join(mosquitto.settings(), "xiaomi")
    bridge.link.publish(warm(20.4))
    bridge.link.publish(TICK)
    until(lambda: len(regulator.heard) == 2, regulator, bridge)
    assert [received.path for received in regulator.heard] == [LIVING, "tick"]
    assert regulator.heard[0].payload == warm(20.4).payload
    assert not any(received.retained for received in regulator.heard)


def test_who_comes_later_hears_what_is_retained_and_nothing_else(mosquitto: Mosquitto, join: Join) -> None:
    bridge = join(mosquitto.settings(), "xiaomi")
    bridge.link.publish(TICK)
    bridge.link.publish(warm(20.4))
    bridge.link.flush(DEADLINE_S)
    late = join(mosquitto.settings(), "late", ("tick", "room/#"))
    until(lambda: bool(late.heard), late)
    assert [(received.path, received.retained) for received in late.heard] == [(LIVING, True)]


def test_houses_on_one_broker_do_not_hear_each_other(mosquitto: Mosquitto, join: Join) -> None:
    ours = join(mosquitto.settings(root="sites/12/home"), "regulator", ("#",))
    theirs = join(mosquitto.settings(root="sites/13/home"), "xiaomi")
    same = join(mosquitto.settings(root="sites/12/home"), "xiaomi")
    theirs.link.publish(warm(99))
    theirs.link.flush(DEADLINE_S)
    same.link.publish(warm(20.4))
    until(lambda: bool(ours.said(LIVING)), ours, same)
    assert ours.said(LIVING) == [warm(20.4).payload]


def test_after_a_flush_the_broker_has_everything_and_nothing_heard_is_lost(mosquitto: Mosquitto, join: Join) -> None:
    party = join(mosquitto.settings(), "mirror", ("room/#",))
    for degrees in range(10, 20):
        party.link.publish(warm(degrees))
    party.link.flush(DEADLINE_S)
    until(lambda: len(party.heard) == 10, party)
    assert party.said(LIVING) == [warm(degrees).payload for degrees in range(10, 20)]


def test_a_message_that_cannot_be_used_is_refused_aloud(mosquitto: Mosquitto, join: Join) -> None:
    observer = join(mosquitto.settings(root="my/house"), "observer", ("rejected",))
    regulator = join(mosquitto.settings(root="my/house"), "regulator")
    nonsense = Received(LIVING, b"\xff" * 300, retained=False)
    with structlog.testing.capture_logs() as logs:
        regulator.link.reject(nonsense, "neither JSON nor a single word")
    until(lambda: bool(observer.heard), observer, regulator)
    rejected = Rejected.decode(observer.heard[0].payload)
    assert rejected.topic == "my/house/" + LIVING
    assert rejected.reason == "neither JSON nor a single word"
    assert rejected.service == "regulator"
    assert len(rejected.payload) == 200
    assert [(log["event"], len(log["payload"])) for log in logs] == [("message refused", 40)]


def test_a_refused_topic_of_any_length_is_cut_on_the_broker_and_in_the_log() -> None:
    long = "room/" + "x" * 60_000
    with structlog.testing.capture_logs() as logs:
        said = rejection(long, b"1", f"{long} is no topic", "regulator")
    assert len(said.payload) < 2_000
    assert len(str(logs)) < 1_000
    assert Rejected.decode(said.payload).topic.startswith("room/xxx")


# --- availability ---------------------------------------------------------------------------------------------------

CHILD = """
import sys, threading
from house.mqtt import Link
from house.settings import Mqtt
with Link(Mqtt(host="127.0.0.1", port=int(sys.argv[1])), "child", stop=threading.Event()) as link:
    while True:
        link.receive(1.0)
"""


def test_a_killed_process_is_offline_by_its_last_will(mosquitto: Mosquitto, join: Join) -> None:
    observer = join(mosquitto.settings(), "observer", ("service/child/availability",))
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(mosquitto.port)])
    try:
        until(lambda: observer.said("service/child/availability") == [b"online"], observer)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    until(lambda: observer.said("service/child/availability") == [b"online", b"offline"], observer)


def test_who_leaves_in_peace_says_offline(mosquitto: Mosquitto, join: Join) -> None:
    observer = join(mosquitto.settings(), "observer", ("service/clock/availability",))
    with Link(mosquitto.settings(), "clock", stop=threading.Event(), leave_s=DEADLINE_S) as clock:
        until(lambda: bool(observer.heard), observer, Party(clock))
    until(lambda: len(observer.heard) >= 2, observer)
    assert [Availability.decode(one.payload).value for one in observer.heard] == ["online", "offline"]


def test_of_two_with_the_same_name_one_may_leave_and_the_service_stays_online(mosquitto: Mosquitto, join: Join) -> None:
    observer = join(mosquitto.settings(), "observer", ("service/regulator/availability",))
    stays = join(mosquitto.settings(), "regulator")
    with Link(mosquitto.settings(), "regulator", stop=threading.Event()) as leaves:
        until(lambda: leaves.connected, Party(leaves))
    until(lambda: b"offline" in observer.said("service/regulator/availability"), observer, stays)
    until(lambda: observer.said("service/regulator/availability")[-1] == b"online", observer, stays)
    late = join(mosquitto.settings(), "late", ("service/regulator/availability",))
    until(lambda: bool(late.heard), late)
    assert late.heard[-1].payload == b"online"


@pytest.mark.parametrize("nonsense", [b"{nonsense", b""])
def test_nonsense_about_its_presence_is_corrected(mosquitto: Mosquitto, join: Join, nonsense: bytes) -> None:
    own = "service/clock/availability"
    clock, observer = join(mosquitto.settings(), "clock"), join(mosquitto.settings(), "observer", (own,))
    observer.link.publish_retained(own, nonsense)
    until(lambda: observer.said(own)[-2:] == [nonsense, b"online"], clock, observer)


# --- the broker goes and comes back ---------------------------------------------------------------------------------


def test_a_broker_that_lost_its_file_hears_everything_retained_again(mosquitto: Mosquitto, join: Join) -> None:
    bridge = join(mosquitto.settings(), "xiaomi")
    bridge.link.publish(warm(20.4))
    bridge.link.publish(warm(21.0, "attic"))
    bridge.link.flush(DEADLINE_S)
    mosquitto.stop()
    mosquitto.forget()
    mosquitto.start()
    until(lambda: bridge.link.connections == 2, bridge)
    bridge.link.flush(DEADLINE_S)
    late = join(mosquitto.settings(), "late", ("room/#", "service/xiaomi/availability"))
    until(lambda: len(late.heard) == 3, late)
    assert late.said(LIVING) == [warm(20.4).payload]
    assert late.said("room/attic/temperature") == [warm(21.0).payload]
    assert late.said("service/xiaomi/availability") == [b"online"]


def test_a_link_that_does_not_announce_leaves_the_broker_as_it_is(mosquitto: Mosquitto, join: Join) -> None:
    visitor = join(mosquitto.settings(), "visitor", announce=False)
    visitor.link.publish(warm(20.4))
    visitor.link.flush(DEADLINE_S)
    mosquitto.stop()
    mosquitto.forget()
    mosquitto.start()
    until(lambda: visitor.link.connections == 2, visitor)
    visitor.link.publish(warm(21.0, "attic"))
    visitor.link.flush(DEADLINE_S)
    late = join(mosquitto.settings(), "late", ("room/#",))
    until(lambda: bool(late.heard), late)
    assert [received.path for received in late.heard] == ["room/attic/temperature"]


def test_said_while_the_broker_is_away_the_newest_level_arrives_and_no_old_event(
    mosquitto: Mosquitto, join: Join
) -> None:
    observer = join(mosquitto.settings(), "observer", ("room/#", "tick"))
    bridge = join(mosquitto.settings(), "xiaomi")
    mosquitto.kill()
    until(lambda: not (bridge.link.connected or observer.link.connected), bridge, observer)
    for degrees in (18, 19, 20):
        bridge.link.publish(warm(degrees))
        bridge.link.publish(TICK)
    mosquitto.start()
    until(lambda: bridge.link.connected and observer.link.connected, bridge, observer)
    observer.link.flush(DEADLINE_S)  # it has heard what is retained, before the attic comes
    bridge.link.publish(warm(5, "attic"))
    until(lambda: bool(observer.said("room/attic/temperature")), bridge, observer)
    assert set(observer.said(LIVING)) == {warm(20).payload}
    assert observer.said("tick") == []


def test_speaking_into_a_connection_that_just_died_is_no_error(mosquitto: Mosquitto, join: Join) -> None:
    bridge = join(mosquitto.settings(), "xiaomi")
    mosquitto.kill()
    for degrees in range(10, 30):
        bridge.link.publish(warm(degrees))
    mosquitto.start()
    until(lambda: bridge.link.connections == 2, bridge)
    bridge.link.flush(DEADLINE_S)
    late = join(mosquitto.settings(), "late", ("room/#",))
    until(lambda: bool(late.heard), late)
    assert late.said(LIVING) == [warm(29).payload]


def test_the_waits_between_tries_double_up_to_five_seconds() -> None:
    longest = list(islice(waits(max), 12))
    shortest = list(islice(waits(min), 12))
    assert longest == [0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5, 5, 5, 5, 5]
    assert shortest == [wait / 2 for wait in longest]


def test_without_a_broker_a_flush_ends_with_a_temporary_error_that_says_where() -> None:
    nobody = Mqtt(host="127.0.0.1", port=free_port())
    with Link(nobody, "cli", stop=threading.Event()) as link:
        with pytest.raises(DeviceError, match=f"127.0.0.1:{nobody.port} does not answer; is it running") as refusal:
            link.flush(0.3)
        assert refusal.value.temporary


def test_a_stop_ends_the_wait_for_a_broker_at_once() -> None:
    stop = threading.Event()
    stop.set()
    with Link(Mqtt(host="127.0.0.1", port=free_port()), "clock", stop=stop) as link:
        began = time.monotonic()
        for _ in range(3):
            assert link.receive(30.0) == []
        assert time.monotonic() - began < 10


def test_leaving_does_not_wait_for_a_broker_that_is_gone(mosquitto: Mosquitto) -> None:
    with (
        structlog.testing.capture_logs() as logs,
        Link(mosquitto.settings(), "clock", stop=threading.Event(), leave_s=3600) as link,
    ):
        until(lambda: link.connected, Party(link))
        link.flush(DEADLINE_S)
        mosquitto.kill()
    assert logs[-1]["event"] == "left before offline was acknowledged; the last will says it"


def test_leaving_a_slow_broker_is_no_alarm_since_the_last_will_says_offline(mosquitto: Mosquitto) -> None:
    with structlog.testing.capture_logs() as logs:
        with Link(mosquitto.settings(), "clock", stop=threading.Event()) as link:
            until(lambda: link.connected, Party(link))
            link.flush(DEADLINE_S)
            mosquitto.freeze()
        mosquitto.thaw()
    assert not [one for one in logs if one["log_level"] == "warning"]
    availability = topics.SERVICE_AVAILABILITY.path("clock")
    with Observer(mosquitto.settings(), (availability,)) as observer:
        observer.wait_for(availability, lambda payload: payload == b"offline")


def test_what_a_slow_broker_did_not_acknowledge_is_told_as_one_leaves(mosquitto: Mosquitto) -> None:
    with structlog.testing.capture_logs() as logs:
        with Link(mosquitto.settings(), "clock", stop=threading.Event()) as link:
            until(lambda: link.connected, Party(link))
            link.flush(DEADLINE_S)
            mosquitto.freeze()
            link.publish(warm(20.4))
        mosquitto.thaw()
    (told,) = [one for one in logs if one["log_level"] == "warning"]
    assert (told["event"], told["unacknowledged"]) == ("left before the broker had everything", 1)


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


@pytest.fixture
def encrypted(start_mosquitto: Callable[..., Mosquitto], tmp_path: Path) -> tuple[Mosquitto, Path]:
    """A broker with a certificate of an authority of its own, and the authority's file."""
    files = issue_certificates(tmp_path)
    return start_mosquitto(extra=f"certfile {files.certificate}\nkeyfile {files.key}"), files.authority


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
