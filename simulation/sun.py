"""Where the sun stands and how much of its light reaches a wall: pure geometry.

Position after the low-precision formulas of the Astronomical Almanac (within 0.01° until 2050); the split of global
irradiance into beam and diffuse after Erbs, Klein and Duffie (1982); diffuse and ground light taken as even.
"""

from dataclasses import dataclass
from math import asin, atan2, cos, degrees, exp, radians, sin, sqrt

J2000_AT = 946_728_000
SOLAR_CONSTANT_W_M2 = 1361.0
GROUND_REFLECTANCE = 0.2
BRIGHTEST_BEAM_W_M2 = 1000.0
LOWEST_SINE = 0.05  # below 3° the beam component is noise divided by almost nothing


@dataclass(frozen=True, slots=True)
class SunPosition:
    """Sine of the elevation (negative at night) and azimuth in degrees from north over east."""

    sine: float
    azimuth_deg: float


def sun_position(at: int, latitude: float, longitude: float) -> SunPosition:
    """Where the sun stands at an instant (seconds UTC) over a place (degrees, north and east positive)."""
    days = (at - J2000_AT) / 86400
    anomaly = radians(357.528 + 0.9856003 * days)
    ecliptic = radians(280.460 + 0.9856474 * days + 1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly))
    tilt = radians(23.439)
    right_ascension = atan2(cos(tilt) * sin(ecliptic), cos(ecliptic))
    declination = asin(sin(tilt) * sin(ecliptic))
    hour_angle = radians(280.46062 + 360.98564737 * days + longitude) - right_ascension
    place = radians(latitude)
    sine = sin(place) * sin(declination) + cos(place) * cos(declination) * cos(hour_angle)
    east = -cos(declination) * sin(hour_angle)
    north = sin(declination) * cos(place) - cos(declination) * sin(place) * cos(hour_angle)
    return SunPosition(sine, degrees(atan2(east, north)) % 360)


def clear_sky_irradiance(sine: float) -> float:
    """Global horizontal irradiance under a clear sky in W/m² (Haurwitz 1945)."""
    return 1098.0 * sine * exp(-0.057 / sine) if sine > 0.0 else 0.0


def wall_irradiance(global_w_m2: float, sun: SunPosition, azimuth_deg: float) -> float:
    """Irradiance in W/m² on a vertical wall that faces `azimuth_deg`."""
    if global_w_m2 <= 0.0:
        return 0.0
    diffuse = global_w_m2 * _diffuse_fraction(global_w_m2, sun.sine)
    even = 0.5 * diffuse + 0.5 * GROUND_REFLECTANCE * global_w_m2
    if sun.sine <= LOWEST_SINE:
        return even
    beam = min(BRIGHTEST_BEAM_W_M2, (global_w_m2 - diffuse) / sun.sine)
    return even + beam * max(0.0, sqrt(1.0 - sun.sine**2) * cos(radians(sun.azimuth_deg - azimuth_deg)))


def _diffuse_fraction(global_w_m2: float, sine: float) -> float:
    if sine <= LOWEST_SINE:
        return 1.0
    clearness = global_w_m2 / (SOLAR_CONSTANT_W_M2 * sine)
    if clearness <= 0.22:
        return 1.0 - 0.09 * clearness
    if clearness > 0.80:
        return 0.165
    return 0.9511 + clearness * (-0.1604 + clearness * (4.388 + clearness * (-16.638 + clearness * 12.336)))
