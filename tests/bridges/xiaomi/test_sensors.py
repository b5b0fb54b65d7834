import struct
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from hypothesis import given
from hypothesis import strategies as st

from bridges.xiaomi import protocol, sensors
from bridges.xiaomi.sensors import Advertisement, Memory, Outcome, Place
from bridges.xiaomi.undeclared import recognise

ADDRESS, MAC = "a4c138000001", bytes.fromhex("a4c138000001")
ENVIRONMENT, BTHOME = (f"0000{short}-0000-1000-8000-00805f9b34fb" for short in ("181a", "fcd2"))
KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")
START = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
LIVING = Place("living", thermometer=True)


def pvvx(celsius: float = 20.5, counter: int = 7, battery: int = 90, volt: float = 2.95) -> dict[str, bytes]:
    layout = struct.pack("<6shHHBBB", MAC[::-1], round(celsius * 100), 5000, round(volt * 1000), battery, counter, 5)
    return {ENVIRONMENT: layout}


def bthome(celsius: float, counter: int) -> dict[str, bytes]:
    return {BTHOME: bytes([0x40, 0x00, counter, 0x02]) + struct.pack("<h", round(celsius * 100))}


def encrypted(celsius: float, counter: int) -> dict[str, bytes]:
    count = counter.to_bytes(4, "little")
    plain = b"\x02" + struct.pack("<h", round(celsius * 100))
    secret = AESCCM(KEY, tag_length=4).encrypt(MAC + b"\xd2\xfc\x41" + count, plain, None)
    return {BTHOME: b"\x41" + secret[:-4] + count + secret[-4:]}


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def hear(*heard: tuple[float, dict[str, bytes]], place: Place = LIVING) -> tuple[Memory, list[Outcome]]:
    memory, outcomes = Memory(), []
    for minutes, data in heard:
        memory, outcome = sensors.step(memory, place, Advertisement(ADDRESS, data, at(minutes), -70))
        outcomes.append(outcome)
    return memory, outcomes


def said(outcome: Outcome, path: str) -> list[Any]:
    return [one.message for one in outcome.publications if one.path == path]


def temperatures(outcomes: list[Outcome]) -> list[list[float]]:
    return [[one.value for one in said(outcome, "room/living/temperature/a4c138000001")] for outcome in outcomes]


def test_measurement_is_said_for_its_room_with_the_moment_it_was_heard() -> None:
    _, (outcome,) = hear((0, pvvx()))
    texts = {one.path: one.payload.decode() for one in outcome.publications}
    assert texts == {
        "room/living/temperature/a4c138000001": '{"value":20.5,"measured_at":"2026-01-12T06:30:00Z"}',
        "room/living/humidity/a4c138000001": '{"value":50,"measured_at":"2026-01-12T06:30:00Z"}',
        "sensor/a4c138000001/status": '{"battery":90,"voltage":2.95,"rssi":-70,"firmware":null,'
        '"measured_at":"2026-01-12T06:30:00Z"}',
    }


def test_callback_with_the_old_bytes_is_no_new_measurement() -> None:
    _, outcomes = hear((0, pvvx()), (1, pvvx()), (2, pvvx(counter=8)))
    assert temperatures(outcomes) == [[20.5], [], [20.5]]


def test_frames_of_two_kinds_in_turn_are_each_new_once_a_count() -> None:
    def volts(counter: int) -> dict[str, bytes]:
        return {BTHOME: bytes([0x40, 0x00, counter, 0x0C, 0x02, 0x0C])}

    memory, outcomes = hear(
        (0, bthome(20, 1)), (0.1, volts(1)), (0.2, bthome(20, 1)), (0.3, volts(1)), (1, bthome(20, 2))
    )
    assert temperatures(outcomes) == [[20], [], [], [], [20]]
    assert memory.voltage == 3.074


def test_best_format_speaks_until_it_falls_silent() -> None:
    both = bthome(20, 1) | pvvx(20.04, 1)
    _, outcomes = hear((0, both), (1, pvvx(20.05, 2)), (12, pvvx(20.06, 3)))
    assert temperatures(outcomes) == [[20], [], [20.06]]


def test_calibration_is_added() -> None:
    place = Place("living", thermometer=True, calibration=-0.35)
    assert temperatures(hear((0, pvvx(20.5)), place=place)[1]) == [[20.15]]


def test_leap_is_counted_told_once_and_believed_when_it_lasts() -> None:
    memory, outcomes = hear((0, pvvx(20, 1)), (0.5, pvvx(31, 2)), (1, pvvx(31, 3)), (2, pvvx(31, 4)), (3, pvvx(31, 5)))
    assert temperatures(outcomes) == [[20], [], [], [], [31]]
    assert memory.refused == 3
    assert [len(outcome.warnings) for outcome in outcomes] == [0, 1, 0, 0, 0]
    assert "from 20 to 31 °C" in outcomes[1].warnings[0]


def test_status_is_said_every_five_minutes_only() -> None:
    _, outcomes = hear(*((minute / 2, pvvx(counter=minute)) for minute in range(21)))
    assert sum(len(said(outcome, "sensor/a4c138000001/status")) for outcome in outcomes) == 3


def test_low_battery_is_told_once_and_said_at_once() -> None:
    _, outcomes = hear((0, pvvx(counter=1)), (1, pvvx(counter=2, volt=2.3)), (2, pvvx(counter=3, volt=2.3)))
    assert [len(outcome.warnings) for outcome in outcomes] == [0, 1, 0]
    assert said(outcomes[1], "sensor/a4c138000001/status")[0].voltage == 2.3


def test_replayed_frame_is_not_believed_but_a_new_battery_is() -> None:
    place = Place("living", thermometer=True, key=KEY)
    memory, outcomes = hear(
        (0, encrypted(20, 5000)),
        (1, encrypted(18, 4999)),
        (2, encrypted(20.5, 3)),
        (3, encrypted(20.6, 4)),
        place=place,
    )
    assert temperatures(outcomes) == [[20], [], [20.5], [20.6]]
    assert "replay" in outcomes[1].warnings[0]
    assert memory.refused == 1


def test_plain_frame_of_a_thermometer_with_a_key_is_refused_once_an_hour() -> None:
    place = Place("living", thermometer=True, key=KEY)
    memory, outcomes = hear(*((minute, pvvx(counter=minute % 256)) for minute in range(120)), place=place)
    assert memory.refused == 120
    assert sum(len(outcome.warnings) for outcome in outcomes) == 2


def test_contact_says_open_and_closed_and_only_that() -> None:
    place = Place("living", contact=True)
    opened, closed = ({BTHOME: bytes([0x40, 0x00, count, 0x2D, state])} for count, state in ((1, 1), (2, 0)))
    _, outcomes = hear((0, opened), (1, closed), (2, bthome(20, 3)), place=place)
    windows = [[one.value for one in said(outcome, "room/living/window/a4c138000001")] for outcome in outcomes]
    assert windows == [["open"], ["closed"], []]
    assert temperatures(outcomes) == [[], [], []]


def test_unknown_thermometer_comes_with_its_line_for_the_settings() -> None:
    stranger = recognise(Advertisement(ADDRESS, pvvx(19), START, -60))
    assert stranger is not None
    assert stranger.measurement is not None
    assert (stranger.format, stranger.measurement.temperature) == ("pvvx", 19)
    assert stranger.line == 'sensors: ["A4:C1:38:00:00:01"]'


def test_unknown_contact_comes_with_the_line_of_a_window() -> None:
    stranger = recognise(Advertisement(ADDRESS, {BTHOME: bytes.fromhex("40012d2d01")}, START))
    assert stranger is not None
    assert stranger.line == 'windows: ["A4:C1:38:00:00:01"]'


def test_unknown_encrypted_thermometer_is_listed_too() -> None:
    stranger = recognise(Advertisement(ADDRESS, encrypted(20, 1), START))
    assert stranger is not None
    assert stranger.measurement is None
    assert "needs its key" in (stranger.reason or "")


def test_other_devices_are_nobody() -> None:
    assert recognise(Advertisement(ADDRESS, {ENVIRONMENT: b"\x01\x02"}, START)) is None
    assert recognise(Advertisement(ADDRESS, {"0000feaa-0000-1000-8000-00805f9b34fb": b"\x01"}, START)) is None


frames = st.dictionaries(st.sampled_from(protocol.SERVICE_UUIDS), st.binary(max_size=40), max_size=3)


@given(st.lists(st.tuples(frames, st.floats(-1e6, 1e6)), max_size=12))
def test_any_bytes_at_any_time_are_taken_in_or_refused(heard: list[tuple[dict[str, bytes], float]]) -> None:
    memory = Memory()
    for data, seconds in heard:
        advertisement = Advertisement(ADDRESS, data, START + timedelta(seconds=seconds))
        memory, outcome = sensors.step(memory, Place("living", True, True), advertisement)
        assert all(one.payload for one in outcome.publications)
    assert len(memory.frames) <= len(protocol.SERVICE_UUIDS) * 2**5


@given(st.integers(2000, 2**31), st.integers(100, 999), st.integers(11, 40), st.floats(1, 60))
def test_a_counter_that_begins_anywhere_is_believed_after_it_has_risen_for_a_minute(
    before: int, begin: int, frames: int, seconds: float
) -> None:
    place = Place("living", thermometer=True, key=KEY)
    again = [(5 + number * seconds / 60, encrypted(20.5, begin + number)) for number in range(frames)]
    _, outcomes = hear((0, encrypted(20, before)), *again, place=place)
    believed = [bool(values) for values in temperatures(outcomes)[1:]]
    expected = [number >= 10 and number * seconds >= 60 for number in range(frames)]
    assert believed == expected
    assert sum("begun again" in text for outcome in outcomes for text in outcome.warnings) == any(expected)


def test_replayed_frames_in_no_order_are_never_believed() -> None:
    place = Place("living", thermometer=True, key=KEY)
    replayed = [(5 + number, encrypted(18, 400 + number % 7)) for number in range(100)]
    _, outcomes = hear((0, encrypted(20, 5000)), *replayed, place=place)
    assert not any(temperatures(outcomes)[1:])
