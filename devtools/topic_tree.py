"""What a broker retains, as a person sees it in MQTT Explorer, and what of it no person could read there.

MQTT Explorer shows a tree of the levels of topics, sorted, each with the beginning of its message, and at the side the
message chosen: JSON indented, anything else as UTF-8 text.

    mosquitto_sub -t 'home/#' --retained-only -W 3 -F '%t %x' | python -m devtools.topic_tree
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping

LEVEL = re.compile(r"[a-z0-9_]{1,24}")
"""What fits into its column and can be typed on any keyboard."""
DEEPEST = 6
LONGEST_WORD = 48
"""Longer without a blank is a key, a blob or a picture rather than a word."""
PREVIEW = 60

Kept = Mapping[str, bytes]


def tree(kept: Kept) -> Iterator[str]:
    """A line for each level, indented, with the beginning of its message."""
    before: list[str] = []
    for topic in sorted(kept):
        levels = topic.split("/")
        same = next((at for at, (one, other) in enumerate(zip(before, levels, strict=False)) if one != other), None)
        start = len(before) if same is None else same
        yield from ("  " * at + levels[at] for at in range(start, len(levels) - 1))
        yield "  " * (len(levels) - 1) + f"{levels[-1]} = {preview(kept[topic])}"
        before = levels


def preview(payload: bytes) -> str:
    text = payload.decode(errors="replace")
    return text if len(text) <= PREVIEW else f"{text[: PREVIEW - 1]}…"


def unreadable(kept: Kept) -> Iterator[str]:
    """What a person could not make sense of, a line each."""
    for topic, payload in kept.items():
        yield from (f"{topic}: {fault}" for fault in (*_of_topic(topic), *_of_payload(payload)))


def _of_topic(topic: str) -> Iterator[str]:
    levels = topic.split("/")
    if len(levels) > DEEPEST:
        yield f"{len(levels)} levels"
    yield from (f"the level {one!r}" for one in levels if not LEVEL.fullmatch(one))


def _of_payload(payload: bytes) -> Iterator[str]:
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        yield "not UTF-8"
        return
    if not text.isprintable():
        yield "characters that are not printed"
    yield from (f"the word {word[:20]}..." for word in _words(_said(text)) if len(word) > LONGEST_WORD)


def _said(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _words(said: object) -> Iterator[str]:
    """Every word of a value, and every name of a field."""
    match said:
        case dict():
            yield from (str(name) for name in said)
            yield from (word for value in said.values() for word in _words(value))
        case list():
            yield from (word for value in said for word in _words(value))
        case str():
            yield from said.split()


def read(lines: Iterable[str]) -> dict[str, bytes]:
    """What mosquitto_sub prints with -F '%t %x'."""
    return {topic: bytes.fromhex(said) for topic, _, said in (line.rstrip("\n").rpartition(" ") for line in lines)}


def main() -> int:
    kept = read(sys.stdin)
    faults = list(unreadable(kept))
    sys.stdout.write("\n".join([*tree(kept), *faults, f"{len(kept)} messages, {len(faults)} unreadable"]) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
