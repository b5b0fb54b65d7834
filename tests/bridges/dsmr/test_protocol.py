import json
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dsmr_parser.parsers import TelegramParser
from hypothesis import given
from hypothesis import strategies as st

from bridges.dsmr.protocol import LONGEST_TELEGRAM, NO_TIME, Framer, MeterReading, decode
from house.errors import PayloadError

CAPTURES = Path(__file__).parents[2] / "captures"
VECTORS = json.loads((CAPTURES / "dsmr.json").read_text())["vectors"]
READABLE = [vector for vector in VECTORS if not {"reject", "accept_ids"} & vector["expected"].keys()]
REJECTED = [vector for vector in VECTORS if "reject" in vector["expected"]]
HOUSE = ZoneInfo("Europe/Amsterdam")


def capture(name: str) -> bytes:
    return (CAPTURES / f"dsmr/{name}.txt").read_bytes()


def read(name: str) -> MeterReading:
    [telegram] = Framer().feed(capture(name))
    return decode(telegram, HOUSE)


def telegram(*lines: str, header: str = "/XYZ5\\MADE-UP") -> bytes:
    """A telegram of version 5 with these lines and the right checksum."""
    body = "\r\n".join([header, "", "1-3:0.2.8(50)", *lines]) + "\r\n!"
    return f"{body}{TelegramParser.crc16(body):04X}\r\n".encode()


def gas_meter(*, channel: int = 1, kind: str = "003", equipment: str = "47", at: str, volume: str) -> list[str]:
    return [
        f"0-{channel}:24.1.0({kind})",
        f"0-{channel}:96.1.0({equipment})",
        f"0-{channel}:24.2.1({at})({volume})",
    ]


ENERGY = {
    "delivered_t1_wh": "energy_delivered_t1_kwh",
    "delivered_t2_wh": "energy_delivered_t2_kwh",
    "returned_t1_wh": "energy_returned_t1_kwh",
    "returned_t2_wh": "energy_returned_t2_kwh",
    "power_delivered_w": "power_delivered_kw",
    "power_returned_w": "power_returned_kw",
}
AS_SENT = {
    "version": "version",
    "tariff": "tariff",
    "delivered_wh": "energy_delivered_total_wh",
    "delivered_t1_wh": "energy_delivered_t1_wh",
    "delivered_t2_wh": "energy_delivered_t2_wh",
    "power_delivered_w": "power_delivered_w",
    "voltages_v": "voltage_v",
    "currents_a": "phase_current_a",
}


@pytest.mark.parametrize("vector", READABLE, ids=lambda vector: vector["id"])
def test_telegram_is_read_as_its_source_says(vector: dict[str, Any]) -> None:
    reading = read(vector["id"])
    expected = vector["expected"]
    for field, name in ENERGY.items():
        if name in expected:
            assert getattr(reading, field) == round(expected[name] * 1000), name
    for field, name in AS_SENT.items():
        if name in expected:
            value = getattr(reading, field)
            assert (list(value) if isinstance(value, tuple) else value) == expected[name], name
    if "timestamp_utc" in expected:
        assert reading.measured_at == datetime.fromisoformat(expected["timestamp_utc"])
    if expected.get("timestamp", "stated") is None:
        assert reading.measured_at is None


@pytest.mark.parametrize("vector", READABLE, ids=lambda vector: vector["id"])
def test_gas_is_that_of_the_living_gas_meter(vector: dict[str, Any]) -> None:
    gas, expected = read(vector["id"]).gas, vector["expected"].get("gas")
    if expected is None:
        assert gas is None
        return
    assert gas is not None
    assert gas.volume_m3 == expected["value_m3"]
    assert gas.volume_ml == round(expected["value_m3"] * 1_000_000)
    assert gas.channel == expected.get("channel", 1)
    assert gas.equipment == expected.get("equipment_hex", gas.equipment)
    if "read_at_utc" in expected:
        assert gas.measured_at == datetime.fromisoformat(expected["read_at_utc"])
    else:
        assert gas.measured_at == datetime.fromisoformat(expected["read_at_local"]).replace(tzinfo=HOUSE)
    assert gas.measured_at.tzinfo is UTC


@pytest.mark.parametrize("vector", REJECTED, ids=lambda vector: vector["id"])
def test_damaged_telegram_is_passed_over_and_the_next_one_read(vector: dict[str, Any]) -> None:
    assert Framer().feed(capture(vector["id"])) == []
    assert Framer().feed(capture(vector["id"]) + capture("v5")) == [capture("v5")]


def test_telegram_after_noise_is_the_telegram_itself() -> None:
    framer = Framer()
    assert framer.feed(capture("noise_then_v5")) == [capture("v5")]
    assert framer.damaged == 1


def test_totals_are_the_sum_of_the_tariffs_where_the_meter_sends_none() -> None:
    assert (read("v5").delivered_wh, read("v5").returned_wh) == (4426 + 2399, 2444)
    assert read("at_sagemcom_wh").returned_wh == 58


def test_telegram_that_names_its_version_needs_a_checksum() -> None:
    assert Framer().feed(capture("v5").replace(b"!6EEE", b"!")) == []
    assert Framer().feed(capture("be_fluvius").replace(b"!3AD7", b"!")) == []


def test_checksum_may_lack_its_leading_zero_but_not_be_wrong() -> None:
    heat = capture("heat_unpadded_crc")
    assert Framer().feed(heat) == [heat]
    assert Framer().feed(heat.replace(b"!B9F", b"!0B9F")) != []
    assert Framer().feed(heat.replace(b"!B9F", b"!B90")) == []


def test_second_pass_of_the_doubled_hour_is_an_hour_later() -> None:
    first, second = (decode(telegram(f"0-0:1.0.0(261025023000{season})"), HOUSE).measured_at for season in ("S", "W"))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert second == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_zone_of_the_house_dates_only_what_has_no_season() -> None:
    [old], [new] = Framer().feed(capture("v3")), Framer().feed(capture("v5"))
    old_gas, new_gas = decode(old, UTC).gas, decode(new, UTC).gas
    assert old_gas is not None
    assert new_gas is not None
    assert old_gas.measured_at == datetime(2009, 2, 12, 16, tzinfo=UTC)
    assert new_gas.measured_at == datetime(2017, 1, 2, 15, 10, 5, tzinfo=UTC)


def test_of_two_gas_meters_the_newest_reading_counts() -> None:
    lines = gas_meter(channel=1, equipment="AA", at="260110120000W", volume="00003.000*m3")
    lines += gas_meter(channel=2, equipment="BB", at="260109120000W", volume="00900.000*m3")
    gas = decode(telegram(*lines), HOUSE).gas
    assert gas is not None
    assert (gas.equipment, gas.channel, gas.volume_ml) == ("AA", 1, 3_000_000)


@pytest.mark.parametrize(
    "meter",
    [
        gas_meter(at="260110120000W", volume="00003.000"),
        gas_meter(at="260110120000W", volume="00003.000*GJ"),
        gas_meter(at="260110120000W", volume="NaN*m3"),
        gas_meter(at="260110120000W", volume="1E99999*m3"),
        gas_meter(at="260110120000W", volume="*m3"),
        gas_meter(at="260110120000W", volume="00000.000*m3", equipment=""),
        gas_meter(at="260110120000W", volume="00003.000*m3", kind="007"),
    ],
    ids=[
        "no unit",
        "heat",
        "no number",
        "huge",
        "empty",
        "no id and nothing measured",
        "water",
    ],
)
def test_what_is_no_gas_reading_costs_only_itself(meter: list[str]) -> None:
    reading = decode(telegram("1-0:1.8.1(001581.123*kWh)", *meter), HOUSE)
    assert reading.gas is None
    assert reading.delivered_t1_wh == 1_581_123


@pytest.mark.parametrize("at", ["632525252525W", "632525252525S", "260110120000X", "000000000000W", ""])
def test_gas_of_a_time_that_cannot_be_read_is_of_a_time_that_nobody_believes(at: str) -> None:
    reading = decode(telegram("1-0:1.8.1(001581.123*kWh)", *gas_meter(at=at, volume="00003.000*m3")), HOUSE)
    assert reading.gas is not None
    assert (reading.gas.volume_m3, reading.gas.measured_at) == (3, NO_TIME)


@pytest.mark.parametrize(
    "id_line", ["0-1:96.1.0()", "7-0:0.0.0(3238313031453631)", ""], ids=["empty", "of DSMR 3", "none"]
)
def test_gas_of_a_meter_that_tells_no_id_counts(id_line: str) -> None:
    lines = ["0-1:24.1.0(003)", id_line, "0-1:24.2.1(260110120000W)(00003.000*m3)"]
    (found,) = decode(telegram(*filter(None, lines)), HOUSE).channels
    assert (found.equipment, found.volume_ml, found.meter) == ("", 3_000_000, "channel 1")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (gas_meter(at="260110120000W", volume="00003.000"), "gas of channel 1 is not counted: the line has no unit"),
        (gas_meter(at="260110120000W", volume="00003.000", equipment=""), "the line has no unit, m3 is expected"),
        (gas_meter(at="260110120000W", volume="00003.000*"), "the line has no unit"),
        (gas_meter(at="260110120000W", volume="00003.000*GJ", channel=2), "gas of channel 2 is not counted: its unit"),
        (gas_meter(at="260110120000W", volume="00003.000*M3"), "its unit is 'M3', m3 is expected"),
        (gas_meter(at="260110120000W", volume="NaN*m3"), "it holds no number"),
        (["0-1:24.1.0(003)", "0-1:24.3.0(090212160000)(00)(60)(1)(0-1:24.2.1)()", "(00001.001)"], "has no unit"),
        (["1-0:1.8.1(001581.123)"], "electricity (delivered_t1) is not counted: the line has no unit, Wh or kWh"),
        (["1-0:2.8.2(001581.123*MWh)"], "electricity (returned_t2) is not counted: its unit is 'MWh'"),
    ],
)
def test_a_line_that_cannot_be_counted_is_told_with_what_it_lacks(lines: list[str], told: str) -> None:
    (fault,) = decode(telegram("1-0:1.8.0(001581.123*kWh)", *lines), HOUSE).unread
    assert told in fault


@pytest.mark.parametrize(
    "lines",
    [
        gas_meter(at="260110120000W", volume="00003.000*m3"),
        gas_meter(at="260110120000W", volume="00003.000*m3", kind="007"),
        gas_meter(at="260110120000W", volume="00003.000*GJ", kind="004"),
        gas_meter(at="700101010000W", volume="00000000", equipment=""),
        gas_meter(at="700101010000W", volume="", equipment=""),
        ["0-1:24.1.0(003)", "0-1:96.1.0(47)"],
    ],
    ids=["gas", "water", "heat", "channel without a meter", "empty channel", "meter that has not spoken yet"],
)
def test_of_what_counts_or_was_never_there_nothing_is_told(lines: list[str]) -> None:
    assert decode(telegram("1-0:1.8.0(001581.123*kWh)", *lines), HOUSE).unread == ()


def test_no_meter_of_the_captures_is_told_of_without_cause() -> None:
    for path in sorted((CAPTURES / "dsmr").glob("*.txt")):
        for one in Framer().feed(path.read_bytes()):
            assert decode(one, HOUSE).unread == (), path.name


def test_glitch_inside_a_line_costs_that_line_only() -> None:
    data = telegram("1-0:1.8.1(001581.123*kWh)", "1-0:1.8.2(0014?5.706*kWh)").replace(b"?", b"\xff")
    reading = decode(data, HOUSE)
    assert reading.delivered_t1_wh == 1_581_123
    assert reading.delivered_t2_wh is None


@pytest.mark.parametrize(
    "data", [b"", b"/XYZ5\r\n\r\n!\r\n", b"1-0:1.8.1(1*k*Wh)\r\n"], ids=["nothing", "empty", "damaged"]
)
def test_telegram_without_a_reading_is_refused(data: bytes) -> None:
    with pytest.raises(PayloadError, match="P1 telegram"):
        decode(data, HOUSE)


def test_noise_without_end_does_not_fill_the_memory() -> None:
    framer = Framer()
    for _ in range(64):
        framer.feed(b"/" + b"x" * 1000)
        framer.feed(b"y" * 1000)
    framer.feed(b"/" + b"x" * LONGEST_TELEGRAM)
    assert framer.damaged == 1
    assert framer.feed(b"noise" + capture("v5")) == [capture("v5")]


def test_telegram_longer_than_the_longest_is_refused_in_one_piece_and_in_many() -> None:
    long = telegram(*["1-0:1.8.1(001581.123*kWh)"] * 400)
    framer = Framer()
    assert len(long) > LONGEST_TELEGRAM
    assert framer.feed(long) == []
    assert [framer.feed(long[at : at + 100]) for at in range(0, len(long), 100)] == [[]] * -(-len(long) // 100)
    assert framer.feed(capture("v5")) == [capture("v5")]


CLEAN = [capture(vector["id"]) for vector in READABLE]
noise = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [b"/", b"!", b"!6EEE", b"!\r", b"/XYZ5\r\n!", b"!6EEE\r\n", capture("truncated"), capture("bad_crc")]
    ),
)


@given(st.lists(st.tuples(noise, st.sampled_from(CLEAN)), max_size=4), st.lists(st.integers(0, 4000), max_size=12))
def test_no_clean_telegram_is_lost_however_the_stream_is_cut_and_disturbed(
    parts: list[tuple[bytes, bytes]], cuts: list[int]
) -> None:
    stream = b"".join(disturbance + clean for disturbance, clean in parts)
    edges = [0, *sorted(cuts), len(stream)]
    framer = Framer()
    received = [found for start, end in pairwise(edges) for found in framer.feed(stream[start:end])]
    assert [found for found in received if found in CLEAN] == [clean for _, clean in parts]


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_any_bytes_pass_the_framer_within_its_memory(chunks: list[bytes]) -> None:
    framer = Framer()
    for chunk in chunks:
        for found in framer.feed(chunk):
            assert found.startswith(b"/")
            assert len(found) <= LONGEST_TELEGRAM


lines = st.builds(
    "{}({})".format,
    st.sampled_from(
        ["1-0:1.8.1", "0-0:1.0.0", "1-3:0.2.8", "0-0:96.14.0", "0-1:24.1.0", "0-1:96.1.0", "0-1:24.2.1", "0-1:24.3.0"]
    ),
    st.text("0123456789.*()-:SWkhWm3E\r\n", max_size=30),
)


@given(st.one_of(st.binary(max_size=300), st.lists(lines, max_size=8).map(lambda found: telegram(*found))))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        reading = decode(data, HOUSE)
    except PayloadError:
        return
    assert reading != MeterReading()
