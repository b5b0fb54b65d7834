"""Whether what stands behind an address can be reached: a server's port, a cable, a device in topics of its own."""

import os
import socket
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from bridges.emsesp.protocol import EmsEsp
from bridges.otgw.protocol import Otgw
from bridges.relay.protocol import Relay, relay
from bridges.zigbee2mqtt.protocol import is_online
from haard.doctor.finding import Finding, failure, well
from house.settings import Mqtt
from house.settings.devices import Boiler, Weather, Zigbee2mqtt

CONNECT_S = 3.0
WEB_PORTS = {"http": 80, "https": 443}

MqttBoiler = EmsEsp | Otgw | Relay


def broker(settings: Mqtt) -> Finding:
    """Whether somebody listens where the broker should be."""
    what = "start it (sudo systemctl start mosquitto), or correct mqtt.host and mqtt.port; `haard up` brings its own"
    return _port(settings.host, settings.port, what)


def nefit_server(boiler: Boiler) -> Finding:
    """Whether somebody listens where nefit-easy-http-server should be."""
    return _server(boiler.url, "start nefit-easy-http-server there, or correct boiler.url")


def weather_host(weather: Weather) -> Finding:
    """Whether the forecast's host can be reached."""
    return _server(weather.url, "is there a way to the internet, and does the name resolve? Else correct weather.url")


def meter_port(url: str | None) -> Finding:
    """Whether the meter's port is there and may be opened; not for one in use, since a TCP port takes one reader."""
    if url is None:
        return failure("meter.url is missing", "set it to serial:///dev/ttyUSB0 or tcp://host:port")
    if url.startswith("serial://"):
        return _cable(Path(url.removeprefix("serial://")))
    return _server(url, "is the dongle (or ser2net) on, and in the network? Else correct meter.url")


def mqtt_boiler(boiler: Boiler) -> MqttBoiler | None:
    """The boiler's device as its driver knows it before it has said anything; None for a driver that has no topics."""
    match boiler.driver:
        case "emsesp":
            return EmsEsp(boiler.emsesp.topic)
        case "otgw":
            return Otgw(boiler.otgw)
        case "relay":
            return relay(boiler.relay)
    return None


def boiler_device(device: MqttBoiler, driver: str, heard: Mapping[str, bytes], now: datetime) -> Finding:
    """Whether the boiler's device says on the broker, in a topic that it retains, that it is there."""
    remedy = f"is it on, does it use this broker, and does boiler.{driver} name its topics?"
    for topic, payload in heard.items():
        device = device.heard(topic, payload, now, live=False)
    if device.online is None:
        return failure(f"it has not said on {' or '.join(device.filters)} that it is there", remedy)
    return well("online") if device.online else failure("it is offline", remedy)


def zigbee2mqtt(settings: Zigbee2mqtt, heard: Mapping[str, bytes]) -> Finding:
    """Whether zigbee2mqtt says on the broker that it is there."""
    topic = zigbee_state(settings)
    remedy = "start zigbee2mqtt with this broker, and give its base topic in zigbee2mqtt.topic"
    if topic not in heard:
        return failure(f"it has not said on {topic} that it is there", remedy)
    return well("online") if is_online(heard[topic]) else failure("it is offline", remedy)


def zigbee_state(settings: Zigbee2mqtt) -> str:
    """Where zigbee2mqtt retains whether it is there."""
    return f"{settings.topic}/bridge/state"


def _server(url: str, remedy: str) -> Finding:
    try:
        parts = urlsplit(url)
        port = parts.port or WEB_PORTS[parts.scheme]
    except ValueError as error:
        return failure(f"{url}: {error}", remedy)
    return _port(parts.hostname or "", port, remedy)


def _port(host: str, port: int, remedy: str) -> Finding:
    try:
        socket.create_connection((host, port), CONNECT_S).close()
    except (OSError, ValueError) as error:  # ValueError: no name of a host
        return failure(f"nobody answers at {host}:{port} ({getattr(error, 'strerror', None) or error})", remedy)
    return well(f"{host}:{port} answers")


def _cable(device: Path) -> Finding:
    if not device.exists():
        return failure(
            f"there is no {device}",
            "plug in the P1 cable; `ls /dev/serial/by-id/*` shows what it is called, for meter.url",
        )
    if not os.access(device, os.R_OK | os.W_OK):
        return failure(f"this user may not open {device}", "sudo usermod -aG dialout $USER, then log in again")
    return well(f"{device} is there")
