"""The regulator as a filter: one JSON object a line in, each publication as such a line out, then `{"end": n}`.

This is the same `step` as the service's, in lockstep: the test bench, the replay engine and the door for other
languages.
"""

import json
from collections.abc import Iterable, Iterator

from house import messages, topics
from house.settings import Settings
from regulator.snapshot import Snapshot, empty
from regulator.step import handle_bytes


def filter_lines(wiring: Settings, lines: Iterable[str]) -> Iterator[str]:
    """Output lines for input lines; a line that cannot be read is refused on the topic for it and changes nothing."""
    snapshot, root = empty(wiring), topics.Root(wiring.mqtt.root)
    for number, line in enumerate(lines, start=1):
        snapshot, publications = _one(snapshot, root, line)
        for publication in publications:
            payload = publication.payload.decode() or '""'
            topic, retained = json.dumps(root.full(publication.path)), json.dumps(publication.retained)
            yield f'{{"topic":{topic},"payload":{payload},"retained":{retained}}}'
        yield f'{{"end":{number}}}'


def _one(snapshot: Snapshot, root: topics.Root, line: str) -> tuple[Snapshot, tuple[topics.Publication, ...]]:
    try:
        said = json.loads(line)
        topic, payload, retained = said["topic"], said["payload"], bool(said.get("retained", False))
        text = payload if isinstance(payload, str) else json.dumps(payload)
        path = root.relative(topic.encode().decode())  # JSON can escape half a character, which no topic has
        data = text.encode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = f'should be {{"topic": ..., "payload": ..., "retained": false}}: {error}'
        message = messages.Rejected(topic="", payload=line[:200].strip(), reason=reason, service="regulator")
        return snapshot, (topics.publication(topics.REJECTED, message=message),)
    return handle_bytes(snapshot, path, data, retained=retained) if path is not None else (snapshot, ())
