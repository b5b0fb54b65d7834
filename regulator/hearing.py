"""One message heard -> the snapshot with it; what is older than what is known changes nothing."""

from datetime import datetime

from house import messages, topics
from house.errors import PayloadError
from regulator.snapshot import AHEAD, Snapshot, dated, instant_of, is_echo, missing_instant, unobserved, with_changes
from regulator.ticks import tick_heard


def apply(snapshot: Snapshot, heard: topics.Heard) -> Snapshot:
    """The snapshot with one more message in it; raises PayloadError for a time that cannot be now."""
    if is_echo(snapshot, heard.name):
        return snapshot
    _check_clock(heard.message)
    if heard.name.topic is topics.TICK:
        return tick_heard(snapshot, heard.message)
    before = _before(snapshot, heard.name)
    if heard.retained:
        return (
            snapshot
            if _is_older(heard.message, before, snapshot.now)
            else with_changes(snapshot, [(heard.name, heard.message)])
        )
    message = dated(heard.message, snapshot.now, before)
    is_older = _is_older(message, before, snapshot.now)
    if snapshot.ticked and snapshot.now is not None and heard.name.topic.writer != "regulator":
        return _arrived(snapshot, heard.name, message, is_older=is_older)
    known = snapshot if is_older else with_changes(snapshot, ((heard.name, message),))
    if snapshot.now is not None:
        observed = unobserved(known, (heard.name,)) if is_older else known.observed
        known = known._replace(arrived={**known.arrived, heard.name: message}, observed=observed)
    if snapshot.ticked or missing_instant(heard.message) is None:
        return known
    return known._replace(undated={**known.undated, heard.name: heard.message})


def _arrived(snapshot: Snapshot, name: topics.Name, message: messages.Message, *, is_older: bool) -> Snapshot:
    """The snapshot with what another one says, once nothing waits for a date: what `with_changes` does, in one go."""
    heard = snapshot.heard
    if not is_older:
        id_, sensor = _ids(name)
        by_id = heard.get(name.topic, {})
        heard = {**heard, name.topic: {**by_id, id_: {**by_id.get(id_, {}), sensor: message}}}
    return snapshot._replace(
        heard=heard, arrived={**snapshot.arrived, name: message}, observed=unobserved(snapshot, (name,))
    )


def _ids(name: topics.Name) -> tuple[str, str]:
    """The room, valve or device, and the sensor."""
    ids = name.ids
    return (ids[0] if ids else ""), (ids[1] if len(ids) > 1 else "")


def _before(snapshot: Snapshot, name: topics.Name) -> messages.Message | None:
    by_id = snapshot.heard.get(name.topic)
    if by_id is None:
        return None
    id_, sensor = _ids(name)
    return by_id.get(id_, {}).get(sensor)


def _is_older(message: messages.Message, before: messages.Message | None, now: datetime | None) -> bool:
    """Whether what is known was measured or reported later, and not in the future."""
    if before is None:
        return False
    if isinstance(message, messages.Window):
        return False  # the last word of a contact holds, however it is dated
    at, known_at = instant_of(message), instant_of(before)
    return at is not None and known_at is not None and at < known_at and (now is None or known_at <= now + AHEAD)


def _check_clock(message: messages.Message) -> None:
    """Refuse a time so near the ends of what messages can say that a schedule or an expiry would lie beyond."""
    at = message.at if isinstance(message, messages.Tick) else None
    now = message.tick_at if isinstance(message, messages.HouseMemory) else at
    if now is not None and not 2001 <= now.year < 2099:
        raise PayloadError(
            f"the time should lie between the years 2001 and 2099, not in {now.year}: is the clock right?"
        )
