"""One house in EnergyPlus under one law: EnergyPlus is the building, the simulated house's water, devices and people
are the rest, and the regulator's own `step` decides. One run a process.
"""

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from pyenergyplus.api import EnergyPlusAPI

from benchmarks.energyplus.houses import DRAWINGS, Drawing, plan_of
from benchmarks.energyplus.model import model
from benchmarks.scenarios import settings
from benchmarks.short_loop import ShortLoop
from haard.simulation.closed_loop import ClosedLoop
from haard.simulation.scorecard import Score, Scorecard
from simulation.building import Building
from simulation.house import House
from simulation.plan import HousePlan, RadioPlan
from simulation.weather import GivenHours, Weather

DAY_S, HOUR_S = 86_400, 3600
WARM_AT = 19.0
SETTLING_W_PER_K = 500.0
WINDOW_CHANGES_PER_H = 4.0


@dataclass(frozen=True)
class Case:
    """What is run; `begin` is month and day, `start_at` the same midnight in winter time, seconds UTC."""

    house: str
    weather: str
    begin: tuple[int, int]
    end: tuple[int, int]
    start_at: int
    days: int
    regulator: Mapping[str, Any]
    earlier_min: int = 0
    loss: float = 0.0
    seed: int = 1
    boiler_minimum_w: float | None = None
    whole: bool = False
    """Through the whole regulator instead of the law alone."""


class Zones(Building):
    """Rooms whose air is EnergyPlus': a minute hands over what radiators and people gave, in W."""

    def __init__(self, plan: HousePlan, air: Mapping[str, float], outside: float) -> None:
        super().__init__(plan, air, outside)
        self.radiators_w = dict.fromkeys(self.rooms, 0.0)

    def step(self, seconds: int, outside: float, sun_w_m2: Mapping[float, float]) -> None:
        for id_, room in self.rooms.items():
            self.radiators_w[id_] = room.radiator_j / seconds
            room.heat_j += room.radiator_j
            room.gains_j += room.gains_w * seconds
            room.radiator_j = 0.0


def run(case: Case, weather_file: Path) -> Score:
    """Live through the case and score it; an error in the loop ends the run and is raised."""
    drawing = DRAWINGS[case.house]
    loop = _Loop(case, drawing, weather_file)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in.epJSON"
        path.write_text(json.dumps(model(drawing, case.begin, case.end)))
        loop.run(["-w", str(weather_file), "-d", folder, str(path)])
    return loop.card.score()


class _Loop:
    """The house and its regulator, carried a minute forward each time that EnergyPlus has."""

    def __init__(self, case: Case, drawing: Drawing, weather_file: Path) -> None:
        plan = replace(plan_of(drawing), radio=RadioPlan(loss=case.loss))
        if case.boiler_minimum_w is not None:
            plan = replace(plan, boiler=replace(plan.boiler, minimum_power_w=case.boiler_minimum_w))
        start = case.start_at
        weather = Weather(_hours(weather_file, start, case.begin), case.seed)
        self.house = House(plan, weather, start, seed=case.seed, indoor=WARM_AT, build=Zones)
        wiring = settings(plan, case.seed, dict(case.regulator), minutes_earlier=case.earlier_min)
        self.closed = ClosedLoop(self.house, wiring) if case.whole else ShortLoop(self.house, wiring)
        self.card = Scorecard(self.house, settings(plan, case.seed, {}), start + DAY_S, start + 7 * DAY_S)
        self._until = start + case.days * DAY_S
        self._error: BaseException | None = None
        self._api = EnergyPlusAPI()
        self._state = self._api.state_manager.new_state()
        self._air: dict[str, int] = {}
        self._turns: dict[tuple[str, str], int] = {}
        self._leak = drawing.fabric.air_changes
        self._volume = {room.id: room.floor_m2 * 2.6 for room in drawing.rooms}

    def run(self, arguments: list[str]) -> None:
        self._api.runtime.set_console_output_status(self._state, False)
        for id_ in self.house.building.rooms:
            self._api.exchange.request_variable(self._state, "Zone Mean Air Temperature", id_)
        self._api.runtime.callback_end_zone_timestep_after_zone_reporting(self._state, self._guarded(self._minute))
        code = self._api.runtime.run_energyplus(self._state, arguments)
        if self._error is not None:
            raise self._error
        if code:
            errors = Path(arguments[3]) / "eplusout.err"
            raise RuntimeError(f"EnergyPlus ended with {code}: {errors.read_text()[-3000:]}")

    def _guarded(self, call: Callable[[], None]) -> Callable[[Any], None]:
        def guarded(_state: Any) -> None:
            if self._error is not None:
                return
            try:
                call()
            except BaseException as error:  # nothing may pass through EnergyPlus' own frames
                self._error = error
                self._api.runtime.stop_simulation(self._state)

        return guarded

    def _minute(self) -> None:
        exchange, state = self._api.exchange, self._state
        if not exchange.api_data_fully_ready(state):
            return
        if not self._air:
            self._take_handles()
        rooms = self.house.building.rooms
        air = {id_: exchange.get_variable_value(state, handle) for id_, handle in self._air.items()}
        if exchange.warmup_flag(state):
            for id_, value in air.items():
                self._turn("radiator", id_, max(0.0, min(3000.0, SETTLING_W_PER_K * (WARM_AT - value))))
            return
        if self.house.now >= self._until:
            return
        for id_, room in rooms.items():
            room.air = air[id_]
        self.closed.run(self.house.now + 60, self.card.watch)
        zones = self.house.building
        assert isinstance(zones, Zones)
        for id_, room in rooms.items():
            self._turn("radiator", id_, zones.radiators_w[id_])
            self._turn("people", id_, room.gains_w)
            changes = self._leak + (WINDOW_CHANGES_PER_H if room.open_windows else 0.0)
            self._turn("air", id_, changes * self._volume[id_] / HOUR_S)

    def _take_handles(self) -> None:
        exchange, state = self._api.exchange, self._state
        for id_ in self.house.building.rooms:
            self._air[id_] = exchange.get_variable_handle(state, "Zone Mean Air Temperature", id_)
            for what, kind, control, name in (
                ("radiator", "OtherEquipment", "Power Level", f"radiator {id_}"),
                ("people", "OtherEquipment", "Power Level", f"people {id_}"),
                ("air", "Zone Infiltration", "Air Exchange Flow Rate", f"air of {id_}"),
            ):
                self._turns[what, id_] = exchange.get_actuator_handle(state, kind, control, name)
        missing = [key for key, handle in chain(self._air.items(), self._turns.items()) if handle < 0]
        if missing:
            raise RuntimeError(f"EnergyPlus knows nothing of {missing}")

    def _turn(self, what: str, id_: str, value: float) -> None:
        self._api.exchange.set_actuator_value(self._state, self._turns[what, id_], value)


def _hours(weather_file: Path, start_at: int, begin: tuple[int, int]) -> GivenHours:
    """The weather file's hours from the first day of the run on, for thermometer and forecast."""
    rows = [line.split(",") for line in weather_file.read_text(encoding="latin-1").splitlines()[8:]]
    first = next(n for n, row in enumerate(rows) if (int(row[1]), int(row[2])) == begin)
    chosen = [*rows[first:], *rows[:first]]
    return GivenHours(start_at, [float(row[6]) for row in chosen], [float(row[13]) for row in chosen])
