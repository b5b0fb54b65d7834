"""Hourly weather from a file: lines `instant,temperature,irradiance`, such as `2026-01-12T00:00Z,-1.5,0`."""

import csv
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path

from house.errors import SettingsError
from simulation.weather import GivenHours, Weather

HOUR_S = 3600


def read_weather(path: Path) -> tuple[int, Weather]:
    """The first hour, seconds UTC, and the weather from then on; raises SettingsError with the line that is wrong.

    A first line that names the columns is skipped. After its last hour the weather begins again.
    """
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read ({error})") from error
    begun = 1 if rows and rows[0] and not rows[0][0][:1].isdigit() else 0
    hours = [_hour(f"{path}:{number}", row) for number, row in enumerate(rows[begun:], begun + 1) if row]
    if not hours:
        raise SettingsError(f"{path}:1: should hold hourly lines such as 2026-01-12T00:00Z,-1.5,0")
    for number, (hour, _, _) in enumerate(hours):
        if hour != hours[0][0] + number * HOUR_S:
            at = datetime.fromtimestamp(hour, UTC)
            raise SettingsError(f"{path}: {at:%Y-%m-%dT%H:%MZ} should follow the hour before it by one hour")
    weather = GivenHours(hours[0][0], [one[1] for one in hours], [one[2] for one in hours])
    return hours[0][0], Weather(weather)


def _hour(place: str, row: list[str]) -> tuple[int, float, float]:
    try:
        instant, temperature, irradiance = row
        at = datetime.fromisoformat(instant.strip().replace("Z", "+00:00"))
        values = float(temperature), float(irradiance)
    except ValueError as error:
        raise SettingsError(f"{place}: should be such as 2026-01-12T00:00Z,-1.5,0 ({error})") from error
    if at.tzinfo is None or at.timestamp() % HOUR_S:
        raise SettingsError(f"{place}: {instant} should be a whole hour in UTC, with a Z at its end")
    if not all(map(isfinite, values)) or not -60 <= values[0] <= 60 or not 0 <= values[1] <= 1500:
        raise SettingsError(f"{place}: should be -60 to 60 °C and 0 to 1500 W/m²")
    return int(at.timestamp()), *values
