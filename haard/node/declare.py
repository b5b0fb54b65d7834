"""Write a node into house.yaml, and leave every other character as it is. Pure."""

from collections.abc import Sequence

from house.errors import SettingsError
from house.nearest import did_you_mean
from house.settings import Settings, parse
from house.settings.section import spelled


def with_node(
    text: str, node: str, sensors: Sequence[str], valves: Sequence[str], alternative_for: Sequence[str]
) -> str:
    """The text with a new node in its section `nodes`; raises SettingsError where it would not be right."""
    settings = parse(text)
    if node in settings.nodes:
        raise SettingsError(f"there is a node {node} already; change its lines in house.yaml")
    line = f"  {node}: {_flow(sensors=sensors, valves=valves, alternative_for=alternative_for)}\n"
    lines = text.splitlines(keepends=True)
    places = [number for number, one in enumerate(lines) if one.rstrip() == "nodes:"]
    if places:
        changed = "".join((*lines[: places[0] + 1], line, *lines[places[0] + 1 :]))
    elif settings.nodes:
        raise SettingsError("nodes: should be written in lines of its own, so that something can be added")
    else:
        changed = f"{text.rstrip()}\nnodes:\n{line}"
    parse(changed)
    return changed


def _flow(**lists: Sequence[str]) -> str:
    parts = [f"{name}: [{', '.join(map(_quoted, items))}]" for name, items in lists.items() if items]
    return "{" + ", ".join(parts) + "}"


def _quoted(item: str) -> str:
    return f'"{spelled(item)}"' if len(item) == 12 and all(one in "0123456789abcdef" for one in item) else item


def node_called(word: str, settings: Settings) -> str:
    """The id of a node; raises SettingsError that names the nearest."""
    if word in settings.nodes:
        return word
    if not settings.nodes:
        raise SettingsError(f"there is no node {word}\nhint: `haard node add {word}` writes it into house.yaml")
    raise SettingsError(f"there is no node {word}; {did_you_mean(word, {one: one for one in settings.nodes})}")
