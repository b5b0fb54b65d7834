"""What a node does about itself: trouble in its program, new firmware, set-up without a cable, a broker over TLS."""

import base64
import json
import shutil
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from devtools.servers import Mosquitto, free_port
from haard.node import manifest
from haard.node.build import compile_module, package_of, sources
from house import topics
from tests.esp32.air import Air
from tests.esp32.board import Board
from tests.esp32.conftest import VALVE, WIRING, House, eventually, settings
from tests.esp32.test_broker import SENSOR, atc
from tests.esp32.test_valves import broker_says
from tests.tls import issue_certificates

Start = Callable[..., Board]


def _changed(firmware: Path, folder: Path, module: str, old: str, new: str) -> Path:
    """The firmware with a mistake in one of its modules."""
    tree = folder / "changed"
    shutil.copytree(firmware, tree)
    source = (sources() / "node" / f"{module}.py").read_text()
    assert old in source
    changed = folder / f"{module}.py"
    changed.write_text(source.replace(old, new))
    compile_module(changed, tree / "app_a" / "node" / f"{module}.mpy")
    return tree


def test_a_loop_that_never_ends_is_bitten_by_the_watchdog_and_the_node_starts_anew(
    start_node: Start, house: House, broker: Mosquitto, firmware: Path, tmp_path: Path
) -> None:
    start = "def hear_command(self, address, payload):"
    tree = _changed(firmware, tmp_path, "driver", start, f"{start}\n        while True: pass\n")
    board = start_node(settings(broker.port, pace={"watchdog_ms": 4000}), WIRING, firmware=tree)
    house.wait_online()
    mark = house.mark
    broker_says(broker, f"home/valve/{VALVE}/command", b"boost")
    board.wait_for_line("the watchdog bites")
    house.wait_online(mark)
    house.wait_node(lambda said: said["reset_cause"] == "watchdog", mark)


def test_after_a_row_of_crashes_the_node_goes_on_without_its_radio(
    start_node: Start, house: House, broker: Mosquitto, firmware: Path, tmp_path: Path
) -> None:
    start = "async def pump(self, alive):"
    tree = _changed(firmware, tmp_path, "radio", start, f"{start}\n        self.nonsense()\n")
    board = start_node(settings(broker.port), WIRING, firmware=tree)
    house.wait_node(lambda said: said.get("safe_mode") is True)
    assert len(board.exits) == 5


def _send(house: House, tree: Path, key: bytes, version: str = "0.2.0") -> None:
    for message in manifest.messages("attic", version, package_of(tree), key):
        house.observer.say(topics.publication(topics.NODE_UPDATE, "attic", message=message))


KEY = bytes(range(32))


def test_signed_firmware_goes_into_the_other_slot_and_stays_when_it_works(
    start_node: Start, house: House, broker: Mosquitto, firmware: Path, air: Air
) -> None:
    board = start_node(settings(broker.port, update_key=KEY.hex()), WIRING)
    house.wait_online()
    _send(house, firmware, KEY)
    board.wait_for_line("reset: update")
    eventually(
        lambda: air.advertise(SENSOR, 0x181A, atc(20.3, 1)) > 0 and _slot(board) == {"slot": "b"}, "the new slot"
    )
    house.wait_node(lambda said: str(said.get("update")).startswith("confirmed"))


def _slot(board: Board) -> dict[str, object]:
    path = board.flash / "slots.json"
    found: dict[str, object] = json.loads(path.read_text()) if path.exists() else {}
    return found


def test_firmware_that_does_not_work_is_tried_twice_and_left(
    start_node: Start, house: House, broker: Mosquitto, firmware: Path, tmp_path: Path
) -> None:
    broken = _changed(firmware, tmp_path, "start", "import asyncio", "import nothing_that_there_is")
    board = start_node(settings(broker.port, update_key=KEY.hex()), WIRING)
    house.wait_online()
    _send(house, broken, KEY)
    said = house.wait_node(lambda said: "went back" in str(said.get("update")))
    assert "0.2.0" in said["update"]
    assert board.exits == [42, 42, 42]
    assert _slot(board) == {"slot": "a", "refused": "0.2.0"}


def test_firmware_that_another_key_signed_is_refused(
    start_node: Start, house: House, broker: Mosquitto, firmware: Path
) -> None:
    board = start_node(settings(broker.port, update_key=KEY.hex()), WIRING)
    house.wait_online()
    _send(house, firmware, bytes(32))
    house.wait_rejections(1)
    assert not (board.flash / "app_b").exists()


def test_a_damaged_piece_ends_the_update_and_nothing_else(
    start_node: Start, house: House, broker: Mosquitto, firmware: Path
) -> None:
    board = start_node(settings(broker.port, update_key=KEY.hex()), WIRING)
    house.wait_online()
    for message in islice(manifest.messages("attic", "0.2.0", package_of(firmware), KEY), 9):
        if message.data is not None:
            message = message.model_copy(update={"data": base64.b64encode(bytes(manifest.PIECE)).decode()})
        house.observer.say(topics.publication(topics.NODE_UPDATE, "attic", message=message))
    house.wait_rejections(1)
    assert "slots.json" not in [path.name for path in board.flash.iterdir()]
    assert board.exits == []


def test_the_portal_takes_the_settings_and_the_node_joins(
    start_node: Start, house: House, broker: Mosquitto, tmp_path: Path
) -> None:
    port = free_port()
    board = start_node({"pace": {}}, ports={"80": port})
    board.wait_for_line("portal: join haard-node-b2c3")
    address = f"http://127.0.0.1:{port}/"
    assert "Wi-Fi" in _open(address)
    assert "8 to 63" in _open(address, {"id": "attic", "ssid": "h", "psk": "short", "broker": "127.0.0.1"})
    fields = {"id": "attic", "ssid": "Café & zoon", "psk": "p+ss w%rd", "broker": "127.0.0.1", "port": str(broker.port)}
    assert "Stored" in _open(address, fields)
    house.wait_online()
    stored = json.loads((board.flash / "config.json").read_text())
    assert (stored["ssid"], stored["psk"]) == ("Café & zoon", "p+ss w%rd")


def test_a_portal_that_nobody_visits_closes(start_node: Start, broker: Mosquitto) -> None:
    board = start_node({"pace": {"portal_ms": 500}}, ports={"80": free_port()})
    board.wait_for_line("nobody came")


def test_a_node_that_cannot_join_opens_its_portal_and_a_secret_is_never_shown(
    start_node: Start, broker: Mosquitto
) -> None:
    port = free_port()
    config = settings(broker.port, pace={"unjoined_ms": 300})
    board = start_node(config, wifi=False, ports={"80": port})
    board.wait_for_line("portal: join")
    assert len(board.exits) == 3
    assert config["psk"] not in _open(f"http://127.0.0.1:{port}/")


def _open(address: str, fields: dict[str, str] | None = None) -> str:
    data = None if fields is None else urllib.parse.urlencode(fields).encode()
    found: list[str] = []

    def opened() -> bool:
        try:
            with urllib.request.urlopen(address, data, timeout=20) as answer:
                found.append(answer.read().decode())
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
        return bool(found)

    eventually(opened, "an answer of the portal")
    return found[0]


def test_over_tls_the_broker_s_certificate_is_checked(
    start_node: Start, start_mosquitto: Callable[..., Mosquitto], tmp_path: Path
) -> None:
    right, wrong = (tmp_path / name for name in ("right", "wrong"))
    for folder in (right, wrong):
        folder.mkdir()
    files, others = issue_certificates(right), issue_certificates(wrong)
    broker = start_mosquitto(extra=f"certfile {files.certificate}\nkeyfile {files.key}\n")
    config = settings(broker.port, ca="ca.pem", flashed_at="2026-01-12T06:30:00Z")
    good = _with_authority(start_node, config, files.authority)
    good.wait_for_line("mqtt: connected")
    assert not any("the clock is set" in line for line in good.lines)
    bad = _with_authority(start_node, config, others.authority)
    bad.wait_for_line("certificate")
    assert not any("connected" in line for line in bad.lines)


def test_a_chip_without_a_clock_takes_the_time_of_its_flashing_so_that_certificates_are_valid(
    start_node: Start, broker: Mosquitto
) -> None:
    config = settings(broker.port, ca="ca.pem", flashed_at="2026-01-12T06:30:00Z")
    board = start_node(config, WIRING, utc_ms=-26 * 366 * 86_400_000)
    assert "(2026, 1, 12, 0, 6, 30, 0, 0)" in board.wait_for_line("the clock is set")


def _with_authority(start_node: Start, config: dict[str, object], authority: Path) -> Board:
    board = start_node(config, WIRING)
    board.cut_power()
    shutil.copy(authority, board.flash / "ca.pem")
    board.switch_on()
    return board


def test_a_radio_that_hears_nothing_is_scanned_anew_then_switched_off_and_on_then_the_node_starts_anew(
    start_node: Start, house: House, broker: Mosquitto, air: Air
) -> None:
    pace = {"scan_again_ms": 1000, "radio_again_ms": 2000, "reset_ms": 3000}
    wiring = {**WIRING, "valves": {}}
    board = start_node(settings(broker.port, pace=pace), wiring)
    board.wait_for_line("listening anew")
    board.wait_for_line("reset: deaf")
    eventually(lambda: air.scans >= 3, "a scan after each of them")
