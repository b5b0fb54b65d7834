"""Add rooms and devices to a house.yaml that a person has written, and leave every other character as it is. Pure."""

from collections.abc import Iterable

import yaml

from haard.install.answers import RoomAnswer, quoted_device, room_yaml
from house.errors import SettingsError


def with_additions(text: str, rooms: Iterable[RoomAnswer]) -> str:
    """The text with rooms that are new, and with devices that are new in rooms that there are.

    Raises SettingsError where its `rooms` are not written in lines of their own.
    """
    for answer in rooms:
        text = _with(text, answer)
    return text


def _with(text: str, answer: RoomAnswer) -> str:
    rooms = _block(_child(_compose(text), "rooms"), "rooms")
    room = _child(rooms, answer.id)
    if room is None:
        return _with_room(text, rooms, answer)
    for address, power in answer.valves:
        if address.lower() not in text.lower():
            item = f"{{valve: {quoted_device(address)}, power_w: {power:g}}}"
            text = _with_item(text, answer.id, "radiators", item)
    for address in answer.thermometers:
        if address.lower() not in text.lower():
            text = _with_item(text, answer.id, "sensors", quoted_device(address))
    return text


def _compose(text: str) -> yaml.MappingNode:
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    return _block(node, "the file")


def _block(node: yaml.Node | None, what: str) -> yaml.MappingNode:
    if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
        raise SettingsError(
            f"{what} should be written in lines of its own, so that something can be added; add it by hand"
        )
    return node


def _child(mapping: yaml.MappingNode, key: str) -> yaml.Node | None:
    return next((value for name, value in mapping.value if name.value == key), None)


def _with_room(text: str, rooms: yaml.MappingNode, answer: RoomAnswer) -> str:
    last = rooms.value[-1][1]
    indent = " " * rooms.value[0][0].start_mark.column
    return _insert_lines(text, _last_line(last) + 1, room_yaml(answer, indent))


def _with_item(text: str, room_id: str, key: str, item: str) -> str:
    rooms = _block(_child(_compose(text), "rooms"), "rooms")
    room = _block(_child(rooms, room_id), f"rooms.{room_id}")
    items = _child(room, key)
    if items is None:
        first = room.value[0][0].start_mark
        return _insert_lines(text, first.line, f"{' ' * first.column}{key}: [{item}]\n")
    if not isinstance(items, yaml.SequenceNode):
        raise SettingsError(f"rooms.{room_id}.{key} should be a list; add {item} by hand")
    if items.flow_style:
        at = items.end_mark.index - 1
        return f"{text[:at]}{', ' if items.value else ''}{item}{text[at:]}"
    return _insert_lines(text, _last_line(items) + 1, f"{' ' * items.start_mark.column}- {item}\n")


def _last_line(node: yaml.Node) -> int:
    """The line of a node's last scalar or closing bracket; a block as such ends only where the next begins."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.line)


def _insert_lines(text: str, line: int, added: str) -> str:
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    return "".join((*lines[:line], added, *lines[line:]))


def with_section(text: str, name: str) -> str:
    """The text with an empty section of this name, if it has none."""
    if _child(_compose(text), name) is not None:
        return text
    return f"{text.rstrip()}\n\n{name}: {{}}\n"
