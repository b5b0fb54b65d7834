"""What a page asks of the recorded past, and the answer: made smaller on the way, so that a phone can draw it."""

from datetime import date
from typing import Literal

from house.fields import Celsius, Count, Instant, Percent, Setpoint
from house.messages.analysis import Day
from house.messages.base import Message, Value


class HistoryQuery(Message):
    """Ask for a `room` between two instants (`begin`, `end`; at most 31 days) in at most `steps` steps, or for `days`
    from `first` to `last` (at most 400), or for a room's `decisions` between two instants. The answer comes on
    `history/reply/{reply}`, and carries `id`.
    """

    id: str
    reply: str
    what: Literal["room", "days", "decisions"]
    room: str | None = None
    begin: Instant | None = None
    end: Instant | None = None
    steps: Count = 300
    first: date | None = None
    last: date | None = None


class Decision(Value):
    """What was decided of a room at an instant of the house, as its status said it; it held until the next."""

    at: Instant
    setpoint: Setpoint | None = None
    action: Literal["heating", "idle", "off"] = "idle"
    rule: str = ""
    reason: str = ""


class HistoryReply(Message):
    """The past of a room in steps of `step_s` from `begin` on: means of each step, valves by the power that they open;
    null where nothing was heard. Or days, of which `unfinished` is not over yet. Or decisions, the latest ones. With
    `more` the rest did not fit: ask again for days behind those that came, for decisions before. With `error` there is
    no answer.
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
    decisions: tuple[Decision, ...] = ()
    unfinished: date | None = None
    more: bool = False
    error: str | None = None
