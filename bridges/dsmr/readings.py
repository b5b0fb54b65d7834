"""Which of the meter's readings are said on the broker: pure, `step(said, reading, now) -> (said, publications)`.

A meter repeats itself every second. A gas reading is said when it is a new one; electricity at most every `interval`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bridges.dsmr.protocol import GasReading, MeterReading
from house import messages, topics


@dataclass(frozen=True, slots=True)
class Said:
    """What was said last, and whether the newest gas reading was refused because the meter ran backwards."""

    gas: GasReading | None = None
    electricity_at: datetime | None = None
    backwards: bool = False


def step(
    said: Said, reading: MeterReading, now: datetime, interval: timedelta
) -> tuple[Said, tuple[topics.Publication, ...]]:
    """What a telegram, read at `now` (UTC), adds to what was said before."""
    gas_is_new = reading.gas is not None and (said.gas is None or _key(reading.gas) != _key(said.gas))
    backwards = gas_is_new and _runs_backwards(said.gas, reading.gas)
    say_gas = gas_is_new and not backwards
    is_time = said.electricity_at is None or not timedelta(0) <= now - said.electricity_at < interval
    say_electricity = is_time and reading.delivered_wh is not None
    publications = (*(_gas(reading) if say_gas else ()), *(_electricity(reading, now) if say_electricity else ()))
    return (
        replace(
            said,
            gas=reading.gas if say_gas else said.gas,
            electricity_at=now if say_electricity else said.electricity_at,
            backwards=backwards,
        ),
        publications,
    )


def _key(gas: GasReading) -> tuple[str, datetime]:
    return gas.equipment, gas.measured_at


def _runs_backwards(before: GasReading | None, gas: GasReading | None) -> bool:
    """A meter's total never falls; a replaced meter has another equipment id."""
    if before is None or gas is None or before.equipment != gas.equipment:
        return False
    return gas.volume_ml < before.volume_ml


def _gas(reading: MeterReading) -> Iterator[topics.Publication]:
    if reading.gas is not None:
        gas = reading.gas
        message = messages.GasReading(value=gas.volume_m3, measured_at=gas.measured_at, equipment=gas.equipment)
        yield topics.publication(topics.METER_GAS, message=message)


def _electricity(reading: MeterReading, now: datetime) -> Iterator[topics.Publication]:
    if reading.delivered_wh is None:
        return
    delivered_w, returned_w = reading.power_delivered_w, reading.power_returned_w
    message = messages.ElectricityReading(
        value=reading.delivered_wh / 1000,
        returned=reading.returned_wh / 1000 if reading.returned_wh is not None else None,
        power_w=(delivered_w or 0) - (returned_w or 0) if (delivered_w, returned_w) != (None, None) else None,
        tariff=reading.tariff,
        measured_at=reading.measured_at or now,
    )
    yield topics.publication(topics.METER_ELECTRICITY, message=message)
