"""How far "what if" is to be trusted: random changes in simulated houses, estimated from the record and lived in truth.

    python -m benchmarks.whatif --changes 3              a quick look, in the houses that may choose numbers
    python -m benchmarks.whatif --first 300 --houses 20 --write      100 changes in houses that chose none; goes on
                                                                     where it was ended

A house is kept by the law alone (`short_loop`) while its rooms are learned, by least squares. Then it is lived on in
copies of the process: once as it is, which is the record, and once with each change, which is the truth. A change is
estimated by the equations of `haard whatif`: the changed law sees each recorded temperature plus a difference that
follows from the learned constants, whose balance over the record is made to close with free heat as usual, least and
most. Gas is that for heating; an error counts as part of all gas that was burnt.
"""

import argparse
import multiprocessing
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from random import Random
from statistics import fmean, median
from typing import Any, TypeVar

from benchmarks import kept
from benchmarks.random_changes import Change, changes
from benchmarks.scenarios import settings
from benchmarks.short_loop import ShortLoop
from haard.replay.twin import FURTHEST_K, Constants, Rooms, band, drifted, lasting
from house.settings import Settings
from simulation.device_messages import (
    BoilerCommand,
    BoilerReport,
    OutsideReport,
    Report,
    SensorReport,
    ValveCommand,
    ValveReport,
)
from simulation.house import House
from simulation.house_plans import varied_house
from simulation.weather import winter

START = 1_768_176_000  # Monday 2026-01-12 00:00 UTC
MINUTE_S, DAY_S = 60, 86_400
LEARNED_DAYS, DAYS = 7, 5
STRETCH_MIN = 180  # of a constant
FREE_K = (4.0, 1.0, 7.0)  # of people, and a kelvin of winter sun: as usual, least, most
SLOWEST = 0.1  # of the loss that was fitted
CHOOSING = 200  # the first of the houses that may choose a number; those from 300 on confirm

T = TypeVar("T")
Minute = tuple[list[Report], dict[str, float], bool]
"""What devices said, how far valves were told to open, whether the boiler was called."""


class Recording(House):
    """A house whose reports are kept, minute by minute, with what its devices were told."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.minutes: list[Minute] = []
        self.told: dict[str, float] = {}
        self.call = False

    def advance(self, until: int) -> list[Report]:
        reports = super().advance(until)
        self.minutes.append((reports, dict(self.told), self.call))
        return reports

    def command_valve(self, valve: str, command: ValveCommand) -> None:
        super().command_valve(valve, command)
        self.told[valve] = (command.opening or 0) / 100

    def command_boiler(self, command: BoilerCommand) -> None:
        super().command_boiler(command)
        self.call = command.call


class Otherwise:
    """What a changed law sees of a house: what was recorded, plus a difference in each room."""

    def __init__(self, recorded: Recording, wiring: Settings, rooms: Rooms) -> None:
        self.now, self._wiring, self._rooms = recorded.now, wiring, rooms
        self._minutes = iter(recorded.minutes)
        self.told, self.call = dict(recorded.told), recorded.call
        self._answers: list[Report] = []
        self.difference, self._lasting = dict.fromkeys(rooms, 0.0), dict.fromkeys(rooms, 0.0)
        self.heat_wh, self.recorded_wh, self.furthest_k = 0.0, 0.0, 0.0

    def advance(self, until: int) -> list[Report]:
        reports, told, call = next(self._minutes)
        self.now = until
        for id_ in self._rooms:
            power = self._wiring.rooms[id_].power_w
            heat = self._heat(id_, self.told, self.call)
            was = self._heat(id_, told, call)
            self.heat_wh += power * heat / 60
            self.recorded_wh += power * was / 60
            self.difference[id_] = drifted(self._rooms[id_], self.difference[id_], heat - was, 1 / 60)
            self._lasting[id_] = lasting(self._lasting[id_], self.difference[id_], 1 / 60)
            self.furthest_k = max(self.furthest_k, abs(self._lasting[id_]))
        answers, self._answers = self._answers, []
        return [*(one for report in reports if (one := self._seen(report)) is not None), *answers]

    def _heat(self, id_: str, told: Mapping[str, float], call: bool) -> float:
        valves = self._wiring.rooms[id_].valves
        power = sum(one.power_w for one in valves.values())
        return sum(one.power_w * told.get(valve, 0.0) for valve, one in valves.items()) / power if call else 0.0

    def _seen(self, report: Report) -> Report | None:
        match report:
            case SensorReport():
                value = round(report.temperature + self.difference[report.room_id], 1)
                return SensorReport(
                    report.room_id, report.sensor, value, report.humidity, report.battery, report.measured_at
                )
            case ValveReport():
                opening = round(100 * self.told.get(report.valve, 0.0))
                return ValveReport(report.valve, opening, report.setpoint, False, report.reported_at)
            case BoilerReport() if not report.hot_water:
                return BoilerReport(
                    self.call, report.modulation, report.flow_temperature, report.return_temperature, False, self.now
                )
        return report

    def command_valve(self, valve: str, command: ValveCommand) -> None:
        self.told[valve] = (command.opening or 0) / 100
        self._answers.append(ValveReport(valve, command.opening or 0, command.setpoint, False, self.now + 10))

    def command_boiler(self, command: BoilerCommand) -> None:
        self.call = command.call

    def stored_wh(self) -> float:
        return sum(self._wiring.rooms[id_].power_w * one / self._rooms[id_].a for id_, one in self.difference.items())

    @property
    def part(self) -> float:
        """The heat in terms of the recorded one."""
        return (self.heat_wh - self.stored_wh()) / self.recorded_wh


@dataclass(frozen=True)
class Row:
    """A change: the parts of the recorded heat that are estimated, the true one, heating's part of all gas."""

    house: int
    change: str
    parts: list[float]
    truth: float
    heating: float
    furthest_k: float

    @property
    def is_answered(self) -> bool:
        return self.furthest_k <= FURTHEST_K

    @property
    def is_covered(self) -> bool:
        return min(self.parts) <= self.truth <= max(self.parts)

    @property
    def error(self) -> float:
        return abs(self.parts[0] - self.truth) * self.heating

    def __str__(self) -> str:
        middle, truth = 100 * (self.parts[0] - 1), 100 * (self.truth - 1)
        band = f"{100 * (min(self.parts) - 1):+.1f} to {100 * (max(self.parts) - 1):+.1f}"
        said = f"{middle:+.1f} % ({band}), truth {truth:+.1f} %" if self.is_answered else "refused"
        return f"house {self.house}, {self.change}: {said}"


# --- one house --------------------------------------------------------------------------------------------------------


def in_a_copy(call: Callable[[], T]) -> T:
    """What a call returns in a copy of this process, which stays as it is."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=lambda: there.send(call()))
    process.start()
    there.close()
    result: T = here.recv()
    process.join()
    return result


def learned(recorded: Recording, wiring: Settings) -> dict[str, Constants]:
    """Of each room by least squares over stretches of some hours: K/h at full heat, 1/h; gains are a constant."""
    return {id_: one for id_ in wiring.rooms if (one := _fitted(list(_stretches(recorded, wiring, id_)))) is not None}


def _stretches(recorded: Recording, wiring: Settings, id_: str) -> Iterator[tuple[float, float, float]]:
    """Of each stretch: the change in K, the hours of full heat, the K h above outside."""
    begun: Course | None = None
    for number, course in enumerate(_course(recorded, wiring, id_)):
        if number % STRETCH_MIN == 0:
            if begun is not None:
                yield course.room - begun.room, course.heat - begun.heat, course.loss - begun.loss
            begun = course


@dataclass(frozen=True)
class Course:
    """Of a room up to a minute: its temperature, and the sums of minutes, hours of full heat and K h above outside."""

    room: float
    minutes: int
    heat: float
    loss: float


def _course(recorded: Recording, wiring: Settings, id_: str) -> Iterator[Course]:
    room, outside, valves = None, None, wiring.rooms[id_].valves
    power = sum(one.power_w for one in valves.values())
    minutes, heat, loss = 0, 0.0, 0.0
    for reports, told, call in recorded.minutes:
        for report in reports:
            if isinstance(report, SensorReport) and report.room_id == id_:
                room = report.temperature
            elif isinstance(report, OutsideReport):
                outside = report.temperature
        if room is None or outside is None:
            continue
        if call:
            heat += sum(one.power_w * told.get(valve, 0.0) for valve, one in valves.items()) / power / 60
        minutes, loss = minutes + 1, loss + (room - outside) / 60
        yield Course(room, minutes, heat, loss)


def balanced(recorded: Recording, wiring: Settings, known: Rooms, free_k: float) -> Rooms:
    """The rooms with a loss that, with so much free heat, comes to what the record was heated with. Fitted over some
    hours it is that of air to walls as well, which is no loss for long.
    """
    return {id_: _balanced(list(_course(recorded, wiring, id_)), one, free_k) for id_, one in known.items()}


def _balanced(course: Sequence[Course], fitted: Constants, free_k: float) -> Constants:
    change, heat = course[-1].room - course[0].room, course[-1].heat - course[0].heat
    loss = course[-1].loss - course[0].loss - free_k * (course[-1].minutes - course[0].minutes) / 60
    return Constants(fitted.a, max(SLOWEST * fitted.b, (fitted.a * heat - change) / max(1.0, loss)))


def _fitted(seen: list[tuple[float, float, float]]) -> Constants | None:
    """Both constants are positive, or nothing was learned."""
    mean = [fmean(column) for column in zip(*seen, strict=True)]
    y, h, d = ([one[index] - mean[index] for one in seen] for index in range(3))
    hh, dd, hd = _dot(h, h), _dot(d, d), _dot(h, d)
    hy, dy = _dot(h, y), _dot(d, y)
    determinant = hh * dd - hd * hd
    if determinant <= 0:
        return None
    a, b = (hy * dd - dy * hd) / determinant, -(dy * hh - hy * hd) / determinant
    return Constants(a, b) if a > 0 and b > 0 else None


def _dot(one: list[float], other: list[float]) -> float:
    return sum(x * y for x, y in zip(one, other, strict=True))


def lived(loop: ShortLoop, house: Recording, wiring: Settings) -> tuple[list[Minute], int, int]:
    """The next days with these settings: minute by minute, gas for heating and all gas, µl."""
    house.minutes.clear()
    before = house.truth().gas
    loop.change(wiring)
    loop.run(house.now + DAYS * DAY_S)
    after = house.truth().gas
    heating = after.heating_ul - before.heating_ul
    others = after.hot_water_ul - before.hot_water_ul + after.cooking_ul - before.cooking_ul
    return house.minutes, heating, heating + others


def estimated(loop: ShortLoop, recorded: Recording, change: Change, rooms: Rooms) -> tuple[float, float]:
    """The part of the recorded heat, and how far a room went from what was recorded."""
    house = Otherwise(recorded, loop.wiring, rooms)
    loop.house = house
    loop.change(change.wiring)
    loop.run(recorded.now + DAYS * DAY_S)
    return house.part, house.furthest_k


def a_house(number: int, count: int) -> Iterator[Row]:
    """Random changes in one house."""
    plan, random = varied_house(number), Random(f"what if/{number}")
    wiring = settings(plan, number, {})
    weather = winter(number, START, mean_temperature=random.choice((-1.0, 3.0, 6.0)))
    house = Recording(plan, weather, START, seed=number)
    loop = ShortLoop(house, wiring)
    loop.run(START + LEARNED_DAYS * DAY_S)
    known = learned(house, wiring)
    if set(known) != set(wiring.rooms):
        return
    recorded, heating, total = in_a_copy(lambda: lived(loop, house, wiring))
    house.minutes = recorded
    for change in changes(wiring, random, count):
        parts, furthest = _estimates(loop, house, change, known)
        _, truth, _ = in_a_copy(partial(lived, loop, house, change.wiring))
        yield Row(number, change.name, parts, truth / heating, heating / total, furthest)


def _estimates(loop: ShortLoop, house: Recording, change: Change, known: Rooms) -> tuple[list[float], float]:
    """The part of the recorded heat with free heat as usual, then its band, and how far a room went."""
    balances = [balanced(house, loop.wiring, known, free_k) for free_k in FREE_K]
    found = [in_a_copy(partial(estimated, loop, house, change, rooms)) for rooms in balances]
    return list(band([part for part, _ in found])), max(furthest for _, furthest in found)


def lines(rows: Sequence[Row]) -> Iterator[str]:
    answered = [one for one in rows if one.is_answered]
    yield f"{len(rows)} changes, {len(rows) - len(answered)} refused"
    if answered:
        covered = sum(one.is_covered for one in answered) / len(answered)
        errors = [one.error for one in answered]
        yield f"band right in {covered:.0%}; error, of all gas: {median(errors):.2%}, at most {max(errors):.2%}"


def asked(about: str | None, first: int, houses: int, changes: int) -> argparse.Namespace:
    """Which houses, and how many changes in each."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=int, default=first)
    parser.add_argument("--houses", type=int, default=houses)
    parser.add_argument("--changes", type=int, default=changes, help="in each house")
    parser.add_argument(
        "--write", action="store_true", help="keep each house in benchmarks/results, and leave out those that are"
    )
    return parser.parse_args()


def every(a_house: Callable[[int, int], Iterable[Row]], key: str, options: argparse.Namespace) -> None:
    """Play the houses that are not kept yet, keep each as soon as it is done, and tell what they come to."""
    rows = [Row(**one) for one in kept.read("whatif").get(key, ())] if options.write else []
    for number in range(options.first, options.first + options.houses):
        if any(one.house == number for one in rows):
            continue
        for row in a_house(number, options.changes):
            print(row, flush=True)
            rows.append(row)
        if options.write:
            kept.keep("whatif", key, [asdict(one) for one in rows])
    print("\n".join(lines(rows)))


def main() -> int:
    every(a_house, "changes", asked(__doc__, CHOOSING, houses=2, changes=5))
    return 0


if __name__ == "__main__":
    sys.exit(main())
