"""`python -m docs.write_rooms` writes docs/rooms.md: what a wish does, with a table that the regulator itself fills."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

from house import settings, topics
from house.messages import Away, HouseSettings, Override, RoomSettings, RoomStatus, Temperature, Window
from regulator.snapshot import Snapshot, empty
from regulator.step import handle_bytes

PAGE = Path(__file__).with_name("rooms.md")
NOON = datetime(2026, 1, 12, 11, 0, tzinfo=UTC)
HOUSE = settings.parse(
    'rooms: {room: {radiators: [{valve: "00:1A:22:00:00:01", power_w: 1000}], '
    'schedule: {daily: {"06:30": 20, "22:30": 17}}}}\nregulator: {law: hysteresis}\n'
)

HEAD = """\
# Rooms and wishes

<!-- Written by `make docs` from the regulator itself: change docs/write_rooms.py. -->

| you want | say |
| --- | --- |
| warmer until the next switch point | `haard set living 21` |
| warmer until an hour of the day | `haard set living 21 --until 22:30` |
| back to the schedule | `haard set living auto` |
| quickly warm, for a while | `haard boost bath 20` |
| a degree that stays | `haard mode living heat` |
| off but for frost | `haard mode living off` |
| hands off the valves | `haard mode living bypass` |
| nobody home | `haard away on`, `haard away off` |
| a boiler that rests more, a house less warm on the minute | `haard comfort quiet` |

```sh
haard set living 21
haard set living auto
haard boost bath 20
haard mode living heat
haard mode living off
haard mode living bypass
haard mode living auto
haard away on
haard away off
haard comfort quiet
haard comfort auto
```

The same wishes come from the page, from [Home Assistant](homeassistant.md), from the knob of a valve, or from anything
that speaks MQTT ([every wish as a command](topics.md)). The newest wish in a room wins, and ends when its sayer
meant it to.

## When a wish ends

What holds is the schedule or, in mode heat, the held setpoint. Above it stand, from bottom to top: **preset**
(until changed, an instant, or for some minutes), **override** (until an instant, for some minutes, or until the
next switch point), **away** and **boost**. What is temporary changes nothing below it.

- A setpoint without an end holds until the next switch point of the schedule, also when the schedule is edited;
  with less than 15 minutes to go it means the one after. In mode heat it holds for good. A new degree while an end
  that was said still holds keeps that end.
- `auto` (as mode or as setpoint) gives the room back to its schedule. Every change of mode ends what is temporary.
- Mode heat holds what held before, not what is temporary.
- Away and eco save: the smaller of their setpoint and of what they stand above. What is wished in one room while
  nobody is home wins in that room.
- Off keeps the preset frost. Bypass tells the valves to regulate themselves at the setpoint and then leaves them
  alone.
- Below frost every room is heated, an open window closes its valves, and a room whose thermometers cannot be
  believed is regulated by its valves, with the boiler while they report to be open.

Every combination, in a room that is scheduled at 20 °C, held at 18 °C in mode heat, set to 22 °C by hand; presets
comfort 20.5, eco 17, away 15, boost 23, frost 7. The rule is what the status says when nothing else is in its way.

| mode | preset | override | boost | away | setpoint | rule | window open | blind |
|---|---|---|---|---|---|---|---|---|
"""


def rows() -> Iterator[str]:
    """One line for each combination of what people may have wished."""
    choices = (
        ("auto", "heat", "off", "bypass"),
        ("none", "comfort", "eco", "away"),
        (False, True),
        (False, True),
        (False, True),
    )
    for mode, preset, override, boost, away in product(*choices):
        wished = RoomSettings.model_validate(
            {
                "mode": mode,
                "preset": preset,
                "held": 18 if mode == "heat" else None,
                "override": Override(setpoint=22, until=NOON + timedelta(hours=2)) if override else None,
                "boost_until": NOON + timedelta(hours=1) if boost else None,
            }
        )
        plain, window, blind = (status_of(wished, away=bool(away), **case) for case in CASES)
        cells = (mode, preset, *("yes" if one else "" for one in (override, boost, away)))
        told = (f"{plain.setpoint:g}", plain.rule, window.rule, blind.rule)
        yield f"| {' | '.join(map(str, (*cells, *told)))} |"


CASES: tuple[dict[str, bool], ...] = ({}, {"window": True}, {"blind": True})


def status_of(wished: RoomSettings, *, away: bool, window: bool = False, blind: bool = False) -> RoomStatus:
    """What the regulator says of the room with these wishes."""
    house = empty(HOUSE)
    house = _hear(house, topics.publication(topics.ROOM_SETTINGS, "room", message=wished), retained=True)
    nobody = HouseSettings(away=Away() if away else None)
    house = _hear(house, topics.publication(topics.HOUSE_SETTINGS, message=nobody), retained=True)
    for minute in range(3):
        at = NOON + timedelta(minutes=minute)
        if not blind:
            reading = Temperature(value=19, measured_at=at)
            house = _hear(house, topics.publication(topics.ROOM_TEMPERATURE, "room", message=reading))
        if window:
            contact = Window(value="open", measured_at=at)
            house = _hear(house, topics.publication(topics.ROOM_WINDOW, "room", message=contact))
        house, _ = handle_bytes(house, "tick", at.isoformat().encode(), retained=False)
    status = house.last(topics.ROOM_STATUS, "room")
    assert status is not None
    return status


def _hear(house: Snapshot, said: topics.Publication, *, retained: bool = False) -> Snapshot:
    return handle_bytes(house, said.path, said.payload, retained=retained)[0]


def page() -> str:
    return HEAD + "\n".join(rows())


if __name__ == "__main__":
    PAGE.write_text(page() + "\n", encoding="utf-8")
