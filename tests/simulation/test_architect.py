from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.house_plans import RoomSketch, house_around, kind_of, six_room_house, varied_house
from simulation.plan import HousePlan, InnerWall, RoomKind


@pytest.mark.parametrize(
    ("room_id", "kind"),
    [
        ("living_room", RoomKind.LIVING),
        ("woonkamer", RoomKind.LIVING),
        ("keuken", RoomKind.KITCHEN),
        ("bathroom_2", RoomKind.BATHROOM),
        ("home_office", RoomKind.STUDY),
        ("landing", RoomKind.HALL),
        ("zolder", RoomKind.BEDROOM),
    ],
)
def test_a_rooms_id_suggests_what_is_done_in_it(room_id: str, kind: RoomKind) -> None:
    assert kind_of(room_id) is kind


@given(st.lists(st.floats(300, 6000), min_size=1, max_size=12))
def test_any_radiators_get_rooms_that_they_can_heat(powers: list[float]) -> None:
    sketches = [RoomSketch(f"r{n}", f"R{n}", ((f"v{n}", power),), (f"s{n}",)) for n, power in enumerate(powers)]
    plan = house_around(sketches)
    for room, power in zip(plan.rooms, powers, strict=True):
        assert power > 1.2 * 30 * room.loss_w_per_k
        assert room.envelope_w_per_k > 0
    assert {wall.room_a for wall in plan.inner_walls} <= {room.room_id for room in plan.rooms}


def test_a_house_without_radiators_in_a_room_is_possible() -> None:
    assert house_around([RoomSketch("shed", "Shed", (), ())]).rooms[0].loss_w_per_k > 0


def test_the_same_seed_draws_the_same_house_and_another_seed_another() -> None:
    assert varied_house(3) == varied_house(3)
    assert varied_house(3) != varied_house(4)


def test_varied_houses_keep_their_rooms_when_they_grow() -> None:
    assert varied_house(3, rooms=9).rooms[:5] == varied_house(3, rooms=5).rooms


@pytest.mark.parametrize("seed", range(10))
def test_varied_radiators_are_0_9_to_1_8_of_the_design_loss(seed: int) -> None:
    for room in varied_house(seed).rooms:
        (radiator,) = room.radiators
        assert 0.88 < radiator.power_w / (room.loss_w_per_k * 30 * 1.2) < 1.82


def test_varied_houses_differ_in_what_matters_to_a_law() -> None:
    rooms = [room for seed in range(12) for room in varied_house(seed).rooms]
    heaviness = [room.fabric_j_per_k / room.surface_w_per_k for room in rooms]
    assert max(heaviness) > 2 * min(heaviness)
    lags = [sensor.lag_s for room in rooms for sensor in room.sensors]
    assert max(lags) > 5 * min(lags)


def test_boiler_size_scales_both_limits() -> None:
    usual, large = varied_house(1).boiler, varied_house(1, boiler_size=2.0).boiler
    assert large.minimum_power_w == pytest.approx(2 * usual.minimum_power_w, abs=1)
    assert large.maximum_power_w == pytest.approx(2 * usual.maximum_power_w, abs=1)


@pytest.mark.parametrize("rooms", [0, 11])
def test_a_varied_house_of_impossible_size_is_refused(rooms: int) -> None:
    with pytest.raises(ValueError, match="1 to 10 rooms"):
        varied_house(1, rooms)


def test_two_rooms_of_one_name_are_refused() -> None:
    room = six_room_house().rooms[0]
    with pytest.raises(ValueError, match="room living appears more than once"):
        HousePlan((room, room))


def test_a_wall_to_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown room cellar"):
        replace(six_room_house(), inner_walls=(InnerWall("living", "cellar", 10.0),))
