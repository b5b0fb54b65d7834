"""How a try-out is watched: on a live screen in a terminal, in plain lines anywhere else."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

from rich.console import Console
from rich.live import Live

from haard.tryout.dashboard import Dashboard
from haard.tryout.screen import Surroundings, line, screen
from house.settings import Settings

SCREEN_EVERY_S = 0.5
LINE_EVERY_S = 5.0
NEWS_ON_SCREEN = 4
RATE_OVER_S = 10.0


class View(Protocol):
    """What the try-out tells of itself while it runs."""

    every_s: float
    """How often `show` is of use."""

    def show(self, board: Dashboard, per_minute: float) -> None: ...

    def tell(self, news: str) -> None: ...


class PlainLines:
    """A line now and then, and each news at once."""

    every_s = LINE_EVERY_S

    def __init__(self, out: Console, house: Settings) -> None:
        self._out, self._house = out, house

    def show(self, board: Dashboard, per_minute: float) -> None:
        self._out.print(line(board, self._house, per_minute), soft_wrap=True)

    def tell(self, news: str) -> None:
        self._out.print(news, soft_wrap=True)


class LiveScreen:
    """One screen that is drawn again; the newest news stand below."""

    every_s = SCREEN_EVERY_S

    def __init__(self, live: Live, house: Settings, around: Surroundings) -> None:
        self._live, self._house, self._around = live, house, around
        self._news: deque[str] = deque(maxlen=NEWS_ON_SCREEN)

    def show(self, board: Dashboard, per_minute: float) -> None:
        around = replace(self._around, per_minute=per_minute, news=tuple(self._news))
        self._live.update(screen(board, self._house, around, self._live.console.size), refresh=True)

    def tell(self, news: str) -> None:
        self._news.append(news)


@contextmanager
def view(out: Console, house: Settings, around: Surroundings) -> Iterator[View]:
    """The view that fits what `out` is."""
    if not out.is_terminal:
        yield PlainLines(out, house)
        return
    # No refresh thread: the supervisor forks, and a process with threads should not.
    with Live(console=out, screen=True, auto_refresh=False) as live:
        yield LiveScreen(live, house, around)


class Rate:
    """Messages a minute over the last ten seconds."""

    def __init__(self, now: float, count: int) -> None:
        self._counts = deque([(now, count)])

    def after(self, now: float, count: int) -> float:
        """The rate when `count` messages have been heard in all; `now` in s of any steady clock."""
        self._counts.append((now, count))
        while now - self._counts[0][0] > RATE_OVER_S:
            self._counts.popleft()
        since, before = self._counts[0]
        return 60 * (count - before) / (now - since) if now > since else 0.0
