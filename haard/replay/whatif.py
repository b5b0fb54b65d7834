"""What other numbers would have come to, by the difference that they make.

The recorded temperatures stay, and with them the sun, the cooking and the people; only the change is modelled. The
twin, a regulator with other numbers, sees each recorded temperature plus a difference `d` that begins at zero and
follows `dd/dt = a (h_twin - h_recorded) - b d`, with the room's learned constants `a` (K/h at full heat) and `b` (1/h).
Its valves obey it, its burner follows its call. Gas for heating grows with the modelled heat, as much as is not still
stored in the rooms at the end. The same with constants at the ends of what was learned gives the band.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from haard.replay.player import Player
from haard.replay.recorded import Recorded, is_own
from haard.replay.replayed_regulator import Change, ReplayedRegulator
from haard.replay.span import Source, play
from house import messages, topics
from house.errors import PayloadError, SettingsError
from house.settings import Settings
from regulator.catching_up import Word
from regulator.snapshot import Snapshot, empty

ENOUGH_TRANSIENTS = 6
FURTHEST_K = 3.0
COLD_BELOW_K = 0.5
DOUBT = 0.3
"""So far off the learned constants may be where too few of them were said to know better."""
LONGEST_H = 0.25


class Constants(NamedTuple):
    """Of a room: K/h at full heat, and 1/h."""

    a: float
    b: float


Rooms = Mapping[str, Constants]


def drifted(room: Constants, difference: float, more_heat: float, hours: float) -> float:
    """How much warmer a room is than it was, after some hours in which it got more heat than it had."""
    return difference + hours * (room.a * more_heat - room.b * difference)


@dataclass
class Course:
    """What a regulator did in a span: heat in W h of radiators at full power, too cold in K h, starts, moves."""

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
            self.heat_wh += hours * heat_of(snapshot, room) * sum(one.power_w for one in wiring.radiators)
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


def heat_of(snapshot: Snapshot, room: str) -> float:
    """How much of a room's full heat flows by the commands that stand, 0 to 1."""
    boiler = snapshot.last(topics.BOILER_SET)
    if boiler is None or not boiler.call:
        return 0.0
    radiators = snapshot.wiring.rooms[room].radiators
    flowing = sum(one.power_w * _opening(snapshot, one.valve) for one in radiators)
    return flowing / sum(one.power_w for one in radiators)


def _opening(snapshot: Snapshot, valve: str | None) -> float:
    if valve is None:
        return 1.0  # nothing shuts it
    told, said = snapshot.last(topics.VALVE_SET, valve), snapshot.last(topics.VALVE_STATUS, valve)
    if told is not None and told.opening is not None:
        return told.opening / 100
    return said.opening / 100 if said is not None and said.opening is not None else 0.0


@dataclass
class Twin:
    """A regulator with other numbers in a house that differs from the recorded one by `d` in each room."""

    regulator: ReplayedRegulator
    rooms: Rooms
    difference: dict[str, float]
    course: Course = field(default_factory=Course)

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
            if abs(self.difference[room]) > FURTHEST_K:
                raise SettingsError(
                    f"{_called(room, recorded.wiring)} would have been more than {FURTHEST_K:g} K warmer or colder "
                    "than it was: nobody can know from this record what would have come of it"
                )

    def stored_wh(self, wiring: Settings) -> float:
        """What the rooms hold at the end beyond the recorded ones, in W h of radiators at full power."""
        return sum(
            sum(one.power_w for one in wiring.rooms[room].radiators) * difference / self.rooms[room].a
            for room, difference in self.difference.items()
        )


def _obeyed(said: topics.Publication) -> Word | None:
    """A valve does what it is told, ten seconds later, and says so."""
    if said.name.topic is not topics.VALVE_SET or not isinstance(said.message, messages.ValveSet):
        return None
    told = said.message
    if told.opening is None:
        return None
    report = messages.ValveStatus(opening=told.opening, setpoint=told.setpoint, reported_at=told.issued_at)
    return Word(topics.VALVE_STATUS.path(*said.name.ids), report.encode(), retained=False)


# --- what is known of the rooms ---------------------------------------------------------------------------------------


def constants(kept: Mapping[str, bytes], wiring: Settings) -> tuple[Rooms, Rooms, Rooms]:
    """Of each room as learned, and at both ends of the doubt; raises SettingsError where too little was learned."""
    middle: dict[str, Constants] = {}
    for room in wiring.rooms:
        try:
            model = messages.RoomModel.decode(kept.get(topics.ROOM_MODEL.path(room), b""))
        except PayloadError:
            model = messages.RoomModel()
        if not model.a or not model.b or model.count < ENOUGH_TRANSIENTS:
            raise SettingsError(
                f"{_called(room, wiring)}: how it warms and cools is not learned yet ({model.count} of "
                f"{ENOUGH_TRANSIENTS} observations), so nobody can say what would have come of it"
            )
        middle[room] = Constants(model.a, model.b)
    return ends(middle)


def ends(middle: Rooms) -> tuple[Rooms, Rooms, Rooms]:
    """Constants as learned, and at both ends of the doubt."""
    weaker = {room: Constants(one.a * (1 - DOUBT), one.b * (1 + DOUBT)) for room, one in middle.items()}
    stronger = {room: Constants(one.a * (1 + DOUBT), one.b * (1 - DOUBT)) for room, one in middle.items()}
    return middle, weaker, stronger


def _called(room: str, wiring: Settings) -> str:
    return wiring.rooms[room].name or room


# --- the estimate -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Estimate:
    """What was, and what would have been with the constants as learned and at both ends of the doubt."""

    hours: float
    recorded: Course
    changed: tuple[Course, ...]
    heat_parts: tuple[float, ...]
    """The heat of each in terms of the recorded one."""

    def band(self, values: Sequence[float]) -> tuple[float, float, float]:
        """The middle, the least and the most."""
        return values[0], min(values), max(values)


def whatif(source: Source, since: datetime, until: datetime, wiring: Settings, change: Change) -> Estimate:
    """Play a span with a twin for each set of constants; raises SettingsError for what cannot be known."""
    played, moments = play(source, since, until, wiring)
    comparing = _Comparing(change)
    for moment, _ in moments:
        if moment.heard:
            comparing.hear(moment.recorded, played.player)
    return comparing.estimate(played.player.wiring)


class _Comparing:
    """The recorded regulator and its twins, message by message."""

    def __init__(self, change: Change) -> None:
        self._change, self._twins = change, list[Twin]()
        self._recorded, self._hours = Course(), 0.0
        self._last: datetime | None = None
        self._warmest: dict[str, float] = {}

    def hear(self, recorded: Recorded, player: Player) -> None:
        snapshot = player.regulators[0].snapshot
        if not self._twins and snapshot.decided:
            self._twins = twins(player, self._change)
            return
        for twin in self._twins:
            twin.hear(Word(recorded.path, recorded.payload, retained=False))
        if recorded.path == topics.TICK.path() and self._twins:
            self._pass_time(snapshot)

    def _pass_time(self, recorded: Snapshot) -> None:
        now, last = recorded.now, self._last
        hours = min(LONGEST_H, (now - last).total_seconds() / 3600) if now and last and now > last else 0.0
        self._last, self._hours = now, self._hours + hours
        self._recorded.pass_time(recorded, hours)
        for room in recorded.wiring.rooms:
            status = recorded.last(topics.ROOM_STATUS, room)
            if status is not None and status.temperature is not None:
                self._warmest[room] = max(self._warmest.get(room, status.temperature), status.temperature)
        for twin in self._twins:
            twin.pass_time(recorded, hours)
            twin.course.pass_time(twin.regulator.snapshot, hours)

    def estimate(self, wiring: Settings) -> Estimate:
        if not self._twins or not self._recorded.heat_wh:
            raise SettingsError("the house was not heated in this time, so there is nothing to compare with")
        for room, setpoint in self._twins[0].course.highest.items():
            was_wanted = self._recorded.highest.get(room, setpoint)
            if setpoint > max(was_wanted, self._warmest.get(room, -99.0) + FURTHEST_K):
                raise SettingsError(
                    f"{_called(room, wiring)} would have been wanted at {setpoint:g} °C, and was never warmer than "
                    f"{self._warmest.get(room, 0):.1f} °C in this time: nobody can know what would have come of it"
                )
        parts = tuple((one.course.heat_wh - one.stored_wh(wiring)) / self._recorded.heat_wh for one in self._twins)
        return Estimate(self._hours, self._recorded, tuple(one.course for one in self._twins), parts)


def twins(player: Player, change: Change) -> list[Twin]:
    """One for each set of constants; each begins with what the recorded regulator knows."""
    made = []
    for rooms in constants(player.kept, player.wiring):
        regulator = ReplayedRegulator(change, empty(change(player.wiring)))
        regulator.said = {path: payload for path, payload in player.kept.items() if is_own(path)}
        regulator.begin(player.wiring, player.kept, fresh=True)
        made.append(Twin(regulator, rooms, dict.fromkeys(rooms, 0.0)))
    return made


_MEASURES = (
    ("K h a day more than 0.5 K too cold", "cold_kh", 1),
    ("starts of the boiler a day", "starts", 1),
    ("moves of all valves a day", "moves", 0),
)


def lines(estimate: Estimate, days: Sequence[messages.Day]) -> Iterator[str]:
    """For a person: each figure as recorded, and as it would have been, with its band."""
    per_day = 24 / estimate.hours
    yield f"{estimate.hours / 24:.1f} days; as recorded, and as it would have been (least to most)"
    heating = sum(day.gas - day.hot_water - day.other for day in days)
    if heating > 0:
        middle, least, most = (heating * part for part in estimate.band(estimate.heat_parts))
        yield f"gas for heating: {heating:.1f} m³; {middle:.1f} m³ ({least:.1f} to {most:.1f})"
        gas, cost = sum(day.gas for day in days), sum(day.cost or 0.0 for day in days)
        if cost and gas:
            euros = [cost / gas * (one - heating) for one in (middle, least, most)]
            yield f"cost: {cost:.2f} €; {euros[0]:+.2f} € ({euros[1]:+.2f} to {euros[2]:+.2f})"
    else:
        middle, least, most = (100 * (part - 1) for part in estimate.band(estimate.heat_parts))
        yield f"heat: {middle:+.1f} % ({least:+.1f} to {most:+.1f}); no day with gas ended in this time"
    for words, measure, digits in _MEASURES:
        values = [getattr(one, measure) * per_day for one in estimate.changed]
        middle, least, most = estimate.band(values)
        was = getattr(estimate.recorded, measure) * per_day
        yield f"{words}: {was:.{digits}f}; {middle:.{digits}f} ({least:.{digits}f} to {most:.{digits}f})"
