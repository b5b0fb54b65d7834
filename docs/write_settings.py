"""`python -m docs.write_settings` writes the settings reference and the JSON Schema of house.yaml from the settings.

docs/settings.md is for people, docs/house.schema.json for editors: with a line `# yaml-language-server: $schema=...` at
its head a house.yaml is checked and completed while it is written.
"""

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import pairwise
from pathlib import Path
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from house.settings import Settings

FOLDER = Path(__file__).parent
PAGE, SCHEMA = FOLDER / "settings.md", FOLDER / "house.schema.json"
DIALECT = "http://json-schema.org/draft-07/schema#"

HEAD = """\
# Settings: house.yaml

<!-- Written by `make docs` from house/settings/: change it there. -->

All settings of a house, by section. Only `rooms` is needed; everything else has a value that works. `haard check FILE`
tells each fault with its line and the nearest key that there is; `haard init` brings broker and services up to date
after a change. Secrets never stand in this file.

An editor that knows YAML schemas (VS Code with its YAML extension, for one) completes and checks while you write, if
this is the first line:

```yaml
# yaml-language-server: $schema=/usr/share/haard/house.schema.json
```
"""
TIME = r"^\d?\d:\d\d$"
WEEK: Mapping[str, Any] = {
    "type": "object",
    "description": 'Days (mon, mon-fri, sat,sun, daily), each with times and setpoints: mon-fri: {"06:30": 20}.',
    "additionalProperties": {
        "type": "object",
        "additionalProperties": False,
        "patternProperties": {TIME: {"type": "number"}},
    },
}


# --- for editors ----------------------------------------------------------------------------------------------------


def schema() -> dict[str, Any]:
    """house.yaml as it is written: weeks by days, sensors by their address alone too, every address in any spelling."""
    found = Settings.model_json_schema()
    rooms = found["$defs"]["Room"]["properties"]
    rooms["schedule"] = dict(WEEK)
    rooms["sensors"]["items"] = {"anyOf": [{"type": "string"}, rooms["sensors"]["items"]]}
    for definition in (found, *found["$defs"].values()):
        definition["description"] = " ".join(definition.get("description", "").split())
    for cls in _sections(Settings):
        properties = (found if cls is Settings else found["$defs"][cls.__name__])["properties"]
        for name, text in _field_texts(cls).items():
            properties[name]["description"] = text
    return {"$schema": DIALECT, "title": "house.yaml of haard", **found}


# --- for people -----------------------------------------------------------------------------------------------------


def page() -> str:
    sections = [part for name, field in Settings.model_fields.items() for part in _section(name, field)]
    return "\n".join([HEAD, *sections]) + "\n"


def _section(path: str, field: FieldInfo, depth: int = 2) -> Iterator[str]:
    """A section with its table, then the sections inside it."""
    cls = _model(field.annotation)
    if cls is None:
        return
    yield f"{'#' * min(depth, 4)} {path}\n"
    yield f"{' '.join((inspect.getdoc(cls) or '').split())}\n"
    yield "| key | what it may be | by default | |"
    yield "| --- | --- | --- | --- |"
    texts = _field_texts(cls)
    for name, inner in cls.model_fields.items():
        yield f"| `{name}` | {_kind(inner)} | {_default(inner)} | {texts.get(name, '')} |"
    yield ""
    for name, inner in cls.model_fields.items():
        yield from _section(f"{path}{_below(field.annotation)}.{name}", inner, depth + 1)


def _below(annotation: Any) -> str:
    """What stands between a mapping's or list's key and its items' keys."""
    text = str(annotation)
    return ".NAME" if "Mapping[" in text else "[]" if "tuple[" in text else ""


def _kind(field: FieldInfo) -> str:
    if _model(field.annotation) is not None:
        return "see below"
    words = _words(field.annotation)
    bounds = [text for part in field.metadata for text in _bounds(part)]
    return f"{words}{', ' if bounds else ''}{' and '.join(bounds)}"


def _bounds(part: Any) -> Iterator[str]:
    for name, sign in (("ge", "≥"), ("gt", ">"), ("le", "≤"), ("lt", "<")):
        if (limit := getattr(part, name, None)) is not None:
            yield f"{sign} {limit:g}"
    for inner in getattr(part, "metadata", ()):
        yield from _bounds(inner)


def _words(annotation: Any) -> str:
    text = str(annotation)
    if "Literal[" in text:
        choices = [one for one in _literals(annotation) if one is not None]
        return ", ".join(f"`{one}`" for one in choices)
    if "SwitchPoint" in text:
        return "days, each with times and setpoints"
    for kind, word in (("Mapping", "pairs"), ("tuple", "a list"), ("bool", "`true` or `false`"), ("Path", "a file")):
        if kind in text:
            return word
    return "a number" if "int" in text or "float" in text else "text"


def _literals(annotation: Any) -> Iterator[Any]:
    for one in get_args(annotation):
        if isinstance(one, str | int):
            yield one
        elif one is not NoneType:
            yield from _literals(one)


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is PydanticUndefined:
        return "must be given" if field.is_required() else ""
    if value is None or isinstance(value, BaseModel) or value in ((), {}):
        return ""
    return f"`{json.dumps(value.value if isinstance(value, Enum) else value, default=str, ensure_ascii=False)}`"


def _model(annotation: Any) -> type[BaseModel] | None:
    """The section that a field holds, alone or in a list or mapping; a switch point is written in its own way."""
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return None if annotation.__name__ == "SwitchPoint" else annotation
    return next((found for one in get_args(annotation) if (found := _model(one)) is not None), None)


def _sections(cls: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield cls
    for field in cls.model_fields.values():
        if (inner := _model(field.annotation)) is not None:
            yield from _sections(inner)


def _field_texts(cls: type[BaseModel]) -> dict[str, str]:
    """The text below each field in its class, if there is one."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            found |= _texts(base)
    return found


def _texts(cls: type[BaseModel]) -> dict[str, str]:
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(definition, ast.ClassDef)
    return {
        ast.unparse(field.target): " ".join(str(text.value.value).split())
        for field, text in pairwise(definition.body)
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
    }


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    SCHEMA.write_text(json.dumps(schema(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
