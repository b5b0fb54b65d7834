"""Mosquitto's configuration for one house: who may connect where, and how much. Pure.

As Debian's drop-in it leaves to /etc/mosquitto/mosquitto.conf what stands there already (its log, its file of what is
retained): Mosquitto refuses to start when such a line comes twice. In a container it is the whole file.
"""

from dataclasses import dataclass
from pathlib import Path

from house.settings import Settings

SMALL_BYTES, LARGE_BYTES = 65_536, 1_048_576
HEADER_BYTES = 1_024


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the broker listens: for haard itself, for devices (plain and encrypted), for the page's web server."""

    house: int = 1884
    devices: int = 1883
    encrypted: int = 8883
    page: int = 9001


@dataclass(frozen=True, slots=True)
class Place:
    """Where the broker finds its files, and which addresses it listens on."""

    folder: Path
    acl: Path
    passwords: Path
    certificates: Path | None = None
    """With one the devices may come encrypted too."""
    inside: str = "127.0.0.1"
    """Where haard's services and the page's web server come from."""
    ports: Ports = Ports()
    is_drop_in: bool = True


def configuration(settings: Settings, place: Place) -> str:
    """The text of the file."""
    parts = [_HEAD, _listeners(place), _files(place), _limits(settings), _LASTING]
    return "\n".join(parts if place.is_drop_in else [*parts, _ALONE.format(folder=place.folder)])


_HEAD = """\
# The broker of this house, for Mosquitto 2.0. Written by `haard init`, which shows what it changes; lines of your own
# belong into another file of this folder.
"""


def _listeners(place: Place) -> str:
    ports, inside = place.ports, f" {place.inside}" if place.inside else ""
    tls = _TLS.format(port=ports.encrypted, folder=place.certificates) if place.certificates else ""
    return _LISTENERS.format(house=ports.house, devices=ports.devices, page=ports.page, inside=inside) + tls


_LISTENERS = """\
# haard's services and commands, on this computer.
listener {house}{inside}
max_connections 200

# Devices and Home Assistant. Each is known by its user's name whatever it calls itself, so that none can take
# another's place.
listener {devices}
use_username_as_clientid true
max_connections 100

# The page in a browser: MQTT over websockets, behind the web server.
listener {page}{inside}
protocol websockets
max_connections 100
"""
_TLS = """
# The same for devices, encrypted.
listener {port}
use_username_as_clientid true
max_connections 100
certfile {folder}/broker.crt
keyfile {folder}/broker.key
"""


def _files(place: Place) -> str:
    return f"""\
# A user for each program and device, and what each may say and hear.
allow_anonymous false
password_file {place.passwords}
acl_file {place.acl}
"""


def _limits(settings: Settings) -> str:
    largest = LARGE_BYTES if settings.zigbee2mqtt.devices else SMALL_BYTES
    why = "zigbee2mqtt lists all its devices in one message" if settings.zigbee2mqtt.devices else "none needs more"
    return f"""\
# The largest message ({why}): whoever sends a larger one is shown the door before it is read.
max_packet_size {largest + HEADER_BYTES}

# While the recorder or its database is away its messages wait here, up to 256 MB (days), for as long as its session
# lasts. 0 would mean without a limit, but with it Mosquitto 2.0 throws out whoever says what the acl forbids.
max_queued_messages 10000000
max_queued_bytes 268435456
max_inflight_messages 100
persistent_client_expiration 14d
"""


_LASTING = """\
# What is retained or waits survives a stop of the broker, and a crash but for the last five seconds.
persistence true
autosave_interval 5

# A reading becomes a command in 1 ms instead of 6.
set_tcp_nodelay true
"""
_ALONE = """\
persistence_location {folder}/
log_dest stderr
log_type error
log_type warning
log_type notice
"""
