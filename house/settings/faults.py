"""What is wrong with a house.yaml, in words: `file:line: key: what, and what would be right`."""

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from house.messages.refusal import should
from house.settings import yaml_lines
from house.span import minutes_of
from house.typed import NUMBER

SECRETS: Mapping[yaml_lines.Path, str] = {
    ("mqtt", "user"): "HAARD_MQTT_USER",
    ("mqtt", "username"): "HAARD_MQTT_USER",
    ("mqtt", "password"): "HAARD_MQTT_PASSWORD",
    ("database", "password"): "HAARD_DATABASE_PASSWORD",
}
"""What people look for in this file and what belongs in the environment."""


def fault_at(path: yaml_lines.Path, text: str) -> PydanticCustomError:
    """A fault that a validator finds at `path` below its own place; the value, which may be secret, is not told."""
    return PydanticCustomError("fault", "{text}", {"text": text, "path": path})


def follows_from_another(fault: Any, faults: Sequence[Any]) -> bool:
    """pydantic counts only items that are right, so a list whose one item is wrong is to it too short as well."""
    place = fault["loc"]
    return fault["type"] == "too_short" and any(
        other is not fault and other["loc"][: len(place)] == place for other in faults
    )


def in_words(fault: Any, document: yaml_lines.Document, settings: type[BaseModel]) -> tuple[int, str]:
    """The line of a fault that pydantic found in settings of a kind, and its text."""
    path: yaml_lines.Path = (*fault["loc"], *fault.get("ctx", {}).get("path", ()))
    path = path[:-1] if path[-1:] == ("[key]",) else path  # pydantic's word for a key that is not right itself
    line = document.line(path)
    return (
        line,
        f"{document.file}:{line}: {'.'.join(map(str, path)) or 'settings'}: {_complaint(fault, path, settings)}",
    )


def _complaint(fault: Any, path: yaml_lines.Path, settings: type[BaseModel]) -> str:
    if fault["type"] == "extra_forbidden":
        return _unknown_key(path, settings)
    if fault["type"] == "missing":
        return "is missing"
    if any(quote in str(part) for part in (path[-1:] or ("",)) for quote in "“”„"):
        return 'curly quotes stand there, as word processors write them; type " or none'
    if fault["type"] == "too_short":
        return f"needs at least {fault['ctx']['min_length']}"
    if (words := _slip(fault, path)) is not None:
        return words
    tells_all = fault["type"] == "fault" or isinstance(fault["input"], dict | list)
    return should(fault) + ("" if tells_all else f", not {fault['input']!r}")


def _slip(fault: Any, path: yaml_lines.Path) -> str | None:
    """What people often write in place of what is right, in words for it."""
    kind, given = fault["type"], fault["input"]
    if given is None and kind in SHAPES:
        return "is empty: take the line out, or say something there"
    if kind in SHAPES:
        return f"should be {SHAPES[kind]}" + ("" if isinstance(given, dict | list) else f", not {given!r}")
    if kind == "less_than_equal" and fault["ctx"]["le"] == WARMEST_C:
        fahrenheit = float(given)
        hint = f"; {given} °F are {(fahrenheit - 32) / 1.8:.1f} °C" if 40 <= fahrenheit <= 95 else ""
        return f"should be at most {WARMEST_C} °C, not {given!r}{hint}"
    if kind in ("float_parsing", "int_parsing") and isinstance(given, str):
        return f"should be {_number_meant(given.strip(), str(path[-1]))}, not {given!r}"
    return None


def _number_meant(text: str, key: str) -> str:
    """The number that a person meant who wrote it with a comma, a unit, or as a time; each key has the unit in its
    name.
    """
    if re.fullmatch(r"-?\d+,\d+", text, re.ASCII):
        whole, digits = text.split(",")
        return f"{whole}.{digits} with a point" + (f", or {whole}{digits}" if len(digits) == 3 else "")
    unit = key.rpartition("_")[2]
    if unit in _OF_A_MINUTE and (minutes := minutes_of(text)):
        return f"a number: {minutes * _OF_A_MINUTE[unit]:g}"
    found = re.fullmatch(rf"({NUMBER})\s*([^\W\d]\D*|[°º%]\D*)", text)
    if found is None:
        return "a number"
    number = float(found[1].replace(",", ".")) * _OF_A_UNIT.get((found[2].lower(), unit), 1)
    return f"a number: {number:.12g}"


_OF_A_UNIT = {("kw", "w"): 1000, ("%", "fraction"): 0.01}
_OF_A_MINUTE = {"s": 60, "min": 1, "minutes": 1, "h": 1 / 60, "days": 1 / 1440}
WARMEST_C = 30
SHAPES = {
    **dict.fromkeys(("tuple_type", "list_type"), "a list: [one, another], or a line with - for each"),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type"), "keys with their values"),
}


def _unknown_key(path: yaml_lines.Path, settings: type[BaseModel]) -> str:
    if secret := SECRETS.get(path):
        return f"does not belong in this file; give it in {secret} or {secret}_FILE"
    known = _known_keys(path[:-1], settings)
    near = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.5)
    return "unknown key; " + (f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}")


def _known_keys(path: yaml_lines.Path, settings: type[BaseModel]) -> list[str]:
    """The keys that the section at `path` knows."""
    section: Any = settings
    for part in path:
        fields = section.model_fields if isinstance(section, type) and issubclass(section, BaseModel) else {}
        section = _model_in(fields[part].annotation) if part in fields else section
    return list(section.model_fields)


def _model_in(annotation: Any) -> Any:
    """The model inside Mapping[...], tuple[...] or Annotated[...]."""
    while not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        inner = [a for a in getattr(annotation, "__args__", ()) if a is not Ellipsis and a is not type(None)]
        if not inner:
            return BaseModel
        annotation = inner[-1]
    return annotation
