"""`haard why`: what a person reads of a room."""

from datetime import UTC, datetime, timedelta

from haard.commands.why import explain
from house import messages, topics
from house.settings import Settings
from regulator.snapshot import empty, with_published

NOON = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)


def test_a_room_of_which_nothing_was_said(house: Settings) -> None:
    assert list(explain(empty(house), "living")) == [
        "Living room: the regulator has said nothing of this room",
    ]


def test_why_a_room_waits_and_what_was_learned(house: Settings) -> None:
    status = messages.RoomStatus(
        temperature=20.1,
        setpoint=20.5,
        action="idle",
        reason="20.5 °C by schedule until 22:30; 0.4 K below 20.5; waits: boiler rests until 07:12",
    )
    call = messages.BoilerSet(
        call=False, issued_at=NOON, expires_at=NOON + timedelta(minutes=10), reason="the boiler rests until 07:12"
    )
    memory = messages.RoomMemory(valves={"001a22000001": messages.ValveMemory(moves=7)}, law={"satisfied": False})
    learned = messages.Learned(law={"coast": 0.42, "fall": 1.2, "ways": {"06:30 20.5": [41.5, 1.25]}})
    burns = [[3000, 8], [4100, 16], [4300, 14], [4600, 18], [5000, 20], [3100, 9], [4000, 13]]
    of_the_boiler = messages.Learned(law={"burns": burns, "rest": 1.1})
    said = (
        topics.publication(topics.ROOM_STATUS, "living", message=status),
        topics.publication(topics.ROOM_MEMORY, "living", message=memory),
        topics.publication(topics.ROOM_LEARNED, "living", message=learned),
        topics.publication(topics.BOILER_SET, message=call),
        topics.publication(topics.HOUSE_LEARNED, message=of_the_boiler),
    )
    assert list(explain(with_published(empty(house), said), "living")) == [
        "Living room: 20.1 °C of 20.5 °C, idle",
        "  20.5 °C by schedule until 22:30",
        "  0.4 K below 20.5",
        "  waits: boiler rests until 07:12",
        "boiler: not called: the boiler rests until 07:12",
        "valve 001a22000001: 7 moves on the day of its last command",
        "learned: warms 0.4 K further after its heat has ended",
        "learned: falls by 1.2 K an hour unheated",
        "learned: to 06:30 20.5: 41.5 min/K, and 1.25 more for each K over outside",
        "learned: the boiler burns for long with 2 kW of radiators open",
        "learned: its last burns took 14 min, and its rests 110% of the usual",
    ]


def test_damaged_learning_is_passed_over(house: Settings) -> None:
    learned = messages.Learned(law={"coast": "x", "ways": {"a": 3}, "c": None})
    said = (
        topics.publication(
            topics.ROOM_STATUS, "living", message=messages.RoomStatus(alert="look after the thermometer")
        ),
        topics.publication(topics.ROOM_LEARNED, "living", message=learned),
    )
    lines = list(explain(with_published(empty(house), said), "living"))
    assert "  alert: look after the thermometer" in lines
    assert lines[-1] == "learned: warms 0.1 K further after its heat has ended"
