from pathlib import Path

import pytest

from house.errors import SettingsError
from house.secrets import read_secret


def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAARD_MQTT_PASSWORD", "hearth")
    assert read_secret("MQTT_PASSWORD") == "hearth"


def test_a_secret_is_the_first_line_of_the_file_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("hearth\nsecond line\n")
    monkeypatch.setenv("HAARD_MQTT_PASSWORD_FILE", str(tmp_path / "password"))
    assert read_secret("MQTT_PASSWORD") == "hearth"


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAARD_MQTT_PASSWORD_FILE", "/nowhere")
    monkeypatch.setenv("HAARD_MQTT_PASSWORD", "hearth")
    assert read_secret("MQTT_PASSWORD") == "hearth"


def test_no_secret_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HAARD_MQTT_PASSWORD", "HAARD_MQTT_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)
    assert read_secret("MQTT_PASSWORD") is None


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe"], ids=["missing", "empty", "not-utf-8"])
def test_a_file_without_a_secret_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "password"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("HAARD_MQTT_PASSWORD_FILE", str(path))
    with pytest.raises(SettingsError, match=r"HAARD_MQTT_PASSWORD_FILE=.*password"):
        read_secret("MQTT_PASSWORD")
