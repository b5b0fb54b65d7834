"""The section of house.yaml for ESP32 nodes: which devices of the rooms each of them hears and drives."""

from house.settings.rooms import Id
from house.settings.section import Address, Section


class Node(Section):
    """One node: the thermometers and contacts that it hears, the valves that it drives, and the nodes whose valves it
    drives while they are offline.
    """

    sensors: tuple[Address, ...] = ()
    valves: tuple[Address, ...] = ()
    alternative_for: tuple[Id, ...] = ()
