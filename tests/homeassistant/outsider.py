"""An outsider's look at what a broker announces to Home Assistant: nothing of haard's own code is asked.

It reads the retained announcements, boots a real Home Assistant beside the broker, and compares what was announced with
what Home Assistant's registries, states, repairs and log make of it. Whatever is not as its documentation wants it is a
line of the report.

    HOMEASSISTANT=.venv-homeassistant/2024.3.3/bin/hass python -m tests.homeassistant.outsider --port 1883 \
      --user homeassistant --password ... --folder /tmp/look
"""

import argparse
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from tests.homeassistant.server import HomeAssistant

SETTLED_S = 60.0
SHORT = {"uniq_id": "unique_id", "o": "origin", "dev": "device", "avty": "availability", "avty_t": "availability_topic"}
NEEDS = ("unique_id", "origin", "device", "name")

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """What Home Assistant made of it."""

    registry: Sequence[Said]
    states: Mapping[str, Said]
    issues: Sequence[Said] = ()
    complaints: Sequence[str] = ()


def faults(kept: Mapping[str, bytes], seen: Seen) -> Iterator[str]:
    """The report's lines; `kept` is everything that the broker retains."""
    announced = {topic: read(payload) for topic, payload in kept.items() if topic.endswith("/config")}
    yield from (f"{topic}: is no JSON object" for topic, said in announced.items() if not said)
    readable = {topic: said for topic, said in announced.items() if said}
    yield from _twice(readable)
    devices = {one for said in readable.values() for one in said.get("device", {}).get("identifiers", ())}
    levels = {topic for said in readable.values() for topic in availability(said)}
    for topic, said in readable.items():
        yield from (f"{topic}: {fault}" for fault in _of_one(said, devices, levels, kept))
        yield from (f"{topic}: {fault}" for fault in _missed(topic, said, seen))
    known = {said.get("unique_id") for said in readable.values()}
    yield from (f"{one['entity_id']}: nobody announces it" for one in seen.registry if one["unique_id"] not in known)
    yield from (f"repair: {one.get('issue_id')}" for one in seen.issues)
    yield from (f"log: {line}" for line in seen.complaints)


def read(payload: bytes) -> Said:
    """An announcement with its keys in full; empty where it is none."""
    try:
        said = json.loads(payload)
    except ValueError:
        return {}
    return {SHORT.get(str(key), str(key)): value for key, value in said.items()} if isinstance(said, dict) else {}


def availability(said: Said) -> list[str]:
    """The topics that say whether it can be relied on."""
    one = [said["availability_topic"]] if said.get("availability_topic") else []
    return one + [more["topic"] for more in said.get("availability") or ()]


def _twice(readable: Mapping[str, Said]) -> Iterator[str]:
    counts = Counter(said.get("unique_id") for said in readable.values())
    yield from (f"unique_id {one}: announced {n} times" for one, n in counts.items() if one and n > 1)


def _of_one(said: Said, devices: set[str], levels: set[str], kept: Mapping[str, bytes]) -> Iterator[str]:
    """What is wrong with an announcement by itself."""
    yield from (f"has no {key}" for key in NEEDS if key not in said)
    yield from (f"its origin has no {key}" for key in ("name", "sw_version") if not (said.get("origin") or {}).get(key))
    relies_on = availability(said)
    if not relies_on and said.get("state_topic") not in levels:
        yield "has no availability"
    yield from (f"nothing is kept on its availability {one}" for one in relies_on if not kept.get(one))
    if said.get("retain"):
        yield "its commands would be retained, and come back at each reconnect"
    beyond = (said.get("device") or {}).get("via_device")
    if beyond is not None and beyond not in devices:
        yield f"hangs on a device that nobody announces: {beyond}"


def _missed(topic: str, said: Said, seen: Seen) -> Iterator[str]:
    """How Home Assistant took it."""
    platform = topic.split("/")[1]
    found = [one for one in seen.registry if one["unique_id"] == said.get("unique_id")]
    found = [one for one in found if one["entity_id"].startswith(f"{platform}.")]
    if not found:
        yield "refused: no such entity in Home Assistant"
        return
    [entity] = found
    if said.get("default_entity_id") not in (None, entity["entity_id"]):
        yield f"asks for {said['default_entity_id']}, is {entity['entity_id']}"
    if entity.get("disabled_by") is not None:
        return
    state = seen.states.get(entity["entity_id"])
    if state is None or state["state"] == "unavailable":
        yield f"{entity['entity_id']} is {'not there' if state is None else 'unavailable'}"


# --- asking ---------------------------------------------------------------------------------------------------------


def everything_kept(port: int, user: str, password: str) -> dict[str, bytes]:
    """All that this user of the broker is told at its subscription; its next answer comes behind that."""
    found: dict[str, bytes] = {}
    is_all = threading.Event()

    def hear(_client: Client, _data: Any, message: MQTTMessage) -> None:
        if message.retain:
            found[message.topic] = bytes(message.payload)

    client = Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(user, password)
    client.on_message = hear
    client.on_connect = lambda one, *_: one.subscribe("#")
    client.on_subscribe = lambda one, *_: one.unsubscribe("nothing/at/all")
    client.on_unsubscribe = lambda *_: is_all.set()
    client.connect("127.0.0.1", port)
    while not is_all.is_set():
        client.loop(0.1)
    client.disconnect()
    return found


def look(hass: HomeAssistant, kept: Mapping[str, bytes]) -> list[str]:
    """The report, once Home Assistant has nothing more to take up; at the latest after SETTLED_S."""
    deadline = time.monotonic() + SETTLED_S
    while (report := list(faults(kept, _seen(hass)))) and time.monotonic() < deadline:
        time.sleep(1.0)  # it tells nobody when it is through with its discovery
    return report


def _seen(hass: HomeAssistant) -> Seen:
    registry = [one for one in hass.ask("config/entity_registry/list") if one["platform"] == "mqtt"]
    issues = [one for one in hass.ask("repairs/list_issues")["issues"] if one["domain"] == "mqtt"]
    return Seen(registry, hass.states(), issues, hass.complaints())


def main() -> int:
    parser = argparse.ArgumentParser(description="What is wrong with what a broker announces to Home Assistant.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--folder", type=Path, required=True, help="a new one, for this Home Assistant's files")
    options = parser.parse_args()
    with HomeAssistant(options.folder, options.port, options.user, options.password) as hass:
        kept = everything_kept(options.port, options.user, options.password)
        report = look(hass, kept)
    announced = sum(topic.endswith("/config") for topic in kept)
    lines = [*report, f"{announced} announcements, {len(report)} faults"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if report or not announced else 0


if __name__ == "__main__":
    sys.exit(main())
