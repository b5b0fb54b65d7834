"""A YAML file as plain values, with the line on which every key stands.

Every scalar stays the text that was written: YAML's own guesses would turn 16:30 into 990 and `off` into False; the
types are the settings' affair.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from house.errors import SettingsError

Path = tuple[str | int, ...]
HARD_BLANK = "\u00a0"
HARD_BLANK_IN_WORDS = "a blank that does not break stands there, as web pages have it; type an ordinary one"
NULLS = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Document:
    """What the file says, and on which line each path begins."""

    file: str
    values: Any
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of the path, or of the nearest part above it that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse(text: str, file: str) -> Document:
    """Read YAML; raises SettingsError for broken syntax and for a key that stands twice."""
    lines: dict[Path, int] = {}
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        return Document(file, {} if node is None else _plain(node, (), lines, file), lines)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise SettingsError(f"{file}:{line}: not YAML: {_in_words(error, text)}") from error
    except RecursionError as error:
        raise SettingsError(f"{file}:1: nested too deeply, or into itself, to be settings") from error


def _in_words(error: yaml.YAMLError, text: str) -> str:
    """What a person wrote there, where that is a slip of many."""
    problem = str(getattr(error, "problem", None) or error)
    if HARD_BLANK in text:
        return f"{HARD_BLANK_IN_WORDS} ({problem})"
    slips = {
        "character '\\t'": "a tab stands there; indent with spaces",
        "mapping values are not allowed": "a colon stands in the middle of a value; put the value in quotes",
        "expected <block end>": "this line does not stand below the one before; siblings begin in one column",
        "expected ',' or '}'": "a comma or a colon is missing between { and }",
        "expected ',' or ']'": "a comma is missing between [ and ]",
    }
    return next((f"{words} ({problem})" for slip, words in slips.items() if slip in problem), problem)


def _plain(node: yaml.Node, path: Path, lines: dict[Path, int], file: str) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, file)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, index), lines, file) for index, item in enumerate(node.value)]
    is_null = isinstance(node, yaml.ScalarNode) and node.style is None and node.value in NULLS
    return None if is_null else node.value


def _is_rest_of_a_number(key: yaml.ScalarNode, value: yaml.Node, mapping: yaml.MappingNode) -> bool:
    """Whether a key is what a decimal comma left over between { }: digits, perhaps with a unit, and nothing said of
    it.
    """
    says_nothing = isinstance(value, yaml.ScalarNode) and value.value == "" and value.style is None
    is_digits = re.fullmatch(r"\d+\s*([°º℃]?\s*\w{0,2})", str(key.value), re.ASCII)
    return bool(mapping.flow_style) and says_nothing and key.style is None and bool(is_digits)


def _mapping(node: yaml.MappingNode, path: Path, lines: dict[Path, int], file: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise SettingsError(f"{file}:{line}: a key should be a single word")
        key = str(key_node.value)
        if HARD_BLANK in key:
            raise SettingsError(f"{file}:{line}: {HARD_BLANK_IN_WORDS}")
        if key in values:
            raise SettingsError(f"{file}:{line}: {key} stands twice; the first is on line {lines[(*path, key)]}")
        lines[(*path, key)] = line
        if _is_rest_of_a_number(key_node, value_node, node):
            raise SettingsError(
                f"{file}:{line}: between {{ }} a comma parts two keys: a number is written 20.5, not 20,5"
            )
        values[key] = _plain(value_node, (*path, key), lines, file)
    return values
