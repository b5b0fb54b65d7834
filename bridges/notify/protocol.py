"""What people are told, and when: each problem once, again after a day, its end too, and by night only what is urgent.

Whatever is due at one time goes into one message, and between messages there is a pause, so that a house in which much
goes wrong at once says it in a few lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bridges.notify.problems import Problem
from house.settings import Notify

PAUSE = timedelta(minutes=10)
STEADY = timedelta(minutes=2)
"""A problem, or its end, is told when it has lasted so long: what flickers is not told each time."""


@dataclass(frozen=True, slots=True)
class Text:
    """One message for people."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Teller:
    """What was told, and what waits to be."""

    house: str
    zone: ZoneInfo
    options: Notify
    told: Mapping[str, datetime] = field(default_factory=dict)
    abouts: Mapping[str, str] = field(default_factory=dict)
    since: Mapping[str, datetime] = field(default_factory=dict)
    """When a problem began, or when a told one was first seen to be over."""
    last: datetime | None = None

    def next(self, problems: Mapping[str, Problem], now: datetime) -> tuple["Teller", Text | None]:
        """What is to be told now, if anything."""
        changed = {id_ for id_ in {*problems, *self.told} if (id_ in problems) != (id_ in self.told)}
        lasting = {id_: self.since.get(id_, now) for id_ in changed}
        abouts = {**self.abouts, **{id_: problem.about for id_, problem in problems.items()}}
        teller = replace(self, since=lasting, abouts=abouts)
        new = [id_ for id_ in problems if teller._is_due(id_, problems[id_], now)]
        over = [id_ for id_ in teller.told if id_ not in problems and teller._is_over(id_, now)]
        if not new and not over:
            return teller, None
        text = _text(self.house, [problems[id_] for id_ in new], [abouts.get(id_, id_) for id_ in over])
        told = {id_: at for id_, at in teller.told.items() if id_ not in over} | dict.fromkeys(new, now)
        return replace(teller, told=told, last=now), text

    def _is_due(self, id_: str, problem: Problem, now: datetime) -> bool:
        if not problem.is_urgent and (self._is_quiet(now) or self._is_pause(now)):
            return False
        if id_ in self.told:
            return now - self.told[id_] >= timedelta(hours=self.options.again_h)
        return now - self.since[id_] >= STEADY

    def _is_over(self, id_: str, now: datetime) -> bool:
        waits = self._is_quiet(now) or self._is_pause(now)
        return not waits and now - self.since[id_] >= STEADY

    def _is_pause(self, now: datetime) -> bool:
        return self.last is not None and now - self.last < PAUSE

    def _is_quiet(self, now: datetime) -> bool:
        if self.options.quiet is None:
            return False
        begin, end = (time.fromisoformat(one) for one in self.options.quiet.split("-"))
        local = now.astimezone(self.zone).time()
        return begin <= local < end if begin <= end else local >= begin or local < end


def _text(house: str, new: list[Problem], over: list[str]) -> Text:
    lines = [f"{one.about}. {_capital(one.todo)}".rstrip() for one in new]
    lines += [f"Over: {about}" for about in over]
    first = new[0].about if new else f"over: {over[0]}"
    return Text(f"{house}: {first}" if len(lines) == 1 else f"{house}: {len(lines)} things", "\n".join(lines))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
