from pathlib import Path

import pytest

from house import settings
from house.errors import SettingsError
from house.secrets import read_bindkeys

KEY = "231d39c1d7cc1ab1aee224cd096db932"
ROOM = 'rooms: {{living: {{sensors: [{}], radiators: [{{valve: "00:1A:22:00:00:01", power_w: 2100}}]}}}}'


def test_bindkeys_stand_in_a_file_of_their_own_by_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "keys"
    file.write_text(f"# bath\n\nA4:C1:38:00:00:01 {KEY}\na4-c1-38-00-00-02   {KEY.upper()}\n")
    monkeypatch.setenv("HAARD_BINDKEYS_FILE", str(file))
    assert read_bindkeys() == dict.fromkeys(("a4c138000001", "a4c138000002"), bytes.fromhex(KEY))


def test_no_bindkeys_are_given_unless_the_environment_names_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HAARD_BINDKEYS_FILE", raising=False)
    assert read_bindkeys() == {}


@pytest.mark.parametrize("line", [f"A4:C1:38:00:00 {KEY}", "A4:C1:38:00:00:01", f"A4:C1:38:00:00:01 {KEY}00"])
def test_wrong_line_is_named_without_its_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    file = tmp_path / "keys"
    file.write_text(f"\n{line}\n")
    monkeypatch.setenv("HAARD_BINDKEYS_FILE", str(file))
    with pytest.raises(SettingsError, match=":2: should be an address such as") as caught:
        read_bindkeys()
    assert KEY not in str(caught.value)


def test_missing_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAARD_BINDKEYS_FILE", "/nowhere/keys")
    with pytest.raises(SettingsError, match="HAARD_BINDKEYS_FILE=/nowhere/keys: cannot be read"):
        read_bindkeys()


def test_key_in_the_settings_is_refused_with_the_place_where_it_belongs() -> None:
    sensor = f'{{address: "A4:C1:38:00:00:01", key: {KEY}}}'
    with pytest.raises(SettingsError, match="HAARD_BINDKEYS_FILE") as caught:
        settings.parse(ROOM.format(sensor))
    assert KEY not in str(caught.value).replace("such as A4:C1:38:00:00:01 231d39c1d7cc1ab1aee224cd096db932", "")


def test_sensor_may_be_an_address_or_have_a_calibration() -> None:
    room = settings.parse(ROOM.format('A4-C1-38-00-00-01, {address: "A4:C1:38:00:00:02", calibration: -0.4}')).rooms
    sensors = room["living"].sensors
    assert [(one.address, one.calibration) for one in sensors] == [("a4c138000001", 0), ("a4c138000002", -0.4)]
