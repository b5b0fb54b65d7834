"""A whole simulated house on real servers, built so that each part can be disturbed.

Mosquitto and Postgres keep their files on small disks of their own where the machine lets us mount them. Each service
reaches the broker through a proxy of its own, and the devices' messages go through a relay.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

from devtools.servers import Mosquitto, Postgres, copy_cluster, initialise
from haard.settings_file import example
from house.settings import Settings, parse
from tests.system.chaos.plan import SERVICES
from tests.system.chaos.proxy import Proxy
from tests.system.chaos.relay import HOME, REAL, Relay
from tests.system.chaos.services import Services
from tests.system.chaos.street import Street, street

AUTOSAVE_S = 5
BROKER = f"""
max_packet_size 66560
max_queued_messages 10000000
max_queued_bytes 268435456
max_inflight_messages 100
autosave_interval {AUTOSAVE_S}
set_tcp_nodelay true
log_type error
log_type warning
"""
LARGE, SMALL_ROOM_KB = "900m", 8
COLD = {"study": 7.4, "bedroom": 8.0}
"""Rooms that begin so cold, °C, that frost protection has work to do."""
BEGINS = datetime(2026, 1, 12, 5, tzinfo=UTC)


class Disk:
    """A folder, on a small disk of its own where that is possible."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.is_own = folder, False
        folder.mkdir()

    @contextmanager
    def mounted(self) -> Iterator[None]:
        self.is_own = may_mount() and _run("mount", "-t", "tmpfs", "-o", f"size={LARGE}", "none", str(self.folder))
        try:
            yield
        finally:
            if self.is_own:
                subprocess.run(["umount", "-l", str(self.folder)], check=False)

    def fill(self) -> None:
        """Leave next to no room on it."""
        used_kb = shutil.disk_usage(self.folder).used // 1024
        _run("mount", "-o", f"remount,size={used_kb + SMALL_ROOM_KB}k", str(self.folder))

    def clear(self) -> None:
        _run("mount", "-o", f"remount,size={LARGE}", str(self.folder))


def may_mount() -> bool:
    return os.geteuid() == 0 and shutil.which("mount") is not None


def _run(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@dataclass
class Stage:
    """What disturbances work on."""

    settings: Settings
    broker: Mosquitto
    database: Postgres
    broker_disk: Disk
    database_disk: Disk
    proxies: dict[str, Proxy]
    services: Services
    relay: Relay
    street: Street


@contextmanager
def stage(folder: Path, seed: int, speed: float) -> Iterator[Stage]:
    """The house, running; everything ends with it."""
    folder.chmod(0o711)  # Postgres's own user must find its way
    settings = parse(example())
    with ExitStack() as stack:
        broker_disk, database_disk = Disk(folder / "broker-disk"), Disk(folder / "postgres-disk")
        for disk in (broker_disk, database_disk):
            stack.enter_context(disk.mounted())
        broker = stack.enter_context(Mosquitto(broker_disk.folder / "mosquitto", extra=BROKER))
        database = stack.enter_context(_postgres(database_disk.folder))
        proxies = {name: stack.enter_context(Proxy(broker.port, seed + at)) for at, name in enumerate(SERVICES)}
        relay = Relay(broker.port, seed)
        stack.enter_context(relay.client)
        _make_cold(relay)
        files = {name: _settings_file(folder, name, proxies[name].port, database.url) for name in SERVICES}
        services = Services(folder, files, speed)
        neighbours = stack.enter_context(street(folder, seed, broker.port, services))
        stack.callback(services.stop)
        for name in SERVICES:
            services.start(name)
        yield Stage(settings, broker, database, broker_disk, database_disk, proxies, services, relay, neighbours)


def _postgres(folder: Path) -> Postgres:
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    template = folder / "template"
    template.mkdir()
    if os.geteuid() == 0:
        shutil.chown(template, "postgres", "postgres")
    initialise(template)
    copy_cluster(template, folder)
    with (folder / "data" / "postgresql.conf").open("a") as file:
        file.write("max_wal_size = 64MB\nwal_recycle = off\n")
    return Postgres(folder, durable=True)


def _settings_file(folder: Path, name: str, port: int, url: str) -> Path:
    values = yaml.safe_load(example())
    values["mqtt"] = {"host": "127.0.0.1", "port": port, "root": REAL if name == "simulated" else HOME}
    values["database"] = {"url": url}
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(values, sort_keys=False, allow_unicode=True))
    return path


def _make_cold(relay: Relay) -> None:
    """What a house of before had said last: the simulated house goes on from it."""
    at, settings = f"{BEGINS:%Y-%m-%dT%H:%M:%SZ}", parse(example())
    for id_, room in settings.rooms.items():
        for sensor in room.thermometers:
            said = {"value": COLD.get(id_, 18.0), "measured_at": at}
            topic = f"{REAL}/room/{id_}/temperature/{sensor}"
            relay.client.say(topic, json.dumps(said).encode(), retain=True).wait_for_publish(20)
