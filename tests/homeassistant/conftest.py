"""A simulated house with its services on Mosquitto with the real acl, and one real Home Assistant beside it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from paho.mqtt import publish, subscribe

from devtools.servers import Mosquitto
from haard.install.acl import acl
from haard.install.rights import rights
from house import settings
from house.settings import Settings
from tests.homeassistant.automations import CONFIGURATION, copied
from tests.homeassistant.delays import Delays
from tests.homeassistant.listener import Listener
from tests.homeassistant.server import HomeAssistant, house_yaml

EXAMPLE = (Path(__file__).parents[2] / "house.example.yaml").read_text()
SERVICES = {
    "simulated": ["bridges", "simulated", "--speed", "60"],
    "regulator": ["regulator"],
    "recorder": ["recorder"],
    "analyst": ["recorder", "analyse"],
    "ha_discovery": ["bridges", "ha_discovery"],
}


DEVICES_OF_HOME_ASSISTANT = yaml.safe_load(copied("house.yaml"))


class Household:
    """The services of the house as processes, each logged in as itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        text = house_yaml(EXAMPLE, 1883, DEVICES_OF_HOME_ASSISTANT)
        self.broker = Mosquitto(
            folder / "broker", users={name: name for name in self._users(text)}, acl=self._acl(text)
        )
        self.file = folder / "house.yaml"
        self.write(house_yaml(EXAMPLE, self.broker.port, DEVICES_OF_HOME_ASSISTANT))
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def settings(self) -> Settings:
        return settings.load(self.file)

    @staticmethod
    def _users(text: str) -> list[str]:
        return list(rights(settings.parse(text)))

    @staticmethod
    def _acl(text: str) -> str:
        return acl(rights(settings.parse(text)))

    def write(self, text: str) -> None:
        self.file.write_text(text)

    def text(self) -> str:
        return self.file.read_text()

    def start(self, name: str) -> None:
        secrets = {"HAARD_MQTT_USER": name, "HAARD_MQTT_PASSWORD": name}
        command = [sys.executable, "-m", *SERVICES[name], "--settings", str(self.file)]
        with (self.folder / f"{name}.log").open("ab") as log:
            environment = os.environ | secrets
            self._running[name] = subprocess.Popen(command, stdout=log, stderr=log, env=environment)

    def stop(self, name: str, *, kill: bool = False) -> None:
        process = self._running.pop(name)
        process.kill() if kill else process.terminate()
        process.wait(30)

    def restart(self, name: str) -> None:
        self.stop(name)
        self.start(name)

    def stop_all(self) -> None:
        for name in list(self._running):
            self.stop(name)

    def kept(self, path: str) -> Any:
        """What the broker keeps on a topic."""
        auth: Any = {"username": "person", "password": "person"}
        heard: Any = subscribe.simple(f"home/{path}", hostname="127.0.0.1", port=self.broker.port, auth=auth)  # type: ignore[no-untyped-call]
        return json.loads(heard.payload)

    def say(self, user: str, path: str, payload: str) -> None:
        """Have the broker keep something, as one of the services."""
        auth: Any = {"username": user, "password": user}
        publish.single(
            f"home/{path}", payload, qos=1, retain=True, hostname="127.0.0.1", port=self.broker.port, auth=auth
        )

    def command(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """A command of `haard` on this house."""
        secrets = {"HAARD_MQTT_USER": "person", "HAARD_MQTT_PASSWORD": "person"}
        line = [sys.executable, "-m", "haard", *arguments, "--settings", str(self.file)]
        return subprocess.run(line, check=True, capture_output=True, env=os.environ | secrets)


@pytest.fixture(scope="session")
def household(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Household]:
    house = Household(tmp_path_factory.mktemp("house"))
    with ExitStack() as running:
        running.enter_context(house.broker)
        running.callback(house.stop_all)
        for name in SERVICES:
            house.start(name)
        yield house


@pytest.fixture(scope="session")
def hass(household: Household, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HomeAssistant]:
    folder = tmp_path_factory.mktemp("hass") / "config"
    with HomeAssistant(folder, household.broker.port, "homeassistant", "homeassistant", CONFIGURATION) as running:
        running.wait_for("climate.study", lambda one: one["state"] == "auto")
        yield running


@pytest.fixture(scope="session")
def delays() -> Iterator[Delays]:
    """How long each wish took to come through."""
    found = Delays()
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def rooms(household: Household) -> Iterator[Listener]:
    """What the regulator says of each room, as the broker hears it."""
    with Listener(household.broker.port, "person", "person") as listener:
        yield listener
