"""What may stand so in a house.yaml, and hardly does in a real house: watts where kilowatts were meant, a place in
another part of the world than its time zone, presets that change nothing.

Nothing here is refused: a towel radiator has 80 W, and somebody lives in a church.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import TZPATH

from house.settings.home import Home
from house.settings.rooms import Room
from house.settings.tree import Settings

LEAST_RADIATOR_W, MOST_RADIATOR_W = 100, 10_000
LEAST_BOILER_W, MOST_BOILER_W = 1000, 150_000
LEAST_M2, MOST_M2 = 1.5, 300
LEAST_W_PER_M2, MOST_W_PER_M2 = 15, 400
MOST_CALIBRATION_K = 3
MOST_A_M3 = 10
USUAL_CURRENCIES = ("EUR", "GBP", "USD", "CHF")
FAR_DEGREES, FAR_AND_SWAPPED_DEGREES = 45, 25

Place = tuple[float, float]


def doubts(house: Settings) -> Iterator[str]:
    """Each of them in a sentence that names its key."""
    yield from _place(house.home, _place_of(house.home.timezone))
    for id_, room in house.rooms.items():
        yield from _room(id_, room)
        yield from _presets(id_, house)
    for key, watts in (("minimum", house.boiler.minimum_power_w), ("maximum", house.boiler.maximum_power_w)):
        yield from _watts(f"boiler.{key}_power_w", watts, LEAST_BOILER_W, MOST_BOILER_W, "boiler")
    for day, price in house.gas.tariffs.items():
        if price > MOST_A_M3 and house.gas.currency in USUAL_CURRENCIES:
            yield f"gas.tariffs.{day}: {price:g} {house.gas.currency} a m³ is much; in cents?"


def _room(id_: str, room: Room) -> Iterator[str]:
    for number, one in enumerate(room.radiators):
        place = f"rooms.{id_}.radiators.{number}.power_w"
        yield from _watts(place, one.power_w, LEAST_RADIATOR_W, MOST_RADIATOR_W, "radiator")
    for sensor in room.sensors:
        if abs(sensor.calibration) > MOST_CALIBRATION_K:
            yield f"rooms.{id_}.sensors: a calibration of {sensor.calibration:g} K is much for {sensor.address}"
    if room.area_m2 is None:
        return
    if not LEAST_M2 <= room.area_m2 <= MOST_M2:
        yield f"rooms.{id_}.area_m2: {room.area_m2:g} m² is {_little(room.area_m2 < LEAST_M2)} for a room"
    elif room.radiators and not LEAST_W_PER_M2 <= (each := room.power_w / room.area_m2) <= MOST_W_PER_M2:
        yield f"rooms.{id_}: {each:.3g} W of radiator for each m² is {_little(each < LEAST_W_PER_M2)}"


def _watts(place: str, watts: float, least: float, most: float, what: str) -> Iterator[str]:
    if least <= watts <= most:
        return
    meant = f"; kW? Then write {watts * 1000:g}" if least <= watts * 1000 <= most else ""
    yield f"{place}: {watts:g} W is {_little(watts < least)} for a {what}{meant}"


def _little(is_little: bool) -> str:
    return "little" if is_little else "much"


def _presets(id_: str, house: Settings) -> Iterator[str]:
    presets = house.presets_by_room[id_]
    if presets.boost <= presets.comfort:
        yield f"rooms.{id_}: boost ({presets.boost:g} °C) is no warmer than comfort ({presets.comfort:g} °C)"
    saving = min(presets.eco, presets.away)
    if presets.frost > saving:
        yield f"rooms.{id_}: off keeps it at frost ({presets.frost:g} °C), warmer than eco or away ({saving:g} °C)"


def _place(home: Home, zone: Place | None) -> Iterator[str]:
    if zone is None:
        return
    given = home.latitude, home.longitude
    swapped = (home.longitude, home.latitude) if abs(home.longitude) <= 90 else given
    away, away_swapped = _apart(given, zone), _apart(swapped, zone)
    place = f"home: latitude {home.latitude:g}, longitude {home.longitude:g}"
    if away > FAR_AND_SWAPPED_DEGREES and away_swapped < away / 3:
        yield f"{place} lie far from {home.timezone}: the other way round?"
    elif away > FAR_DEGREES:
        yield f"{place} lie far from {home.timezone}: sun and weather would be those of another country"


def _apart(one: Place, other: Place) -> float:
    """The angle between two places on the globe, degrees."""
    (lat_1, lon_1), (lat_2, lon_2) = (tuple(map(math.radians, place)) for place in (one, other))
    cosine = math.sin(lat_1) * math.sin(lat_2) + math.cos(lat_1) * math.cos(lat_2) * math.cos(lon_1 - lon_2)
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))


def _place_of(zone: str) -> Place | None:
    """The chief city of a time zone, as the time zone database has it; None where this computer has no such table."""
    for folder in TZPATH:
        table = Path(folder, "zone.tab")
        rows = table.read_text(encoding="utf-8").splitlines() if table.is_file() else []
        for columns in (row.split("\t") for row in rows):
            if len(columns) > 2 and columns[2] == zone:
                return _place_in(columns[1])
    return None


def _place_in(text: str) -> Place:
    """`+5222+00454` or with seconds `+402646-0795900` in degrees."""
    split = max(text.rfind("+"), text.rfind("-"))
    return _angle(text[:split], 2), _angle(text[split:], 3)


def _angle(text: str, digits: int) -> float:
    sign, degrees, rest = (-1 if text[0] == "-" else 1), text[1 : 1 + digits], text[1 + digits :]
    return sign * (int(degrees) + int(rest[:2]) / 60 + int(rest[2:] or 0) / 3600)
