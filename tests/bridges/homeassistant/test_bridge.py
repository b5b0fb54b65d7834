"""The bridge to Home Assistant with a real broker: announced, announced again, taken back."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from bridges.homeassistant import bridge
from devtools.servers import Mosquitto
from haard.install.acl import acl
from haard.install.rights import rights
from house import settings, topics
from house.messages import Alert
from tests.bridges.running import PATIENCE_S, running, say_raw
from tests.observer import Observer

SECTION = "homeassistant: {discovery: true}"
CLIMATE = "homeassistant/climate/haard/room_living_climate/config"


class Ear:
    """What is retained below homeassistant/, and every message that comes there."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.heard: list[str] = []
        self._changed = threading.Condition()

    def take(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        with self._changed:
            self.heard.append(message.topic)
            self.kept[message.topic] = bytes(message.payload)
            self._changed.notify_all()

    def wait_for(self, holds: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(holds, PATIENCE_S), sorted(self.kept)


@contextmanager
def listening(broker: Mosquitto, user: tuple[str, str] | None = None) -> Iterator[Ear]:
    ear, ready = Ear(), threading.Event()
    client = Client(CallbackAPIVersion.VERSION2)
    if user:
        client.username_pw_set(*user)

    def subscribe(*_: object) -> None:
        client.subscribe("homeassistant/#", 1)

    client.on_message, client.on_connect = ear.take, subscribe
    client.on_subscribe = lambda *_: ready.set()
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    try:
        assert ready.wait(PATIENCE_S)
        yield ear
    finally:
        client.disconnect()
        client.loop_stop()


def test_the_whole_house_is_announced_and_stays_so(mosquitto: Mosquitto) -> None:
    with listening(mosquitto) as ear, running(bridge.run, mosquitto, SECTION):
        ear.wait_for(lambda: CLIMATE in ear.kept)
    with listening(mosquitto) as later:
        later.wait_for(lambda: CLIMATE in later.kept)
        assert json.loads(later.kept[CLIMATE])["mode_state_topic"] == "home/room/living/status"


def test_what_is_no_longer_in_the_house_is_taken_back(mosquitto: Mosquitto) -> None:
    attic = "homeassistant/climate/haard/room_attic_climate/config"
    stranger = "homeassistant/climate/other/room_attic_climate/config"
    for topic in (attic, stranger):
        say_raw(mosquitto, topic, b"{}", retain=True)
    with listening(mosquitto) as ear, running(bridge.run, mosquitto, SECTION):
        ear.wait_for(lambda: ear.kept.get(attic) == b"")
        ear.wait_for(lambda: CLIMATE in ear.kept)
        assert ear.kept[stranger] == b"{}"


def test_home_assistants_birth_is_answered(mosquitto: Mosquitto) -> None:
    with listening(mosquitto) as ear, running(bridge.run, mosquitto, SECTION, chance=lambda: 0.0):
        ear.wait_for(lambda: CLIMATE in ear.kept)
        say_raw(mosquitto, "homeassistant/status", b"online")
        ear.wait_for(lambda: ear.heard.count(CLIMATE) == 2)


def test_a_broker_that_lost_its_file_is_told_again(mosquitto: Mosquitto) -> None:
    with running(bridge.run, mosquitto, SECTION):
        with listening(mosquitto) as ear:
            ear.wait_for(lambda: CLIMATE in ear.kept)
        mosquitto.kill()
        mosquitto.forget()
        mosquitto.start()
        with listening(mosquitto) as ear:
            ear.wait_for(lambda: CLIMATE in ear.kept)


def test_an_alert_is_a_problem_as_long_as_it_lasts(mosquitto: Mosquitto) -> None:
    topic = "homeassistant/binary_sensor/haard/alert_boiler_fault/config"
    with (
        listening(mosquitto) as ear,
        Observer(mosquitto.settings()) as observer,
        running(bridge.run, mosquitto, SECTION),
    ):
        alert = Alert(about="the boiler has a fault", todo="look at its display")
        observer.say(topics.publication(topics.ALERT, "boiler_fault", message=alert))
        ear.wait_for(lambda: bool(ear.kept.get(topic)))
        observer.say(topics.publication(topics.ALERT, "boiler_fault", message=None))
        ear.wait_for(lambda: ear.kept[topic] == b"")


def test_the_brokers_rights_are_enough_for_the_bridge_and_for_home_assistant(
    start_mosquitto: Callable[..., Mosquitto], tmp_path: Path
) -> None:
    house = settings.parse((Path(__file__).parents[3] / "house.example.yaml").read_text() + SECTION + "\n")
    users = {"ha_discovery": "a", "homeassistant": "b"}
    broker = start_mosquitto(users=users, acl=acl(rights(house)))
    with listening(broker, ("homeassistant", "b")) as ear, as_process(broker, tmp_path, "a"):
        ear.wait_for(lambda: CLIMATE in ear.kept)


@contextmanager
def as_process(broker: Mosquitto, folder: Path, password: str) -> Iterator[None]:
    """The bridge as a process, logged in as itself."""
    example = (Path(__file__).parents[3] / "house.example.yaml").read_text()
    file = folder / "house.yaml"
    file.write_text(
        example.replace("host: localhost", "host: 127.0.0.1").replace("port: 1883", f"port: {broker.port}") + SECTION
    )
    secrets = {"HAARD_MQTT_USER": "ha_discovery", "HAARD_MQTT_PASSWORD": password}
    command = [sys.executable, "-m", "bridges", "ha_discovery", "--settings", str(file)]
    with subprocess.Popen(command, env=os.environ | secrets) as child:
        try:
            yield
        finally:
            child.terminate()
            assert child.wait(PATIENCE_S) == 0
