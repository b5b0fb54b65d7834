"""What the live screen knows of the house."""

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haard.tryout.dashboard import FOLDS, Dashboard, heard, opening
from house import topics
from house.settings import Settings
from tests.strategies import ids, message


def board_after(*said: tuple[str, str]) -> Dashboard:
    """The board after these payloads on these topics."""
    messages = (topics.read(path, payload.encode()) for path, payload in said)
    return reduce(heard, (one for one in messages if one is not None), Dashboard())


def gas(*readings: str) -> Dashboard:
    return board_after(*(("meter/gas", reading) for reading in readings))


def flames(*flames: str) -> Dashboard:
    return board_after(*(("boiler/status", f'{{"flame": {flame}}}') for flame in flames))


@given(st.data())
def test_any_message_on_any_topic_leaves_a_board_with_one_message_more(data: st.DataObject) -> None:
    topic = data.draw(st.sampled_from(topics.TOPICS))
    count = topic.pattern.partition("[")[0].count("{")
    name = topics.Name(topic, tuple(data.draw(st.lists(ids, min_size=count, max_size=count))))
    board = heard(Dashboard(), topics.Heard(name, data.draw(message(topic.message))))
    assert board.heard == 1
    assert topic in FOLDS or board == Dashboard(heard=1)


def test_a_room_is_as_the_regulator_last_described_it() -> None:
    board = board_after(
        ("room/living/status", '{"temperature": 19.1, "setpoint": 20}'),
        ("room/study/status", '{"temperature": 17, "setpoint": 17}'),
        ("room/living/status", '{"temperature": 19.3, "setpoint": 21}'),
    )
    assert (board.rooms["living"].temperature, board.rooms["living"].setpoint) == (19.3, 21)
    assert board.rooms["study"].temperature == 17


@pytest.mark.parametrize(
    ("readings", "used"),
    [
        (["4711.2"], 0),
        (["4711.2", "4711.5", "4712"], 0.8),
        (["4711.2", "4711.5", "3.0", "3.1"], 0.4),  # another meter was placed
    ],
    ids=["first reading", "rises", "new meter"],
)
def test_gas_used_counts_only_what_a_meter_rose(readings: list[str], used: float) -> None:
    assert gas(*readings).gas_used == pytest.approx(used)


def test_a_start_is_a_flame_that_was_off() -> None:
    assert flames("true", "true").boiler_starts == 0
    assert flames("false", "true", "true", "false", "true").boiler_starts == 2


def test_a_service_is_up_until_it_says_that_it_is_offline() -> None:
    both = board_after(("service/regulator/availability", "online"), ("service/recorder/availability", "online"))
    assert both.services_up == {"regulator", "recorder"}
    left = board_after(("service/regulator/availability", "online"), ("service/regulator/availability", "offline"))
    assert left.services_up == frozenset()


def test_a_rooms_opening_is_the_mean_of_its_radiators_by_their_power(house: Settings) -> None:
    (first, large), (second, small) = house.rooms["living"].valves.items()
    one = board_after((f"valve/{first}/status", '{"opening": 100}'))
    both = heard(one, _status(second, '{"opening": 0}'))
    assert opening(Dashboard(), "living", house) is None
    assert opening(one, "living", house) == 100
    assert opening(both, "living", house) == pytest.approx(100 * large.power_w / (large.power_w + small.power_w))


def _status(valve: str, payload: str) -> topics.Heard:
    found = topics.read(f"valve/{valve}/status", payload.encode())
    assert found is not None
    return found
