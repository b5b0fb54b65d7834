"""The smart meter's P1 port onto the broker: gas as it is read, electricity every few seconds.

One thread: a piece of the line, a turn of the network. A line that gives no telegram for a minute is opened anew (a
cable at the other speed), for ever and with back-off; a telegram that cannot be read is dropped with a line in the log.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bridges.dsmr import readings
from bridges.dsmr.protocol import Framer, MeterReading, decode
from bridges.dsmr.source import Source, connect
from house import topics
from house.errors import DeviceError, PayloadError, SettingsError
from house.mqtt import Link, rejection
from house.settings import Settings

SILENCE_S = 60.0
FIRST_BACKOFF_S, LONGEST_BACKOFF_S = 1.0, 60.0

Clock = Callable[[], datetime]

NO_TELEGRAM = "what arrives is none: is the speed right, and does the meter encrypt (Luxembourg, Austria)?"

log = structlog.get_logger()


def _wall_clock() -> datetime:
    return datetime.now(UTC)


def run(settings: Settings, stop: threading.Event, clock: Clock = _wall_clock) -> None:
    """Read the meter until `stop` is set."""
    url = settings.meter.url
    if url is None:
        raise SettingsError("meter.url: is missing; it should be serial:///dev/ttyUSB0 or tcp://host:port")
    logging.getLogger("dsmr_parser").setLevel(logging.CRITICAL)  # what it cannot read is told here, in one line
    with Link(settings.mqtt, "dsmr", stop=stop) as link:
        attempt, backoff_s = 0, FIRST_BACKOFF_S
        while not stop.is_set():
            heard_any = False
            try:
                source = connect(url, attempt)
                heard_any = _serve(source, settings, link, stop, clock)
            except DeviceError as error:
                log.warning("meter connection failed", reason=str(error), next_try_s=round(backoff_s))
            attempt, backoff_s = (attempt, FIRST_BACKOFF_S) if heard_any else (attempt + 1, backoff_s)
            _wait(link, stop, 0 if stop.is_set() else backoff_s * random.uniform(0.5, 1.0))
            backoff_s = min(backoff_s * 2, LONGEST_BACKOFF_S)


def _serve(source: Source, settings: Settings, link: Link, stop: threading.Event, clock: Clock) -> bool:
    """Serve one open line until it ends, falls silent or `stop` is set; whether it gave any telegram."""
    said, heard_any = readings.Said(), False
    zone, interval = ZoneInfo(settings.home.timezone), timedelta(seconds=settings.meter.interval_s)
    framer, last, heard_bytes = Framer(), time.monotonic(), 0
    try:
        while not stop.is_set():
            chunk = source.read()
            heard_bytes += len(chunk)
            for reading in _readings(framer, chunk, zone):
                if not heard_any:
                    log.info("first telegram received", version=reading.version or "2 or 3", gas=bool(reading.channels))
                heard_any, last, heard_bytes = True, time.monotonic(), 0
                said, outcome = readings.step(said, reading, clock(), interval)
                _tell(link, outcome)
            link.receive(0)
            if time.monotonic() - last > SILENCE_S:
                hint = NO_TELEGRAM if heard_bytes else "is the cable in the P1 port?"
                log.warning("no telegram for a minute", damaged=framer.damaged, bytes=heard_bytes, hint=hint)
                return heard_any
    except DeviceError as error:
        log.warning("meter connection lost", reason=str(error))
    finally:
        source.close()
    return heard_any


def _tell(link: Link, outcome: readings.Outcome) -> None:
    for publication in outcome.publications:
        link.publish(publication)
    for gas, reason in outcome.refused:
        said = f"{gas.volume_m3:.3f} m3 of {gas.measured_at:%Y-%m-%dT%H:%M:%SZ} by meter {gas.meter}"
        link.publish(rejection(link.root.full(topics.METER_GAS.path()), said.encode(), reason, "dsmr"))
    for warning in outcome.warnings:
        log.warning(warning)


def _readings(framer: Framer, chunk: bytes, zone: ZoneInfo) -> Iterator[MeterReading]:
    damaged = framer.damaged
    for telegram in framer.feed(chunk):
        try:
            yield decode(telegram, zone)
        except PayloadError as error:
            log.warning("telegram rejected", reason=str(error))
    if framer.damaged > damaged:
        log.warning("damaged telegram dropped", so_far=framer.damaged)


def _wait(link: Link, stop: threading.Event, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not stop.is_set() and (remaining := deadline - time.monotonic()) > 0:
        link.receive(min(remaining, 0.5))
