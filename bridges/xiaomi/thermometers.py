"""All thermometers and contacts of the house: what each advertisement means, and what a person should know of it.

The memory of the pure steps lives here; the radio and the broker are the callers' affair.
"""

import logging
from collections.abc import Collection, Mapping

import structlog

from bridges.xiaomi import sensors
from bridges.xiaomi.sensors import Advertisement, Memory
from bridges.xiaomi.undeclared import Unknown, recognise
from house.settings import Settings
from house.topics import Publication

log = structlog.get_logger()

MOST_UNKNOWN = 200
"""A busy street must not fill the memory."""


class Thermometers:
    """Takes in advertisements of any device; those of the house become publications."""

    def __init__(self, settings: Settings, keys: Mapping[str, bytes]) -> None:
        self.unknown: dict[str, Unknown] = {}
        """Thermometers heard that stand in no room, by address."""
        self._places = sensors.places(settings, keys)
        self._keys = keys
        self._memories: dict[str, Memory] = {}
        for library in ("bthome_ble", "xiaomi_ble"):  # they warn of every frame; what matters is told here, once
            logging.getLogger(library).setLevel(logging.CRITICAL)

    @property
    def known(self) -> Collection[str]:
        """The addresses that stand in house.yaml."""
        return self._places.keys()

    def hear(self, heard: Advertisement) -> tuple[Publication, ...]:
        """What is to be said because of one advertisement."""
        place = self._places.get(heard.address)
        if place is None:
            self._hear_unknown(heard)
            return ()
        memory = self._memories.get(heard.address, Memory())
        self._memories[heard.address], outcome = sensors.step(memory, place, heard)
        for warning in outcome.warnings:
            log.warning("thermometer", room=place.room, said=warning)
        return outcome.publications

    def _hear_unknown(self, heard: Advertisement) -> None:
        if heard.address in self.unknown or len(self.unknown) >= MOST_UNKNOWN:
            return
        stranger = recognise(heard, self._keys.get(heard.address))
        if stranger is None:
            return
        self.unknown[heard.address] = stranger
        temperature = stranger.measurement.temperature if stranger.measurement else None
        log.info(
            "unknown thermometer heard",
            address=heard.address,
            format=stranger.format,
            temperature=temperature,
            rssi=heard.rssi,
            hint=f"if it is yours, put it under its room: {stranger.line}",
        )
