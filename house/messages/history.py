"""What a page asks of the recorded past, and the answer: made smaller on the way, so that a phone can draw it."""

from datetime import date
from typing import Literal

from house.fields import Celsius, Count, Instant, Percent
from house.messages.analysis import Day
from house.messages.base import Message


class HistoryQuery(Message):
    """Ask for a `room` between two instants (`begin`, `end`; at most 31 days) in at most `steps` steps, or for `days`
    from `first` to `last` (at most 400). The answer comes on `history/reply/{reply}`, and carries `id`.
    """

    id: str
    reply: str
    what: Literal["room", "days"]
    room: str | None = None
    begin: Instant | None = None
    end: Instant | None = None
    steps: Count = 300
    first: date | None = None
    last: date | None = None


class HistoryReply(Message):
    """The past of a room in steps of `step_s` from `begin` on: means of each step, valves by the power that they open;
    null where nothing was heard. Or days, of which `unfinished` is not over yet. With `more` the rest did not fit: ask
    again behind what came. With `error` there is no answer.
    """

    sparse = True
    id: str
    begin: Instant | None = None
    step_s: Count = 0
    temperature: tuple[Celsius | None, ...] = ()
    setpoint: tuple[Celsius | None, ...] = ()
    valve: tuple[Percent | None, ...] = ()
    outside: tuple[Celsius | None, ...] = ()
    days: tuple[Day, ...] = ()
    unfinished: date | None = None
    more: bool = False
    error: str | None = None
