import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.eq3 import protocol
from bridges.eq3.protocol import MIDNIGHT, OFF, ON, Day, DayProgram, Identity, ProgramWritten, Slot, Status
from house.errors import PayloadError

CAPTURES = json.loads((Path(__file__).parents[2] / "captures/eq3.json").read_text())
NEVER_SENT = {"reset": "a factory reset", "status-3": "a month 18", "boost-on": "ff, where 01 does the same"}
COMMANDS = [vector for vector in CAPTURES["commands"] if vector["id"] not in NEVER_SENT]
NOTIFICATIONS = CAPTURES["notifications"]
HOUSE = ZoneInfo("Europe/Amsterdam")


def minutes(clock: str) -> int:
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


def slots(program: list[list[Any]]) -> tuple[Slot, ...]:
    return tuple(Slot(setpoint, minutes(until)) for setpoint, until in program)


ENCODERS: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "get_id": lambda _: protocol.IDENTIFY,
    "set_temperature": lambda args: protocol.set_setpoint(args["celsius"]),
    "set_mode_auto": lambda _: protocol.SELECT_AUTO,
    "set_mode_manual": lambda _: protocol.SELECT_MANUAL,
    "set_mode_manual_with_temperature": lambda args: protocol.hold(args["celsius"]),
    "boost_on": lambda _: protocol.BOOST,
    "boost_off": lambda _: protocol.END_BOOST,
    "select_comfort": lambda _: protocol.SELECT_COMFORT,
    "select_eco": lambda _: protocol.SELECT_ECO,
    "lock": lambda _: protocol.LOCK,
    "unlock": lambda _: protocol.UNLOCK,
    "set_offset": lambda args: protocol.set_offset(args["celsius"]),
    "set_window_mode": lambda args: protocol.set_window(args["celsius"], timedelta(minutes=args["minutes"])),
    "read_program": lambda args: protocol.ask_program(Day[args["day"].upper()]),
    "write_program": lambda args: protocol.write_program(DayProgram(Day[args["day"].upper()], slots(args["program"]))),
}


@pytest.mark.parametrize("vector", COMMANDS, ids=lambda vector: vector["id"])
def test_command_is_written_as_its_source_saw_it(vector: dict[str, Any]) -> None:
    assert ENCODERS[vector["command"]](vector.get("args") or {}).hex() == vector["write"]


def expected(vector: dict[str, Any]) -> protocol.Notification:
    said = vector["expected"]
    match said["kind"]:
        case "id":
            return Identity(f"{said['firmware'] / 100:.2f}", said["serial"])
        case "program":
            return DayProgram(Day[said["day"].upper()], slots(said["program"]))
        case "program_ack":
            return ProgramWritten(Day[said["day"].upper()])
    window_minutes = said.get("window_open_min")
    return Status(
        setpoint=said["target_c"],
        opening=said["valve_percent"],
        manual=said["mode"] == "manual",
        vacation=said["vacation"],
        boost=said["boost"],
        summer_time=said["dst"],
        window_open=said["window_open"],
        locked=said["locked"],
        battery_low=said["low_battery"],
        window_setpoint=said.get("window_open_c"),
        window_duration=None if window_minutes is None else timedelta(minutes=window_minutes),
        comfort=said.get("comfort_c"),
        eco=said.get("eco_c"),
        offset=said.get("offset_c"),
    )


@pytest.mark.parametrize("vector", NOTIFICATIONS, ids=lambda vector: vector["id"])
def test_notification_is_read_as_its_source_says(vector: dict[str, Any]) -> None:
    data = bytes.fromhex(vector["notify"])
    if vector["expected"]["kind"] == "invalid":
        with pytest.raises(PayloadError, match=r"valve said .* expected"):
            protocol.decode(data)
    else:
        assert protocol.decode(data) == expected(vector)


@pytest.mark.parametrize(
    ("celsius", "byte"),
    [(21.3, 0x2B), (21.2, 0x2A), (21.25, 0x2B), (4.6, 0x0A), (29.9, 0x3B), (OFF, 0x09), (ON, 0x3C)],
)
def test_setpoint_goes_to_the_nearest_half_but_never_by_rounding_into_off_or_on(celsius: float, byte: int) -> None:
    assert protocol.set_setpoint(celsius) == bytes([0x41, byte])
    assert protocol.hold(celsius) == bytes([0x40, 0x40 | byte])


@pytest.mark.parametrize("celsius", [4.4, 30.1, -5, float("nan"), float("inf")])
def test_setpoint_beyond_off_and_on_never_reaches_the_valve(celsius: float) -> None:
    for command in (protocol.set_setpoint, protocol.hold):
        with pytest.raises(ValueError, match=r"expected 4.5 \(off\) to 30.0 \(on\)"):
            command(celsius)
    with pytest.raises(ValueError, match=r"expected 4\.5"):
        protocol.set_presets(21, celsius)


def test_clock_is_the_wall_time_of_the_house() -> None:
    now = datetime(2026, 7, 3, 4, 5, 6, tzinfo=UTC).astimezone(HOUSE)
    assert protocol.ask_status(now) == bytes([0x03, 26, 7, 3, 6, 5, 6])


def test_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        protocol.ask_status(datetime(2026, 7, 3, 4, 5))  # noqa: DTZ001  the mistake in question


def test_clock_of_a_computer_that_has_none_is_refused() -> None:
    with pytest.raises(ValueError, match="is the clock of this computer set"):
        protocol.ask_status(datetime(1970, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("until", "end"),
    [
        (datetime(2026, 2, 13, 17, 30, tzinfo=HOUSE), [13, 26, 35, 2]),
        (datetime(2026, 2, 13, 17, 30, 1, tzinfo=HOUSE), [13, 26, 36, 2]),
        (datetime(2026, 12, 31, 23, 45, tzinfo=HOUSE), [1, 27, 0, 1]),
    ],
    ids=["on the half hour", "a second later", "over midnight"],
)
def test_hold_until_ends_on_the_next_half_hour(until: datetime, end: list[int]) -> None:
    assert protocol.hold_until(16, until) == bytes([0x40, 0x80 | 32, *end])


def test_valve_on_vacation_tells_until_when() -> None:
    old = protocol.decode(bytes.fromhex("020102000420" + "0d1a2302"))
    new = protocol.decode(bytes.fromhex("020102000420" + "0d1a2302" + "1803282207"))
    for status in (old, new):
        assert isinstance(status, Status)
        assert status.vacation
        assert status.vacation_until == datetime(2026, 2, 13, 17, 30)  # noqa: DTZ001  the valve knows no zone


@pytest.mark.parametrize("kelvin", [-3.6, 4, float("nan")])
def test_offset_beyond_what_the_valve_knows_is_refused(kelvin: float) -> None:
    with pytest.raises(ValueError, match=r"expected -3.5 to 3.5"):
        protocol.set_offset(kelvin)


@pytest.mark.parametrize("duration", [timedelta(minutes=-5), timedelta(minutes=7), timedelta(hours=3)], ids=str)
def test_window_time_is_a_step_of_five_minutes_within_the_limits(duration: timedelta) -> None:
    with pytest.raises(ValueError, match="in steps of five minutes"):
        protocol.set_window(12, duration)


@pytest.mark.parametrize(
    ("ends", "reason"),
    [
        ([], "expected 1 to 7"),
        ([360, 1320], "the last 1440"),
        ([600, 360, 1440], "rising"),
        ([365, 1440], "steps of ten"),
        ([0, 1440], "rising"),
        ([10, 20, 30, 40, 50, 60, 70, 1440], "expected 1 to 7"),
    ],
    ids=["empty", "ends early", "falls", "odd minute", "empty slot", "eight slots"],
)
def test_program_the_valve_cannot_hold_is_refused(ends: list[int], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        protocol.write_program(DayProgram(Day.MONDAY, tuple(Slot(20, end) for end in ends)))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("0201000004", "status of 5 bytes, expected at least 6"),
        ("020100650428", "opening 101 %"),
        ("020100000408", "temperature 4.0 °C"),
        ("0202", "2 bytes, expected 3"),
        ("020207", "7 is not a valid Day"),
        ("2102272400", "program of 5 bytes"),
        ("01780000", "identity of 4 bytes"),
        ("0178000000007581626163606067659e", "serial number"),
        ("ff", "expected it to begin with"),
    ],
)
def test_refusal_of_a_notification_says_what_was_expected(data: str, reason: str) -> None:
    with pytest.raises(PayloadError, match=f"valve said {data}: .*{reason}"):
        protocol.decode(bytes.fromhex(data))


@pytest.mark.parametrize("length", [6, 7, 9, 10, 13, 14, 15, 16, 20])
def test_a_status_of_any_length_tells_what_it_holds(length: int) -> None:
    """Firmware differs in what it adds; what is missing is not told."""
    found = protocol.decode(bytes.fromhex("0201091a04280000000018032a2207" + "00" * 5)[:length])
    assert isinstance(found, Status)
    assert (found.setpoint, found.opening, found.manual) == (20, 26, True)
    assert found.comfort == (21 if length >= 15 else None)


half_degrees = st.integers(9, 60).map(lambda twice: twice / 2)
programs = st.builds(
    lambda day, ends, setpoints: DayProgram(
        day, tuple(Slot(setpoint, end) for setpoint, end in zip(setpoints, [*sorted(ends), MIDNIGHT], strict=False))
    ),
    st.sampled_from(Day),
    st.sets(st.integers(1, 143).map(lambda tens: tens * 10), max_size=6),
    st.lists(half_degrees, min_size=7, max_size=7),
)


@given(programs)
def test_program_comes_back_as_it_was_written_midnight_included(program: DayProgram) -> None:
    written = protocol.write_program(program)
    assert len(written) == 16
    assert protocol.decode(b"\x21" + written[1:]) == program


@given(st.sampled_from([b"", b"\x01", b"\x02\x01", b"\x02\x02", b"\x21", b"\x21\x02"]), st.binary(max_size=20))
def test_any_bytes_are_read_or_refused(head: bytes, rest: bytes) -> None:
    try:
        notification = protocol.decode(head + rest)
    except PayloadError:
        return
    if isinstance(notification, Status):
        assert OFF <= notification.setpoint <= ON
    if isinstance(notification, DayProgram):
        assert not notification.slots or notification.slots[-1].until == MIDNIGHT


@given(st.floats())
def test_any_wish_is_encoded_within_the_limits_or_refused(celsius: float) -> None:
    try:
        command, byte = protocol.set_setpoint(celsius)
    except ValueError:
        assert not OFF <= celsius <= ON
        return
    assert command == 0x41
    assert abs(byte / 2 - celsius) <= 0.5


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ("0201020004200d1a230d", "vacation_until"),
        ("02010a00041a17e8292318032a2207", "vacation_until"),
        ("020100000422000000001803282210", "offset"),
        ("02010000042200000000ff03282207", "window_setpoint"),
    ],
)
def test_nonsense_in_a_setting_costs_that_setting_only(data: str, field: str) -> None:
    status = protocol.decode(bytes.fromhex(data))
    assert isinstance(status, Status)
    assert getattr(status, field) is None
    assert status.setpoint in (13, 16, 17)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("21000a00109000000000000000000000", [(8, 1440)]),  # Heckie75/eQ-3-radiator-thermostat issue 40
        ("2102272400000000", [(19.5, 1440)]),
        ("2102" + "2806280c28122818281e2824282a", [(20, n * 60) for n in range(1, 7)] + [(20, 1440)]),
        ("2103281e000028142890", [(20, 300), (20, 1440)]),
        ("210300000000", []),
    ],
    ids=["empty first", "ends early", "seven, ends early", "a hole and a fall", "all empty"],
)
def test_slots_of_a_program_that_are_empty_or_nonsense_are_left_out(
    data: str, expected: list[tuple[float, int]]
) -> None:
    program = protocol.decode(bytes.fromhex(data))
    assert isinstance(program, DayProgram)
    assert [(slot.setpoint, slot.until) for slot in program.slots] == expected
