"""Which of the meter's readings are said on the broker: pure, `step(said, reading, now) -> (said, outcome)`.

A meter repeats itself every second. A gas reading is said when it is a new one; electricity at most every `interval`.

Clocks of meters are wrong for months (dsmr-reader issues 269, 686, 811, 1225). What a telegram says of now is dated by
arrival as soon as its clock is off; its gas is moved by as much. Gas that has no believable time even so is dated by
arrival once it rises as gas does, and refused until then. Of several channels the one that advances is alive. A total
that falls or leaps (a damaged telegram of a meter without checksums, a counter that begins again) is refused until
readings have risen from there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bridges.dsmr.protocol import GasReading, MeterReading
from house import messages, topics

CLOCK_SLACK = timedelta(minutes=5)
"""A meter's clock may be off by so much; hourly gas is dated by it to the minute anyhow."""
FIRST_BELIEVABLE = datetime(2015, 1, 1, tzinfo=UTC)
GAS_AHEAD, GAS_BEHIND = timedelta(hours=1), timedelta(days=31)
FASTEST_M3_PER_H = 25.0
"""The largest gas meter of a house (G16) lets no more through."""
RISES = 3
"""A total that fell or leapt is believed once so many readings have risen from there as gas does."""
COMPLAIN_EVERY = timedelta(hours=1)
MOST_TOLD = 20  # damaged lines of an old meter have many units


@dataclass(frozen=True, slots=True)
class Said:
    """What was said last, each channel as last seen and when, and what was complained of when."""

    gas: GasReading | None = None
    seen: Mapping[str, tuple[GasReading, datetime]] = field(default_factory=dict)
    electricity_at: datetime | None = None
    complaints: Mapping[str, datetime] = field(default_factory=dict)
    told: frozenset[str] = frozenset()
    """What was complained of for good."""
    gas_at: datetime | None = None
    """When the last gas reading was said."""
    doubt: tuple[GasReading, datetime, int] | None = None
    """A total that fell or leapt, when it was heard, and how many have risen from there as gas does."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a telegram adds: things to say, gas readings that are refused and why, and warnings for the log."""

    publications: tuple[topics.Publication, ...] = ()
    refused: tuple[tuple[GasReading, str], ...] = ()
    warnings: tuple[str, ...] = ()


def step(said: Said, reading: MeterReading, now: datetime, interval: timedelta) -> tuple[Said, Outcome]:
    """What a telegram, read at `now` (UTC), adds to what was said before."""
    said, warnings = _complain(said, _about_clock(reading, now), now)
    said, unread = _complain_once(said, reading.unread)
    said, gas, refused = _gas(said, reading, now)
    is_time = said.electricity_at is None or not timedelta(0) <= now - said.electricity_at < interval
    electricity = tuple(_electricity(reading, now)) if is_time else ()
    said = replace(said, electricity_at=now) if electricity else said
    return said, Outcome((*gas, *electricity), refused, (*warnings, *unread))


# --- clocks -----------------------------------------------------------------------------------------------------------


def _is_off(reading: MeterReading, now: datetime) -> bool:
    return reading.measured_at is not None and abs(reading.measured_at - now) > CLOCK_SLACK


def _about_clock(reading: MeterReading, now: datetime) -> str | None:
    if reading.measured_at is None or not _is_off(reading, now):
        return None
    off = "ahead of" if reading.measured_at > now else "behind"
    return (
        f"the meter's clock is {_duration(abs(reading.measured_at - now))} {off} this computer's: its readings are "
        "dated by arrival; ask the grid operator if the meter is the one that is wrong"
    )


def _duration(span: timedelta) -> str:
    return f"{span.days} days" if span.days >= 2 else f"{span / timedelta(minutes=1):.0f} min"


def _complain(said: Said, text: str | None, now: datetime) -> tuple[Said, tuple[str, ...]]:
    """A complaint of one kind is told once an hour."""
    kind = text.split(" ")[1] if text else ""
    last = said.complaints.get(kind)
    if text is None or (last is not None and timedelta(0) <= now - last < COMPLAIN_EVERY):
        return said, ()
    return replace(said, complaints={**said.complaints, kind: now}), (text,)


def _complain_once(said: Said, texts: tuple[str, ...]) -> tuple[Said, tuple[str, ...]]:
    """A meter that says it in every telegram is told of once."""
    new = tuple(text for text in texts if text not in said.told)[: MOST_TOLD - len(said.told)]
    return (replace(said, told=said.told | {*new}), new) if new else (said, ())


# --- gas --------------------------------------------------------------------------------------------------------------


def _gas(
    said: Said, reading: MeterReading, now: datetime
) -> tuple[Said, tuple[topics.Publication, ...], tuple[tuple[GasReading, str], ...]]:
    gas = _live_channel(said, reading)
    seen = {one.meter: said.seen.get(one.meter, (one, now)) for one in reading.channels}
    seen |= {one.meter: (one, now) for one in reading.channels if one != seen[one.meter][0]}
    after = replace(said, seen={**said.seen, **seen})
    if gas is None or not _is_news(said, gas):
        return after, (), ()
    at = _dated(said, gas, reading, now)
    reason = _why_not(said, gas, at, now)
    doubt = _doubt(said, gas, now) if reason is not None and at is not None else None
    if reason is not None and (doubt is None or doubt[2] < RISES):
        return replace(after, doubt=doubt or said.doubt), (), ((gas, reason),)
    message = messages.GasReading(value=gas.volume_m3, measured_at=at, equipment=gas.equipment or None)
    return replace(after, gas=gas, gas_at=now, doubt=None), (topics.publication(topics.METER_GAS, message=message),), ()


def _live_channel(said: Said, reading: MeterReading) -> GasReading | None:
    """The channel that has just advanced, else the one that was followed, else the newest by its own time."""
    if len(reading.channels) < 2:
        return reading.gas
    moved = [one for one in reading.channels if one.meter in said.seen and _has_advanced(said, one)]
    followed = [one for one in reading.channels if said.gas and one.meter == said.gas.meter]
    alive = moved or followed
    return max(alive, key=lambda one: one.volume_ml) if alive else reading.gas


def _has_advanced(said: Said, gas: GasReading) -> bool:
    before, _ = said.seen[gas.meter]
    return gas.volume_ml > before.volume_ml or gas.measured_at > before.measured_at


def _is_news(said: Said, gas: GasReading) -> bool:
    """Whether it was neither said nor looked at before."""
    last, _ = said.seen.get(gas.meter, (None, None))
    return gas not in (last, said.gas)


def _dated(said: Said, gas: GasReading, reading: MeterReading, now: datetime) -> datetime | None:
    """When the gas was measured, by our clock; None where nobody knows."""
    clock, at = reading.measured_at, gas.measured_at
    if clock is not None and _is_off(reading, now) and timedelta(0) <= clock - at <= GAS_BEHIND:
        return at + (now - clock)
    if at >= FIRST_BELIEVABLE and now - GAS_BEHIND <= at <= now + GAS_AHEAD:
        return min(at, now)
    return now if _rises_plausibly(said, gas, now) else None


def _rises_plausibly(said: Said, gas: GasReading, now: datetime) -> bool:
    before, seen_at = said.seen.get(gas.meter, (None, now))
    return before is not None and gas.volume_ml > before.volume_ml and _is_slow_enough(before, gas, seen_at, now)


def _is_slow_enough(before: GasReading, gas: GasReading, since: datetime, now: datetime) -> bool:
    are_dated = min(gas.measured_at, before.measured_at) >= FIRST_BELIEVABLE
    apart = abs(gas.measured_at - before.measured_at) if are_dated else timedelta(0)
    longest = max(now - since, apart, timedelta(hours=1))
    return 0 <= gas.volume_ml - before.volume_ml <= FASTEST_M3_PER_H * 1_000_000 * (longest / timedelta(hours=1))


def _doubt(said: Said, gas: GasReading, now: datetime) -> tuple[GasReading, datetime, int]:
    """The total in doubt, with one more that has risen from there or as a new one."""
    if said.doubt is None or said.doubt[0].meter != gas.meter:
        return gas, now, 0
    before, since, rises = said.doubt
    if gas.volume_ml == before.volume_ml:
        return said.doubt
    return gas, now, rises + 1 if _is_slow_enough(before, gas, since, now) else 0


def _why_not(said: Said, gas: GasReading, at: datetime | None, now: datetime) -> str | None:
    before = said.gas if said.gas is not None and said.gas.meter == gas.meter else None
    if before is not None and gas.volume_ml < before.volume_ml:
        return f"the meter ran backwards: {gas.volume_m3:g} m³ after {before.volume_m3:g}"
    if before is not None and said.gas_at is not None and not _is_slow_enough(before, gas, said.gas_at, now):
        return f"no meter is so fast: {gas.volume_m3:g} m³ after {before.volume_m3:g}"
    if at is None:
        return f"its time {gas.measured_at:%Y-%m-%d %H:%M} UTC cannot be right; it is dated by arrival once it rises"
    return None


# --- electricity ------------------------------------------------------------------------------------------------------


def _electricity(reading: MeterReading, now: datetime) -> Iterator[topics.Publication]:
    if reading.delivered_wh is None:
        return
    delivered_w, returned_w = reading.power_delivered_w, reading.power_returned_w
    message = messages.ElectricityReading(
        value=reading.delivered_wh / 1000,
        returned=reading.returned_wh / 1000 if reading.returned_wh is not None else None,
        power_w=(delivered_w or 0) - (returned_w or 0) if (delivered_w, returned_w) != (None, None) else None,
        tariff=reading.tariff,
        measured_at=now if reading.measured_at is None or _is_off(reading, now) else reading.measured_at,
    )
    yield topics.publication(topics.METER_ELECTRICITY, message=message)
