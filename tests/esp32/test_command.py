"""`haard node`: from a house.yaml to a node that runs, and to its next firmware."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from devtools.servers import Mosquitto
from haard.__main__ import main
from haard.install.rights import may, rights
from haard.node import flash
from haard.node.access import update_key
from haard.node.config import node_config, offsets
from haard.node.declare import with_node
from house.errors import SettingsError
from house.settings import load, parse
from tests.esp32.air import Air
from tests.esp32.board import Board
from tests.esp32.conftest import FAST, House
from tests.esp32.test_broker import SENSOR, atc

HOUSE = """\
# our house
rooms:
  living:
    sensors: ["A4:C1:38:00:00:01"]
    windows: ["A4:C1:38:00:00:11"]
    radiators: [{valve: "00:1A:22:00:00:01", power_w: 2100}]
  attic:
    radiators: [{valve: "00:1A:22:00:00:02", power_w: 900}]
bluetooth: {valves: {"00:1A:22:00:00:01": {offset: -1.5, window: {setpoint: 12, minutes: 15}}}}
boiler: {driver: nefit}
"""
NOW = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "house" / "house.yaml"
    path.parent.mkdir()
    path.write_text(HOUSE)
    return path


def _node(path: Path, *words: str) -> int:
    return main(["node", *words, "--settings", str(path)])


def _add(path: Path) -> None:
    assert _node(path, "add", "east", "--sensor", SENSOR, "--valve", "001a22000001") == 0
    assert _node(path, "add", "west", "--valve", "00:1A:22:00:00:02", "--alternative-for", "east") == 0


def test_a_node_is_added_to_house_yaml_and_nothing_else_is_changed(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _add(file)
    lines = file.read_text().splitlines()
    assert lines[: len(HOUSE.splitlines())] == HOUSE.splitlines()
    settings = load(file)
    assert settings.nodes["west"].alternative_for == ("east",)
    assert "topic write home/valve/001a22000001/status" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("sensors", "valves", "others", "told"),
    [
        (["a4c138000099"], [], [], "is no sensor of any room"),
        ([], ["001a22000099"], [], "is no valve of any room"),
        ([], [], ["nobody"], "there is no other node nobody"),
    ],
)
def test_a_device_of_no_room_is_refused(sensors: list[str], valves: list[str], others: list[str], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        with_node(HOUSE, "east", sensors, valves, others)


def test_a_device_belongs_to_one_node() -> None:
    text = with_node(HOUSE, "east", [], ["001a22000001"], [])
    with pytest.raises(SettingsError, match="belongs to node"):
        with_node(text, "west", [], ["001a22000001"], [])


def test_a_node_may_write_for_its_rooms_and_valves_only(file: Path) -> None:
    _add(file)
    users = rights(load(file))
    east, west = users["node_east"].grants, users["node_west"].grants
    assert may(east, "write", f"home/room/living/temperature/{SENSOR}")
    assert may(east, "write", "home/room/living/setpoint/set")
    for foreign in ("valve/001a22000002/status", "room/attic/setpoint/set", "boiler/set", "node/west/status"):
        assert not may(east, "write", f"home/{foreign}")
    assert not may(east, "write", "home/valve/001a22000001/set")
    assert not may(east, "read", "home/room/living/status")
    assert may(west, "write", "home/valve/001a22000001/status")
    assert not may(users["bluetooth"].grants, "write", "home/valve/001a22000001/status")


def test_what_a_node_is_told_follows_from_house_yaml(file: Path) -> None:
    _add(file)
    settings = load(file)
    east, west = (node_config(node, settings, NOW) for node in ("east", "west"))
    assert east.valves["001a22000001"].offset == -1.5
    assert east.sensors[SENSOR].room == "living"
    assert west.valves["001a22000001"].standby_for == "east"
    assert west.valves["001a22000002"].standby_for is None


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Pacific/Auckland", "Asia/Kolkata", "America/New_York"])
def test_the_offsets_of_a_zone_hold_at_every_hour_of_the_years_to_come(zone: str) -> None:
    changes = list(offsets(ZoneInfo(zone), NOW))
    at = NOW
    while at < NOW + timedelta(days=365 * 3):
        told = [one.minutes for one in changes if one.at <= at][-1]
        assert timedelta(minutes=told) == at.astimezone(ZoneInfo(zone)).utcoffset(), at
        at += timedelta(hours=7, minutes=13)


def test_the_image_holds_the_firmware_and_what_the_node_must_know(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, firmware: Path
) -> None:
    from littlefs import LittleFS

    _add(file)
    monkeypatch.setenv("HAARD_WIFI_PASSWORD", "secret-secret")
    image = tmp_path / "flash.bin"
    words = ["--ssid", "house", "--broker", "192.168.1.10", "--image", str(image)]
    assert _node(file, "flash", "east", *words) == 0
    mounted = LittleFS(block_size=4096, block_count=512, disk_version=0x00020000, mount=False)
    mounted.context.buffer = bytearray(image.read_bytes())
    mounted.mount()
    for path in (path for path in firmware.rglob("*") if path.is_file()):
        with mounted.open("/" + path.relative_to(firmware).as_posix(), "rb") as stored:
            assert stored.read() == path.read_bytes()
    with mounted.open("/config.json") as stored:
        settings = json.load(stored)
    assert (settings["user"], settings["psk"]) == ("node_east", "secret-secret")
    assert bytes.fromhex(settings["update_key"]) == update_key("east", file)


def test_a_new_board_gets_interpreter_and_file_system_and_one_with_an_interpreter_only_the_files() -> None:
    new = flash.commands("/dev/ttyUSB0", "esp32s3", Path("mp.bin"), Path("image.bin"))
    tool = ["esptool", "--chip", "esp32s3", "--port", "/dev/ttyUSB0", "--baud", "460800"]
    write = ["write-flash", "0x0", "mp.bin", "0x200000", "image.bin"]
    assert [call[2:] for call in new] == [[*tool, "erase-flash"], [*tool, *write]]
    again = flash.commands("/dev/ttyUSB0", "esp32", None, Path("image.bin"))
    assert [call[-3:] for call in again] == [["write-flash", "0x200000", "image.bin"]]


def test_a_flashed_node_is_configured_shown_and_updated_over_the_broker(
    file: Path,
    house: House,
    broker: Mosquitto,
    tmp_path: Path,
    air: Air,
    start_node: Callable[..., Board],
    capsys: pytest.CaptureFixture[str],
) -> None:
    _add(file)
    file.write_text(file.read_text() + f"mqtt: {{host: 127.0.0.1, port: {broker.port}}}\n")
    access = flash.Access("house", "secret-secret", "127.0.0.1", broker.port, "", "", "07" * 32)
    key = file.parent / "secrets" / "node_east_update_key"
    key.parent.mkdir(exist_ok=True)
    key.write_text("07" * 32)
    tree = flash.write_tree(tmp_path / "tree", "east", access, b"{}")
    start_node({**flash.settings_of("east", access), "pace": FAST}, firmware=tree)
    house.wait_online(node="east")
    assert _node(file, "config") == 0
    house.tick()
    house.wait_status(lambda said: said.setpoint is not None)
    assert _node(file, "list") == 0
    shown = capsys.readouterr().out
    assert "east" in shown
    assert "online" in shown
    air.hum(SENSOR, 0x181A, atc(20.0, 9))
    assert _node(file, "update", "east") == 0
    assert "confirmed" in capsys.readouterr().out


def test_only_nodes_of_the_house_are_known(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _add(file)
    assert _node(file, "config", "easst") == 2
    assert "did you mean east" in capsys.readouterr().err


def test_more_than_a_node_can_hold_is_refused() -> None:
    valves = [f"00:1A:22:00:01:{number:02X}" for number in range(120)]
    radiators = ", ".join(f'{{valve: "{one}", power_w: 900}}' for one in valves)
    named = ", ".join(f'"{one}"' for one in valves)
    text = f"rooms: {{hall: {{radiators: [{radiators}]}}}}\nnodes: {{east: {{valves: [{named}]}}}}\n"
    with pytest.raises(SettingsError, match="give some of them to another node"):
        node_config("east", parse(text), NOW)
