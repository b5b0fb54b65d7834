import json
import struct
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from hypothesis import given, settings
from hypothesis import strategies as st

from bridges.xiaomi.protocol import SERVICE_UUIDS, SILENT_AFTER, Measurement, decode
from house.errors import PayloadError

ROOT = Path(__file__).parents[3]
VECTORS = json.loads((ROOT / "tests/captures/ble.json").read_text())["vectors"]
ADDRESS = "A4:C1:38:00:00:01"
MAC = bytes.fromhex("a4c138000001")
KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")

NOTHING_IN_IT = {"mi-blank", "bt2-mac"}
REFUSED = {
    "mi-enc-nokey": r"mibeacon .* of A4:C1:38:D4:3C:48: encrypted: needs its key \(bindkey\)",
    "bt2-wrongkey": r"bthome2 .* the key \(bindkey\) given for it is not this sensor's",
    "bt2-badver": r"bthome2 .* version 7 in the first byte, expected 2",
}
MEASURED = [vector for vector in VECTORS if vector["id"] not in NOTHING_IN_IT | REFUSED.keys()]


def vector(name: str) -> dict[str, Any]:
    return next(vector for vector in VECTORS if vector["id"] == name)


def read(vector: dict[str, Any], **changes: Any) -> Measurement | None:
    key = bytes.fromhex(vector["bindkey"]) if "bindkey" in vector else None
    frame = {"uuid": vector["service_uuid"], "data": bytes.fromhex(vector["service_data"]), "key": key}
    return decode(**{"address": vector["address"]} | frame | changes)


def pvvx(temperature: int = 2050, humidity: int = 5000, battery: int = 90, counter: int = 7) -> bytes:
    return struct.pack("<6shHHBBB", MAC[::-1], temperature, humidity, 2950, battery, counter, 5)


@pytest.mark.parametrize("vector", MEASURED, ids=lambda vector: vector["id"])
def test_capture_is_read_as_its_source_says(vector: dict[str, Any]) -> None:
    measurement = read(vector)
    assert measurement is not None
    assert measurement.format == vector["format"].removesuffix("_encrypted")
    expected = vector["expected"]
    for name in ("temperature", "humidity", "battery", "voltage"):
        assert getattr(measurement, name) == expected.get(name), name
    if "packet" in expected:
        assert measurement.counter == expected["packet"]


@pytest.mark.parametrize("name", sorted(NOTHING_IN_IT))
def test_sound_frame_without_anything_for_a_house_is_none(name: str) -> None:
    assert read(vector(name)) is None


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_unreadable_capture_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(PayloadError, match=REFUSED[name]):
        read(vector(name))


@pytest.mark.parametrize("address", ["a4:c1:38:00:00:01", "A4-C1-38-00-00-01", "a4c138000001"])
@pytest.mark.parametrize("uuid", ["181a", "0x181A", "0000181A-0000-1000-8000-00805F9B34FB"])
def test_address_and_service_may_be_spelled_in_any_way(address: str, uuid: str) -> None:
    measurement = decode(address, uuid, pvvx(temperature=-512))
    assert measurement == Measurement("pvvx", -5.12, 50.0, 90, 2.95, None, 7)


def test_atc1441_frost_is_below_zero() -> None:
    data = struct.pack(">6shBBHB", MAC, -105, 81, 60, 2700, 1)
    assert decode(ADDRESS, "181a", data) == Measurement("atc1441", -10.5, 81, 60, 2.7, None, 1)


@pytest.mark.parametrize(
    ("data", "window_open"),
    [("40012d2d01", True), ("40012d2d00", False), ("401101", True), ("401a00", False)],
    ids=["window open", "window closed", "opening open", "door closed"],
)
def test_contact_sensor_says_open_or_closed(data: str, window_open: bool) -> None:
    measurement = decode(ADDRESS, "fcd2", bytes.fromhex(data))
    assert measurement is not None
    assert measurement.window_open is window_open


def test_thermometer_without_a_reed_switch_says_nothing_of_a_window() -> None:
    measurement = decode(ADDRESS, "181a", pvvx())
    assert measurement is not None
    assert measurement.window_open is None


def test_of_two_thermometers_in_one_device_the_first_counts() -> None:
    measurement = decode(ADDRESS, "fcd2", bytes.fromhex("4002ca09020b00"))
    assert measurement is not None
    assert measurement.temperature == 25.06


def test_encrypted_frame_without_a_packet_id_counts_by_its_encryption_counter() -> None:
    measurement = read(vector("bt2-enc-pvvx"))
    assert measurement is not None
    assert measurement.counter == measurement.encryption_counter == 0x26B0


def test_reading_a_frame_twice_gives_the_same_measurement() -> None:
    assert [read(frame) for frame in MEASURED] == [read(frame) for frame in MEASURED]


@pytest.mark.parametrize(
    "name", ["pvvx-enc-1", "atc1441-enc-doc", "bt2-enc", "bt1-enc", "mi-enc-nokey"], ids=lambda name: name
)
def test_encrypted_frame_asks_for_the_key_and_tells_a_wrong_or_short_one(name: str) -> None:
    with pytest.raises(PayloadError, match=r"needs its key \(bindkey\) in the file that HAARD_BINDKEYS_FILE names"):
        read(vector(name), key=None)
    with pytest.raises(PayloadError, match="not this sensor's"):
        read(vector(name), key=bytes(16))
    with pytest.raises(PayloadError, match=r"15 bytes, expected 16 \(32 hexadecimal digits\)"):
        read(vector(name), key=bytes(15))


@pytest.mark.parametrize("name", ["pvvx-1", "atc1441-1", "bt2-th", "bt1-th", "mi-plain"], ids=lambda name: name)
def test_plain_frame_is_not_believed_once_a_key_is_set(name: str) -> None:
    with pytest.raises(PayloadError, match="expected an encrypted frame"):
        read(vector(name), key=KEY)


@pytest.mark.parametrize("name", ["pvvx-1", "atc1441-1", "mi-plain"], ids=lambda name: name)
def test_frame_that_names_another_sender_is_refused(name: str) -> None:
    with pytest.raises(PayloadError, match="sender"):
        read(vector(name), address=ADDRESS)


def test_bthome_frame_that_names_another_sender_is_refused() -> None:
    with pytest.raises(PayloadError, match=r"names a4:c1:38:8d:18:b2 as its sender, expected a4:c1:38:00:00:01"):
        read(vector("bt2-mac"), address=ADDRESS)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pvvx(temperature=6001), r"temperature 60.01 is not plausible, expected -40.0 to 60.0"),
        (pvvx(temperature=-4001), "temperature -40.01"),
        (pvvx(temperature=-32768), "temperature -327.68"),
    ],
    ids=["hot", "cold", "no sensor"],
)
def test_implausible_temperature_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(PayloadError, match=reason):
        decode(ADDRESS, "181a", data)


@pytest.mark.parametrize(
    ("uuid", "data", "lost"),
    [
        ("181a", pvvx(humidity=10001), {"humidity"}),
        ("181a", pvvx(humidity=65535), {"humidity"}),
        ("181a", pvvx(battery=101), {"battery"}),
        ("181a", pvvx(humidity=65535, battery=255), {"humidity", "battery"}),
        ("181a", MAC + struct.pack(">hBBHB", 205, 255, 90, 2950, 7), {"humidity"}),
        ("181a", MAC + struct.pack(">hBBHB", 205, 50, 90, 0, 7), {"voltage"}),
        ("fcd2", bytes.fromhex("4001ff02020803ffff0c8813"), {"humidity", "battery"}),
    ],
)
def test_what_else_is_implausible_costs_only_itself(uuid: str, data: bytes, lost: set[str]) -> None:
    measurement = decode(ADDRESS, uuid, data)
    assert measurement is not None
    assert measurement.temperature == 20.5
    missing = {name for name in ("humidity", "battery", "voltage") if getattr(measurement, name) is None}
    assert missing == lost


def test_number_that_is_none_is_refused() -> None:
    temperature_nan = bytes.fromhex("4502") + struct.pack("<f", float("nan"))
    with pytest.raises(PayloadError, match="temperature nan, expected a number"):
        decode(ADDRESS, "181c", temperature_nan)


@pytest.mark.parametrize(
    ("address", "uuid", "data", "reason"),
    [
        (ADDRESS, "180f", b"\x64", "service 180f of A4:C1:38:00:00:01: expected one of fcd2"),
        ("living", "181a", pvvx(), "sensor address 'living': expected six bytes"),
        (ADDRESS, "181a", pvvx()[:-1], r"14 bytes, expected 13 \(atc1441\)"),
        (ADDRESS, "fcd2", b"", "0 bytes, expected at least 3"),
        (ADDRESS, "fcd2", b"\x41\x02\x02", "3 bytes, expected at least 11"),
        (ADDRESS, "181c", b"\xa9\x50" + b"\xff" * 8, r"bthome1 .* cannot be read .*, got a950ff"),
        (ADDRESS, "fe95", b"\x50\x30\x5b\x05", "4 bytes, expected at least 5"),
        (ADDRESS, "fe95", b"\x40\x50\xff\xff\x00\x04\x10\x02\x00\x00", "expected a frame of .* a known product"),
    ],
)
def test_refusal_says_what_would_be_right(address: str, uuid: str, data: bytes, reason: str) -> None:
    with pytest.raises(PayloadError, match=reason):
        decode(address, uuid, data)


HEADERS = [b"", b"\x40", b"\x44", b"\x50\x30\x5b\x05\x03" + MAC[::-1] + b"\x0d", b"\x58\x58\x5b\x05\x01" + MAC[::-1]]


@settings(deadline=None)
@given(
    uuid=st.sampled_from(SERVICE_UUIDS),
    header=st.sampled_from(HEADERS),
    rest=st.binary(max_size=32),
    key=st.sampled_from([None, KEY]),
)
def test_any_bytes_are_read_or_refused(uuid: str, header: bytes, rest: bytes, key: bytes | None) -> None:
    try:
        measurement = decode(ADDRESS, uuid, header + rest, key)
    except PayloadError:
        return
    if measurement is not None:
        assert measurement.format in SILENT_AFTER
        assert any(
            value is not None
            for name, value in asdict(measurement).items()
            if name not in ("format", "counter", "encryption_counter")
        )


def outcome(data: bytes, key: bytes | None) -> Measurement | str | None:
    try:
        measurement = decode(ADDRESS, "fcd2", data, key)
    except PayloadError as error:
        return str(error).partition(", got")[0]
    return measurement and replace(measurement, counter=None, encryption_counter=None)


@settings(deadline=None)
@given(payload=st.binary(min_size=2, max_size=16))
def test_any_bthome_bytes_mean_the_same_plain_and_encrypted(payload: bytes) -> None:
    counter = b"\x01\x02\x03\x04"
    secret = AESCCM(KEY, tag_length=4).encrypt(MAC + b"\xd2\xfc\x41" + counter, payload, None)
    assert outcome(b"\x41" + secret[:-4] + counter + secret[-4:], KEY) == outcome(b"\x40" + payload, None)


@given(
    temperature=st.integers(-4000, 6000),
    humidity=st.integers(0, 10000),
    battery=st.integers(0, 100),
    counter=st.integers(0, 255),
)
def test_pvvx_says_the_same_plain_and_encrypted(temperature: int, humidity: int, battery: int, counter: int) -> None:
    plain = decode(ADDRESS, "181a", pvvx(temperature, humidity, battery, counter))
    head = bytes([counter])
    nonce = MAC[::-1] + b"\x0e\x16\x1a\x18" + head
    secret = AESCCM(KEY, tag_length=4).encrypt(nonce, struct.pack("<hHBB", temperature, humidity, battery, 5), b"\x11")
    encrypted = decode(ADDRESS, "181a", head + secret, KEY)
    assert plain == Measurement("pvvx", temperature / 100, humidity / 100, battery, 2.95, None, counter)
    assert encrypted == Measurement("pvvx", temperature / 100, humidity / 100, battery, None, None, counter)


def test_stock_firmware_without_its_library_says_what_to_install_and_costs_no_memory() -> None:
    script = """
import sys
from bridges.xiaomi.protocol import decode
from house.errors import PayloadError
print(sorted({"bthome_ble", "xiaomi_ble", "asyncio", "bleak"} & sys.modules.keys()))
sys.modules["xiaomi_ble.parser"] = None
try:
    decode("A4:C1:38:B4:94:4C", "fe95", bytes.fromhex("50305b05034c94b438c1a40d10041001ea01"))
except PayloadError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded, text = done.stdout.splitlines()
    assert loaded == "[]"
    assert text.endswith("needs xiaomi-ble: pip install 'haard[stock]'")
