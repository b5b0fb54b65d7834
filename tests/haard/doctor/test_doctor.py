"""`haard doctor` as a person runs it: a process on a machine that has nothing, and on real brokers."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devtools.servers import Amqtt, Mosquitto, free_port
from house import topics
from recorder import migrations
from recorder.open import open_database
from tests.fake_bluez import FakeBluez, private_bus
from tests.haard.doctor.real import SERVICES, real_house, said_at
from tests.observer import Observer

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[3]
NOTHING_LISTENS = "unix:path=/nonexistent/bus"


@pytest.fixture
def doctor(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Write a house.yaml and examine it in a process: the exit status and all that it said."""

    def run(text: str, *options: str, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
        file = tmp_path / "house.yaml"
        file.write_text(text)
        around = {"DBUS_SYSTEM_BUS_ADDRESS": NOTHING_LISTENS, **os.environ, **(environment or {})}
        done = subprocess.run(
            [sys.executable, "-m", "haard", "doctor", "--settings", str(file), *options],
            cwd=tmp_path,
            env={**around, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    return run


@contextmanager
def healthy(broker: Mosquitto) -> Iterator[None]:
    """A house that has said everything."""
    with Observer(broker.settings(), ()) as observer:
        for path, payload in said_at(datetime.now(UTC)).items():
            heard = topics.read(path, payload.encode())
            assert heard is not None
            observer.say(topics.Publication(heard.name, heard.message))
        yield


def test_a_machine_with_nothing_is_told_each_missing_thing_and_its_remedy(
    doctor: Callable[..., tuple[int, str]],
) -> None:
    ports = {name: free_port() for name in ("broker", "nefit", "weather")}
    status, told = doctor(real_house(**ports))
    assert status == 1
    missing = {
        "broker": "mosquitto",
        "database": "start the recorder",
        "Bluetooth": "dbus",
        "boiler's server": "start nefit-easy-http-server",
        "meter's port": "plug in the P1 cable",
        "weather's host": "internet",
        "services": "mend the broker",
        "thermometers": "mend the broker",
        "valves": "mend the broker",
    }
    steps = told.split("checking ")
    for name, remedy in missing.items():
        [step] = [one for one in steps if one.startswith(f"{name} ... FAILED\n")]
        assert remedy in step.partition("    do: ")[2]
    assert "a4c138000001 (Living room)" in told


def test_what_was_hardly_meant_in_house_yaml_is_in_doubt(doctor: Callable[..., tuple[int, str]]) -> None:
    _, told = doctor(f"mqtt: {{port: {free_port()}}}\nrooms: {{a: {{radiators: [{{valve: v, power_w: 2.0}}]}}}}\n")
    assert (
        "checking settings ... DOUBT\n    rooms.a.radiators.0.power_w: 2 W is little for a radiator; kW? Then" in told
    )


def test_a_house_without_devices_on_a_real_broker_names_every_one(
    doctor: Callable[..., tuple[int, str]], mosquitto: Mosquitto
) -> None:
    status, told = doctor(real_house(broker=mosquitto.port, nefit=free_port(), weather=free_port()), "--valves")
    assert status == 1
    assert "checking login ... ok: without a user, MQTT 5" in told
    assert "checking rights on the broker ... ok" in told
    silent = ["thermometer a4c138000001", "window contact a4c138000011", "valve 001a22000001", "valve trv", "boiler"]
    for name in [
        *(f"service {one}" for one in SERVICES),
        *silent,
        "outdoor thermometer garden",
        "gas meter",
        "weather",
    ]:
        assert f"checking {name}" in told
    assert told.count("    do: ") == told.count("FAILED\n") + told.count("DOUBT\n")


def test_a_broker_that_speaks_only_mqtt_3_is_told_as_such(doctor: Callable[..., tuple[int, str]], amqtt: Amqtt) -> None:
    _, told = doctor(real_house(broker=amqtt.port, nefit=free_port(), weather=free_port()))
    assert "checking login ... ok: without a user, MQTT 3.1.1" in told
    assert "checking rights on the broker ... ok" in told


def test_a_house_in_which_all_is_well_ends_with_status_0(
    doctor: Callable[..., tuple[int, str]], mosquitto: Mosquitto, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path}/haard.db"
    migrations.upgrade(open_database(database).driver)
    ports = dict.fromkeys(("broker", "nefit", "weather"), mosquitto.port)
    text = real_house(**ports, database=database).replace("zigbee2mqtt: {devices: {trv: {}}}", "")
    with private_bus(tmp_path) as address, FakeBluez(address), healthy(mosquitto):
        no_programs = {"PATH": str(tmp_path)}  # none that tells whether this machine's clock is synchronised
        status, told = doctor(text, "--valves", environment={"DBUS_SYSTEM_BUS_ADDRESS": address, **no_programs})
    assert "FAILED" not in told
    assert status == 0
    assert "checking Bluetooth ... ok: hci0 is on" in told
    assert "checking answers of the valves ... DOUBT\n    not asked: the bluetooth bridge has the radio" in told


def test_a_broker_that_knows_us_not_or_lets_us_not_speak_is_told_as_such(
    doctor: Callable[..., tuple[int, str]], start_mosquitto: Callable[..., Mosquitto]
) -> None:
    broker = start_mosquitto(users={"anna": "secret"}, acl="user anna\ntopic read home/#\n")
    text = real_house(broker=broker.port, nefit=free_port(), weather=free_port())
    stranger = {"HAARD_MQTT_USER": "anna", "HAARD_MQTT_PASSWORD": "wrong"}
    status, told = doctor(text, environment=stranger)
    assert status == 1
    assert "checking login ... FAILED\n    it does not let us in as anna: " in told
    assert "do: check HAARD_MQTT_USER and HAARD_MQTT_PASSWORD" in told
    status, told = doctor(text, environment={**stranger, "HAARD_MQTT_PASSWORD": "secret"})
    assert status == 1
    assert "checking login ... ok: as anna, MQTT 5" in told
    assert "checking rights on the broker ... FAILED\n    what we say on home/service/person/echo" in told
    assert "acl" in told


@pytest.mark.parametrize(
    ("text", "environment", "words"),
    [
        ("rooms: 3", {}, "house.yaml:1: rooms"),
        (real_house(database="oracle://haard"), {}, "database.url: should be"),
        (real_house(), {"HAARD_MQTT_PASSWORD_FILE": "/nonexistent"}, "cannot read a secret"),
        (real_house(), {"HAARD_BINDKEYS_FILE": "/nonexistent"}, "cannot be read"),
    ],
    ids=["file", "database", "password", "keys"],
)
def test_settings_that_cannot_be_used_end_with_status_2(
    text: str, environment: dict[str, str], words: str, doctor: Callable[..., tuple[int, str]]
) -> None:
    status, told = doctor(text, environment=environment)
    assert status == 2
    assert words in told
    assert "checking" not in told
