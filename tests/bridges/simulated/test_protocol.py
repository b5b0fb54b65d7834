from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.simulated import protocol
from house import messages, settings, topics
from house.errors import PayloadError, SettingsError
from simulation.device_messages import (
    BoilerReport,
    ForecastHour,
    ForecastReport,
    GasReport,
    OutsideReport,
    Report,
    SensorReport,
    ValveReport,
    WindowReport,
)
from simulation.house import House
from simulation.weather import winter
from tests.simulation.thermostat import START

AT = START + 60
SAID_AT = protocol.instant(AT).strftime("%Y-%m-%dT%H:%M:%SZ")
LIVING, BATHROOM = "001a22000001", "001a22000002"
SETTINGS = settings.parse(
    """
home: {timezone: Europe/Lisbon, latitude: 38.7, longitude: -9.1}
rooms:
  living:
    name: Living room
    sensors: ["A4:C1:38:00:00:01"]
    windows: ["A4:C1:38:00:00:11"]
    radiators: [{valve: "00:1A:22:00:00:01", power_w: 2100}]
  bathroom:
    radiators: [{valve: "00:1A:22:00:00:02", power_w: 800}]
boiler: {minimum_power_w: 5000, maximum_power_w: 20000, flow_setpoint: 55}
"""
)


def living_house() -> House:
    house = House(protocol.house_plan(SETTINGS), winter(0, START), START)
    house.advance(START + 600)
    return house


def valve_set(house: House, opening: float | None, minutes: float = 90) -> bytes:
    now = protocol.instant(house.now)
    expires_at = now + timedelta(minutes=minutes)
    command = messages.ValveSet(opening=opening, setpoint=26.5, issued_at=now, expires_at=expires_at, fallback=20.5)
    return command.encode()


def boiler_set(house: House, minutes: float = 10) -> bytes:
    now = protocol.instant(house.now)
    return messages.BoilerSet(
        call=True, flow_setpoint=50, issued_at=now, expires_at=now + timedelta(minutes=minutes)
    ).encode()


def test_rooms_radiators_and_boiler_are_those_of_the_settings() -> None:
    plan = protocol.house_plan(SETTINGS)
    living, bathroom = plan.rooms
    assert [(one.valve, one.power_w) for one in (*living.radiators, *bathroom.radiators)] == [
        (LIVING, 2100),
        (BATHROOM, 800),
    ]
    assert (living.name, bathroom.name) == ("Living room", "bathroom")
    assert [sensor.address for sensor in living.sensors] == ["a4c138000001"]
    assert living.window_contacts == ("a4c138000011",)
    boiler = plan.boiler
    assert (boiler.minimum_power_w, boiler.maximum_power_w, boiler.flow_setpoint) == (5000, 20000, 55)
    assert (plan.timezone, plan.latitude, plan.longitude) == ("Europe/Lisbon", 38.7, -9.1)


def test_a_room_without_a_thermometer_gets_one_by_its_own_id() -> None:
    _, bathroom = protocol.house_plan(SETTINGS).rooms
    assert [sensor.address for sensor in bathroom.sensors] == ["bathroom"]


def test_a_thermometer_with_the_id_of_a_room_that_has_none_is_a_fault_in_the_settings() -> None:
    radiator = "radiators: [{{valve: {}, power_w: 500}}]"
    rooms = f"rooms: {{hall: {{{radiator.format('a')}}}, attic: {{sensors: [hall], {radiator.format('b')}}}}}"
    with pytest.raises(SettingsError, match="sensor hall appears more than once"):
        protocol.house_plan(settings.parse(rooms))


def test_there_is_no_simulated_house_beside_real_devices() -> None:
    real = settings.parse("rooms: {hall: {radiators: [{valve: a, power_w: 500}]}}\nboiler: {driver: nefit}")
    with pytest.raises(SettingsError, match=r"boiler\.driver: is nefit; .* should be simulated"):
        protocol.house_plan(real)


SPOKEN = {
    "sensor": (
        SensorReport("living", "a4c138000001", 20.4, 51, 88, AT),
        {
            "room/living/temperature/a4c138000001": f'{{"value":20.4,"measured_at":"{SAID_AT}"}}',
            "room/living/humidity/a4c138000001": f'{{"value":51,"measured_at":"{SAID_AT}"}}',
            "sensor/a4c138000001/status": f'{{"battery":88,"measured_at":"{SAID_AT}"}}',
        },
    ),
    "window": (
        WindowReport("living", "a4c138000011", True, AT),
        {"room/living/window/a4c138000011": f'{{"value":"open","measured_at":"{SAID_AT}"}}'},
    ),
    "valve": (
        ValveReport(LIVING, 100, 26.5, False, AT),
        {
            f"valve/{LIVING}/status": '{"opening":100,"setpoint":26.5,"mode":"manual","battery_low":false,'
            f'"window":false,"locked":false,"reachable":true,"reported_at":"{SAID_AT}"}}'
        },
    ),
    "valve on its own": (
        ValveReport(LIVING, 30, 20.5, True, AT),
        {
            f"valve/{LIVING}/status": '{"opening":30,"setpoint":20.5,"mode":"auto","battery_low":false,'
            f'"window":false,"locked":false,"reachable":true,"reported_at":"{SAID_AT}"}}'
        },
    ),
    "boiler": (
        BoilerReport(True, 45, 61.2, 48.0, False, AT),
        {
            "boiler/status": '{"flame":true,"modulation":45,"flow_temperature":61.2,"return_temperature":48,'
            f'"pressure_bar":1.6,"hot_water":false,"reported_at":"{SAID_AT}"}}'
        },
    ),
    "gas": (
        GasReport(4_711_205_999, AT),
        {"meter/gas": f'{{"value":4711.205,"measured_at":"{SAID_AT}","equipment":"simulated"}}'},
    ),
    "outside": (OutsideReport(-1.5, AT), {"outside/temperature": f'{{"value":-1.5,"measured_at":"{SAID_AT}"}}'}),
    "forecast": (
        ForecastReport(AT, (ForecastHour(AT, -1.2, 35),)),
        {"forecast": f'{{"issued_at":"{SAID_AT}","hours":[{{"at":"{SAID_AT}","temperature":-1.2,"irradiance":35}}]}}'},
    ),
}


@pytest.mark.parametrize(("report", "spoken"), SPOKEN.values(), ids=SPOKEN)
def test_each_report_says_what_a_real_bridge_would(report: Report, spoken: dict[str, str]) -> None:
    said = {one.path: one.message for one in protocol.publications(report)}
    assert {path: message and message.model_dump_json(exclude_none=True) for path, message in said.items()} == spoken


def test_the_time_is_said_as_a_tick() -> None:
    assert (protocol.tick(AT).path, protocol.tick(AT).payload.decode()) == ("tick", f'{{"at":"{SAID_AT}"}}')


def test_all_that_a_day_brings_can_be_read_again_and_every_retained_fact_tells_its_time() -> None:
    house = House(protocol.house_plan(SETTINGS), winter(1, START), START, seed=1)
    said = [said for report in house.advance(START + 86_400) for said in protocol.publications(report)]
    assert {one.name.topic for one in said} == {
        topics.ROOM_TEMPERATURE,
        topics.ROOM_HUMIDITY,
        topics.ROOM_WINDOW,
        topics.SENSOR_STATUS,
        topics.VALVE_STATUS,
        topics.BOILER_STATUS,
        topics.METER_GAS,
        topics.OUTSIDE_TEMPERATURE,
        topics.FORECAST,
    }
    for one in said:
        assert one.message is not None
        assert topics.read(one.path, one.payload) == topics.Heard(one.name, one.message)
        assert {"measured_at", "reported_at", "issued_at"} & one.message.model_fields_set


@pytest.mark.parametrize(("opening", "reported"), [(100, (100, "manual", 26.5)), (0, (0, "manual", 26.5))])
def test_a_valve_takes_the_opening_that_it_is_told(opening: float, reported: tuple[float, str, float]) -> None:
    house = living_house()
    protocol.obey(house, f"valve/{LIVING}/set", valve_set(house, opening))
    assert valve_statuses(house)[-1] == reported


def test_a_valve_without_an_opening_regulates_itself_to_the_setpoint() -> None:
    house = living_house()
    protocol.obey(house, f"valve/{LIVING}/set", valve_set(house, None))
    _, mode, setpoint = valve_statuses(house)[-1]
    assert (mode, setpoint) == ("auto", 26.5)


def valve_statuses(house: House) -> list[tuple[float | None, str | None, float | None]]:
    """What the living room's valve reports in the next two minutes: opening, mode, setpoint."""
    said = [said for report in house.advance(house.now + 120) for said in protocol.publications(report)]
    found = [one.message for one in said if one.path == f"valve/{LIVING}/status"]
    return [(one.opening, one.mode, one.setpoint) for one in found if isinstance(one, messages.ValveStatus)]


@pytest.mark.parametrize("minutes", [0, -1, -600])
def test_a_valve_that_is_told_too_late_goes_to_its_fallback(minutes: float) -> None:
    house = living_house()
    protocol.obey(house, f"valve/{LIVING}/set", valve_set(house, 100, minutes))
    _, mode, setpoint = valve_statuses(house)[-1]
    assert (mode, setpoint) == ("auto", 20.5)


def test_a_valve_goes_to_its_fallback_when_simulated_time_has_passed_the_end() -> None:
    house = living_house()
    protocol.obey(house, f"valve/{LIVING}/set", valve_set(house, 100, minutes=30))
    house.advance(house.now + 29 * 60)
    assert not house.valves[LIVING].regulates_itself
    house.advance(house.now + 2 * 60)
    assert (house.valves[LIVING].regulates_itself, house.valves[LIVING].setpoint) == (True, 20.5)


def test_the_boiler_heats_until_the_call_expires_in_simulated_time() -> None:
    house = living_house()
    protocol.obey(house, "boiler/set", boiler_set(house, minutes=10))
    house.advance(house.now + 60)
    assert (house.boiler.call, house.boiler.flow_setpoint) == (True, 50)
    house.advance(house.now + 10 * 60)
    assert not house.boiler.call


def test_a_call_that_has_expired_ends_the_one_before() -> None:
    house = living_house()
    protocol.obey(house, "boiler/set", boiler_set(house, minutes=10))
    house.advance(house.now + 60)
    protocol.obey(house, "boiler/set", boiler_set(house, minutes=-1))
    house.advance(house.now + 10)
    assert not house.boiler.call


def test_a_command_that_was_taken_back_leaves_the_device_as_it_is() -> None:
    told, left = living_house(), living_house()
    for house in (told, left):
        protocol.obey(house, f"valve/{LIVING}/set", valve_set(house, 100))
        protocol.obey(house, "boiler/set", boiler_set(house))
        house.advance(house.now + 120)
    protocol.obey(told, f"valve/{LIVING}/set", b"")
    protocol.obey(told, "boiler/set", b"")
    assert told.advance(told.now + 7200) == left.advance(left.now + 7200)
    assert told.truth() == left.truth()


@pytest.mark.parametrize(
    ("path", "payload", "reason"),
    [
        (f"valve/{LIVING}/set", b"open", "should be a JSON object with opening, setpoint"),
        (f"valve/{LIVING}/set", b'{"opening": 100}', "setpoint"),
        (f"valve/{LIVING}/set", b'{"opening": 1', "neither JSON"),
        ("valve/001a22000099/set", b"{}", "001a22000099 is no valve of the simulated house; known are 001a22000001"),
        ("valve/001A22000001/set", b"{}", "no such topic"),
        ("boiler/set", b'{"call": "perhaps"}', "call"),
        (f"valve/{LIVING}/command", b"boost", "only obeys its set"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(path: str, payload: bytes, reason: str) -> None:
    with pytest.raises(PayloadError, match=reason):
        protocol.obey(living_house(), path, payload)


def test_other_topics_are_not_for_devices() -> None:
    house = living_house()
    protocol.obey(house, "service/regulator/availability", b"online")
    assert house.truth() == living_house().truth()


CALM = living_house()
CALM_REPORTS = CALM.advance(CALM.now + 1800)


@given(st.sampled_from([f"valve/{LIVING}/set", "valve/nobody/set", "boiler/set"]), st.binary(max_size=60))
def test_garbage_changes_nothing(path: str, payload: bytes) -> None:
    house = living_house()
    try:
        protocol.obey(house, path, payload)
    except PayloadError as refused:
        reason = str(refused)
    else:
        reason = "" if payload else "taken back"
    assert reason
    assert house.advance(house.now + 1800) == CALM_REPORTS
    assert house.truth() == CALM.truth()
