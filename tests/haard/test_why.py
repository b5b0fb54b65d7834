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
        reason="20.5 °C by schedule until 22:30; needs 6 radiator-minutes to stay above 20.2 until 07:35; "
        "the boiler rests until 07:12",
    )
    call = messages.BoilerSet(
        call=False, issued_at=NOON, expires_at=NOON + timedelta(minutes=10), reason="the boiler rests until 07:12"
    )
    memory = messages.RoomMemory(valves={"001a22000001": messages.ValveMemory(moves=7)}, law={"prepares": True})
    learned = messages.Learned(law={"gain": 0.21, "comfort": 0.42, "warmup": 1.8})
    said = (
        topics.publication(topics.ROOM_STATUS, "living", message=status),
        topics.publication(topics.ROOM_MEMORY, "living", message=memory),
        topics.publication(topics.ROOM_LEARNED, "living", message=learned),
        topics.publication(topics.BOILER_SET, message=call),
    )
    assert list(explain(with_published(empty(house), said), "living")) == [
        "Living room: 20.1 °C of 20.5 °C, idle",
        "  20.5 °C by schedule until 22:30",
        "  needs 6 radiator-minutes to stay above 20.2 until 07:35",
        "  the boiler rests until 07:12",
        "boiler: not called: the boiler rests until 07:12",
        "valve 001a22000001: 7 moves on the day of its last command",
        "learned: a minute of full radiator warms it by 0.21 K",
        "learned: is held 0.4 K below its setpoint, and 0.3 K while that is lowered",
        "learned: takes 1.8 times as long to warm up as under steady heat",
    ]


def test_damaged_learning_counts_as_never_learned(house: Settings) -> None:
    learned = messages.Learned(law={"gain": "x", "warmup": {"a": 3}, "c": None})
    said = (
        topics.publication(
            topics.ROOM_STATUS, "living", message=messages.RoomStatus(alert="look after the thermometer")
        ),
        topics.publication(topics.ROOM_LEARNED, "living", message=learned),
    )
    lines = list(explain(with_published(empty(house), said), "living"))
    assert "  alert: look after the thermometer" in lines
    assert not any(line.startswith("learned") for line in lines)


def test_why_tells_what_the_gas_told_of_the_radiators_unless_they_are_other_ones_now(house: Settings) -> None:
    def lines(factor: float, nominal_w: float) -> list[str]:
        power = messages.RadiatorPower(factor=factor, nominal_w=nominal_w, error=0.05, count=41)
        status = topics.publication(topics.ROOM_STATUS, "living", message=messages.RoomStatus())
        said = (status, topics.publication(topics.ROOM_POWER, "living", message=power))
        return list(explain(with_published(empty(house), said), "living"))

    watts = sum(one.power_w for one in house.rooms["living"].radiators)
    told = f"{0.8 * watts:.0f} ± {0.05 * watts:.0f} W by what gas told of them, by their plates {watts:.0f} W"
    assert lines(0.8, watts)[-1] == f"learned: its radiators take {told}"
    assert "other ones" in lines(0.8, watts + 500)[-1]
