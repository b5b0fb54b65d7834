"""What a valve should have besides its setpoint, and which requests bring it about: nothing is written without need."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from bridges.eq3 import protocol
from bridges.eq3.protocol import Day, DayProgram, Status
from house.settings.radio import ValveOptions


def missing_options(wanted: ValveOptions, status: Status) -> tuple[bytes, ...]:
    """What the settings say and the last report does not; firmware below 1.20 reports none but the lock."""
    requests = []
    if wanted.locked is not None and status.locked != wanted.locked:
        requests.append(protocol.LOCK if wanted.locked else protocol.UNLOCK)
    if wanted.offset is not None and status.offset not in (None, wanted.offset):
        requests.append(protocol.set_offset(wanted.offset))
    if status.comfort is not None and status.eco is not None:
        comfort = status.comfort if wanted.comfort is None else wanted.comfort
        eco = status.eco if wanted.eco is None else wanted.eco
        if (comfort, eco) != (status.comfort, status.eco):
            requests.append(protocol.set_presets(comfort, eco))
    if wanted.window is not None and status.window_setpoint is not None:
        window = (wanted.window.setpoint, timedelta(minutes=wanted.window.minutes))
        if window != (status.window_setpoint, status.window_duration):
            requests.append(protocol.set_window(*window))
    return tuple(requests)


def missing_program(wanted: Sequence[DayProgram], held: Collection[DayProgram]) -> tuple[bytes, ...]:
    """First every day is read; then those that differ are written."""
    if not wanted:
        return ()
    if {day.day for day in held} != set(Day):
        return tuple(protocol.ask_program(day) for day in Day)
    return tuple(protocol.write_program(day) for day in wanted if day not in held)
