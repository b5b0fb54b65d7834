"""Who a node is on the broker: its user and password, its key for updates, its lines in the acl.

Of an installed house these are files that `haard init` keeps too; where there are none, a person is told the lines.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from haard.install import files, passwords
from haard.install.acl import acl
from haard.install.layout import Layout
from haard.install.rights import rights
from haard.node.flash import Access
from house.errors import SettingsError
from house.secrets import read_secret, read_valve_pins
from house.services import node_user
from house.settings import Settings, load

PLAIN_PORT, ENCRYPTED_PORT = 1883, 8883
KEY_BYTES = 32


def key_file(node: str, settings_path: Path) -> Path:
    """Where a node's key for updates is kept."""
    return Layout.of(settings_path).secret(f"node_{node}_update_key")


def update_key(node: str, settings_path: Path) -> bytes:
    """The key that this node believes; raises SettingsError where it was never made."""
    text = files.read_text(key_file(node, settings_path))
    if text is None:
        raise SettingsError(f"node {node} has no key for updates yet: `haard node flash {node}` makes one")
    return bytes.fromhex(text.strip())


def add_user(node: str, settings_path: Path) -> Iterator[str]:
    """Bring the broker's files up to date with the house's nodes, or tell the lines that belong there."""
    settings, layout = load(settings_path), Layout.of(settings_path)
    user = node_user(node)
    if files.read_text(layout.acl) is None:
        yield f"the broker's acl should have these lines, and its password file the user {user}:"
        yield acl({user: rights(settings)[user]}).partition(f"# node {node}\n")[2].partition("# ---")[0].rstrip()
        return
    text = settings_path.read_text(encoding="utf-8")
    for change in files.changes(files.wanted(settings, text, layout, files.read_text, None), files.read_text):
        if change.file.path in (layout.acl, layout.passwords, layout.password_of(user)):
            files.write(change.file)
            yield f"written: {change.file.path}"
    yield "reload the broker (systemctl reload mosquitto), then flash the node and restart haard's services"


@dataclass(frozen=True, slots=True)
class Network:
    """How a node reaches the broker, as a person says it."""

    ssid: str
    broker: str
    port: int | None
    """By default that of plain MQTT, or of MQTT over TLS with a certificate."""
    certificate: Path | None


def access_of(node: str, network: Network, settings: Settings, settings_path: Path) -> Access:
    """What a board is given so that it comes into the network; what is missing of it is made."""
    psk = read_secret("WIFI_PASSWORD")
    if psk is None:
        raise SettingsError("the Wi-Fi's password: give it in HAARD_WIFI_PASSWORD or HAARD_WIFI_PASSWORD_FILE")
    layout = Layout.of(settings_path)
    authority = network.certificate.read_text(encoding="ascii") if network.certificate else None
    pins = {one: pin for one, pin in read_valve_pins().items() if one in settings.nodes[node].valves}
    return Access(
        ssid=network.ssid,
        psk=psk,
        broker=network.broker,
        port=network.port or (ENCRYPTED_PORT if authority else PLAIN_PORT),
        user=node_user(node),
        password=_kept(layout.password_of(node_user(node)), passwords.password()),
        update_key=_kept(key_file(node, settings_path), secrets.token_hex(KEY_BYTES)),
        root=settings.mqtt.root,
        authority=authority,
        flashed_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        pins=pins,
    )


def _kept(path: Path, new: str) -> str:
    """A secret as it is, or a new one that is kept from now on."""
    there = files.read_text(path)
    if there is not None:
        return there.strip()
    files.write(files.secret(path, f"{new}\n"))
    return new
