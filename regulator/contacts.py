"""Contacts of windows and doors are levels: the last word of a contact holds, over restarts and however it is dated.
Only a word that comes late, measured up to some hours before the one known, changes nothing.

A contact that has been silent for a day is told of. If it last said `open` that counts no longer, lest a dead battery
keeps a room cold for ever.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from house import messages, topics
from house.fields import END_OF_INSTANTS, Openness
from house.messages import ContactMemory, WindowMemory
from house.settings import Safety
from regulator.snapshot import AHEAD, Snapshot, elapsed, instant_of

SILENT_AFTER = timedelta(hours=24)
LATE = timedelta(hours=3)  # a word that is older still comes from a clock that was set back
TO_THE_HOUR = timedelta(hours=1)  # when a contact was heard of is remembered so seldom


class Windows(NamedTuple):
    """The windows of a room with their on and off delays; None without a contact that counts."""

    together: WindowMemory | None
    heard: dict[str, ContactMemory]
    """When each contact was heard of."""
    complaints: tuple[str, ...]
    same_until: datetime
    """Until when all of this stays so if no contact speaks."""


NO_CONTACT = Windows(None, {}, (), END_OF_INSTANTS)


def windows_of(snapshot: Snapshot, room_id: str, memory: messages.RoomMemory) -> Windows:
    """What the contacts of a room say together."""
    assert snapshot.now is not None
    if not snapshot.all(topics.ROOM_WINDOW, room_id):
        return NO_CONTACT
    said = dict(sorted(snapshot.all(topics.ROOM_WINDOW, room_id).items()))
    declared = snapshot.wiring.rooms[room_id].windows
    addresses = {one: one or (declared[0] if len(declared) == 1 else "") for one in said}
    elsewhere = {one: _device_heard_at(snapshot, address) for one, address in addresses.items()}
    live = frozenset(one for one in said if snapshot.live(topics.ROOM_WINDOW, room_id, one) is not None)
    heard, limits = _heard(said, memory.contacts, elsewhere, live, snapshot.now), snapshot.wiring.safety
    silent = _silent(heard, snapshot.now)
    words = _complaints({addresses[one]: it for one, it in said.items()}, frozenset(addresses[one] for one in silent))
    counting = [value for one in said if (value := heard[one].value) and not (one in silent and value == "open")]
    together = _delayed(counting, memory.window, limits, snapshot.now)
    until = _same_until(together, heard, [*map(instant_of, said.values()), *elsewhere.values()], limits, snapshot.now)
    return Windows(together, heard, tuple(words), until)


def _device_heard_at(snapshot: Snapshot, address: str) -> datetime | None:
    status = snapshot.last(topics.SENSOR_STATUS, address) if address else None
    return instant_of(status) if status is not None else None


def _delayed(
    said: list[Openness], remembered: WindowMemory | None, safety: Safety, now: datetime
) -> WindowMemory | None:
    if not said:
        return None
    value: Openness = "open" if "open" in said else "closed"
    before = remembered or WindowMemory(value="closed", since=now - timedelta(days=1))
    since = before.since if before.value == value else now
    lasted = elapsed(since, now)
    if value == "open":
        paused = before.paused or lasted >= timedelta(seconds=safety.window_open_delay_s)
    else:
        paused = before.paused and lasted < timedelta(seconds=safety.window_closed_delay_s)
    is_as_before = (value, since, paused) == (before.value, before.since, before.paused)
    return before if is_as_before else WindowMemory(value=value, since=since, paused=paused)


def _same_until(
    window: WindowMemory | None,
    heard: Mapping[str, ContactMemory],
    instants: list[datetime | None],
    safety: Safety,
    now: datetime,
) -> datetime:
    """Until when time alone changes nothing: a delay ends, or a contact has been silent for a day; `now` where one
    dates what it says later than that.
    """
    known = [at for one in heard.values() for at in (one.heard_at, one.measured_at)]
    dates = [window.since if window is not None else None, *known, *instants]
    if any([at is not None and at > now for at in dates]):
        return now
    ends = [one.heard_at + SILENT_AFTER for one in heard.values()]
    if window is not None and window.paused is not (window.value == "open"):
        delay_s = safety.window_open_delay_s if window.value == "open" else safety.window_closed_delay_s
        ends.append(window.since + timedelta(seconds=delay_s))
    return min([at for at in ends if at > now], default=END_OF_INSTANTS)


def _heard(
    contacts: Mapping[str, messages.Window],
    before: Mapping[str, ContactMemory],
    elsewhere: Mapping[str, datetime | None],
    live: frozenset[str],
    now: datetime,
) -> dict[str, ContactMemory]:
    """When each contact was heard of; `elsewhere` is when its device last told of its battery, say."""
    return {
        address: _heard_of(contact, before.get(address), elsewhere.get(address), now, is_live=address in live)
        for address, contact in contacts.items()
    }


def _heard_of(
    contact: messages.Window, before: ContactMemory | None, elsewhere: datetime | None, now: datetime, *, is_live: bool
) -> ContactMemory:
    if is_live or (before is None and contact.measured_at is None):
        return _renewed(before, contact, now, now)
    known = before.heard_at if before is not None else None
    told = [min(at, now) for at in (contact.measured_at, elsewhere, known) if at is not None and at <= now + AHEAD]
    return _renewed(before, contact, max(told, default=now), now)


def _renewed(before: ContactMemory | None, contact: messages.Window, at: datetime, now: datetime) -> ContactMemory:
    if before is not None and timedelta(0) <= at - before.heard_at < TO_THE_HOUR:
        at = before.heard_at
    said = before if before is not None and _is_late(contact, before, now) else contact
    if before is not None and (at, said.value, said.measured_at) == (before.heard_at, before.value, before.measured_at):
        return before  # as nearly always: to compare is quicker than to build anew
    return ContactMemory(heard_at=at, value=said.value, measured_at=said.measured_at)


def _is_late(contact: messages.Window, before: ContactMemory, now: datetime) -> bool:
    """Whether a newer word is known, and not from the future."""
    at, known_at = contact.measured_at, before.measured_at
    if before.value is None or at is None or known_at is None or known_at > now + AHEAD:
        return False
    return timedelta(0) < known_at - at <= LATE


def _silent(heard: Mapping[str, ContactMemory], now: datetime) -> frozenset[str]:
    """The contacts that nothing has been heard of for a day."""
    return frozenset(address for address, one in heard.items() if now - one.heard_at >= SILENT_AFTER)


def _complaints(contacts: Mapping[str, messages.Window], silent: frozenset[str]) -> Iterator[str]:
    """What a person should see to."""
    for address in sorted(silent & contacts.keys()):
        value, who = contacts[address].value, f"contact {address}" if address else "the window contact"
        effect = ", which counts no longer" if value == "open" else ""
        yield f"{who} has been silent for a day and last said {value}{effect}: look after its battery"
