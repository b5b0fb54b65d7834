import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from house import settings
from house.errors import SettingsError
from house.messages import Schedule, SwitchPoint
from tests.strategies import json_values

HOUSE = """\
home: {name: Our house, timezone: Europe/Amsterdam, latitude: 52.1, longitude: 5.1}
mqtt: {host: localhost, port: 1883, root: home}
database: {url: "postgresql+psycopg2://haard@localhost/haard"}
presets: {comfort: 20.5, eco: 17, away: 15, frost: 7}
rooms:
  living:
    name: Living room
    sensors: ["A4:C1:38:00:00:01"]
    windows: ["A4:C1:38:00:00:11"]
    radiators: [{valve: "00:1A:22:00:00:01", power_w: 2100}]
    schedule:
      mon-fri: {"06:30": 20.5, "08:30": 17, "16:30": 20.5, "22:30": 17}
      sat-sun: {"08:00": 20.5, "23:00": 17}
boiler: {driver: nefit, url: "http://localhost:3000", minimum_power_w: 6500, maximum_power_w: 22000}
meter: {driver: dsmr, url: "serial:///dev/ttyUSB0"}
weather: {driver: openmeteo}
regulator: {law: hysteresis}
"""

SMALLEST = """\
rooms:
  living:
    radiators:
      - valve: 00:1A:22:00:00:01
        power_w: 2100
"""


def _faults(text: str) -> list[str]:
    with pytest.raises(SettingsError) as refusal:
        settings.parse(text, "my.yaml")
    return str(refusal.value).splitlines()


def test_the_example_of_the_design_is_understood() -> None:
    house = settings.parse(HOUSE)
    living = house.rooms["living"]
    assert living.thermometers == ("a4c138000001",)
    assert living.radiators == (settings.Radiator(valve="001a22000001", power_w=2100),)
    assert living.schedule[0] == SwitchPoint(day=1, time="06:30", setpoint=20.5)
    assert len(living.schedule) == 5 * 4 + 2 * 2
    assert house.database.url == "postgresql+psycopg2://haard@localhost/haard"
    assert house.boiler.driver == "nefit"


def test_a_room_with_a_radiator_is_enough() -> None:
    house = settings.parse(SMALLEST)
    assert house.mqtt == settings.Mqtt(host="localhost", port=1883, root="home")
    assert house.database.url == "sqlite:///haard.db"
    assert house.regulator.law == "doses"


FAULTS = [
    ("romms: {}\n" + SMALLEST, "my.yaml:1: romms: unknown key; did you mean rooms?"),
    (SMALLEST + "    sensor: x\n", "my.yaml:6: rooms.living.sensor: unknown key; did you mean sensors?"),
    (
        SMALLEST + "        powr_w: 1\n",
        "my.yaml:6: rooms.living.radiators.0.powr_w: unknown key; did you mean power_w?",
    ),
    ("presets: {comfrt: 20}\n" + SMALLEST, "my.yaml:1: presets.comfrt: unknown key; did you mean comfort?"),
    ("mqtt:\n  zzz: 1\n" + SMALLEST, "my.yaml:2: mqtt.zzz: unknown key; known are host, port, root, tls, ca_file"),
    (
        "regulator: {doses: {well_below_part: 0.1}}\n" + SMALLEST,
        "my.yaml:1: regulator.doses: well_below_part is now called well_below_fraction: write well_below_fraction: 0.1",
    ),
    ("", "my.yaml:1: rooms: is missing"),
    ("rooms: {}", "my.yaml:1: rooms: needs at least 1"),
    ("rooms:\n  living:\n    radiators: [{}]", "my.yaml:3: rooms.living.radiators.0.power_w: is missing"),
    ("rooms:\n  Living: {}\n", "my.yaml:2: rooms.Living: a room's id should be a-z, 0-9 and _"),
    ("rooms:\n  set: {}\n", "my.yaml:2: rooms.set: a room's id should be a-z"),
    ("[1, 2]", "my.yaml:1: should hold sections such as rooms: and boiler:"),
    ("house", "my.yaml:1: should hold sections"),
    (SMALLEST.replace("2100", "2.1 kW"), "my.yaml:5: rooms.living.radiators.0.power_w: should be a number"),
    (SMALLEST.replace("2100", "-1"), "my.yaml:5: rooms.living.radiators.0.power_w: should be more than 0"),
    (SMALLEST.replace("2100", ".nan"), "my.yaml:5: rooms.living.radiators.0.power_w: should be a number, not '.nan'"),
    ("mqtt: {port: 70000}\n" + SMALLEST, "my.yaml:1: mqtt.port: should be at most 65535"),
    ("mqtt: {root: home/}\n" + SMALLEST, "my.yaml:1: mqtt.root: should be a topic such as home or sites/12/home"),
    (
        "mqtt: {password: x}\n" + SMALLEST,
        "my.yaml:1: mqtt.password: does not belong in this file; give it in HAARD_MQTT",
    ),
    (
        "home:\n  timezone: Europe/Amsterdm\n" + SMALLEST,
        "my.yaml:2: home.timezone: should be a time zone such as Europe/Amsterdam",
    ),
    ("home: {latitude: 91}\n" + SMALLEST, "my.yaml:1: home.latitude: should be at most 90"),
    ("presets: {eco: 40}\n" + SMALLEST, "my.yaml:1: presets.eco: should be at most 30 °C, not '40'; 40 °F are 4.4 °C"),
    ("meter: {driver: p1}\n" + SMALLEST, "my.yaml:1: meter.driver: should be simulated or dsmr, not 'p1'"),
    ("meter: {url: /dev/ttyUSB0}\n" + SMALLEST, "my.yaml:1: meter.url: should be serial:///dev/ttyUSB0 or tcp://"),
    ("safety: {stale_after_min: 90}\n" + SMALLEST, "should rise in this order"),
    ("boiler: {minimum_power_w: 30000}\n" + SMALLEST, "minimum_power_w should not be above maximum_power_w"),
    ("a: [\n", "my.yaml:2: not YAML:"),
    ("home: {}\nrooms: 1\nhome: {}\n", "my.yaml:3: home stands twice; the first is on line 1"),
]


@pytest.mark.parametrize(("text", "told"), FAULTS, ids=[told for _, told in FAULTS])
def test_a_fault_is_told_with_its_line_and_what_would_be_right(text: str, told: str) -> None:
    assert any(told in fault for fault in _faults(text)), _faults(text)


def test_every_fault_is_told_at_once_in_the_order_of_the_file() -> None:
    faults = _faults("mqtt: {port: 0}\nhome: {longitude: 200}\nrooms: {}\n")
    assert [fault.split(":")[1] for fault in faults] == ["1", "2", "3"]


# --- schedules ------------------------------------------------------------------------------------------------------


def _with_schedule(*lines: str) -> str:
    return SMALLEST + "    schedule:\n" + "".join(f"      {line}\n" for line in lines)


SCHEDULE_FAULTS = [
    ('mon-fri: {"06:30": 99}', "schedule.mon-fri.06:30: should be at most 30, not '99'"),
    ('mon-fri: {"25:00": 20}', "schedule.mon-fri.25:00: should be a time of day such as 06:30, not '25:00'"),
    ("mon: {noon: 20}", "schedule.mon.noon: should be a time of day such as 06:30"),
    ("monday: {06:30: 20}", "schedule.monday: should be days such as mon, mon-fri, sat,sun or daily"),
    ("mon: 20", "schedule.mon: should hold times and setpoints such as"),
    ("mon: {“06:30”: 20}", "schedule.mon.“06:30”: curly quotes stand there"),
    ("mon,mon: {06:30: 20}", "schedule.mon,mon: mon is named twice"),
]


@pytest.mark.parametrize(("line", "told"), SCHEDULE_FAULTS)
def test_a_fault_in_a_schedule_is_told_at_its_own_line(line: str, told: str) -> None:
    (fault,) = _faults(_with_schedule("sun: {}", line))
    assert fault.startswith(f"my.yaml:8: rooms.living.{told}")


def test_a_day_has_one_line_in_a_schedule() -> None:
    (fault,) = _faults(_with_schedule("mon-fri: {06:30: 20}", "fri: {07:00: 20}"))
    assert fault == "my.yaml:8: rooms.living.schedule.fri: fri is named twice: in mon-fri and in fri"


def test_a_time_has_one_setpoint_however_it_is_spelled() -> None:
    (fault,) = _faults(_with_schedule('mon: {"6:30": 20, "06:30": 21}'))
    assert "should have one setpoint at day 1 06:30, not two" in fault


@pytest.mark.parametrize(
    ("days", "numbers"),
    [
        ("mon", [1]),
        ("mon-fri", [1, 2, 3, 4, 5]),
        ("sat,sun", [6, 7]),
        ("sat-mon", [1, 6, 7]),
        ("Mon, wed-thu", [1, 3, 4]),
        ("daily", [1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_days_are_named_singly_by_range_or_all(days: str, numbers: list[int]) -> None:
    house = settings.parse(_with_schedule(f'"{days}": {{06:30: 20}}'))
    assert [point.day for point in house.rooms["living"].schedule] == numbers


def test_a_schedule_of_the_settings_can_be_said() -> None:
    week = settings.parse(HOUSE).rooms["living"].schedule
    assert Schedule.decode(Schedule(points=week).encode()).points == week


# --- YAML's traps ---------------------------------------------------------------------------------------------------


def test_a_time_without_quotes_is_a_time_not_a_number_of_minutes() -> None:
    house = settings.parse(_with_schedule("fri: {16:30: 20.5}"))
    assert house.rooms["living"].schedule == (SwitchPoint(day=5, time="16:30", setpoint=20.5),)


@pytest.mark.parametrize(("word", "meaning"), [("on", True), ("yes", True), ("true", True), ("off", False)])
def test_a_switch_may_be_any_of_yamls_words(word: str, meaning: bool) -> None:
    assert settings.parse(f"mqtt: {{tls: {word}}}\n{SMALLEST}").mqtt.tls is meaning


@pytest.mark.parametrize("name", ["off", "no", "1e3", "16:30", "0x10"])
def test_a_name_is_what_was_written(name: str) -> None:
    assert settings.parse(f"{SMALLEST}    name: {name}\n").rooms["living"].name == name


# --- devices --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelling",
    ["00:1A:22:00:00:01", "00-1a-22-00-00-01", "001A.2200.0001", "001a22000001", "'00:1a:22:00:00:01 '"],
)
def test_an_address_may_be_spelled_in_any_way(spelling: str) -> None:
    house = settings.parse(SMALLEST.replace("00:1A:22:00:00:01", spelling))
    assert house.rooms_by_valve == {"001a22000001": "living"}


@pytest.mark.parametrize("word", ["none", "None", "no", "nothing"])
def test_a_radiator_without_a_valve_is_said_with_null_and_no_other_word(word: str) -> None:
    (fault,) = _faults(SMALLEST.replace("00:1A:22:00:00:01", word))
    assert "where there is none say null, or leave the key out" in fault
    for null in ("null", "Null", "~"):
        assert settings.parse(SMALLEST.replace("00:1A:22:00:00:01", null)).rooms_by_valve == {}


@pytest.mark.parametrize("address", ["00:1A:22:00:00", "valve one", "set", "a/b", "'+'", "''"])
def test_an_address_that_would_make_no_topic_is_refused(address: str) -> None:
    (fault,) = _faults(SMALLEST.replace("00:1A:22:00:00:01", address))
    assert fault.startswith("my.yaml:4: rooms.living.radiators.0.valve: should be an address such as A4:C1:38")


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ("    sensors: [001a22000001]\n", 4),
        ("    windows: [a4c138000001]\n    sensors: [A4:C1:38:00:00:01]\n", 6),
        ("      - valve: 00:1A:22:00:00:01\n        power_w: 500\n", 6),
        ("  attic:\n    radiators:\n      - {valve: 00-1A-22-00-00-01, power_w: 900}\n", 8),
    ],
    ids=["sensor-and-valve", "sensor-and-window", "two-radiators", "two-rooms"],
)
def test_a_device_stands_in_one_place_only(more: str, line: int) -> None:
    (fault,) = _faults(SMALLEST + more)
    assert fault.startswith(f"my.yaml:{line}: rooms.")
    assert "stands twice; the first time in rooms.living." in fault


# --- secrets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["postgresql://haard:hunter2@db/haard", "postgresql://haard:hunter2@[db/haard"])
def test_a_password_in_the_file_is_refused_and_not_repeated(url: str) -> None:
    (fault,) = _faults(f"database:\n  url: {url}\n{SMALLEST}")
    assert fault.startswith("my.yaml:2: database.url: ")
    assert "hunter2" not in fault


# --- files ----------------------------------------------------------------------------------------------------------


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.yaml: cannot be read"):
        settings.load(tmp_path / "nowhere.yaml")
    (tmp_path / "latin.yaml").write_bytes("name: café".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"latin\.yaml: cannot be read"):
        settings.load(tmp_path / "latin.yaml")


def test_a_file_is_read_as_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "house.yaml"
    path.write_text(f"home: {{name: Café}}\n{SMALLEST}", encoding="utf-8")
    assert settings.load(path).home.name == "Café"


# --- anything at all ------------------------------------------------------------------------------------------------

_KEYS = st.sampled_from(
    [*settings.Settings.model_fields, *settings.Room.model_fields, "living", "valve", "power_w", "mon-fri", "06:30"]
)
_WORDS = st.sampled_from(["20.5", "16:30", "off", "null", "1e999", "9" * 5000, "&a", "*a", "!!int x", "<<", "---"])
_trees: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.text(max_size=12) | _WORDS | st.floats() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
)


def _answer(text: str) -> settings.Settings | str:
    try:
        return settings.parse(text)
    except SettingsError as error:
        return str(error)


@pytest.mark.slow
@given(st.text(max_size=80))
@example("a: &a [*a]")
@example("&a {rooms: *a}")
@example("[" * 3_000)
@example("\x00")
@example("? [a]\n: b")
@example("a: 1\n---\nb: 2\n")
def test_any_text_is_settings_or_is_refused_as_settings(text: str) -> None:
    answer = _answer(text)
    assert isinstance(answer, settings.Settings) or answer.startswith("house.yaml:")


@given(st.dictionaries(_KEYS, _trees) | json_values)
def test_any_tree_is_settings_or_is_refused_as_settings(tree: Any) -> None:
    answer = _answer(json.dumps(tree))
    assert isinstance(answer, settings.Settings) or answer.startswith("house.yaml:")


def test_tariffs_are_prices_by_the_day_from_which_they_hold() -> None:
    gas = settings.parse(SMALLEST + "gas: {pipes_fraction: 0.05, tariffs: {2026-02-01: 1.42}}").gas
    assert gas == settings.Gas(pipes_fraction=0.05, tariffs={date(2026, 2, 1): 1.42})


@pytest.mark.parametrize("fault", ["tariffs: {soon: 1.4}", "tariffs: {2026-02-01: -1}", "pipes_fraction: 1"])
def test_a_tariff_without_a_day_and_a_price_and_pipes_that_take_all_are_refused(fault: str) -> None:
    with pytest.raises(SettingsError, match=r"house.yaml:\d+: gas\."):
        settings.parse(SMALLEST + f"gas: {{{fault}}}")
