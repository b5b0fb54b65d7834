"""How servers and meters behave badly: they stall, drip, lie or pour without end. And the bridges that ask them."""

from collections.abc import Callable, Iterator, Mapping
from itertools import repeat

from tests.bridges.dsmr.fake_meter import capture

PAUSE_S = 0.05  # between two pieces
STREET = "street"
SECTIONS = {
    "dsmr": "meter: {{driver: dsmr, url: 'tcp://127.0.0.1:{port}'}}",
    "nefit": "boiler: {{driver: nefit, url: 'http://127.0.0.1:{port}'}}",
    "openmeteo": "weather: {{driver: openmeteo, url: 'http://127.0.0.1:{port}'}}",
}
SAYS_WHEN_TOLD = {"meter/gas", "meter/electricity", "boiler/status", "forecast", "outside/temperature"}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
LIE = b'{"hourly": {"time": ["yesterday"], "temperature_2m": [1e99]}, "value": "NaN"}'


def _stalls(_bridge: str) -> Iterator[bytes]:
    return iter(())


def _drips(bridge: str) -> Iterator[bytes]:
    """A byte now and then of an answer that would take an hour."""
    yield b"/" if bridge == "dsmr" else HEAD % 100_000
    yield from repeat(b" ")


def _lies(bridge: str) -> Iterator[bytes]:
    """Meters whose checksum does not fit, and an answer of the right form that means nothing."""
    if bridge == "dsmr":
        yield from repeat(capture("v5").replace(b"*kWh", b"*kWk"))
    yield HEAD % len(LIE) + LIE


def _pours(bridge: str) -> Iterator[bytes]:
    yield b"/" if bridge == "dsmr" else HEAD % 10**12
    yield from repeat(b"[" * 8_192)


MANNERS: Mapping[str, Callable[[str], Iterator[bytes]]] = {
    "stalls": _stalls,
    "drips": _drips,
    "lies": _lies,
    "pours": _pours,
}
