"""A backup of a running simulated house, restored into an empty folder and an empty broker."""

import gzip
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devtools.servers import Mosquitto
from haard.__main__ import main
from haard.install import archive, retained
from haard.install.backup import MANIFEST
from haard.install.layout import Layout
from haard.settings_file import example
from house.settings import Settings, parse
from regulator.stdio import filter_lines
from tests.haard.install.test_real_broker import Broker


def decisions(settings: Settings, kept: Mapping[str, bytes]) -> list[str]:
    """What the regulator decides for the next hours, knowing what the broker retained."""
    before = [message(path, payload.decode(), retained=True) for path, payload in sorted(kept.items())]
    now = json.loads(kept["memory"])["tick_at"]
    start = datetime.fromisoformat(now).timestamp()
    ticks = [datetime.fromtimestamp(start + 60 * minute, UTC).isoformat() for minute in range(1, 121)]
    later = [message("tick", json.dumps({"at": at})) for at in ticks]
    return list(filter_lines(settings, [*before, message("room/living/setpoint/set", "23"), *later]))


def message(path: str, payload: str, *, retained: bool = False) -> str:
    return json.dumps({"topic": f"home/{path}", "payload": payload, "retained": retained})


def test_a_restored_house_decides_as_the_old_one_to_the_byte(
    running: Path, tmp_path: Path, start_mosquitto: Callable[..., Mosquitto]
) -> None:
    file = tmp_path / "house.tar.gz"
    assert main(["backup", "--settings", str(running), str(file)]) == 0
    new_broker = start_mosquitto()
    contents = dict(archive.contents(file))
    settings = parse(contents[archive.SETTINGS].decode())
    moved = moved_to(file, tmp_path / "moved.tar.gz", settings.mqtt.port, new_broker.port, tmp_path)
    assert main(["restore", "--folder", str(tmp_path / "new"), str(moved)]) == 0
    there = parse((tmp_path / "new/house.yaml").read_text())
    old, new = archive.read_retained_lines(contents[archive.RETAINED]), retained.read(there)
    assert new == old
    assert len(old) > 30
    assert decisions(there, new) == decisions(settings, old)
    assert any('"call":true' in line for line in decisions(there, new))
    assert main(["export", "--settings", str(tmp_path / "new/house.yaml"), str(tmp_path / "new.gz")]) == 0
    assert archive.history(file, tmp_path / "old.gz")
    assert gzip.decompress((tmp_path / "new.gz").read_bytes()) == gzip.decompress((tmp_path / "old.gz").read_bytes())


def moved_to(file: Path, target: Path, old_port: int, new_port: int, folder: Path) -> Path:
    """The same backup for a house whose broker and database are elsewhere, as on another computer."""
    contents = dict(archive.contents(file))
    text = contents[archive.SETTINGS].decode()
    text = text.replace(f"port: {old_port}", f"port: {new_port}").replace(f"{folder}/old/", f"{folder}/new/")
    history = folder / archive.HISTORY
    now = datetime(2026, 1, 12, tzinfo=UTC)
    with archive.new(target) as tar:
        for name, content in (contents | {archive.SETTINGS: text.encode()}).items():
            archive.add(tar, name, content, now)
        if archive.history(file, history):
            tar.add(history, archive.HISTORY)
    return target


def test_what_is_retained_is_said_again_by_each_topics_own_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {
        "room/living/settings": b'{"mode":"auto"}',
        "room/living/temperature/a4c138000001": b'{"value":20.4}',
        "valve/001a22000001/status": b"{}",
        "alert/cold_living": b'{"text":"cold"}',
        "day": b"{}",
        "unknown/topic": b"1",
    }
    layout = Layout.below(tmp_path)
    (tmp_path / "broker").mkdir()
    layout.secrets.mkdir()
    with Broker(tmp_path / "broker", parse(example())) as broker:
        text = example().replace("port: 1883", f"port: {broker.ports.house}").replace("localhost", "127.0.0.1")
        for user in broker.users:
            layout.password_of(user).write_text("secret\n")
        assert retained.say(parse(text), kept, layout) == ["unknown/topic"]
        monkeypatch.setenv("HAARD_MQTT_USER", "person")
        monkeypatch.setenv("HAARD_MQTT_PASSWORD", "secret")
        assert retained.read(parse(text)) == {path: kept[path] for path in kept if path != "unknown/topic"}


def test_only_the_newest_backups_of_a_folder_are_kept() -> None:
    names = [archive.NAME.format(at=datetime(2026, 1, day, tzinfo=UTC)) for day in range(1, 20)]
    assert archive.outdated([*names, "holiday.jpg"], 14) == names[:5]


def test_another_houses_settings_are_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "b.tar.gz"
    now = datetime(2026, 1, 12, tzinfo=UTC)
    with archive.new(file) as tar:
        for name in (MANIFEST, archive.RETAINED):
            archive.add(tar, name, b"", now)
        archive.add(tar, archive.SETTINGS, example().encode(), now)
    (tmp_path / "house.yaml").write_text("mine")
    assert main(["restore", "--folder", str(tmp_path), str(file)]) == 2
    assert (tmp_path / "house.yaml").read_text() == "mine"


@pytest.mark.parametrize("name", ["../house.yaml", "../../etc/cron.d/x", ".hidden"])
def test_a_secret_of_a_backup_cannot_lead_out_of_its_folder(tmp_path: Path, name: str) -> None:
    now = datetime(2026, 1, 12, tzinfo=UTC)
    with archive.new(tmp_path / "b.tar.gz") as tar:
        archive.add(tar, archive.SETTINGS, example().encode(), now)
        archive.add(tar, archive.RETAINED, b"", now)
        archive.add(tar, archive.SECRETS + name, b"x", now)
    assert main(["restore", "--folder", str(tmp_path / "new"), str(tmp_path / "b.tar.gz")]) == 2
    assert not (tmp_path / "new").exists()


NO_BACKUPS = {"empty": b"", "text": b"no archive", "compressed text": gzip.compress(b"no tar", mtime=0)}


@pytest.mark.parametrize("content", NO_BACKUPS.values(), ids=NO_BACKUPS.keys())
def test_a_file_that_is_no_backup_is_refused_and_nothing_written(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b").write_bytes(content)
    assert main(["restore", "--folder", str(tmp_path / "new"), str(tmp_path / "b")]) == 2
    assert not (tmp_path / "new").exists()
