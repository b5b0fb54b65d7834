"""What an owner might change, drawn by seed: the warmth of a house or of a room, its nights, its hours, the slider."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from house.settings import Settings


@dataclass(frozen=True)
class Change:
    """What is changed, in words, and the settings with it."""

    name: str
    wiring: Settings


def changes(wiring: Settings, random: Random, count: int) -> Iterator[Change]:
    rooms = list(wiring.rooms)
    for _ in range(count):
        match random.choice(("house", "room", "nights", "earlier", "comfort")):
            case "house":
                kelvin = random.choice((-1.5, -1.0, -0.5, 0.5, 1.0))
                yield Change(f"all rooms {kelvin:+g} K", _shifted(wiring, rooms, kelvin))
            case "room":
                room, kelvin = random.choice(rooms), random.choice((-2.0, -1.0, -0.5, 0.5, 1.0, 1.5))
                yield Change(f"{room} {kelvin:+g} K", _shifted(wiring, [room], kelvin))
            case "nights":
                kelvin = random.choice((-2.0, -1.0, 1.0))
                yield Change(f"setbacks {kelvin:+g} K", _shifted(wiring, rooms, kelvin, lows=True))
            case "earlier":
                minutes = random.choice((-60, -30, 30, 60))
                yield Change(f"weeks {minutes:+d} min", _moved(wiring, minutes))
            case _:
                slider = random.choice(("comfort", "quiet", "saver"))
                yield Change(f"slider {slider}", _with(wiring, {"regulator": {"comfort": slider}}))


def _with(wiring: Settings, changed: dict[str, Any]) -> Settings:
    return Settings.model_validate(wiring.model_dump(exclude_unset=True) | changed)


def _weeks(wiring: Settings, rooms: list[str], change: Callable[[str, float, float], tuple[str, float]]) -> Settings:
    """Each point of the weeks of some rooms otherwise, by its time, its setpoint and the week's lowest."""
    dumped = wiring.model_dump(exclude_unset=True, mode="json")
    for id_ in rooms:
        points = dumped["rooms"][id_]["schedule"]
        lowest = min(point["setpoint"] for point in points)
        for point in points:
            point["time"], point["setpoint"] = change(point["time"], point["setpoint"], lowest)
        points.sort(key=lambda point: (point["day"], point["time"]))
    return Settings.model_validate(dumped)


def _shifted(wiring: Settings, rooms: list[str], kelvin: float, *, lows: bool = False) -> Settings:
    def shifted(at: str, value: float, lowest: float) -> tuple[str, float]:
        return at, value + kelvin if value == lowest or not lows else value

    return _weeks(wiring, rooms, shifted)


def _moved(wiring: Settings, minutes: int) -> Settings:
    def moved(at: str, value: float, _lowest: float) -> tuple[str, float]:
        hour, minute = (int(one) for one in at.split(":")[:2])
        later = (60 * hour + minute + minutes) % 1440
        return f"{later // 60:02}:{later % 60:02}", value

    return _weeks(wiring, list(wiring.rooms), moved)
