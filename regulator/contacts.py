"""Contacts of windows and doors are levels: the last word of a contact holds, over restarts and however it is dated.
Only a word that comes late, measured up to some hours before the one known, changes nothing.

A contact that has been silent for a day is told of. If it last said `open` that counts no longer, lest a dead battery
keeps a room cold for ever.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from house import messages
from house.messages import ContactMemory
from regulator.snapshot import AHEAD

SILENT_AFTER = timedelta(hours=24)
LATE = timedelta(hours=3)  # a word that is older still comes from a clock that was set back
TO_THE_HOUR = timedelta(hours=1)  # when a contact was heard of is remembered so seldom


def heard_of(
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


def silent(heard: Mapping[str, ContactMemory], now: datetime) -> frozenset[str]:
    """The contacts that nothing has been heard of for a day."""
    return frozenset(address for address, one in heard.items() if now - one.heard_at >= SILENT_AFTER)


def complaints(contacts: Mapping[str, messages.Window], silent: frozenset[str]) -> Iterator[str]:
    """What a person should see to."""
    for address in sorted(silent & contacts.keys()):
        value, who = contacts[address].value, f"contact {address}" if address else "the window contact"
        effect = ", which counts no longer" if value == "open" else ""
        yield f"{who} has been silent for a day and last said {value}{effect}: look after its battery"
