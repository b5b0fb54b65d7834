"""compose.yaml: by its schema, by the rules that hold for each container, and each command as it stands, run here."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from psycopg2 import Error

from bridges.__main__ import BRIDGES
from devtools.servers import Postgres, Server, free_port, program
from haard.install import retained
from house import services
from house.settings import Settings, load
from recorder.open import open_database
from tests.fake_bluez import FakeBluez, private_bus
from tests.haard.install.conftest import wait_for
from tests.haard.install.houses import BOILERS, REAL

pytestmark = pytest.mark.system

FILE = Path(__file__).parents[2] / "packaging/docker/compose.yaml"
COMPOSE: Mapping[str, Any] = yaml.safe_load(FILE.read_text())
SERVICES: Mapping[str, Mapping[str, Any]] = COMPOSE["services"]
FOR_DEVELOPERS = {"xiaomi"}


def test_docker_compose_takes_it(tmp_path: Path) -> None:
    everything = [
        option for one in SERVICES.values() for name in one.get("profiles", []) for option in ("--profile", name)
    ]
    command = [program("docker-compose"), "-f", str(FILE), *everything, "config", "--quiet"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_image_that_is_built_is_a_stage_of_the_file() -> None:
    stages = set(re.findall(r"^FROM .* AS (\S+)$", (FILE.parent / "Dockerfile").read_text(), re.MULTILINE))
    wanted = {one["build"]["target"] for one in SERVICES.values() if "build" in one}
    assert wanted == {"haard", "page", "easy"}
    assert wanted <= stages


def test_every_bridge_has_a_service_and_the_profile_of_its_name() -> None:
    for name in set(BRIDGES) - FOR_DEVELOPERS:
        assert SERVICES[name]["profiles"] == [name]


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_pinned_watched_and_may_do_little(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"[a-z/-]+:\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?", service["image"])
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["logging"]["options"]["max-size"]
    assert service["user"].startswith("${HAARD_UID:-1000}")
    assert name in ("analyst-role", "grafana-role") or "healthcheck" in service
    assert "environment" not in service or not any(
        "PASSWORD" in key and "FILE" not in key for key in service["environment"]
    )


@pytest.mark.parametrize("name", SERVICES)
def test_every_secret_that_is_read_is_handed_over_and_none_else(name: str) -> None:
    said = str([SERVICES[name].get(key) for key in ("environment", "entrypoint")])
    assert set(re.findall(r"/run/secrets/(\w+)", said)) == set(SERVICES[name].get("secrets", []))


class House:
    """The containers' commands on this computer, with the files and environment that the compose file gives them."""

    def __init__(self, folder: Path, database_port: int, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.house = folder / "house"
        self._database = f"@127.0.0.1:{database_port}/postgres"
        self._as_psql = {"PGHOST": "127.0.0.1", "PGPORT": str(database_port), "PGDATABASE": "postgres"}
        # As in a container no blank is in its path, which this checkout's may have.
        self._role_sql = shutil.copy(FILE.parents[2] / "grafana/role.sql", folder)
        self._ports = {number: free_port() for number in (1883, 1884, 9001)}

    def here(self, text: str, service: str) -> str:
        """What a container sees, as it is called here."""
        places = {
            "/house": str(self.house),
            "/etc/haard/house.yaml": str(self.house / "house.yaml"),
            "/run/secrets/": f"{self.house}/secrets/",
            "/tmp/alive": str(self.folder / f"{service}.alive"),
            "/mosquitto/config": str(self.house / "mosquitto"),
            "/mosquitto/data": str(self.house / "mosquitto-data"),
            "@database/haard": self._database,
            "/role.sql": str(self._role_sql),
        }
        found = re.compile("|".join(map(re.escape, sorted(places, key=len, reverse=True))))
        return found.sub(lambda match: places[match[0]], text)

    def command(self, service: str) -> list[str]:
        said = SERVICES[service]
        words = [*said.get("entrypoint", ["python", "-P", "-m"]), *said.get("command", [])]
        # A dollar stands twice in a compose file, so that it is not taken for a variable of its own.
        return [sys.executable if one == "python" else self.here(one, service).replace("$$", "$") for one in words]

    def init(self, *more: str) -> Settings:
        subprocess.run([*self.command("init"), *more], check=True, stdout=subprocess.DEVNULL, cwd=FILE.parents[2])
        file = self.house / "house.yaml"
        text = file.read_text().replace("host: broker", "host: 127.0.0.1")
        file.write_text(re.sub(r"\b1884\b", str(self._ports[1884]), text))
        return load(file)

    def start_broker(self) -> None:
        file = self.house / "mosquitto/mosquitto.conf"
        text = self.here(file.read_text(), "broker")
        # All at once: a port that was put in may begin with the digits of the next number.
        text = re.sub(r"listener (\d+)", lambda found: f"listener {self._ports[int(found[1])]} 127.0.0.1", text)
        file.write_text(f"{text}\nuser root\n" if os.geteuid() == 0 else text)
        command = [program("mosquitto"), *self.command("broker")[1:]]
        self.stack.enter_context(Server(self.folder, command, self._ports[1884], also=list(self._ports.values())))

    def start(self, service: str) -> None:
        said = {name: self.here(value, service) for name, value in SERVICES[service]["environment"].items()}
        log = self.stack.enter_context((self.folder / f"{service}.log").open("wb"))
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(FILE.parents[2]), **said}
        if any("system_bus_socket" in mount for mount in SERVICES[service].get("volumes", [])):
            environment["DBUS_SYSTEM_BUS_ADDRESS"] = os.environ["DBUS_SYSTEM_BUS_ADDRESS"]
        process = subprocess.Popen(self.command(service), env=environment, stderr=log, cwd=self.folder)
        self.stack.callback(process.wait, 20)
        self.stack.callback(process.terminate)

    def run_to_its_end(self, service: str, programs: Path | None = None) -> None:
        """A container that ends; where its own program is not here, with one in `programs` in its place."""
        path = os.environ["PATH"] if programs is None else f"{programs}:{os.environ['PATH']}"
        environment = {"PATH": path, **SERVICES[service].get("environment", {}), **self._as_psql}
        subprocess.run(self.command(service), check=True, env=environment, cwd=self.folder)

    def is_alive(self, service: str) -> bool:
        log = (self.folder / f"{service}.log").read_text()
        assert "gave up" not in log, log
        return (self.folder / f"{service}.alive").exists() and "connected" in log


@pytest.fixture
def house(tmp_path: Path, postgres: Postgres) -> Iterator[House]:
    with ExitStack() as stack:
        yield House(tmp_path, postgres.port, stack)


def test_the_commands_of_the_compose_file_heat_a_simulated_house(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = house.init("--yes", "--demo")
    house.start_broker()
    names = services.services(settings)
    for name in names:
        house.start(name)
    for name in names:
        wait_for(lambda name=name: house.is_alive(name))  # type: ignore[misc]
    monkeypatch.setenv("HAARD_MQTT_USER", "person")
    monkeypatch.setenv("HAARD_MQTT_PASSWORD_FILE", str(house.house / "secrets/mqtt_person"))
    wait_for(lambda: b'"action":"heating"' in retained.read(settings).get("room/living/status", b""))


@pytest.mark.parametrize("boiler", ["nefit", "emsesp", "otgw", "relay"])
def test_the_bridges_of_a_real_house_run_by_the_commands_of_the_compose_file(
    house: House, boiler: str, tmp_path: Path
) -> None:
    house.house.mkdir()
    text = REAL.format(boiler=boiler, options=BOILERS[boiler]) + "mqtt: {host: broker, port: 1884}\n"
    text = text.replace("{driver: openmeteo,", f'{{driver: openmeteo, url: "http://127.0.0.1:{free_port()}",')
    (house.house / "house.yaml").write_text(text)
    settings = house.init("--yes")
    house.start_broker()
    tried_above = {"regulator", "recorder", "analyst"}
    of_each_house = [name for name in services.services(settings) if name not in tried_above]
    names = of_each_house if boiler == "nefit" else [boiler]
    (house.house / "secrets/notify").write_text(f"json://127.0.0.1:{free_port()}\n")
    house.stack.enter_context(FakeBluez(house.stack.enter_context(private_bus(tmp_path))))
    for name in names:
        house.start(name)
    for name in names:
        wait_for(lambda name=name: house.is_alive(name))  # type: ignore[misc]


def test_the_commands_of_the_compose_file_make_the_roles_of_analyst_and_grafana(
    house: House, postgres: Postgres
) -> None:
    house.init("--yes", "--demo")
    house.start_broker()
    for role in ("analyst-role", "grafana-role"):
        if role == "grafana-role":  # which reads the views that the recorder makes
            house.start("recorder")
            wait_for(open_database(postgres.url).is_current)
        house.run_to_its_end(role)
    analyst = (house.house / "secrets/database_analyst_user").read_text().strip()
    with closing(postgres.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_authid WHERE rolpassword IS NOT NULL AND rolname <> 'haard'")
        assert {name for (name,) in cursor.fetchall()} == {analyst, "grafana"}
    with closing(postgres.connect("grafana")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM views.room_now")
        with pytest.raises(Error, match="permission denied"):
            cursor.execute("SELECT count(*) FROM public.message")


def test_the_server_of_an_easy_is_handed_its_secrets(house: House, tmp_path: Path) -> None:
    house.init("--yes", "--demo")
    (house.house / "secrets/easy").write_text("# mine\nNEFIT_SERIAL_NUMBER=123456789\nNEFIT_PASSWORD='a b$c'\n")
    server = tmp_path / "programs/easy-server"
    server.parent.mkdir()
    server.write_text('#!/bin/sh\necho "$NEFIT_SERIAL_NUMBER,$NEFIT_PASSWORD,$*" > told\n')
    server.chmod(0o755)
    house.run_to_its_end("nefit-easy-http-server", server.parent)
    assert (tmp_path / "told").read_text() == "123456789,a b$c,--host=0.0.0.0 --port=3000\n"
