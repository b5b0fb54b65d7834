"""The simulated house: rooms, water, people, weather and devices, moved forward together.

Water moves in steps of ten seconds, rooms in steps of a minute; all else waits in an agenda for its instant. No clock
is read: time is what `advance` is told. Each concern draws from its own random numbers, made from the seed and a name,
so the same seed gives the same house to the last bit and a room more changes nothing in the others' luck.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import partial
from statistics import fmean

from simulation.agenda import Agenda
from simulation.boiler import Boiler
from simulation.building import Building, Room
from simulation.device_messages import (
    BoilerCommand,
    ForecastReport,
    GasReport,
    OutsideReport,
    Report,
    ValveCommand,
    WindowReport,
)
from simulation.ground_truth import EnergyTruth, GasTruth, RoomTruth, Truth
from simulation.meter import GasMeter, gas_ul
from simulation.occupants import Episode, People, Quantity
from simulation.plan import HousePlan
from simulation.radiators import Circuit, Radiator
from simulation.sensors import Sensor
from simulation.sun import sun_position, wall_irradiance
from simulation.valves import Valve
from simulation.weather import Weather

STEP_S = 10
MINUTE_S = 60
SUN_S = 600
BOILER_REPORT_S = 60
VALVE_REPORT_S = 1800
OUTSIDE_REPORT_S = 600
FORECAST_S = 3600
BOILER_DELAY_S = 5


class House:
    """A house that lives from `start_at` (whole minute, seconds UTC) with all rooms, or each of them, at `indoor` °C.

    `build` makes its rooms and walls; another physics may stand in for ours.

    Devices are open to tests and demonstrations: `house.sensors[address].fault`, `house.valves[address].loss`,
    `house.boiler.burns`.
    """

    def __init__(
        self,
        plan: HousePlan,
        weather: Weather,
        start_at: int,
        *,
        seed: int = 0,
        indoor: float | Mapping[str, float] = 18.0,
        build: Callable[[HousePlan, Mapping[str, float], float], Building] = Building,
    ) -> None:
        if start_at % MINUTE_S:
            raise ValueError(
                f"a simulated house starts on a whole minute; {start_at} s is {start_at % MINUTE_S} s past one"
            )
        air = indoor if isinstance(indoor, Mapping) else {room.room_id: indoor for room in plan.rooms}
        self.plan = plan
        self.weather = weather
        self.now = start_at
        self.outside = weather.temperature(start_at)
        self.meter = GasMeter(plan.meter_start_ml)
        self.boiler = Boiler(plan.boiler, self.meter, fmean(air.values()))
        self.building = build(plan, air, self.outside)
        self.valves = {
            radiator.valve: Valve(radiator.valve, plan.radio, seed, air[room.room_id])
            for room in plan.rooms
            for radiator in room.radiators
        }
        self._without_valve = {one.valve for room in plan.rooms for one in room.radiators if not one.has_valve}
        for address in self._without_valve:
            self.valves[address].stay_open()
        self.sensors = {
            sensor.address: Sensor(sensor, room.room_id, seed, air[room.room_id], start_at)
            for room in plan.rooms
            for sensor in room.sensors
        }
        self._people = People(plan, seed)
        piped = [(self.building.rooms[room], share) for room, share in plan.boiler.pipes_warm]
        self._circuit = Circuit(self.boiler, self._hang_radiators(), piped)
        self._cooking_w = 0.0
        self._sun = dict.fromkeys((room.glass_azimuth_deg for room in plan.rooms), 0.0)
        self._flame_reported = False
        self._reports: list[Report] = []
        self._agenda = Agenda()
        self._start_agenda()

    def advance(self, until: int) -> list[Report]:
        """Live until `until` (seconds UTC; at most one step short of it); returns what devices said, step by step."""
        while self.now + STEP_S <= until:
            self.now += STEP_S
            self._circuit.step(self.now, STEP_S)
            if self.now % MINUTE_S == 0:
                self._pass_minute()
            if self.boiler.flame_on is not self._flame_reported:
                self._report_boiler(self.now)
            self._agenda.run(self.now)
        reports, self._reports = self._reports, []
        return reports

    def command_valve(self, valve: str, command: ValveCommand) -> None:
        """Send a command to a valve; raises KeyError for a valve that is not in the house."""
        arrives_at = self.valves[valve].send(command, self.now)
        if arrives_at is not None:
            self._agenda.add(arrives_at, lambda at: self._say(self.valves[valve].arrive(at)))

    def command_boiler(self, command: BoilerCommand) -> None:
        """Send a command to the boiler, by wire: it arrives after a few seconds and is never lost."""
        self._agenda.add(self.now + BOILER_DELAY_S, lambda at: self.boiler.obey(command, at))

    def truth(self) -> Truth:
        """What really happened up to now."""
        return Truth(
            at=self.now,
            outside=self.outside,
            rooms={name: _room_truth(room) for name, room in self.building.rooms.items()},
            gas=GasTruth(self.meter.heating_ul, self.meter.hot_water_ul, self.meter.cooking_ul),
            energy=self._energy(),
            boiler_heat_j=self.boiler.heat_j,
            heating_starts=self.boiler.heating_starts,
            hot_water_starts=self.boiler.hot_water_starts,
            heating_s=self.boiler.heating_s,
            hot_water_s=self.boiler.hot_water_s,
            moves={address: valve.moves for address, valve in self.valves.items()},
        )

    def _hang_radiators(self) -> list[Radiator]:
        return [
            Radiator(radiator, self.valves[radiator.valve], self.building.rooms[room.room_id])
            for room in self.plan.rooms
            for radiator in room.radiators
        ]

    def _energy(self) -> EnergyTruth:
        rooms = self.building.rooms.values()
        stored = sum(room.stored_j for room in rooms)
        stored += sum(radiator.capacity * radiator.temperature for radiator in self._circuit.radiators)
        stored += self.plan.boiler.water_j_per_k * self.boiler.flow_temperature
        return EnergyTruth(
            brought_j=self.boiler.heat_j + sum(room.gains_j + room.sun_j for room in rooms),
            lost_j=self._pipes_lost_j() + sum(room.lost_j for room in rooms),
            stored_j=stored,
        )

    def _pipes_lost_j(self) -> float:
        """What pipes gave to no room."""
        return self.boiler.pipe_loss_j * (1.0 - sum(share for _, share in self.plan.boiler.pipes_warm))

    def _start_agenda(self) -> None:
        today = self._people.day_of(self.now)
        self._schedule(self._people.episodes(today - timedelta(days=1)))
        self._live_through(today)
        self._every(SUN_S, self._shine)
        self._every(BOILER_REPORT_S, self._report_boiler)
        self._every(OUTSIDE_REPORT_S, self._report_outside)
        self._every(FORECAST_S, self._report_forecast)
        self._every(self.plan.meter_interval_s, self._report_gas)
        self._every(VALVE_REPORT_S, self._report_valves)
        for room in self.plan.rooms:
            self._agenda.add(self.now, partial(self._report_window, room.room_id))
        for sensor in self.sensors.values():
            self._agenda.add(self.now, partial(self._hear, sensor))

    def _every(self, seconds: int, call: Callable[[int], None]) -> None:
        """Make the call now and at every whole multiple of `seconds`."""

        def again(at: int) -> None:
            call(at)
            self._agenda.add(at - at % seconds + seconds, again)

        self._agenda.add(self.now, again)

    def _live_through(self, day: date) -> None:
        self._schedule(self._people.episodes(day))
        tomorrow = day + timedelta(days=1)
        self._agenda.add(self._people.midnight(tomorrow), lambda at: self._live_through(tomorrow))

    def _schedule(self, episodes: Iterable[Episode]) -> None:
        for episode in episodes:
            if episode.end_at > self.now:
                self._agenda.add(episode.begin_at, partial(self._change, episode, episode.amount))
                self._agenda.add(episode.end_at, partial(self._change, episode, -episode.amount))

    def _change(self, episode: Episode, amount: float, at: int) -> None:
        match episode.quantity:
            case Quantity.GAINS_W:
                self.building.rooms[episode.room_id].gains_w += amount
            case Quantity.OPEN_WINDOWS:
                self.building.rooms[episode.room_id].open_windows += round(amount)
                self._report_window(episode.room_id, at)
            case Quantity.HOT_WATER_W:
                self.boiler.hot_water_w += amount
            case Quantity.COOKING_W:
                self._cooking_w += amount

    def _pass_minute(self) -> None:
        self.outside = self.weather.temperature(self.now)
        self.building.step(MINUTE_S, self.outside, self._sun)
        self.meter.cooking_ul += gas_ul(self._cooking_w * MINUTE_S)
        for sensor in self.sensors.values():
            sensor.feel(self.building.rooms[sensor.room_id].air, MINUTE_S)
        for radiator in self._circuit.radiators:
            self._say(radiator.valve.watch(self.now, MINUTE_S, radiator.room.air, radiator.temperature))

    def _shine(self, at: int) -> None:
        irradiance = self.weather.irradiance(at)
        sun = sun_position(at, self.plan.latitude, self.plan.longitude)
        self._sun = {azimuth: wall_irradiance(irradiance, sun, azimuth) for azimuth in self._sun}

    def contacts_speak(self) -> None:
        """Let every window contact say once more how it stands, as real ones do now and then."""
        for room_id in self.building.rooms:
            self._report_window(room_id, self.now)

    def _say(self, report: Report | None) -> None:
        if report is not None:
            self._reports.append(report)

    def _hear(self, sensor: Sensor, at: int) -> None:
        self._say(sensor.report(at))
        self._agenda.add(sensor.next_after(at), partial(self._hear, sensor))

    def _report_window(self, room_id: str, at: int) -> None:
        room = self.building.rooms[room_id]
        for contact in room.plan.window_contacts:
            self._say(WindowReport(room_id, contact, room.open_windows > 0, at))

    def _report_valves(self, at: int) -> None:
        for address, valve in self.valves.items():
            if address not in self._without_valve:
                self._say(valve.report(at))

    def _report_boiler(self, at: int) -> None:
        self._flame_reported = self.boiler.flame_on
        self._say(self.boiler.report(at))

    def _report_gas(self, at: int) -> None:
        self._say(GasReport(self.meter.reading_ml, at))

    def _report_outside(self, at: int) -> None:
        self._say(OutsideReport(round(self.outside, 1), at))

    def _report_forecast(self, at: int) -> None:
        self._say(ForecastReport(at, self.weather.forecast(at)))


def _room_truth(room: Room) -> RoomTruth:
    return RoomTruth(room.air, room.fabric, room.heat_j, room.gains_j, room.sun_j, room.open_windows > 0)
