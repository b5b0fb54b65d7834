import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from docs.write_settings import PAGE, SCHEMA, page, schema
from haard.install.answers import Answers, house_yaml, room
from haard.settings_file import example
from tests.haard.install.houses import BOILERS, REAL

VALIDATOR = Draft7Validator(schema())


def faults(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(plain(text))]


def plain(text: str) -> Any:
    """As an editor reads it: keys that look like numbers are text."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def test_page_and_schema_say_what_the_settings_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "house/settings has changed; `make docs` writes the page"
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema(), "`make docs` writes the schema"


@pytest.mark.parametrize(
    "text",
    [
        example(),
        house_yaml(Answers(rooms=(room("Living room, A4:C1:38:00:00:01, 00:1A:22:00:00:01=2100"),))),
        *(REAL.format(boiler=name.partition("-")[0], options=options) for name, options in BOILERS.items()),
    ],
)
def test_settings_that_can_be_used_fit_the_schema(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("presets:", "preset:"),
        ("name: Living room", "nmae: x"),
        ("power_w: 2100", "power_w: much"),
        ('"06:30": 20,', '"soon": 20,'),
    ],
)
def test_an_editor_marks_what_could_not_be_used(old: str, new: str) -> None:
    assert faults(example().replace(old, new, 1))
