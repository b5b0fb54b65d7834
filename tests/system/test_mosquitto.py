"""mosquitto/mosquitto.conf and mosquitto/acl as a real Mosquitto reads them: who may say what, and who hears what."""

import os
import re
import socket
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from devtools.servers import Server, free_port, password_file, program
from house import topics
from recorder import packets
from recorder.packets import FAILURE, MQTT_5, Connected, Published, Reader, Subscribed

pytestmark = pytest.mark.system

FOLDER = Path(__file__).parents[2] / "mosquitto"
ACL = (FOLDER / "acl").read_text()
USERS = re.findall(r"^user (\S+)$", ACL, re.MULTILINE)
BOILERS = {"nefit", "emsesp", "otgw", "relay"}
GATEWAYS = {"bluetooth", "zigbee2mqtt"}
WRITERS: Mapping[str, set[str]] = {
    "clock": {"clock"},
    "sensor": GATEWAYS,
    "valve": GATEWAYS,
    "boiler": BOILERS,
    "meter": {"dsmr"},
    "weather": {"openmeteo"},
    "regulator": {"regulator"},
    "analyst": {"analyst"},
    "person": {"web", "person", "homeassistant"},
}
"""The users that are what house.topics calls the writer of a topic."""


class Visitor:
    """Somebody who logs in with MQTT 5, which tells what is refused."""

    def __init__(self, broker: Server, user: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", broker.port), 10)
        self._reader = Reader(MQTT_5)
        self.heard: list[packets.Publish] = []
        greeting = packets.connect(
            f"visitor-{user}",
            MQTT_5,
            keep_alive_s=0,
            will=("nowhere", b""),
            session_expiry_s=0,
            receive_maximum=100,
            user=user,
            password="secret",
        )
        answer = self._ask(greeting)
        assert isinstance(answer, Connected)
        assert answer.reason == 0, user

    def _ask(self, packet: bytes) -> packets.Word:
        self._socket.sendall(packet)
        while True:
            messages, words = self._reader.feed(self._socket.recv(10_000))
            self.heard += messages
            if words:
                return words[0]

    def may_say(self, topic: str) -> bool:
        answer = self._ask(packets.publish(topic, b"1", 1, MQTT_5, retain=False))
        assert isinstance(answer, Published)
        return answer.reason < FAILURE

    def listen(self, topic_filter: str) -> None:
        assert isinstance(self._ask(packets.subscribe(topic_filter, 1, MQTT_5)), Subscribed)

    def hears(self, topic: str) -> bool:
        """Whether a message on the topic arrives before the next answer, which the broker sends after it."""
        self._ask(packets.PING)
        return topic in [message.topic for message in self.heard]

    def close(self) -> None:
        self._socket.close()


Join = Callable[[str], Visitor]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The house's own files; only paths, ports and, where the tests run as root, the user are others."""
    folder = tmp_path_factory.mktemp("house")
    port = free_port()
    text = (FOLDER / "mosquitto.conf").read_text()
    for path in ("/mosquitto/config", "/mosquitto/data"):
        assert path in text
        text = text.replace(path, str(folder))
    text = text.replace("listener 1883\n", f"listener {port} 127.0.0.1\n")
    text = text.replace("listener 9001\n", f"listener {free_port()} 127.0.0.1\n")
    (folder / "mosquitto.conf").write_text(f"{text}\nuser root\n" if os.geteuid() == 0 else text)
    (folder / "acl").write_text(ACL)
    password_file(folder / "passwords", dict.fromkeys([*USERS, "living"], "secret"))
    with Server(folder, [program("mosquitto"), "-c", str(folder / "mosquitto.conf")], port) as server:
        yield server


@pytest.fixture
def join(broker: Server) -> Iterator[Join]:
    with ExitStack() as stack:
        yield lambda user: stack.enter_context(closing(Visitor(broker, user)))


def example(topic: topics.Topic[Any], user: str) -> str:
    """A topic of this kind; a service's own bears its name."""
    ids = {"service": user, "room": "living", "sensor": "s1"}
    return "home/" + re.sub(r"[\[\]]", "", topic.pattern).format_map(defaultdict(lambda: "a1", ids))


@pytest.mark.parametrize("user", USERS)
def test_only_its_writers_may_say_a_topic(join: Join, user: str) -> None:
    visitor = join(user)
    allowed = {topic.pattern for topic in topics.TOPICS if visitor.may_say(example(topic, user))}
    own = {topic.pattern for topic in topics.TOPICS if topic.writer == "service" or user in WRITERS[topic.writer]}
    outside_and_turned_knobs = {topics.OUTSIDE_TEMPERATURE.pattern, topics.ROOM_SETPOINT_WISH.pattern}
    assert allowed == own | (outside_and_turned_knobs if user in GATEWAYS else set())


@pytest.mark.parametrize(
    ("user", "topic", "may"),
    [
        ("recorder", "home/valve/001a22000001/set", False),
        ("recorder", "home/service/recorder_b/availability", True),
        ("bluetooth", "home/room/living/status", False),
        ("regulator", "home/valve/001a22000001/set", True),
        ("regulator", "home/service/clock/availability", False),
        ("web", "home/boiler/set", False),
        ("emsesp", "ems-esp/boiler/selflowtemp", True),
        ("emsesp", "OTGW/set/otgw/command", False),
        ("otgw", "OTGW/set/otgw/command", True),
        ("relay", "shellyplus1-a8032abe54dc/rpc", True),
        ("relay", "cmnd/boiler/POWER", True),
        ("relay", "home/valve/001a22000001/set", False),
        ("zigbee2mqtt", "zigbee2mqtt/valve_living/set", True),
        ("zigbee2mqtt", "zigbee2mqtt/bridge/request/restart", False),
        ("homeassistant", "homeassistant/status", True),
        ("living", "home/room/living/temperature", True),
        ("living", "home/room/bath/temperature", False),
        ("living", "home/valve/001a22000001/set", False),
    ],
)
def test_who_may_say_what(join: Join, user: str, topic: str, may: bool) -> None:
    assert join(user).may_say(topic) is may


@pytest.mark.parametrize(
    ("user", "hears"),
    [("recorder", True), ("regulator", True), ("bluetooth", True), ("clock", False), ("living", False)],
)
def test_who_hears_the_commands_of_a_valve(join: Join, user: str, hears: bool) -> None:
    listener, regulator = join(user), join("regulator" if user != "regulator" else "web")
    listener.listen("home/#")
    topic = "home/valve/001a22000001/set" if user != "regulator" else "home/away/set"
    assert regulator.may_say(topic)
    assert listener.hears(topic) is hears


def test_nobody_gets_in_without_a_password(broker: Server) -> None:
    with closing(socket.create_connection(("127.0.0.1", broker.port), 10)) as sock:
        sock.sendall(
            packets.connect("x", MQTT_5, keep_alive_s=0, will=("x", b""), session_expiry_s=0, receive_maximum=1)
        )
        _, [answer] = Reader(MQTT_5).feed(sock.recv(100))
    assert isinstance(answer, Connected)
    assert answer.reason == 0x87
