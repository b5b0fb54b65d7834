"""Thermometers that stand in no room: what they seem to be, and the line of house.yaml that would place them."""

from dataclasses import dataclass

from bridges.xiaomi.protocol import SERVICE_UUIDS, Measurement, NeedsKeyError, decode
from bridges.xiaomi.sensors import Advertisement
from house.errors import PayloadError
from house.settings.section import spelled


@dataclass(frozen=True, slots=True)
class Unknown:
    """A device that sends what a thermometer sends; without a measurement the reason says why it cannot be read."""

    address: str
    rssi: float | None
    format: str
    measurement: Measurement | None
    reason: str | None = None

    @property
    def says(self) -> str:
        """Its values in words; for one that encrypts, that it needs a key."""
        if self.measurement is None:
            return "encrypted: needs its key (bindkey)"
        one = self.measurement
        values = ((one.temperature, "{:g} °C"), (one.humidity, "{:g} %"), (one.battery, "battery {} %"))
        window = {None: [], True: ["open"], False: ["closed"]}[one.window_open]
        return ", ".join([*(form.format(value) for value, form in values if value is not None), *window])

    @property
    def line(self) -> str:
        """Ready to paste into house.yaml, under the room where it stands."""
        one = self.measurement
        is_contact = one is not None and one.window_open is not None and one.temperature is None
        return f'{"windows" if is_contact else "sensors"}: ["{spelled(self.address)}"]'


def recognise(heard: Advertisement, key: bytes | None = None) -> Unknown | None:
    """What an unknown device sends by its best service; None if it is nothing a house needs."""
    locked = None
    for uuid in SERVICE_UUIDS:
        if uuid not in heard.service_data:
            continue
        try:
            measurement = decode(heard.address, uuid, heard.service_data[uuid], key)
        except NeedsKeyError as error:
            locked = locked or Unknown(heard.address, heard.rssi, error.format, None, str(error))
        except PayloadError:
            continue  # most of what is on the air is none of ours
        else:
            if measurement is not None:
                return Unknown(heard.address, heard.rssi, measurement.format, measurement)
    return locked
