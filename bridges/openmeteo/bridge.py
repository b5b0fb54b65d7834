"""The bridge to Open-Meteo, and the one writer of `home/outside/temperature`."""

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import requests
import structlog

from bridges.background_request import BackgroundRequest
from bridges.http_answer import body_within, redirect_in_words
from bridges.one_message import one_message
from bridges.openmeteo import protocol
from bridges.openmeteo.protocol import Failure, Weather
from house import topics
from house.errors import DeviceError, PayloadError
from house.messages import Forecast, Temperature
from house.mqtt import Link, Received
from house.settings import Settings

TIMEOUT_S = (5, 30)
DEADLINE_S = 60.0  # for the whole of an answer
TURN_S = 0.5

log = structlog.get_logger()


def _wall_clock() -> datetime:
    return datetime.now(UTC)


def run(
    settings: Settings,
    stop: threading.Event,
    clock: Callable[[], datetime] = _wall_clock,
    chance: Callable[[], float] = random.random,
) -> None:
    """Publish forecast and outside temperature until `stop` is set."""
    fetch = partial(ask, settings.weather.url.rstrip("/") + protocol.PATH, protocol.query(settings.home))
    own = [topics.OUTSIDE_TEMPERATURE.path(sensor) for sensor in settings.weather.sensors]
    errand: BackgroundRequest[bytes | Failure] = BackgroundRequest(DEADLINE_S, Failure("no full answer in time"))
    weather, said = Weather(next_poll=clock() + protocol.SETTLE), _Said()
    with Link(settings.mqtt, "openmeteo", [topics.FORECAST.filter(), *own], stop=stop) as link:
        while not stop.is_set():
            for received in link.receive(TURN_S):
                with one_message(link, received):
                    weather = _heard(link, weather, received, clock(), chance())
            outcome = errand.pick_up()
            if outcome is not None:
                weather = _taken(weather, outcome, clock(), chance())
            if not errand.busy and weather.should_ask(clock()):
                errand.start(fetch)
            said.say(link, weather, clock())


def _heard(link: Link, weather: Weather, received: Received, now: datetime, chance: float) -> Weather:
    try:
        heard = topics.read(received.path, received.payload)
    except PayloadError as error:
        link.reject(received, str(error))
        return weather
    match heard:
        case topics.Heard(message=Forecast() as kept) if weather.forecast is None and kept.issued_at <= now:
            return weather.renewed(kept, chance)
        case topics.Heard(name=topics.Name(ids=(sensor,)), message=Temperature(value=value, measured_at=measured_at)):
            # A bare value is as old as its arrival; one that the broker kept might be of last winter.
            at = measured_at if received.retained else measured_at or now
            return weather.heard(sensor, value, min(at, now)) if at else weather
    return weather


def _taken(weather: Weather, outcome: bytes | Failure, now: datetime, chance: float) -> Weather:
    if isinstance(outcome, Failure):
        return weather.failed(outcome, now)
    try:
        return weather.renewed(protocol.forecast(outcome, now), chance)
    except DeviceError as error:
        return weather.failed(Failure(str(error)), now)


class _Said:
    """What was published and logged last, so that only news is."""

    def __init__(self) -> None:
        self._forecast: Forecast | None = None
        self._outside: Temperature | None = None
        self._alarm: str | None = None

    def say(self, link: Link, weather: Weather, now: datetime) -> None:
        forecast, outside, alarm = weather.usable_forecast(now), weather.outside(now), weather.alarm(now)
        if forecast is not None and forecast != self._forecast:
            link.publish(topics.publication(topics.FORECAST, message=forecast))
        if outside is not None and outside != self._outside:
            link.publish(topics.publication(topics.OUTSIDE_TEMPERATURE, message=outside))
        if alarm is not None and alarm != self._alarm:
            log.warning("weather", reason=alarm, next_try=weather.next_poll.isoformat(timespec="seconds"))
        self._forecast, self._outside, self._alarm = forecast, outside, alarm


def ask(url: str, query: dict[str, str]) -> bytes | Failure:
    """Fetch the forecast, or as much as one could be long; failures are returned, not raised."""
    try:
        with requests.get(url, params=query, timeout=TIMEOUT_S, stream=True, allow_redirects=False) as response:
            if redirect := redirect_in_words(response, url):
                return Failure(redirect)
            body = body_within(response, protocol.MAXIMUM_ANSWER)
    except requests.RequestException as error:
        return Failure(f"no connection to {url}: {type(error).__name__}")
    if body is None:
        return Failure(f"the answer of {url} is too long to be a forecast")
    return body if response.status_code == 200 else protocol.failure(response.status_code, body)
