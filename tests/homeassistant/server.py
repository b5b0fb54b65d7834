"""A real Home Assistant on loopback, set up as a person would have it: an owner, MQTT, nothing else.

What its first-run pages would ask is written into its storage beforehand, with a token for the test. It runs from an
environment of its own (`make test-homeassistant`), since its pinned libraries are not those of haard.
"""

import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import requests
import yaml
from websockets.sync.client import connect

from devtools.servers import Server, free_port
from tests.homeassistant.automations import copied

PROGRAM = Path(os.environ.get("HOMEASSISTANT", ".venv-homeassistant/2024.3.3/bin/hass"))
PATIENCE_S = 60.0
SECRET = "a" * 128
NOW = "2026-01-01T00:00:00.000000+00:00"


class HomeAssistant(Server):
    """A context manager; ready means that it has started altogether."""

    ready_s = 110.0

    def __init__(self, folder: Path, broker_port: int, user: str, password: str, more: str = "") -> None:
        folder.mkdir()
        port = free_port()
        (folder / "heating.yaml").write_text(copied("dashboard"))
        (folder / "configuration.yaml").write_text(CONFIGURATION.format(port=port) + more)
        (folder / ".storage").mkdir()
        for key, version, data in _stored(broker_port, user, password):
            stored = {"version": version, "minor_version": 1, "key": key, "data": data}
            (folder / ".storage" / key).write_text(json.dumps(stored))
        super().__init__(folder, [str(PROGRAM), "--config", str(folder), "--skip-pip"], port)
        self.token = _token()
        self._web = requests.Session()
        self._web.headers["Authorization"] = f"Bearer {self.token}"
        self._web.trust_env = False

    def answers(self) -> bool:
        try:
            return bool(self.get("config")["state"] == "RUNNING")
        except (requests.RequestException, ValueError, KeyError):
            return False

    def get(self, path: str) -> Any:
        answer = self._web.get(f"http://127.0.0.1:{self.port}/api/{path}", timeout=20)
        answer.raise_for_status()
        return answer.json()

    def states(self) -> dict[str, dict[str, Any]]:
        """Every entity's state and attributes."""
        return {one["entity_id"]: one for one in self.get("states")}

    def state(self, entity: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"states/{entity}")
        return found

    def call(self, service: str, **data: Any) -> None:
        """As a tap on the dashboard: `call("climate.set_temperature", entity_id=..., temperature=21)`."""
        url = f"http://127.0.0.1:{self.port}/api/services/{service.replace('.', '/')}"
        self._web.post(url, json=data, timeout=20).raise_for_status()

    def ask(self, kind: str, **more: Any) -> Any:
        """One question to its web socket, such as `energy/validate`."""
        with connect(f"ws://127.0.0.1:{self.port}/api/websocket", max_size=2**24, proxy=None) as socket:
            socket.recv()
            socket.send(json.dumps({"type": "auth", "access_token": self.token}))
            socket.recv()
            socket.send(json.dumps({"id": 1, "type": kind, **more}))
            answer = json.loads(socket.recv(timeout=20))
        assert answer["success"], answer
        return answer["result"]

    def wait_for(self, entity: str, holds: Callable[[dict[str, Any]], bool], within: float = PATIENCE_S) -> float:
        """Wait until an entity is so; how long it took, s."""
        began = time.monotonic()
        state: dict[str, Any] = {}
        while time.monotonic() - began < within:
            state = self.states().get(entity, {})
            if state and holds(state):
                return time.monotonic() - began
            time.sleep(0.02)  # its REST interface is asked, as a script of an owner would
        raise AssertionError(f"{entity} is {state} after {within} s")

    def complaints(self) -> list[str]:
        """Warnings and errors in its log but those about the trial itself."""
        lines = (self.folder / "home-assistant.log").read_text().splitlines()
        return [
            line
            for line in lines
            if any(level in line for level in (" WARNING ", " ERROR ", " CRITICAL "))
            and not any(known in line for known in OWN_AFFAIRS)
        ]


OWN_AFFAIRS = (
    "Skipping pip installation",
    "Support for the running Python version",
    "Error loading libturbojpeg",  # for a camera, as the next two
    "FFmpeg fails",
    "Error starting FFmpeg",
    "No previously saved temperature",  # the trial's own thermostat
    "is taking over 10 seconds",  # of a slow machine, as the next one
    "Waiting on integrations to complete setup",
)

CONFIGURATION = """\
homeassistant:
  name: Trial
  latitude: 52.1
  longitude: 5.1
  elevation: 0
  unit_system: metric
  currency: EUR
  country: NL
  time_zone: Europe/Amsterdam
http: {{server_host: 127.0.0.1, server_port: {port}}}
api:
config:
frontend:
history:
energy:
recorder: {{commit_interval: 1}}
logger: {{default: warning}}
"""


def _stored(broker_port: int, user: str, password: str) -> list[tuple[str, int, Mapping[str, Any]]]:
    mqtt = {"broker": "127.0.0.1", "port": broker_port, "username": user, "password": password, "discovery": True}
    entry = {
        "entry_id": "mqtt",
        "version": 1,
        "minor_version": 1,
        "domain": "mqtt",
        "title": "Mosquitto",
        "data": mqtt,
        "options": {},
        "pref_disable_new_entities": False,
        "pref_disable_polling": False,
        "source": "user",
        "unique_id": None,
        "disabled_by": None,
    }
    steps = ["user", "core_config", "analytics", "integration"]
    return [
        ("auth", 1, _auth()),
        ("auth_provider.homeassistant", 1, {"users": []}),
        ("onboarding", 4, {"done": steps}),
        ("core.config_entries", 1, {"entries": [entry]}),
    ]


def _auth() -> Mapping[str, Any]:
    owner = {
        "id": "owner",
        "group_ids": ["system-admin"],
        "is_owner": True,
        "is_active": True,
        "name": "Owner",
        "system_generated": False,
        "local_only": False,
    }
    token = {
        "id": "trial",
        "user_id": "owner",
        "client_id": None,
        "client_name": "trial",
        "client_icon": None,
        "token_type": "long_lived_access_token",
        "created_at": NOW,
        "access_token_expiration": 10 * 365 * 86_400.0,
        "token": SECRET,
        "jwt_key": SECRET,
        "last_used_at": NOW,
        "last_used_ip": "127.0.0.1",
        "expire_at": None,
        "credential_id": None,
        "version": "2024.3.3",
    }
    groups = [{"id": id_, "name": id_} for id_ in ("system-admin", "system-users", "system-read-only")]
    return {"users": [owner], "groups": groups, "credentials": [], "refresh_tokens": [token]}


def _token() -> str:
    """A JSON web token (HS256) for the refresh token above."""
    began = int(time.time())
    claims = {"iss": "trial", "iat": began, "exp": began + 86_400}
    parts = [_encoded(json.dumps(one).encode()) for one in ({"alg": "HS256", "typ": "JWT"}, claims)]
    signature = hmac.new(SECRET.encode(), ".".join(parts).encode(), hashlib.sha256).digest()
    return ".".join((*parts, _encoded(signature)))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def house_yaml(example: str, port: int, more: Mapping[str, Any]) -> str:
    """The example house on this broker, with `more` merged into its sections."""
    document = yaml.safe_load(example)
    document["mqtt"] = {"host": "127.0.0.1", "port": port, "root": "home"}
    for section, values in more.items():
        document[section] = document.get(section, {}) | values
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    return text
