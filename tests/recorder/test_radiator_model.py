from datetime import UTC, datetime

import pytest

from house import messages, topics
from house.messages import Message
from house.settings import Settings
from recorder.history import Record, history
from recorder.radiator_model import STEP_S, Burner, Step, steps

BEGIN = 1_768_172_400
HOUSE = Settings.model_validate({"rooms": {"bath": {"radiators": [{"valve": "v", "power_w": 1000}]}}})


def said(topic: topics.Topic[Message], at: int, message: Message, *ids: str) -> Record:
    return Record(datetime.fromtimestamp(at, UTC), topics.Name(topic, ids), message)


def boiler(at: int, flow: float | None, *, flame: bool = True) -> Record:
    return said(topics.BOILER_STATUS, at, messages.BoilerStatus(flame=flame, flow_temperature=flow))


def valve(at: int, opening: float) -> Record:
    return said(topics.VALVE_STATUS, at, messages.ValveStatus(opening=opening), "v")


def lived(*records: Record, minutes: int = 30) -> list[Step]:
    return list(steps(history(records), HOUSE, BEGIN, BEGIN + 60 * minutes))


def test_between_two_reports_the_flow_changes_evenly_and_after_the_last_it_stays() -> None:
    flows = [one.flow for one in lived(boiler(BEGIN, 40), boiler(BEGIN + 120, 60), minutes=4)]
    assert flows == [42.5, 47.5, 52.5, 57.5, 60, 60, 60, 60]


def test_what_is_told_after_the_span_does_not_change_it() -> None:
    before = [boiler(BEGIN, 40), valve(BEGIN, 100)]
    assert lived(*before, boiler(BEGIN + 600, 80), minutes=10) == lived(*before, minutes=10)


@pytest.mark.parametrize("then", [boiler(BEGIN + 120, None), boiler(BEGIN + 1200, 60)], ids=["no flow", "long after"])
def test_towards_a_report_that_tells_no_flow_or_comes_long_after_it_stays(then: Record) -> None:
    assert {one.flow for one in lived(boiler(BEGIN, 40), then, minutes=2)} == {40}


def test_a_valve_takes_a_minute_from_end_to_end() -> None:
    told = (
        valve(BEGIN - 600, 0),
        valve(BEGIN + 300, 100),
        valve(BEGIN + 360, 100),
        boiler(BEGIN, 60),
        boiler(BEGIN + 600, 60),
    )
    taken = [one.taken[0] for one in lived(*told, minutes=10)]
    opened = 300 // STEP_S
    assert not any(taken[:opened])
    assert 0 < taken[opened] < taken[opened + 1]


def returning(at: int, flow: float, back: float | None) -> Record:
    status = messages.BoilerStatus(flame=True, flow_temperature=flow, return_temperature=back)
    return said(topics.BOILER_STATUS, at, status)


def test_the_water_comes_back_as_warm_as_the_boiler_tells_else_cooler_than_it_left_by_what_radiators_take() -> None:
    opened = valve(BEGIN, 100)
    told = lived(opened, returning(BEGIN, 60, 41), returning(BEGIN + 600, 60, 41), minutes=20)
    assert {one.returned for one in told} == {41}
    modelled = [one.returned or 0 for one in lived(opened, boiler(BEGIN, 60), boiler(BEGIN + 600, 60), minutes=20)]
    assert 19 <= modelled[3] < modelled[-1] < 60
    assert modelled[-1] == pytest.approx(60 - 2 * 3.7, abs=1)


def test_where_every_valve_is_shut_nobody_knows_how_warm_the_water_comes_back() -> None:
    assert {one.returned for one in lived(valve(BEGIN, 0), boiler(BEGIN, 60), minutes=5)} == {None}


def test_a_warming_radiator_holds_what_its_steel_and_water_hold() -> None:
    steps = lived(valve(BEGIN, 100), *(boiler(BEGIN + at, 60) for at in (0, 600, 1200)), minutes=30)
    held = sum(one.taken[0] - one.given[0] for one in steps)
    assert held == pytest.approx(21 * 1000 * (56.6 - 19), rel=0.03)


def test_half_the_water_passes_at_a_fifth_of_the_lift() -> None:
    few, all_ = (lived(valve(BEGIN, one), boiler(BEGIN, 60), boiler(BEGIN + 600, 60), minutes=3) for one in (20, 100))
    part = sum(one.taken[0] for one in few) / sum(one.taken[0] for one in all_)
    assert 0.4 < part < 0.8


@pytest.mark.parametrize(
    ("tells", "burner"), [(None, Burner.OFF), (False, Burner.OFF), (True, Burner.HOT_WATER)], ids=str
)
def test_a_boiler_behind_a_relay_makes_hot_water_when_somebody_tells_so(tells: bool | None, burner: Burner) -> None:
    status = said(topics.BOILER_STATUS, BEGIN, messages.BoilerStatus(hot_water=tells))
    assert {one.burner for one in lived(status, minutes=2)} == {burner}
