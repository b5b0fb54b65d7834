"""A real house's settings as those of a simulated one: no device of the real house is ever touched."""

from house.settings import Settings

SECTIONS = ("boiler", "meter", "weather")
SIMULATED = "simulated"
LEFT_OUT = ("bluetooth", "homeassistant", "nodes", "notify", "zigbee2mqtt")


def simulated(house: Settings) -> tuple[Settings, list[str]]:
    """The house with every driver replaced, and which were, such as `boiler nefit`."""
    replaced = [
        f"{section} {driver}" for section in SECTIONS if (driver := getattr(house, section).driver) != SIMULATED
    ]
    if not replaced:
        return house, []
    sections = {one: getattr(house, one).model_copy(update={"driver": SIMULATED}) for one in SECTIONS}
    sections["weather"] = sections["weather"].model_copy(update={"sensors": ()})
    bare = Settings(rooms=house.rooms)
    return house.model_copy(update=sections | {one: getattr(bare, one) for one in LEFT_OUT}), replaced


def told(replaced: list[str]) -> str:
    """What a person is told of it."""
    return f"simulated in place of the real: {', '.join(replaced)}; no device of the house is touched"
