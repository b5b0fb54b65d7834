"""A regulator with other numbers in a house that differs from the recorded one by what the change makes of it: the
twin of the recorded one, its rooms' constants, and what either did.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from haard.replay.heat import heat_of
from haard.replay.recorded import is_own
from haard.replay.replayed_regulator import ReplayedRegulator
from house import messages, topics
from house.errors import PayloadError, SettingsError
from house.settings import Settings
from regulator.catching_up import Word
from regulator.snapshot import Snapshot

FURTHEST_K = 3.0
COLD_BELOW_K = 0.5
"""On the mean of half a day: a room that warms up an hour earlier differs by as much for an hour, and is well known."""
LASTING_H = 12.0
CHANCE = 0.015
"""So far a day's heat goes otherwise by the luck of starts, and by what a cooler return saves."""


class Constants(NamedTuple):
    """Of a room: K/h while its radiators are open and the boiler is called, 1/h, and what part of the nominal heat a
    called hour counts for.
    """

    a: float
    b: float
    felt: float = 1.0


Rooms = Mapping[str, Constants]


def drifted(room: Constants, difference: float, more_heat: float, hours: float) -> float:
    """How much warmer a room is than it was, after some hours in which it got more heat than it had."""
    return difference + hours * (room.a * more_heat - room.b * difference)


def lasting(mean: float, difference: float, hours: float) -> float:
    """The mean of half a day, after some hours with a difference."""
    return mean + (difference - mean) * min(1.0, hours / LASTING_H)


def band(parts: Sequence[float]) -> tuple[float, ...]:
    """The middle, then the least and the most that the others tell, with what is chance."""
    return parts[0], min(parts) - CHANCE, max(parts) + CHANCE


@dataclass
class Course:
    """What a regulator did in a span: heat in W h, too cold in K h, starts, moves."""

    felt: Mapping[str, float]
    heat_wh: float = 0.0
    cold_kh: float = 0.0
    starts: int = 0
    moves: int = 0
    highest: dict[str, float] = field(default_factory=dict)
    """The highest setpoint of each room."""
    _called: bool = False
    _openings: dict[str, float | None] = field(default_factory=dict)

    def pass_time(self, snapshot: Snapshot, hours: float) -> None:
        """The commands that stand, for so long."""
        self._watch(snapshot)
        for room, wiring in snapshot.wiring.rooms.items():
            self.heat_wh += hours * heat_of(snapshot, room) * self.felt.get(room, 1.0) * wiring.power_w
            status = snapshot.last(topics.ROOM_STATUS, room)
            if status is None or status.setpoint is None or status.temperature is None:
                continue
            self.cold_kh += hours * max(0.0, status.setpoint - COLD_BELOW_K - status.temperature)
            self.highest[room] = max(self.highest.get(room, status.setpoint), status.setpoint)

    def _watch(self, snapshot: Snapshot) -> None:
        boiler = snapshot.last(topics.BOILER_SET)
        called = boiler is not None and boiler.call
        self.starts += called and not self._called
        self._called = called
        for address in snapshot.wiring.rooms_by_valve:
            told = snapshot.last(topics.VALVE_SET, address)
            if told is not None and told.opening != self._openings.get(address, told.opening):
                self.moves += 1
            self._openings[address] = told.opening if told is not None else None


@dataclass
class Twin:
    """A regulator with other numbers in a house that differs from the recorded one by `d` in each room."""

    regulator: ReplayedRegulator
    rooms: Rooms
    difference: dict[str, float]
    course: Course
    _lasting: dict[str, float] = field(default_factory=dict)

    def hear(self, word: Word) -> None:
        """As the house would have said it."""
        if is_own(word.path):
            return
        said = self.regulator.hear(Word(word.path, self._otherwise(word), word.retained))
        while said:
            answers = [answer for one in said if (answer := _obeyed(one)) is not None]
            said = tuple(publication for answer in answers for publication in self.regulator.hear(answer))

    def _otherwise(self, word: Word) -> bytes:
        name = topics.parse(word.path)
        if name is None:
            return word.payload
        try:
            message = name.topic.message.decode(word.payload)
        except PayloadError:
            return word.payload
        match message:
            case messages.Temperature() if name.topic is topics.ROOM_TEMPERATURE and name.ids[0] in self.difference:
                return message.model_copy(update={"value": self._warmer(name.ids[0], message.value)}).encode()
            case messages.ValveStatus():
                told = self.regulator.snapshot.last(topics.VALVE_SET, name.ids[0])
                if told is not None and told.opening is not None:
                    return message.model_copy(update={"opening": told.opening, "setpoint": told.setpoint}).encode()
            case messages.BoilerStatus() if not message.hot_water:
                boiler = self.regulator.snapshot.last(topics.BOILER_SET)
                return message.model_copy(update={"flame": boiler is not None and boiler.call}).encode()
        return word.payload

    def _warmer(self, room: str, value: float) -> float:
        return round(value + self.difference[room], 1)

    def pass_time(self, recorded: Snapshot, hours: float) -> None:
        """The rooms drift apart, or back."""
        snapshot = self.regulator.snapshot
        for room, numbers in self.rooms.items():
            if room not in recorded.wiring.rooms or room not in snapshot.wiring.rooms:
                continue
            more = heat_of(snapshot, room) - heat_of(recorded, room)
            self.difference[room] = drifted(numbers, self.difference[room], more, hours)
            self._lasting[room] = lasting(self._lasting.get(room, 0.0), self.difference[room], hours)
            if abs(self._lasting[room]) > FURTHEST_K:
                raise SettingsError(
                    f"{called(room, recorded.wiring)} would have been more than {FURTHEST_K:g} K warmer or colder "
                    "than it was for half a day: nobody can know from this record what would have come of it"
                )

    def stored_wh(self, wiring: Settings) -> float:
        """What the rooms hold at the end beyond the recorded ones, in W h."""
        held = ((wiring.rooms[room].power_w, self.rooms[room], one) for room, one in self.difference.items())
        return sum(power_w * room.felt * difference / room.a for power_w, room, difference in held)


def _obeyed(said: topics.Publication) -> Word | None:
    """A valve does what it is told, ten seconds later, and says so."""
    if said.name.topic is not topics.VALVE_SET or not isinstance(said.message, messages.ValveSet):
        return None
    told = said.message
    if told.opening is None:
        return None
    report = messages.ValveStatus(opening=told.opening, setpoint=told.setpoint, reported_at=told.issued_at)
    return Word(topics.VALVE_STATUS.path(*said.name.ids), report.encode(), retained=False)


def called(room: str, wiring: Settings) -> str:
    return wiring.rooms[room].name or room
