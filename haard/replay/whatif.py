"""What other numbers would have come to, by the difference that they make.

The recorded temperatures stay, and with them the sun, the cooking and the people; only the change is modelled. The
twin, a regulator with other numbers, sees each recorded temperature plus a difference `d` that begins at zero and
follows `dd/dt = a (h_twin - h_recorded) - b d`, with the room's learned constants `a` (K/h
of called heat, see `felt_heat`) and `b` (1/h).
Its valves obey it, its burner follows its call. Gas for heating grows with the modelled heat, as much as is not still
stored in the rooms at the end. How much of a room's loss people and their things make up for is not measured: the
least and the most that is usual give the band.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from haard.replay.felt_heat import felt_parts, tells_of_heat
from haard.replay.player import Player
from haard.replay.recorded import Recorded, is_own
from haard.replay.replayed_regulator import Change, ReplayedRegulator
from haard.replay.span import SearchedSource, play
from haard.replay.twin import FURTHEST_K, Constants, Course, Rooms, Twin, band, called
from house import messages, topics
from house.errors import PayloadError, SettingsError
from house.settings import Settings
from regulator.catching_up import Word
from regulator.snapshot import Snapshot, empty

ENOUGH_TRANSIENTS = 6
LONGEST_H = 0.25
Models = Mapping[str, messages.RoomModel]


# --- what is known of the rooms ---------------------------------------------------------------------------------------


def models_in(kept: Mapping[str, bytes], wiring: Settings) -> Models:
    """What was learned of each room; raises SettingsError where too little was."""
    models: dict[str, messages.RoomModel] = {}
    for room in wiring.rooms:
        try:
            model = messages.RoomModel.decode(kept.get(topics.ROOM_MODEL.path(room), b""))
        except PayloadError:
            model = messages.RoomModel()
        if not model.a or not model.b or model.count < ENOUGH_TRANSIENTS:
            raise SettingsError(
                f"{called(room, wiring)}: how it warms and cools is not learned yet ({model.count} of "
                f"{ENOUGH_TRANSIENTS} observations), so nobody can say what would have come of it"
            )
        models[room] = model
    return models


def constants(models: Models, felt: Sequence[Mapping[str, float]]) -> list[Rooms]:
    """Of each room for each of what may have been felt; it counts as what was usual."""
    return [
        {room: Constants((one.a or 0) * each[room], one.b or 0, felt[0][room]) for room, one in models.items()}
        for each in felt
    ]


# --- the estimate -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Estimate:
    """What was, and what would have been with the free heat that is usual, the least and the most."""

    hours: float
    recorded: Course
    changed: tuple[Course, ...]
    heat_parts: tuple[float, ...]
    """The heat of each in terms of the recorded one."""

    def band(self, values: Sequence[float]) -> tuple[float, float, float]:
        """The middle, the least and the most."""
        return values[0], min(values), max(values)


def whatif(source: SearchedSource, since: datetime, until: datetime, wiring: Settings, change: Change) -> Estimate:
    """Play a span with a twin for each set of constants; raises SettingsError for what cannot be known."""
    played, moments = play(source, since, until, wiring)

    def felt(models: Models, kept: Mapping[str, bytes]) -> list[dict[str, float]]:
        return felt_parts(kept, source.messages(since, until, tells_of_heat), wiring, models)

    comparing = _Comparing(change, felt)
    for moment, _ in moments:
        if moment.heard:
            comparing.hear(moment.recorded, played.player)
    return comparing.estimate(played.player.wiring)


class _Comparing:
    """The recorded regulator and its twins, message by message."""

    def __init__(self, change: Change, felt: Callable[[Models, Mapping[str, bytes]], list[dict[str, float]]]) -> None:
        self._change, self._felt, self._twins = change, felt, list[Twin]()
        self._recorded, self._hours = Course({}), 0.0
        self._last: datetime | None = None
        self._warmest: dict[str, float] = {}

    def hear(self, recorded: Recorded, player: Player) -> None:
        snapshot = player.regulators[0].snapshot
        if not self._twins and snapshot.decided:
            models = models_in(player.kept, player.wiring)
            felt = self._felt(models, player.kept)
            self._recorded = Course(felt[0])
            self._twins = twins(player, self._change, constants(models, felt), felt[0])
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
                    f"{called(room, wiring)} would have been wanted at {setpoint:g} °C, and was never warmer than "
                    f"{self._warmest.get(room, 0):.1f} °C in this time: nobody can know what would have come of it"
                )
        parts = tuple((one.course.heat_wh - one.stored_wh(wiring)) / self._recorded.heat_wh for one in self._twins)
        return Estimate(self._hours, self._recorded, tuple(one.course for one in self._twins), band(parts))


def twins(player: Player, change: Change, doubt: Sequence[Rooms], felt: Mapping[str, float]) -> list[Twin]:
    """One for each set of constants; each begins with what the recorded regulator knows."""
    made = []
    for rooms in doubt:
        regulator = ReplayedRegulator(change, empty(change(player.wiring)))
        regulator.said = {path: payload for path, payload in player.kept.items() if is_own(path)}
        regulator.begin(player.wiring, player.kept, fresh=True)
        made.append(Twin(regulator, rooms, dict.fromkeys(rooms, 0.0), Course(felt)))
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
