"""`python -m docs.write_schemas` writes what machines read of the topics: JSON Schema per message, and AsyncAPI 3.

docs/messages.schema.json holds a schema of every message under `$defs`; docs/asyncapi.json says in AsyncAPI 3 on which
topic it travels, who writes it, and whether it is retained. Both follow from house.topics and house.messages.
"""

import inspect
import json
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from docs.write_topics import EXAMPLES
from house import messages, topics
from house.topics import TOPICS, Topic

FOLDER = Path(__file__).parent
SCHEMAS, ASYNCAPI = FOLDER / "messages.schema.json", FOLDER / "asyncapi.json"
DIALECT = "http://json-schema.org/draft-07/schema#"  # what AsyncAPI's own schemas are based on
ROOT = "home"

Schema = dict[str, Any]
WORDS: dict[type[messages.Message], list[str]] = {messages.SetpointWish: ["auto"], messages.BoostWish: ["on", "off"]}
"""Words that stand for a whole payload."""
PARAMETERS = {
    "room": "id of the room in house.yaml",
    "sensor": "id of one of several sensors of the room: its address",
    "address": "MAC in lower case without colons, or the id in house.yaml",
    "service": "name of the service",
    "node": "name of an ESP32 node",
    "client": "what the asker chose to hear its answers by",
    "alert": "what is wrong, and where",
}


def schemas() -> Schema:
    """Every message and its parts."""
    return {
        "$schema": DIALECT,
        "title": "What is said in the house",
        "description": "One schema per message; docs/topics.md says on which topic it travels.",
        "$defs": dict(sorted(_definitions("#/$defs/").items())),
    }


def _definitions(where: str) -> Schema:
    found: Schema = {}
    for example in EXAMPLES:
        kind = type(example)
        whole = kind.model_json_schema(ref_template=where + "{model}")
        found |= whole.pop("$defs", {})
        found[kind.__name__] = _as_sent(kind, whole)
    return found


def _as_sent(kind: type[messages.Message], fields: Schema) -> Schema:
    """What a payload may be: where a bare value or a list is understood, that too."""
    described: Schema = {"title": kind.__name__, "description": " ".join((inspect.getdoc(kind) or "").split())}
    if "points" in kind.model_fields:
        points = {**fields["properties"]["points"], **described}
        if kind is not messages.ScheduleWish:
            return points
        week = {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": {"type": "number"}},
        }
        return described | {"anyOf": [points, week]}  # a week as house.yaml has it is understood too
    if kind is messages.Availability:
        return described | {"enum": ["online", "offline"]}
    if kind.bare is None:
        return fields | described
    words = [{"enum": WORDS[kind]}] if kind in WORDS else []
    fields = fields | {"properties": fields["properties"] | _other_words(kind, fields["properties"])}
    return described | {"anyOf": [fields, fields["properties"][kind.bare], *words]}


def _other_words(kind: type[messages.Message], properties: Schema) -> Schema:
    """What a wish may call its fields beside their names; a length of time may be said as `2h` there."""
    said = {word: properties[field] for word, field in kind.also.items()}
    return said | ({"for": {"type": ["number", "string"], "title": "For"}} if "for" in said else {})


def asyncapi() -> Schema:
    """The whole house as one AsyncAPI document."""
    channels = {name: channel for topic in TOPICS for name, channel in _channels(topic)}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "haard",
            "version": version("haard"),
            "description": "A house that is heated room by room. The root `home` is a setting (`mqtt.root`).",
        },
        "defaultContentType": "application/json",
        "servers": {"broker": {"host": "localhost:1883", "protocol": "mqtt", "protocolVersion": "5"}},
        "channels": channels,
        "operations": {name: operation for topic in TOPICS for name, operation in _operations(topic)},
        "components": {
            "messages": {type(one).__name__: _message(one) for one in EXAMPLES},
            "schemas": dict(sorted(_definitions("#/components/schemas/").items())),
        },
    }


def _message(example: messages.Message) -> Schema:
    name = type(example).__name__
    shown: Any = example.encode().decode()
    return {
        "name": name,
        "title": name,
        "payload": {"$ref": f"#/components/schemas/{name}"},
        "examples": [{"payload": shown if name == "Availability" else json.loads(shown)}],
    }


def _named(topic: Topic[Any]) -> str:
    """The name of a topic in house.topics."""
    return next(name.lower() for name, value in vars(topics).items() if value is topic)


def _spellings(topic: Topic[Any]) -> Iterator[tuple[str, str]]:
    """Name and pattern of each channel of a topic; two where its last part may be left out."""
    shorter, bracket, rest = topic.pattern.partition("[")
    yield _named(topic), shorter
    if bracket:
        yield f"{_named(topic)}_of_one_sensor", shorter + rest.rstrip("]")


def _channels(topic: Topic[Any]) -> Iterator[tuple[str, Schema]]:
    kind = topic.message.__name__
    for name, pattern in _spellings(topic):
        channel: Schema = {
            "address": f"{ROOT}/{pattern}",
            "description": topic.about,
            "messages": {kind: {"$ref": f"#/components/messages/{kind}"}},
        }
        if ids := re.findall(r"\{(\w+)\}", pattern):
            channel["parameters"] = {id_: {"description": PARAMETERS[id_]} for id_ in ids}
        yield name, channel


def _operations(topic: Topic[Any]) -> Iterator[tuple[str, Schema]]:
    """What people say haard and its nodes receive; all else they send."""
    receives = topic.writer in ("person", "owner")
    for name, _ in _spellings(topic):
        yield (
            f"{'receive' if receives else 'send'}_{name}",
            {
                "action": "receive" if receives else "send",
                "channel": {"$ref": f"#/channels/{name}"},
                "title": topic.about,
                "description": f"Written by: {topic.writer}. {'Retained' if topic.retained else 'Not retained'}.",
                "bindings": {"mqtt": {"qos": 1, "retain": topic.retained, "bindingVersion": "0.2.0"}},
            },
        )


def text(document: Schema) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMAS.write_text(text(schemas()), encoding="utf-8")
    ASYNCAPI.write_text(text(asyncapi()), encoding="utf-8")
