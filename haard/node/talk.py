"""Talk with nodes over the broker: tell them their configuration, hear how they are, send them firmware."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any, cast

from rich import box
from rich.table import Table

from haard.node.manifest import messages
from house import topics
from house.errors import DeviceError
from house.messages import Availability, NodeConfig, NodeLog, NodeStatus, Rejected
from house.mqtt import Link
from house.services import node_user
from house.settings import Settings

SERVICE = "person"
LISTEN_S = 1.5
PATIENCE_S = 180.0
FILTERS = tuple(
    topic.filter() for topic in (topics.NODE_STATUS, topics.NODE_LOG, topics.SERVICE_AVAILABILITY, topics.REJECTED)
)


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def with_broker(settings: Settings) -> Iterator[Link]:
    """A connection to the house's broker; raises DeviceError if it does not answer."""
    with Link(settings.mqtt, SERVICE, FILTERS, stop=Event(), announce=False) as link:
        deadline = time.monotonic() + 10.0
        while not link.connected:
            if time.monotonic() > deadline:
                raise DeviceError(f"no broker answers at {settings.mqtt.host}:{settings.mqtt.port}", temporary=True)
            link.receive(0.1)
        yield link


def tell_config(link: Link, node: str, config: NodeConfig) -> None:
    """Retained, so that a node hears it whenever it comes."""
    link.publish(topics.publication(topics.NODE_CONFIG, node, message=config))
    link.flush(10.0)


@dataclass
class Heard:
    """What was heard of the nodes: how they are, and who is online."""

    status: dict[str, NodeStatus] = field(default_factory=dict)
    online: dict[str, bool] = field(default_factory=dict)


def listen(link: Link, seconds: float = LISTEN_S) -> Heard:
    """What the broker keeps of them."""
    heard, deadline = Heard(), time.monotonic() + seconds
    while time.monotonic() < deadline:
        for one in _understood(link):
            if one.name.topic is topics.NODE_STATUS:
                heard.status[one.name.ids[0]] = cast("NodeStatus", one.message)
            elif one.name.topic is topics.SERVICE_AVAILABILITY:
                heard.online[one.name.ids[0]] = one.message == Availability(value="online")
    return heard


def _understood(link: Link) -> Iterator[topics.Heard]:
    for received in link.receive(0.1):
        heard = topics.read(received.path, received.payload, retained=received.retained)
        if heard is not None:
            yield heard


def values(node: str, heard: Heard) -> dict[str, Any]:
    """How one node is, for a program."""
    return {"online": heard.online.get(node_user(node)), "status": heard.status.get(node)}


def table(settings: Settings, heard: Heard) -> Table:
    """A row for each node of the house."""
    rows = Table(box=box.SIMPLE_HEAD)
    for column in ("node", "is", "since", "version", "signal dBm", "heap used", "valves tried", "failed", "note"):
        rows.add_column(column)
    for node in settings.nodes:
        said = heard.status.get(node, NodeStatus())
        is_online = heard.online.get(node_user(node))
        state = {True: "online", False: "offline", None: "never heard"}[is_online]
        since = "" if said.uptime_s is None else str(timedelta(seconds=said.uptime_s))
        note = said.alert or said.update or ("safe mode" if said.safe_mode else said.reset_cause) or ""
        numbers = (said.rssi, said.heap_used, said.contacts, said.failures)
        signal, heap, contacts, failures = ("" if one is None else f"{one:g}" for one in numbers)
        rows.add_row(node, state, since, said.version or "", signal, heap, contacts, failures, note)
    return rows


def log_lines(link: Link, node: str) -> Iterator[str]:
    """What a node writes, for as long as anybody reads."""
    while True:
        for one in _understood(link):
            if one.name.topic is topics.NODE_LOG and one.name.ids == (node,):
                yield cast("NodeLog", one.message).line


def update(link: Link, node: str, version: str, files: Mapping[str, bytes], key: bytes) -> str:
    """Send new firmware and wait for what comes of it; the node's own words. Raises DeviceError if none come."""
    for message in messages(node, version, files, key):
        link.publish(topics.publication(topics.NODE_UPDATE, node, message=message))
        link.flush(30.0)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        for one in _understood(link):
            said = _outcome(one, node)
            if said is not None:
                return said
    raise DeviceError(f"node {node} says nothing of its update: is it online? `haard node list`", temporary=True)


def _outcome(heard: topics.Heard, node: str) -> str | None:
    if isinstance(heard.message, Rejected) and heard.message.service == node_user(node):
        return f"refused: {heard.message.reason}"
    if heard.retained or heard.name.topic is not topics.NODE_STATUS or heard.name.ids != (node,):
        return None
    said = cast("NodeStatus", heard.message).update or ""
    return said if said.startswith(("confirmed", "refused", "went back")) else None
