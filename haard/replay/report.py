"""What a replay found, in words and as values for a program."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from haard.replay.changes import differing
from haard.replay.comparison import Difference
from haard.replay.divergence import Divergence, Otherwise, in_words
from haard.replay.span import Played
from house import topics
from house.messages import Replayed
from house.settings import Settings

LISTED = 20


@dataclass
class Report:
    """All that differed in a span, from the record and from other numbers."""

    played: Played
    divergence: Divergence = field(default_factory=Divergence)
    differences: list[Difference] = field(default_factory=list)
    decisions: list[Otherwise] = field(default_factory=list)

    @property
    def messages(self) -> int:
        """How many messages of the span were heard."""
        return self.played.heard

    @property
    def is_identical(self) -> bool:
        return not self.differences

    @property
    def has_change(self) -> bool:
        return len(self.played.player.regulators) > 1

    def message(self, since: datetime, until: datetime, version: str) -> Replayed:
        """What is said of a span to everybody."""
        first = self.differences[0] if self.differences else None
        words = (
            f"{first.at:%Y-%m-%d %H:%M} UTC {first.path}" if first is not None and first.at else first and first.path
        )
        return Replayed(
            since=since,
            until=until,
            identical=sum(self.played.comparison.equal.values()),
            differ=len(self.differences),
            gaps=self.played.comparison.gaps,
            first=words,
            version=version,
        )

    def values(self) -> dict[str, Any]:
        """For a program."""
        comparison, basis = self.played.comparison, self.played.player.basis
        return {
            "messages": self.messages,
            "starts": comparison.begins,
            "gaps": comparison.gaps,
            "version": basis.version if basis else None,
            "law": basis.law if basis else None,
            "equal": dict(comparison.equal),
            "differences": [_value(one) for one in self.differences],
            "decisions": [
                {
                    "at": one.at,
                    "path": one.name.topic.path(*one.name.ids),
                    "recorded": one.recorded,
                    "changed": one.changed,
                }
                for one in self.decisions
            ],
            "words_that_differ": dict(self.divergence.words),
        }


def _value(one: Difference) -> dict[str, Any]:
    sides = {name: None if payload is None else payload.decode(errors="replace") for name, payload in _sides(one)}
    return {"at": one.at, "path": one.path, **sides}


def _sides(one: Difference) -> tuple[tuple[str, bytes | None], tuple[str, bytes | None]]:
    return ("recorded", one.recorded), ("replayed", one.replayed)


def lines(report: Report, version: str, *, every: bool = False) -> Iterator[str]:
    """For a person: what was played, what differs from the record, and what other numbers would have decided."""
    comparison, basis = report.played.comparison, report.played.player.basis
    by = f", by haard {basis.version} under {basis.law}" if basis else ""
    yield f"{report.messages} messages, {comparison.begins} starts of the regulator{by}"
    if not comparison.equal and not report.differences:
        yield "the regulator said nothing in this span"
    if not report.played.agreed:
        yield "note: the record does not hold what was known before this span; the first differences may come of that"
    if comparison.gaps:
        yield f"note: the recorder was away: {comparison.gaps} topics were told it again afterwards"
    if basis and basis.version != version:
        yield f"note: haard is {version} by now; where it differs a rule may have changed"
    yield from _from_record(report)
    if report.has_change:
        yield from _from_change(report, every=every)


def _from_record(report: Report) -> Iterator[str]:
    said = sum(report.played.comparison.equal.values())
    if report.is_identical:
        yield f"identical to the byte: {said} messages of the regulator ({_counted(report.played.comparison.equal)})"
        return
    kinds = Counter(one.kind for one in report.differences)
    yield f"{len(report.differences)} differ from the record: {_counted(kinds)}; {said} are identical"
    yield from explained(report.differences[0], report.played.player.wiring)


def explained(one: Difference, wiring: Settings) -> Iterator[str]:
    """One difference: what was said and what would be, field by field, and what had been heard just before."""
    zone = ZoneInfo(wiring.home.timezone)
    yield f"the first: {clock(one.at, zone)} {one.path}"
    if one.recorded is None:
        yield f"  recorded nothing, would be {_text(one.replayed)}"
    elif one.replayed is None:
        yield f"  recorded {_text(one.recorded)}, would be nothing"
    else:
        yield from (f"  {line}" for line in _fields(one.recorded, one.replayed))
    if one.cause is not None:
        yield f"  heard just before: {one.cause.path} {_text(one.cause.payload)}"


def _fields(recorded: bytes, replayed: bytes) -> Iterator[str]:
    try:
        one, other = json.loads(recorded), json.loads(replayed)
    except ValueError:
        one = other = None
    if not isinstance(one, dict) or not isinstance(other, dict) or one == other:
        yield f"recorded {_text(recorded)}"
        yield f"would be {_text(replayed)}"
        return
    for key in [*one, *(key for key in other if key not in one)]:
        if one.get(key) != other.get(key):
            yield f"{key}: recorded {json.dumps(one.get(key))}, would be {json.dumps(other.get(key))}"


def _text(payload: bytes | None) -> str:
    text = (payload or b"").decode(errors="replace") or "(empty)"
    return text if len(text) <= 300 else f"{text[:300]} ..."


def _from_change(report: Report, *, every: bool) -> Iterator[str]:
    player = report.played.player
    zone, changed = ZoneInfo(player.wiring.home.timezone), player.regulators[1].snapshot.wiring
    yield from (f"with {line}" for line in differing(player.wiring, changed))
    if not report.decisions:
        yield "every valve and the boiler would have been told the same"
    else:
        yield f"{len(report.decisions)} decisions differ: {_counted(report.divergence.decisions)}"
        shown: Sequence[Otherwise] = report.decisions if every else report.decisions[:LISTED]
        for one in shown:
            yield f"  {clock(one.at, zone)} {_place(one.name, player.wiring)}"
            yield f"    was   {in_words(one.recorded)}"
            yield f"    would {in_words(one.changed)}"
        if len(shown) < len(report.decisions):
            yield f"  and {len(report.decisions) - len(shown)} more (--all lists them)"
    if report.divergence.words:
        yield f"said otherwise besides: {_counted(report.divergence.words)}"


def _place(name: topics.Name, wiring: Settings) -> str:
    if name.topic is not topics.VALVE_SET:
        return "boiler"
    room = wiring.rooms_by_valve.get(name.ids[0])
    return f"{(wiring.rooms[room].name or room) if room else '?'}, valve {name.ids[0]}"


def clock(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at is not None else "before the first tick"


def _counted(kinds: Counter[str]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()) or "nothing"
