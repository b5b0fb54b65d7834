"""`python -m bridges xiaomi --capture FILE` as a person starts it, on a real broker."""

import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridges.xiaomi.bridge import run
from devtools.servers import Mosquitto, free_port
from house import settings as house_settings
from house.errors import DeviceError
from tests.observer import Observer

CAPTURES = Path(__file__).parents[2] / "captures"
ADVERTISEMENTS = CAPTURES / "advertisements.jsonl"
HOUSE = """
mqtt: {{host: 127.0.0.1, port: {port}}}
rooms:
  living:
    sensors: ["A4:C1:38:02:83:F4"]
    radiators: [{{valve: "00:1A:22:00:00:01", power_w: 2100}}]
"""


def house(folder: Path, port: int) -> Path:
    file = folder / "house.yaml"
    file.write_text(HOUSE.format(port=port))
    return file


def bridges(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bridges", *map(str, arguments)]
    environment = os.environ | {"HAARD_BINDKEYS_FILE": str(CAPTURES / "bindkeys.txt")}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)


def test_captured_advertisements_become_retained_readings_of_now(mosquitto: Mosquitto, tmp_path: Path) -> None:
    before = datetime.now(UTC)
    ended = bridges("xiaomi", "--settings", house(tmp_path, mosquitto.port), "--capture", ADVERTISEMENTS)
    assert ended.returncode == 0, ended.stderr
    with Observer(mosquitto.settings()) as observer:
        reading = json.loads(observer.wait_for("room/living/temperature/a4c1380283f4").payload)
        observer.wait_for("room/living/humidity/a4c1380283f4")
        observer.wait_for("sensor/a4c1380283f4/status")
        observer.wait_for("service/xiaomi/availability", lambda payload: payload == b"offline")
    assert reading["value"] == 17.05
    assert before - timedelta(minutes=5) <= datetime.fromisoformat(reading["measured_at"]) <= datetime.now(UTC)
    assert ended.stderr.count("unknown thermometer heard") == 9
    assert 'sensors: ["A4:C1:38:BC:7C:4E"]' in ended.stderr


def test_broker_that_is_not_there_is_told(tmp_path: Path) -> None:
    settings = house_settings.load(house(tmp_path, free_port()))
    with pytest.raises(DeviceError, match="does not answer; is it running"):
        run(settings, threading.Event(), capture=ADVERTISEMENTS, patience_s=0.3)


def test_capture_that_cannot_be_read_is_exit_status_2(tmp_path: Path) -> None:
    settings = house(tmp_path, free_port())
    ended = bridges("xiaomi", "--settings", settings, "--capture", settings)
    assert (ended.returncode, "house.yaml:2: line: Invalid JSON" in ended.stderr) == (2, True)


@pytest.mark.parametrize("arguments", [["xiaomi"], ["clock", "--capture", "file"]], ids=" ".join)
def test_capture_belongs_to_xiaomi_and_xiaomi_to_a_capture(arguments: list[str]) -> None:
    ended = bridges(*arguments)
    assert (ended.returncode, "--capture" in ended.stderr) == (2, True)
