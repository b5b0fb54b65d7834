"""What a person means who turns the knob of a valve: pure.

A shut valve shows 5 and an open one several kelvin above its room's setpoint: those numbers are ours. A number that a
person would mean for a room, and that is far from ours, is taken literally; otherwise the difference counts
(better_thermostat issue 1700, roommind issue 175). A far turn to any other number asks for no more than a room is
meant to have, nor for less, unless the knob itself shows it: 5 turned to 11.5 is "warmer", and not 26.5 °C.
"""

ROOM_LOWEST, ROOM_HIGHEST = 12.0, 25.5
"""°C: what a person would mean for a room."""
FAR_K = 2.5
LOWEST, HIGHEST = 5.0, 30.0
"""°C: what a setpoint wished for a room may be."""


def meant(turned: float, written: float, effective: float) -> float:
    """The setpoint that a person asks of the room, °C.

    `turned` is what the knob shows, `written` what we had written to the valve, `effective` the setpoint that is in
    force in the room.
    """
    asked = effective + turned - written
    if abs(turned - written) > FAR_K:
        if ROOM_LOWEST <= turned <= ROOM_HIGHEST:
            return turned
        asked = min(max(asked, min(turned, effective, ROOM_LOWEST)), max(turned, effective, ROOM_HIGHEST))
    return min(max(asked, LOWEST), HIGHEST)
