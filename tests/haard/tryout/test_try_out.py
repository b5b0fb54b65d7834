"""A whole house on one computer: its start, its verdict, and what was recorded of it."""

import sqlite3
import sys
from pathlib import Path

import pytest

from devtools.servers import Mosquitto
from haard.tryout.dashboard import Dashboard
from haard.tryout.supervisor import Program, Supervisor
from haard.tryout.try_out import SERVICES, TryOut, faults, programs, recorded
from haard.tryout.view import Rate
from house.errors import DeviceError
from house.mqtt import Link
from house.settings import Mqtt, Settings
from house.stopping import stop_on_signals
from tests.haard.tryout.test_dashboard import board_after

ROOT = Path(__file__).parents[2]
STAND_IN = """
import sys, threading
sys.path.insert(0, sys.argv[1])
from house.mqtt import Link
from house.settings import Mqtt
from house.stopping import stop_on_signals
with stop_on_signals() as stop, Link(Mqtt(host="127.0.0.1", port=int(sys.argv[2])), sys.argv[3], stop=stop) as link:
    while not stop.is_set():
        link.receive(0.1)
"""
"""A service that only says that it is there."""


def stand_in(name: str, broker: Mqtt) -> Program:
    return Program(name, [sys.executable, "-c", STAND_IN, str(ROOT), str(broker.port), name])


PLENTY = 10**9


def board_of(house: Settings, cold_k: float) -> Dashboard:
    """Every service is up, and every room so much below its setpoint."""
    up = [(f"service/{name}/availability", "online") for name in SERVICES]
    rooms = [(f"room/{room}/status", f'{{"temperature": {20 - cold_k}, "setpoint": 20}}') for room in house.rooms]
    return board_after(*up, *rooms)


@pytest.mark.system
def test_a_service_has_come_up_when_it_says_so(mosquitto: Mosquitto, tmp_path: Path) -> None:
    broker = mosquitto.settings()
    with stop_on_signals() as stop, Supervisor(tmp_path) as supervisor, Link(broker, "up", ("#",), stop=stop) as link:
        try_out = TryOut(supervisor, link, stop)
        try_out.start([stand_in("recorder", broker), stand_in("regulator", broker)])
        assert try_out.board.services_up == {"recorder", "regulator"}
    assert supervisor.killed == []


@pytest.mark.system
def test_a_service_that_cannot_come_up_is_told_with_its_last_words(mosquitto: Mosquitto, tmp_path: Path) -> None:
    broker = mosquitto.settings()
    broken = Program("recorder", [sys.executable, "-c", "import sys; print('no space left'); sys.exit(1)"])
    with stop_on_signals() as stop, Supervisor(tmp_path) as supervisor, Link(broker, "up", ("#",), stop=stop) as link:
        told = r"recorder does not come up: no space left\nhint: read .*recorder.log"
        with pytest.raises(DeviceError, match=told):
            TryOut(supervisor, link, stop).start([broken])


def test_every_service_has_a_program_with_the_settings_and_the_house_its_speed() -> None:
    found = programs(Path("/x/house.yaml"), 600)
    assert set(found) == set(SERVICES)
    assert all(list(program.arguments[-2:]) == ["--settings", "/x/house.yaml"] for program in found.values())
    arguments = list(found["simulated"].arguments)
    assert arguments[arguments.index("bridges") :][:4] == ["bridges", "simulated", "--speed", "600"]
    assert "--settled" in arguments


def test_a_house_within_a_kelvin_of_its_setpoints_is_well(house: Settings) -> None:
    assert faults(board_of(house, 1.0), house, SERVICES, PLENTY) == []
    assert faults(board_of(house, -3.0), house, SERVICES, PLENTY) == []


def test_each_room_that_is_too_cold_is_named(house: Settings) -> None:
    found = faults(board_of(house, 1.2), house, SERVICES, PLENTY)
    assert found[0] == "Living room is 1.2 K below its setpoint"
    assert len(found) == len(house.rooms)


def test_a_room_and_a_service_that_nothing_was_heard_of_are_named(house: Settings) -> None:
    found = faults(Dashboard(), house, SERVICES, PLENTY)
    assert "regulator is not running" in found
    assert "Study has no temperature or no setpoint" in found


def test_recorded_messages_are_counted_once_there_is_a_table(tmp_path: Path) -> None:
    database = tmp_path / "haard.db"
    assert recorded(database) == 0
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE other (id)")
    assert recorded(database) == 0
    connection.execute("CREATE TABLE message (id)")
    connection.executemany("INSERT INTO message VALUES (?)", [(1,), (2,), (3,)])
    connection.commit()
    connection.close()
    assert recorded(database) == 3


def test_the_rate_is_that_of_the_last_ten_seconds() -> None:
    rate = Rate(100.0, 50)
    assert rate.after(100.0, 50) == 0
    assert rate.after(105.0, 100) == pytest.approx(600)
    assert rate.after(115.0, 100) == 0
    assert rate.after(120.0, 160) == pytest.approx(720)


def test_a_full_disk_is_told_in_the_summary(house: Settings) -> None:
    assert faults(board_of(house, 0.0), house, SERVICES, 4096) == [
        "the disk is full (0 MB free): what was said last may not be recorded"
    ]
