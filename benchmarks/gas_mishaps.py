"""What may go wrong with what is told of a house: a relay for a boiler, lost reports, a late or replaced meter, wrong
plates. Each is played on one and the same record.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import cast

from house.messages import BoilerStatus, GasReading, ValveStatus
from house.settings import Settings
from recorder.history import Record

METER_MIN = 5  # readings that come later in the hour are left out where the meter reads hourly
LOST_PART = 0.1
LATE = timedelta(hours=2)


def as_told(records: Sequence[Record]) -> list[Record]:
    return list(records)


def behind_a_relay(records: Sequence[Record]) -> list[Record]:
    """A boiler that tells nothing but that it is there, and a meter that reads each hour."""
    return [
        replace(one, message=BoilerStatus(reported_at=one.message.reported_at))
        if isinstance(one.message, BoilerStatus)
        else one
        for one in hourly_meter(records)
    ]


def relay_beside_a_flow_switch(records: Sequence[Record]) -> list[Record]:
    """The same, but that somebody tells of hot water: a switch in its pipe, or the boiler's own lamp."""
    return [
        replace(one, message=BoilerStatus(hot_water=one.message.hot_water, reported_at=one.message.reported_at))
        if isinstance(one.message, BoilerStatus)
        else one
        for one in hourly_meter(records)
    ]


def lost_reports(records: Sequence[Record]) -> list[Record]:
    """A tenth of what valves report never arrives."""
    random = Random("lost")
    return [one for one in records if not isinstance(one.message, ValveStatus) or random.random() > LOST_PART]


def late_meter(records: Sequence[Record]) -> list[Record]:
    """Readings stamped at an arrival two hours late."""
    return [reading(one, late=LATE) if isinstance(one.message, GasReading) else one for one in records]


def late_hourly_meter(records: Sequence[Record]) -> list[Record]:
    return late_meter(hourly_meter(records))


def replaced_meter(records: Sequence[Record]) -> list[Record]:
    """Half-way the dial begins at 0, without an id of its own."""
    at = records[len(records) // 2].received_at
    first = next(one.message.value for one in records if isinstance(one.message, GasReading) and one.received_at >= at)
    return [
        reading(one, less=first if one.received_at >= at else 0.0) if isinstance(one.message, GasReading) else one
        for one in records
    ]


def reading(record: Record, *, late: timedelta = timedelta(), less: float = 0.0) -> Record:
    said = cast("GasReading", record.message)
    measured_at = (said.measured_at or record.received_at) + late
    return replace(record, message=GasReading(value=said.value - less, measured_at=measured_at))


def without_modulation(records: Sequence[Record]) -> list[Record]:
    return [
        replace(one, message=one.message.model_copy(update={"modulation": None}))
        if isinstance(one.message, BoilerStatus)
        else one
        for one in records
    ]


def hourly_meter(records: Sequence[Record]) -> list[Record]:
    return [
        one
        for one in records
        if not isinstance(one.message, GasReading) or (one.message.measured_at or one.received_at).minute < METER_MIN
    ]


MISHAPS: Mapping[str, Callable[[Sequence[Record]], list[Record]]] = {
    "as told": as_told,
    "meter each hour": hourly_meter,
    "relay, meter each hour": behind_a_relay,
    "relay and hot water told, hourly": relay_beside_a_flow_switch,
    "a tenth of reports lost": lost_reports,
    "meter two hours late": late_meter,
    "meter each hour, two hours late": late_hourly_meter,
    "replaced meter, no id": replaced_meter,
    "no modulation": without_modulation,
}
"""What may go wrong with what is told, played on one and the same record."""


def wrong_plates(wiring: Settings, draw: int) -> dict[str, float]:
    """By room how wrong its radiators' power is: up to a fifth."""
    random = Random(f"plates/{draw}")
    return {room: random.uniform(0.8, 1.2) for room in wiring.rooms}
