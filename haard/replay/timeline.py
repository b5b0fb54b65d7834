"""What happened in a room, as a timeline: what people wished, what was decided and why, what its devices did.

A line for each change; what is only said again is none.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from haard.replay.recorded import Recorded
from house import messages, topics
from house.errors import PayloadError
from house.settings import Settings


class Event(NamedTuple):
    """Something that happened: `kind` is wish, decision, valve, window, boiler, refused or alert."""

    at: datetime
    kind: str
    text: str


def is_of_room(path: str, room: str, wiring: Settings) -> bool:
    """Whether a topic tells of a room."""
    name = topics.parse(path)
    if name is None:
        return False
    if name.topic in _OF_HOUSE:
        return True
    if name.topic.pattern.startswith("valve/"):
        return name.ids[0] in wiring.rooms[room].valves
    return name.ids[:1] == (room,) and name.topic.pattern.startswith("room/") and name.topic in _OF_ROOM


_OF_HOUSE = (topics.BOILER_SET, topics.AWAY_WISH, topics.REJECTED, topics.TICK)
_OF_ROOM = (
    *(topics.ROOM_STATUS, topics.ROOM_WINDOW, topics.ROOM_MODE_WISH, topics.ROOM_PRESET_WISH),
    *(topics.ROOM_SETPOINT_WISH, topics.ROOM_BOOST_WISH, topics.ROOM_SCHEDULE_WISH),
)


def timeline(record: Iterable[Recorded], room: str) -> Iterator[Event]:
    """Events in the order of recording, dated by the house's clock."""
    now: datetime | None = None
    last: dict[str, str] = {}
    for recorded in record:
        try:
            heard = topics.read(recorded.path, recorded.payload) if recorded.payload else None
        except PayloadError:
            continue
        if heard is None:
            continue
        if isinstance(heard.message, messages.Tick):
            now = heard.message.at or now
            continue
        for key, kind, gist, text in _told(heard, room):
            if heard.name.topic.retained and last.get(recorded.path + key) == gist:
                continue
            last[recorded.path + key] = gist
            yield Event(now or recorded.received_at, kind, text)


def _told(heard: topics.Heard, room: str) -> Iterator[tuple[str, str, str, str]]:
    """What a message tells, each as its key, its kind, what has to differ for a new line, and the line."""
    if isinstance(heard.message, messages.RoomStatus):
        status = heard.message
        yield "", "decision", _gist(status), f"{status.action}: {status.reason}"
        if status.alert:
            yield "alert", "alert", status.alert, status.alert
    else:
        for kind, text in _told_by_others(heard, room):
            yield "", kind, text, text


def _gist(status: messages.RoomStatus) -> str:
    """A decision without the numbers in its reason that change from minute to minute."""
    return f"{status.setpoint} {status.action} {status.rule} {status.reason.split(';')[0]}"


def _told_by_others(heard: topics.Heard, room: str) -> Iterator[tuple[str, str]]:
    match heard.message:
        case messages.ValveSet() as command:
            yield "valve", f"{heard.name.ids[0]} told {_opening(command.opening)}"
        case messages.ValveStatus() as report:
            low = ", battery low" if report.battery_low else ""
            yield "valve", f"{heard.name.ids[0]} reports {_opening(report.opening)}{low}"
        case messages.BoilerSet() as boiler:
            yield "boiler", "called" if boiler.call else "not called"
        case messages.Window() as window:
            yield "window", window.value
        case messages.Rejected() as refused if f"/{room}/" in refused.topic:
            yield "refused", f"{refused.topic} {refused.payload}: {refused.reason}"
        case wish if heard.name.topic.writer == "person" and not isinstance(wish, messages.Rejected):
            what = heard.name.topic.pattern.split("/")[-2]
            said = wish.model_dump(mode="json", exclude_none=True)
            values = [f"{value}" if key == "value" else f"{key} {value}" for key, value in said.items()]
            yield "wish", f"{what}: {', '.join(values)}"


def _opening(opening: float | None) -> str:
    return "to regulate itself" if opening is None else f"{opening:g} %"
