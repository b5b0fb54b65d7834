"""Valves that stand in no room, and the line of house.yaml that would place them."""

import structlog

from house.settings.section import spelled

OUI = "001a22"
NAMES = ("CC-RT-BLE", "CC-RT-M-BLE")
MOST_UNKNOWN = 200

log = structlog.get_logger()


def is_valve(address: str, name: str | None) -> bool:
    """Whether a device (12 hex digits, the name it sends) is an EQ3 valve; what it sends holds no measurement."""
    return address.startswith(OUI) or name in NAMES


def line(address: str) -> str:
    """Ready to paste into house.yaml, under the room where it stands."""
    return f'radiators: [{{valve: "{spelled(address)}", power_w: 1000}}]'


class UnknownValves:
    """Tells each unknown valve once."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def hear(self, address: str, name: str | None, rssi: float | None) -> bool:
        """Take in what an unknown device sent; whether it is a valve."""
        if not is_valve(address, name):
            return False
        if address not in self._told and len(self._told) < MOST_UNKNOWN:
            self._told.add(address)
            hint = f"if it is yours, put it under its room, with the radiator's power: {line(address)}"
            log.info("unknown valve heard", address=address, rssi=rssi, hint=hint)
        return True
