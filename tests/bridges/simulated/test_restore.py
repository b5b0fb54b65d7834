from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.simulated import protocol
from bridges.simulated.restore import TOPICS, USUAL_INDOOR, Past, go_on, past_of
from house import messages, topics
from house.settings import parse
from simulation.device_messages import GasReport, ValveCommand
from simulation.house import House
from simulation.house_plans import six_room_house
from simulation.weather import winter
from tests.simulation.thermostat import HOUR_S, START, Thermostat, steady
from tests.strategies import message

PLAN = six_room_house()
LIVING = "001a22000001"


def said_by(house: House, until: int) -> dict[str, topics.Heard]:
    """What a broker would keep of the house."""
    said = [said for report in house.advance(until) for said in protocol.publications(report)]
    return {one.path: kept(one) for one in said if one.name.topic in TOPICS}


def kept(said: topics.Publication) -> topics.Heard:
    assert said.message is not None
    return topics.Heard(said.name, said.message, retained=True)


def heard(topic: topics.Topic[messages.Message], *ids: str, message: messages.Message) -> topics.Heard:
    return topics.Heard(topics.Name(topic, ids), message, retained=True)


def lived(hours: int = 6) -> House:
    house = House(PLAN, winter(0, START), START)
    Thermostat(house).regulate(START + hours * HOUR_S, lambda now: 20.5)
    for valve in house.valves:
        house.command_valve(valve, ValveCommand(100 if valve == LIVING else 0, 26.5))
    return house


def test_a_house_of_which_nothing_is_known_begins_at_the_start() -> None:
    past = past_of(PLAN, [], Past(START))
    house = go_on(PLAN, winter(0, START), past, seed=0)
    assert past == Past(START)
    assert house.truth() == House(PLAN, winter(0, START), START, indoor=USUAL_INDOOR).truth()


def test_a_house_that_begins_settled_is_as_warm_as_its_schedule_asks() -> None:
    settings = parse("""
rooms:
  bath:
    radiators: [{valve: "00:1A:22:00:00:01", power_w: 900}]
    schedule: {daily: {"06:00": 21, "22:00": 19}}
  store:
    radiators: [{valve: "00:1A:22:00:00:02", power_w: 900}]
""")
    night = protocol.kept_air(settings, datetime(2026, 1, 12, 3, tzinfo=UTC))
    assert list(night) == ["bath"]
    assert 19 <= night["bath"] <= 19.5
    plan = protocol.house_plan(settings)
    house = go_on(plan, winter(0, START), past_of(plan, [], Past(START, night)), seed=0)
    assert house.truth().rooms["bath"].air == night["bath"]


def test_a_house_goes_on_as_warm_as_it_was() -> None:
    before = lived()
    past = past_of(PLAN, said_by(before, before.now + 1800).values(), Past(START))
    after = go_on(PLAN, winter(0, START), past, seed=0)
    for name, room in before.truth().rooms.items():
        assert after.truth().rooms[name].air == pytest.approx(room.air, abs=0.5)
        assert after.truth().rooms[name].fabric == pytest.approx(room.fabric, abs=2.5)
    assert after.boiler.flow_temperature == pytest.approx(before.boiler.flow_temperature, abs=1.0)
    assert after.outside == before.outside


def test_valves_run_back_to_where_they_were() -> None:
    before = lived()
    past = past_of(PLAN, said_by(before, before.now + 1800).values(), Past(START))
    after = go_on(PLAN, winter(0, START), past, seed=0)
    after.advance(after.now + 60)
    for address, valve in before.valves.items():
        now = after.valves[address]
        assert now.position == pytest.approx(valve.position)
        assert (now.setpoint, now.regulates_itself) == (26.5, False)


@given(st.integers(0, 10**10))
def test_the_gas_meter_goes_on_to_a_litre_and_never_falls(reading_ml: int) -> None:
    (shown,) = protocol.publications(GasReport(reading_ml, START))
    past = past_of(PLAN, [kept(shown)], Past(START))
    house = go_on(PLAN, winter(0, START), past, seed=0)
    assert reading_ml - 1000 < house.meter.reading_ml <= reading_ml
    (again,) = protocol.publications(GasReport(house.meter.reading_ml, START))
    assert again.message == shown.message


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (1, 1), (59.5, 1), (60, 1), (61, 2)])
def test_time_goes_on_at_the_minute_that_is_not_over(seconds: float, minutes: int) -> None:
    at = protocol.instant(START) + timedelta(seconds=seconds)
    newest = heard(topics.BOILER_STATUS, message=messages.BoilerStatus(reported_at=at))
    older = heard(topics.HOUSE_MEMORY, message=messages.HouseMemory(tick_at=protocol.instant(START - 300)))
    assert past_of(PLAN, [newest, older], Past(START - 7200)).at == START + 60 * minutes


def test_what_the_house_has_not_said_itself_tells_neither_time_nor_warmth() -> None:
    later = protocol.instant(START + 86_400)
    strange = [
        heard(topics.ROOM_TEMPERATURE, "living", message=messages.Temperature(value=35, measured_at=later)),
        heard(
            topics.ROOM_TEMPERATURE, "attic", "a4c138000001", message=messages.Temperature(value=35, measured_at=later)
        ),
        heard(topics.VALVE_STATUS, "001a22000099", message=messages.ValveStatus(opening=100, reported_at=later)),
    ]
    assert past_of(PLAN, strange, Past(START)) == Past(START)


def test_a_room_without_a_reading_is_as_warm_as_the_others() -> None:
    at = protocol.instant(START)
    known = heard(
        topics.ROOM_TEMPERATURE, "living", "a4c138000001", message=messages.Temperature(value=21, measured_at=at)
    )
    house = go_on(PLAN, winter(0, START), past_of(PLAN, [known], Past(START)), seed=0)
    assert {room.air for room in house.truth().rooms.values()} == {21.0}


@given(st.sampled_from(TOPICS).flatmap(lambda topic: st.tuples(st.just(topic), message(topic.message))))
def test_a_house_goes_on_from_whatever_has_been_said(
    said: tuple[topics.Topic[messages.Message], messages.Message],
) -> None:
    topic, kept = said
    ids = {topics.ROOM_TEMPERATURE: ("living", "a4c138000001"), topics.VALVE_STATUS: (LIVING,)}.get(topic, ())
    past = past_of(PLAN, [heard(topic, *ids, message=kept)], Past(START))
    house = go_on(PLAN, steady(5.0), past, seed=0)
    house.advance(house.now + 600)
    assert house.now == past.at + 600
    assert 0 <= house.valves[LIVING].position <= 1
