"""The whole of house.yaml, validated at once."""

from collections.abc import Mapping
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, model_validator

from house.errors import SettingsError
from house.messages import HouseDescription, PresetTemperatures, RoomDescription, ValveDescription
from house.settings import yaml_lines
from house.settings.devices import Boiler, Weather, Zigbee2mqtt
from house.settings.faults import fault_at, follows_from_another, in_words
from house.settings.home import Database, Gas, Home, HomeAssistant, Meter, Mqtt, Notify, Recorder
from house.settings.nodes import Node
from house.settings.radio import Bluetooth
from house.settings.regulator import Regulator, Safety
from house.settings.rooms import Id, Presets, Room
from house.settings.section import Section


class Settings(Section):
    """The whole of house.yaml."""

    home: Home = Home()
    mqtt: Mqtt = Mqtt()
    database: Database = Database()
    recorder: Recorder = Recorder()
    presets: Presets = Presets()
    rooms: Annotated[Mapping[Id, Room], Field(min_length=1)]
    boiler: Boiler = Boiler()
    meter: Meter = Meter()
    weather: Weather = Weather()
    bluetooth: Bluetooth = Bluetooth()
    nodes: Mapping[Id, Node] = {}
    gas: Gas = Gas()
    homeassistant: HomeAssistant = HomeAssistant()
    notify: Notify | None = None
    zigbee2mqtt: Zigbee2mqtt = Zigbee2mqtt()
    regulator: Regulator = Regulator()
    safety: Safety = Safety()

    @model_validator(mode="after")
    def _each_device_has_one_place(self) -> Self:
        places: dict[str, yaml_lines.Path] = {one: ("weather", "sensors") for one in self.weather.sensors}
        for room_id, room in self.rooms.items():
            for path, address in room.devices():
                if address in places:
                    first = ".".join(map(str, places[address]))
                    raise fault_at(("rooms", room_id, *path), f"{address} stands twice; the first time in {first}")
                places[address] = ("rooms", room_id, *path)
        valves = {valve for room in self.rooms.values() for valve in room.valves}
        for address in self.bluetooth.valves:
            if address not in valves:
                raise fault_at(("bluetooth", "valves", address), f"{address} stands on no radiator of any room")
        for address in self.zigbee2mqtt.devices:
            if address not in places:
                path = ("zigbee2mqtt", "devices", address)
                raise fault_at(path, f"{address} stands in no room and not in weather.sensors")
        for index, address in enumerate(self.homeassistant.devices):
            if address not in places:
                raise fault_at(("homeassistant", "devices", index), f"{address} stands in no room")
        return self

    @model_validator(mode="after")
    def _pipes_run_through_rooms_of_this_house(self) -> Self:
        for room in self.gas.pipes.rooms:
            if room not in self.rooms:
                raise fault_at(("gas", "pipes", "rooms", room), f"there is no room {room}")
        return self

    @model_validator(mode="after")
    def _each_device_of_a_node_stands_in_a_room(self) -> Self:
        sensors = {one for room in self.rooms.values() for one in (*room.thermometers, *room.windows)}
        valves = {valve for room in self.rooms.values() for valve in room.valves}
        carried: dict[str, str] = {}
        for id_, node in self.nodes.items():
            for key, known, what in (("sensors", sensors, "sensor"), ("valves", valves, "valve")):
                for number, address in enumerate(getattr(node, key)):
                    path = ("nodes", id_, key, number)
                    if address not in known:
                        raise fault_at(path, f"{address} is no {what} of any room")
                    if address in carried:
                        raise fault_at(path, f"{address} belongs to node {carried[address]} already")
                    carried[address] = id_
            for number, other in enumerate(node.alternative_for):
                if other not in self.nodes or other == id_:
                    raise fault_at(("nodes", id_, "alternative_for", number), f"there is no other node {other}")
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of the house."""
        return ZoneInfo(self.home.timezone)

    @cached_property
    def nodes_by_device(self) -> Mapping[str, str]:
        """The node that hears or drives each device that no radio of this computer does."""
        return {address: id_ for id_, node in self.nodes.items() for address in (*node.sensors, *node.valves)}

    @cached_property
    def preset_temperatures(self) -> PresetTemperatures:
        """The presets as they travel in messages."""
        return PresetTemperatures(**self.presets.model_dump())

    @cached_property
    def description(self) -> HouseDescription:
        """What a page must know of these settings."""
        rooms = tuple(
            RoomDescription(
                id=id_,
                name=room.name or id_,
                sensors=room.thermometers,
                windows=room.windows,
                valves=tuple(
                    ValveDescription(address=valve, power_w=one.power_w) for valve, one in room.valves.items()
                ),
            )
            for id_, room in self.rooms.items()
        )
        return HouseDescription(
            name=self.home.name,
            timezone=self.home.timezone,
            boost_min=self.safety.boost_min,
            law=self.regulator.law,
            comfort=self.regulator.comfort,
            presets=self.preset_temperatures,
            rooms=rooms,
            currency=self.gas.currency,
        )

    @cached_property
    def presets_by_room(self) -> Mapping[str, PresetTemperatures]:
        """What the presets mean in each room."""
        return {
            id_: self.preset_temperatures.model_copy(update=room.presets.model_dump(exclude_none=True))
            for id_, room in self.rooms.items()
        }

    @cached_property
    def rooms_by_valve(self) -> Mapping[str, str]:
        """The room on whose radiator each valve sits."""
        return {valve: id_ for id_, room in self.rooms.items() for valve in room.valves}


def load(path: Path) -> Settings:
    """Read house.yaml; raises SettingsError with every fault, its line and the nearest known key."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read ({error})") from error
    return parse(text, str(path))


def parse(text: str, file: str = "house.yaml") -> Settings:
    """Settings from YAML text; raises SettingsError as `load` does."""
    document = yaml_lines.parse(text, file)
    if not isinstance(document.values, dict):
        raise SettingsError(f"{file}:1: should hold sections such as rooms: and boiler:")
    try:
        return Settings.model_validate(document.values)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        told = [in_words(fault, document, Settings) for fault in faults if not follows_from_another(fault, faults)]
        raise SettingsError("\n".join(text for _, text in sorted(told, key=itemgetter(0)))) from error
