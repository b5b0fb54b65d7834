"""What the live screen knows: a frozen board, folded from the messages heard.

`heard` is the whole of it: board and message in, board out. Which topic changes what stands in the table `FOLDS` at
the end; every other message only counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from house import messages, topics
from house.settings import Settings


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The house as last heard; gas in m³ since the board began, temperatures in °C."""

    rooms: Mapping[str, messages.RoomStatus] = field(default_factory=dict)
    valves: Mapping[str, messages.ValveStatus] = field(default_factory=dict)
    services: Mapping[str, bool] = field(default_factory=dict)
    """Every service that ever said so: is it online?"""
    at: datetime | None = None
    outside: float | None = None
    boiler: messages.BoilerStatus = field(default_factory=messages.BoilerStatus)
    boiler_starts: int = 0
    call: messages.BoilerSet | None = None
    gas: messages.GasReading | None = None
    gas_used: float = 0.0
    heard: int = 0
    rejected: int = 0
    last_rejection: str = ""

    @property
    def services_up(self) -> frozenset[str]:
        """The services that are online now."""
        return frozenset(name for name, is_online in self.services.items() if is_online)


def heard(board: Dashboard, message: topics.Heard) -> Dashboard:
    """The board after one more message."""
    board = replace(board, heard=board.heard + 1)
    fold = FOLDS.get(message.name.topic)
    return fold(board, message.name.ids, message.message) if fold else board


def opening(board: Dashboard, room: str, house: Settings) -> float | None:
    """How far the room's radiators are open, %: the mean by their power; None while no valve has reported."""
    known = [
        (radiator.power_w, status.opening)
        for valve, radiator in house.rooms[room].valves.items()
        if (status := board.valves.get(valve)) is not None and status.opening is not None
    ]
    return sum(power * opening for power, opening in known) / sum(power for power, _ in known) if known else None


def _tick(board: Dashboard, _ids: tuple[str, ...], message: messages.Tick) -> Dashboard:
    return replace(board, at=message.at)


def _room(board: Dashboard, ids: tuple[str, ...], message: messages.RoomStatus) -> Dashboard:
    return replace(board, rooms={**board.rooms, ids[0]: message})


def _valve(board: Dashboard, ids: tuple[str, ...], message: messages.ValveStatus) -> Dashboard:
    return replace(board, valves={**board.valves, ids[0]: message})


def _service(board: Dashboard, ids: tuple[str, ...], message: messages.Availability) -> Dashboard:
    return replace(board, services={**board.services, ids[0]: message.value == "online"})


def _outside(board: Dashboard, _ids: tuple[str, ...], message: messages.Temperature) -> Dashboard:
    return replace(board, outside=message.value)


def _boiler(board: Dashboard, _ids: tuple[str, ...], message: messages.BoilerStatus) -> Dashboard:
    started = message.flame is True and board.boiler.flame is False
    return replace(board, boiler=message, boiler_starts=board.boiler_starts + started)


def _call(board: Dashboard, _ids: tuple[str, ...], message: messages.BoilerSet) -> Dashboard:
    return replace(board, call=message)


def _gas(board: Dashboard, _ids: tuple[str, ...], message: messages.GasReading) -> Dashboard:
    # A meter that was exchanged, or a house that began anew, counts from somewhere else.
    used = message.value - board.gas.value if board.gas is not None else 0.0
    return replace(board, gas=message, gas_used=board.gas_used + max(used, 0.0))


def _rejected(board: Dashboard, _ids: tuple[str, ...], message: messages.Rejected) -> Dashboard:
    return replace(board, rejected=board.rejected + 1, last_rejection=f"{message.topic}: {message.reason}")


FOLDS: Mapping[topics.Topic[Any], Callable[[Dashboard, tuple[str, ...], Any], Dashboard]] = {
    topics.TICK: _tick,
    topics.ROOM_STATUS: _room,
    topics.VALVE_STATUS: _valve,
    topics.SERVICE_AVAILABILITY: _service,
    topics.OUTSIDE_TEMPERATURE: _outside,
    topics.BOILER_STATUS: _boiler,
    topics.BOILER_SET: _call,
    topics.METER_GAS: _gas,
    topics.REJECTED: _rejected,
}
