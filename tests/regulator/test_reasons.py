"""What a room's and the boiler's reason claim is held against the facts of the same instant, under every law."""

import pytest
from hypothesis import given, settings

from devtools.untrue_reasons import untrue
from tests.regulator.house import House, wiring
from tests.regulator.streams import Event, streams


@pytest.mark.slow
@pytest.mark.parametrize("law", ["doses", "hysteresis", "timeprop", "tpi"])
@settings(max_examples=60)
@given(stream=streams)
def test_no_reason_contradicts_the_facts_of_its_instant(law: str, stream: list[Event]) -> None:
    house = House(wiring(law))
    house.tick()
    for event in stream:
        event.happen(house)
        if event.path == "tick" or event.path.endswith("/set"):  # a repeated report may wait for the next tick
            assert list(untrue(house.snapshot)) == []
