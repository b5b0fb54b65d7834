from datetime import UTC, datetime

import pytest

from house import messages, topics
from house.messages import Message
from house.settings import Settings
from recorder.history import Record, history
from recorder.radiator_model import STEP_S, Step, steps

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
