"""The folder of a try-out, and the settings in it."""

import os
import re
from pathlib import Path

import pytest

from haard.tryout.data_folder import DataFolder, as_yaml
from house.errors import DeviceError
from house.settings import Settings, load, parse

SPARSE = """
rooms:
  a: {sensors: ["001122334455"], radiators: [{valve: "0x1", power_w: 900}], name: "null"}
meter: {driver: dsmr, url: "tcp://meter:2001"}
safety: {boost_min: 30}
"""


@pytest.mark.parametrize("text", [None, SPARSE], ids=["example", "sparse"])
def test_settings_written_as_yaml_read_back_as_equal(text: str | None, house: Settings) -> None:
    settings = parse(text) if text else house
    assert parse(as_yaml(settings)) == settings


def test_the_effective_house_has_the_try_outs_broker_and_database(tmp_path: Path, house: Settings) -> None:
    folder = DataFolder(tmp_path / ".haard")
    effective = folder.effective(house, 2345)
    assert (effective.mqtt.host, effective.mqtt.port, effective.mqtt.root) == ("127.0.0.1", 2345, house.mqtt.root)
    assert effective.database.url == f"sqlite:///{tmp_path}/.haard/haard.db"
    assert effective.rooms == house.rooms
    with folder.lock():
        folder.write_settings(effective)
    assert load(folder.settings) == effective


def test_two_try_outs_do_not_share_a_folder(tmp_path: Path) -> None:
    first, second = DataFolder(tmp_path), DataFolder(tmp_path)
    told = rf"process {os.getpid()}\) runs in {re.escape(str(tmp_path))}"
    with first.lock(), pytest.raises(DeviceError, match=told), second.lock():
        pass
    with second.lock():
        assert (tmp_path / "log").is_dir()


def test_a_new_try_out_begins_with_empty_logs(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with folder.lock():
        (folder.logs / "regulator.log").write_text("of yesterday")
    with folder.lock():
        assert list(folder.logs.iterdir()) == []


def test_the_record_of_the_former_try_out_is_set_aside_and_of_the_one_before_nothing_is_left(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    for number in range(3):
        with folder.lock():
            assert not folder.database.exists()
            folder.database.write_text(f"house {number}")
            folder.database.with_name("haard.db-wal").write_text(f"rest {number}")
    assert folder.former.read_text() == "house 1"
    assert folder.former.with_name("former.db-wal").read_text() == "rest 1"
