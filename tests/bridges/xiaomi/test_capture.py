import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridges.xiaomi import capture
from bridges.xiaomi.thermometers import Thermometers
from house import settings as house_settings
from house.errors import SettingsError
from house.messages import Temperature
from house.secrets import read_bindkeys

CAPTURES = Path(__file__).parents[2] / "captures"
NOW = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
HOUSE = """
rooms:
  living:
    sensors: ["A4:C1:38:02:83:F4", {address: "A4-C1-38-8D-18-B2", calibration: -0.5}]
    radiators: [{valve: "00:1A:22:00:00:01", power_w: 2100}]
  bath:
    sensors: ["54:48:e6:8f:80:a5"]
    radiators: [{valve: "00:1A:22:00:00:02", power_w: 900}]
"""


def test_captures_of_real_thermometers_become_readings_of_their_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAARD_BINDKEYS_FILE", str(CAPTURES / "bindkeys.txt"))
    thermometers = Thermometers(house_settings.parse(HOUSE), read_bindkeys())
    lines = capture.read(CAPTURES / "advertisements.jsonl")
    said = {one.path: one.message for line in lines for one in thermometers.hear(line.heard(NOW))}
    values = {path: message.value for path, message in said.items() if isinstance(message, Temperature)}
    assert values == {
        "room/living/temperature/a4c1380283f4": 17.05,
        "room/living/temperature/a4c1388d18b2": 23.47,
        "room/bath/temperature/5448e68f80a5": 25.06,
    }
    assert {getattr(message, "measured_at", None) for message in said.values()} == {NOW}
    assert len(thermometers.unknown) == 7


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("nonsense", "line: Invalid JSON"),
        ('{"service_data": {}}', "address: Field required"),
        ('{"address": "A4:C1:38:00:00:01", "service_data": {"181a": "xyz"}}', "service_data.181a: "),
        ('{"address": "A4:C1:38:00:00:01", "service_data": {"181a": 4}}', "should be bytes in hexadecimal"),
    ],
)
def test_line_that_is_none_is_named(tmp_path: Path, line: str, fault: str) -> None:
    file = tmp_path / "capture.jsonl"
    file.write_text(f"\n{line}\n")
    with pytest.raises(SettingsError, match=re.escape(f"{file}:2: ") + ".*" + re.escape(fault)):
        capture.read(file)


def test_a_capture_is_played_at_its_own_pace_and_ends_now() -> None:
    text = '{"address": "A4:C1:38:00:00:01", "service_data": {"181a": "00"}, "at": "2026-01-12T06:%02d:00Z"}'
    paced = [capture.Line.model_validate_json(text % minute) for minute in (0, 4, 5)]
    assert [(NOW - at).total_seconds() for _, at in capture.dated(paced, NOW)] == [300, 60, 0]
    unknown = [line.model_copy(update={"at": None}) for line in paced]
    assert [(NOW - at).total_seconds() for _, at in capture.dated(unknown, NOW)] == [5, 2.5, 0]
