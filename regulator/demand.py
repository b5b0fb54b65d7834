"""Which rooms need heat, and why: the law's verdict for each room, turned into a wish for its valves."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from statistics import fmean
from typing import NamedTuple

from house import topics
from house.messages import BoilerStatus, HouseMemory, RoomModel
from regulator.laws import burst, hysteresis, time_proportional, tpi
from regulator.laws.interface import Law, LawInput, LawOutput, LawRoom, Model, RoomDemand, Sky
from regulator.remembering import together
from regulator.room import RoomState
from regulator.setpoint import coming
from regulator.snapshot import Snapshot, elapsed
from regulator.valves import Target, open_fully, shut

LAWS: Mapping[str, Law] = {
    "burst": burst.LAW,
    "hysteresis": hysteresis.LAW,
    "timeprop": time_proportional.LAW,
    "tpi": tpi.LAW,
}

BOILER_AGE = timedelta(minutes=10)
OUTSIDE_AGE = timedelta(hours=24)
FORECAST_AGE = timedelta(hours=6)
FORESEEN = timedelta(hours=6)
ENOUGH_TRANSIENTS = 6
NECESSARY_K = 1.0  # so far from its setpoint a room's valves move whatever was moved before


class RoomTarget(NamedTuple):
    """What a room's valves should do; None leaves them alone. `rule` is one word, `reason` a sentence."""

    target: Target | None
    demand: int
    rule: str
    reason: str
    alert: str | None = None

    @property
    def is_open(self) -> bool:
        return self.target is not None and self.target.opening == 100


def may_be_regulated(view: RoomState) -> bool:
    """Whether the law may decide on the room at all."""
    paused = view.window is not None and view.window.paused
    return view.staleness == "fresh" and view.settings.mode != "bypass" and not paused


def law_of(snapshot: Snapshot) -> Law:
    return LAWS[snapshot.wiring.regulator.law]


def ask_law(snapshot: Snapshot, views: Mapping[str, RoomState], memory: HouseMemory) -> LawOutput:
    """The verdict of the law on all rooms that it may decide on."""
    assert snapshot.now is not None
    boiler = _fresh(snapshot.last(topics.BOILER_STATUS), snapshot.now) or BoilerStatus()
    law = law_of(snapshot)
    rooms = {
        id_: LawRoom(
            temperature=view.temperature,
            setpoint=view.effective.setpoint,
            power_w=view.power_w,
            confirmed_w=view.confirmed_w,
            hysteresis=view.wiring.hysteresis,
            memory=together(view.memory, snapshot.last(topics.ROOM_LEARNED, id_), law),
            told_open=view.told_open,
            coming=coming(snapshot, id_, view.effective),
            model=_model(snapshot.last(topics.ROOM_MODEL, id_)),
            measured_at=view.measured_at,
            has_contact=view.window is not None,
        )
        for id_, view in views.items()
        if may_be_regulated(view) and view.temperature is not None
    }
    house = LawInput(
        now=snapshot.now,
        rooms=rooms,
        call=memory.call,
        memory=together(memory, snapshot.last(topics.HOUSE_LEARNED), law),
        last_tick=memory.tick_at,
        numbers=snapshot.wiring.regulator,
        zone=snapshot.zone,
        minimum_power_w=snapshot.wiring.boiler.minimum_power_w,
        flame=boiler.flame,
        hot_water=boiler.hot_water,
        flow=boiler.flow_temperature,
        outside=_outside(snapshot),
        forecast=_forecast(snapshot),
    )
    return law.decide(house)


def _model(message: RoomModel | None) -> Model | None:
    """What the analyst has learned of the room, once that comes from enough transients."""
    if message is None or message.b is None or message.solar is None or message.count < ENOUGH_TRANSIENTS:
        return None
    return Model(message.b, message.solar)


def _fresh(status: BoilerStatus | None, now: datetime) -> BoilerStatus | None:
    return status if status is not None and elapsed(status.reported_at, now) <= BOILER_AGE else None


def _outside(snapshot: Snapshot) -> float | None:
    """The mean of the outside thermometers that have been heard of within a day."""
    assert snapshot.now is not None
    fresh = [
        reading.value
        for id_ in snapshot.heard.get(topics.OUTSIDE_TEMPERATURE, {})
        for reading in snapshot.all(topics.OUTSIDE_TEMPERATURE, id_).values()
        if elapsed(reading.measured_at, snapshot.now) <= OUTSIDE_AGE
    ]
    return round(fmean(fresh), 2) if fresh else None


def _forecast(snapshot: Snapshot) -> tuple[Sky, ...]:
    """The hours from this one on; nothing where the forecast is old."""
    assert snapshot.now is not None
    forecast = snapshot.last(topics.FORECAST)
    if forecast is None or elapsed(forecast.issued_at, snapshot.now) > FORECAST_AGE:
        return ()
    begin, end = snapshot.now - timedelta(hours=1), snapshot.now + FORESEEN
    return tuple(
        Sky(hour.at, hour.temperature, hour.irradiance)
        for hour in forecast.hours
        if begin < hour.at <= end and hour.temperature is not None and hour.irradiance is not None
    )


def want(view: RoomState, verdict: RoomDemand | None, moves_per_day: int) -> RoomTarget:
    """The room's wish by the law; without a verdict it wishes nothing, and the safety rules say what happens.

    Once its valves have moved `moves_per_day` times they stay as they are unless the room is far from its setpoint.
    """
    setpoint = view.effective.setpoint
    if verdict is None:
        return RoomTarget(shut(setpoint), 0, view.effective.rule, "not regulated")
    target, reason = (open_fully(setpoint) if verdict.open else shut(setpoint)), verdict.reason
    would_move = verdict.open is not view.told_open and not view.regulates_itself
    if would_move and view.moves >= moves_per_day and not _is_far_off(view, verdict):
        target = open_fully(setpoint) if view.told_open else shut(setpoint)
        reason = f"{reason}; spares its valve, which has moved {view.moves} times today"
    return RoomTarget(target, verdict.demand, verdict.rule or view.effective.rule, reason)


def _is_far_off(view: RoomState, verdict: RoomDemand) -> bool:
    """From its setpoint or, where the law opens it, from the next one: it may be warming up for that."""
    if view.temperature is None:
        return False
    setpoint, following = view.effective.setpoint, view.effective.scheduled
    warming_up = verdict.open and following is not None and following.next_setpoint - view.temperature >= NECESSARY_K
    return warming_up or abs(view.temperature - setpoint) >= NECESSARY_K
