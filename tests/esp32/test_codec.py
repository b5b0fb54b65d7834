"""One codec for two radios: the bridge's Python and the node's MicroPython read the same bytes the same way."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges import frames
from bridges.xiaomi import protocol
from haard.node.build import CODEC, build
from house.errors import PayloadError
from tests.esp32 import exercise_codec
from tests.esp32.board import SIM

FRAMES = 4000
CAPTURES = Path(__file__).parents[1] / "captures"
NATIVE = "import micropython_unix; micropython_unix.main()"
ADVERTISEMENTS: list[Mapping[str, Any]] = [
    one
    for one in json.loads((CAPTURES / "ble.json").read_text())["vectors"]
    if one["format"] in ("atc1441", "pvvx", "bthome2") and not one.get("key") and one.get("service_data")
]


def test_the_node_has_the_very_file_of_the_bridges(firmware_py: Path) -> None:
    assert (firmware_py / "app_a" / "node" / "frames.py").read_bytes() == CODEC.read_bytes()
    assert Path(frames.__file__) == CODEC


@pytest.mark.slow
@pytest.mark.parametrize("tree", ["firmware", "firmware_py"])
def test_micropython_answers_to_4000_frames_as_this_python(
    tree: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    expected = exercise_codec.digest(frames, FRAMES)
    flash = tmp_path / "flash"
    shutil.copytree(request.getfixturevalue(tree), flash)
    shutil.copy(exercise_codec.__file__, flash / "exercise_codec.py")
    (flash / "main.py").write_text(
        'import sys\nsys.path.insert(0, "/app_a")\n'
        "import exercise_codec\nfrom node import frames\n"
        f'print("digest", exercise_codec.digest(frames, {FRAMES}))\nimport _sim\n_sim.exit(0, "")\n'
    )
    options = json.dumps({"flash": str(flash), "compiled": tree == "firmware"})
    said = subprocess.run(["node", SIM / "run.mjs", options], capture_output=True, text=True, check=True).stdout
    assert f"digest {expected}" in said.splitlines()


@pytest.mark.parametrize("vector", ADVERTISEMENTS, ids=lambda one: one["id"])
def test_what_was_captured_is_read_as_the_bridge_reads_it(vector: Mapping[str, Any]) -> None:
    mac = bytes.fromhex(vector["address"].replace(":", ""))
    data = bytes.fromhex(vector["service_data"])
    short = int(vector["service_uuid"][4:8], 16)
    try:
        expected = protocol.decode(vector["address"], vector["service_uuid"], data)
    except PayloadError:
        assert _read(mac, short, data) == {}
    else:
        _agree(frames.read_advertisement(mac, short, data), expected)


def _read(mac: bytes, uuid: int, data: bytes) -> dict[str, int]:
    """Empty also for what is refused."""
    try:
        return frames.read_advertisement(mac, uuid, data)
    except ValueError:
        return {}


def _agree(said: Mapping[str, int], expected: protocol.Measurement | None) -> None:
    if expected is None:
        expected = protocol.Measurement("none")
    scales = {"temperature": 100, "humidity": 100, "battery": 1}
    for name, scale in scales.items():
        value = getattr(expected, name)
        assert said.get(name) == (None if value is None else round(value * scale)), name
    assert said.get("millivolts") == (None if expected.voltage is None else round(expected.voltage * 1000))
    assert said.get("window") == (None if expected.window_open is None else int(expected.window_open))


_OBJECTS = st.one_of(
    st.integers(-4000, 6000).map(lambda value: b"\x02" + value.to_bytes(2, "little", signed=True)),
    st.integers(-400, 600).map(lambda value: b"\x45" + value.to_bytes(2, "little", signed=True)),
    st.integers(0, 10000).map(lambda value: b"\x03" + value.to_bytes(2, "little")),
    st.integers(0, 100).map(lambda value: bytes([0x2E, value])),
    st.integers(0, 100).map(lambda value: bytes([0x01, value])),
    st.integers(1500, 3400).map(lambda value: b"\x0c" + value.to_bytes(2, "little")),
    st.integers(0, 1).map(lambda value: bytes([0x2D, value])),
    st.sampled_from([0x0F, 0x10, 0x11, 0x15, 0x1A, 0x21, 0x2C]).map(lambda number: bytes([number, 1])),
    st.integers(0, 99999).map(lambda value: b"\x04" + value.to_bytes(3, "little")),
)


@given(st.integers(0, 255), st.lists(_OBJECTS, max_size=5, unique_by=lambda one: one[0]))
def test_bthome_is_read_as_its_own_library_reads_it(counter: int, objects: list[bytes]) -> None:
    kinds = [one[0] for one in objects]
    if {0x02, 0x45} <= set(kinds) or {0x03, 0x2E} <= set(kinds):
        return  # of two of a kind the library takes the first that comes, and so does no sensor ever ask
    in_order = sorted(objects, key=lambda one: one[0])
    data = b"\x40" + bytes([0, counter]) + b"".join(in_order)
    expected = protocol.decode("a4:c1:38:00:00:01", "fcd2", data)
    _agree(frames.read_bthome(bytes.fromhex("a4c138000001"), data), expected)


@given(st.binary(max_size=31))
def test_any_advertisement_is_read_or_refused(data: bytes) -> None:
    for uuid, element in frames.service_data(data):
        values = _read(b"\xa4\xc1\x38\x00\x00\x01", uuid, element)
        assert all(isinstance(value, int) for value in values.values())


if find_spec("micropython_unix"):  # published for some systems only

    def test_native_micropython_answers_to_4000_frames_as_this_python(tmp_path: Path) -> None:
        """The interpreter of the Unix port, with real 64-bit numbers: a third witness beside WebAssembly."""
        flash = build(tmp_path / "flash")
        script = tmp_path / "main.py"
        script.write_text(
            f"import sys\nsys.path[:0] = [{str(flash / 'app_a')!r}, {str(Path(exercise_codec.__file__).parent)!r}]\n"
            f"import exercise_codec\nfrom node import frames\nprint(exercise_codec.digest(frames, {FRAMES}))\n"
        )
        said = subprocess.run([sys.executable, "-c", NATIVE, str(script)], capture_output=True, text=True, check=True)
        assert said.stdout.strip() == exercise_codec.digest(frames, FRAMES)
