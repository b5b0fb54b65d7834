"""What machines read of the topics: up to date, and fitting what is said and understood."""

import json
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft7Validator

from docs import write_schemas
from docs.commands import COMMANDS, Command
from house import messages, topics
from tests.strategies import any_message

SCHEMAS = write_schemas.schemas()


def validator(kind: str) -> Draft7Validator:
    return Draft7Validator({"$ref": f"#/$defs/{kind}", "$defs": SCHEMAS["$defs"]})


def parsed(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode()


def test_the_files_say_what_the_code_says() -> None:
    for file, document in (
        (write_schemas.SCHEMAS, SCHEMAS),
        (write_schemas.ASYNCAPI, write_schemas.asyncapi()),
    ):
        assert file.read_text(encoding="utf-8") == write_schemas.text(document), "`make docs` writes it"


def test_the_schemas_are_schemas() -> None:
    Draft7Validator.check_schema(SCHEMAS)


@given(any_message)
def test_whatever_is_said_fits_its_schema(said: messages.Message) -> None:
    validator(type(said).__name__).validate(parsed(said.encode()))


@pytest.mark.parametrize(
    ("kind", "payload"),
    [("SetpointWish", '{"value": 50}'), ("ModeWish", "tropical"), ("Temperature", "{}"), ("Availability", "maybe")],
)
def test_what_is_refused_fits_no_schema(kind: str, payload: str) -> None:
    assert not validator(kind).is_valid(parsed(payload.encode()))


@pytest.mark.parametrize("command", COMMANDS, ids=[one.wish for one in COMMANDS])
def test_a_command_of_the_page_is_understood(command: Command) -> None:
    heard = topics.read(command.path, command.payload.encode())
    assert heard is not None
    assert heard.name.topic.retained == command.retain
    validator(type(heard.message).__name__).validate(parsed(command.payload.encode()))


def test_the_page_has_a_command_for_everything_that_people_may_say() -> None:
    said = {name.topic for one in COMMANDS if (name := topics.parse(one.path))}
    assert said >= {topic for topic in topics.TOPICS if topic.writer == "person"}


def test_every_topic_is_a_channel_with_an_operation() -> None:
    document = write_schemas.asyncapi()
    patterns = {channel["address"] for channel in document["channels"].values()}
    for topic in topics.TOPICS:
        assert f"home/{topic.pattern.partition('[')[0]}" in patterns
    used = {one["channel"]["$ref"].removeprefix("#/channels/") for one in document["operations"].values()}
    assert used == document["channels"].keys()
