"""A second regulator that only watches: it hears the house, and nobody hears it."""

import threading
import time
from datetime import timedelta
from typing import cast

import pytest

from devtools.servers import Mosquitto
from haard.replay.changes import change
from haard.replay.shadow import SERVICE, ShadowLink, beside, filters, words_below
from house import messages, topics
from house.mqtt import Link
from house.settings import parse
from regulator.service import Service
from tests.observer import Observer
from tests.regulator.house import HOUSE, LIVING_VALVE, MONDAY_NOON

pytestmark = pytest.mark.system
PATIENCE_S = 20


def say(observer: Observer, minutes: int, temperature: float) -> None:
    at = MONDAY_NOON + timedelta(minutes=minutes)
    reading = messages.Temperature(value=temperature, measured_at=at)
    observer.say(topics.publication(topics.ROOM_TEMPERATURE, "living", message=reading))
    observer.say(topics.publication(topics.TICK, message=messages.Tick(at=at)))


def test_a_shadow_decides_with_its_own_numbers_and_says_so_below_its_name_only(mosquitto: Mosquitto) -> None:
    house = parse(f"{HOUSE}mqtt: {{host: 127.0.0.1, port: {mosquitto.port}}}\nregulator: {{law: hysteresis}}\n")
    warmer = change(None, None, ['rooms.living.schedule={daily: {"00:00": 25}}'])(house)
    stop = threading.Event()
    with (
        Observer(mosquitto.settings()) as observer,
        Link(house.mqtt, "regulator", ("#",), stop=stop, announce=False) as real,
        Link(house.mqtt, SERVICE, filters("warm"), stop=stop, announce=False) as link,
    ):
        services = Service(house, real), Service(warmer, cast("Link", ShadowLink(link, "warm")))
        deadline, turns = time.monotonic() + PATIENCE_S, 0
        kept: dict[str, bytes] = {}
        while len(words_below("warm", kept)) < 5 or f"valve/{LIVING_VALVE}/set" not in kept:
            assert time.monotonic() < deadline
            if turns % 4 == 0:
                say(observer, 1 + turns // 4, 22.0)
            for service in services:
                service.turn()
            observer.listen(0.02)
            kept, turns = {one.path: one.payload for one in observer.heard}, turns + 1
    told = {device: (real_, other, same) for device, real_, other, same in beside("warm", kept, house)}
    is_told, would, same = told[f"Living room, valve {LIVING_VALVE}"]
    assert is_told.startswith("0 %")
    assert would.startswith("100 %")
    assert not same
    own = {one.path for one in observer.heard if one.path.startswith("shadow/")}
    assert f"shadow/warm/valve/{LIVING_VALVE}/set" in own
    assert not any(path.endswith("rejected") for path in own)
    assert messages.ValveSet.decode(kept[f"valve/{LIVING_VALVE}/set"]).opening == 0
