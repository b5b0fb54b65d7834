"""How each kind of disturbance is brought about: it begins with `with`, and ends with it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from itertools import islice
from math import inf
from pathlib import Path
from random import Random
from typing import Any

from paho.mqtt.client import Client as Paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.system.bad_manners import MANNERS
from tests.system.chaos.client import session_of
from tests.system.chaos.hostile import hostile, readings
from tests.system.chaos.ledger import Ledger
from tests.system.chaos.plan import Disturbance
from tests.system.chaos.proxy import Mode
from tests.system.chaos.relay import Manners
from tests.system.chaos.stage import BEGINS, Stage
from tests.system.chaos.witness import Witness

BURST = 100
HOSTILE_PER_S, READINGS_PER_S = 4_000, 200
CLOCK_STEPS_MIN = (1, 7, 61, 180)
RECORDER = "haard-home-recorder"


class Chaos:
    """Disturbs a stage; tells witness and ledger what they must make allowance for."""

    def __init__(self, stage: Stage, witness: Witness, ledger: Ledger) -> None:
        self.stage, self.witness, self.ledger = stage, witness, ledger
        self.thrown = {"hostile payloads": 0, "readings in floods": 0}
        self.sessions_taken = 0

    def of(self, one: Disturbance) -> AbstractContextManager[None]:
        return DO[one.kind](self, one)

    # --- processes ----------------------------------------------------------------------------------------------------

    @contextmanager
    def kill(self, one: Disturbance) -> Iterator[None]:
        self.stage.services.kill(one.target)
        yield
        self.stage.services.start(one.target)

    @contextmanager
    def terminate(self, one: Disturbance) -> Iterator[None]:
        self.stage.services.terminate(one.target)
        yield
        self.stage.services.start(one.target)

    @contextmanager
    def freeze(self, one: Disturbance) -> Iterator[None]:
        service = self.stage.services.each[one.target]
        service.freeze()
        yield
        service.thaw()

    # --- servers ------------------------------------------------------------------------------------------------------

    @contextmanager
    def broker_away(self, _one: Disturbance) -> Iterator[None]:
        self.stage.broker.stop()
        yield
        self.stage.broker.start()

    @contextmanager
    def broker_killed(self, _one: Disturbance) -> Iterator[None]:
        self.stage.broker.kill()
        self.ledger.excuse(_age_s(self.stage.broker.folder / "mosquitto.db") + 2)  # what came since it wrote its file
        self.witness.excuse_starts()
        yield
        self.stage.broker.start()

    @contextmanager
    def broker_forgets(self, _one: Disturbance) -> Iterator[None]:
        self.ledger.excuse()
        self.stage.broker.stop()
        self.stage.broker.forget()
        self.witness.excuse_starts()
        self.sessions_taken += 1
        yield
        self.stage.broker.start()

    @contextmanager
    def broker_freezes(self, _one: Disturbance) -> Iterator[None]:
        self.stage.broker.freeze()
        yield
        self.stage.broker.thaw()

    @contextmanager
    def broker_disk_full(self, _one: Disturbance) -> Iterator[None]:
        self.stage.broker_disk.fill()
        yield
        self.stage.broker_disk.clear()

    @contextmanager
    def database_away(self, one: Disturbance) -> Iterator[None]:
        database = self.stage.database
        (database.kill if one.kind == "postgres crashes" else database.stop)()
        yield
        database.start()

    @contextmanager
    def database_freezes(self, _one: Disturbance) -> Iterator[None]:
        self.stage.database.freeze()
        yield
        self.stage.database.thaw()

    @contextmanager
    def database_disk_full(self, _one: Disturbance) -> Iterator[None]:
        self.stage.database_disk.fill()
        yield
        self.stage.database_disk.clear()
        if not self.stage.database.answers():  # a Postgres that cannot write its journal gives up
            self.stage.database.restart()

    # --- network and devices ------------------------------------------------------------------------------------------

    @contextmanager
    def clock_is_set(self, one: Disturbance) -> Iterator[None]:
        """It stays wrong until it is set again."""
        minutes = Random(one.seed).choice(CLOCK_STEPS_MIN) * (1 if one.kind == "clock is set forward" else -1)
        self.stage.relay.manners.clock_error += timedelta(minutes=minutes)
        self.witness.excuse_starts()
        yield

    @contextmanager
    def hostile(self, one: Disturbance) -> Iterator[None]:
        with self._throwing(hostile(self.stage.settings, one.seed), HOSTILE_PER_S, "hostile payloads"):
            yield

    @contextmanager
    def flood(self, one: Disturbance) -> Iterator[None]:
        with self._throwing(readings(self.stage.settings, one.seed, BEGINS), READINGS_PER_S, "readings in floods"):
            yield

    @contextmanager
    def _throwing(self, said: Iterator[tuple[str, bytes]], rate: int, about: str) -> Iterator[None]:
        """Say `rate` messages a second, in a thread of its own."""
        ended, client = threading.Event(), self.stage.relay.client

        def throw() -> None:
            while not ended.wait(BURST / rate):
                if not client.connected.is_set():
                    continue
                for path, payload in islice(said, BURST):
                    client.say(f"home/{path}", payload, qos=0)
                self.thrown[about] += BURST

        thread = threading.Thread(target=throw, name=about)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(20)

    @contextmanager
    def bad_server(self, one: Disturbance) -> Iterator[None]:
        """A bridge is ended in the midst of it."""
        self.stage.street.trouble(one.target, one.kind.removeprefix("a server "))
        yield
        self.stage.street.heal(one.target)

    # --- thieves ------------------------------------------------------------------------------------------------------

    @contextmanager
    def thief(self, one: Disturbance) -> Iterator[None]:
        """Somebody calls himself as the recorder does, and with it has its session, or throws that away."""
        throws_away = one.kind == "somebody takes the recorder's session"
        if throws_away:
            self.ledger.excuse()
            self.sessions_taken += 1
        paho = Paho(CallbackAPIVersion.VERSION2, RECORDER, protocol=MQTTProtocolVersion.MQTTv5, manual_ack=True)
        paho.on_disconnect = _leaves  # it comes once, and does not fight for the place
        lasting = session_of(0 if throws_away else 3_600)
        paho.connect("127.0.0.1", self.stage.broker.port, 60, clean_start=throws_away, properties=lasting)
        paho.loop_start()
        yield
        paho.disconnect()
        paho.loop_stop()


def _age_s(file: Path) -> float:
    """How long ago it was written; for ever where it never was."""
    return time.time() - file.stat().st_mtime if file.exists() else inf


def _leaves(client: Paho, *_: Any) -> None:
    client.disconnect()


Action = Callable[[Chaos, Disturbance], AbstractContextManager[None]]


def _network(mode: Mode) -> Action:
    @contextmanager
    def disturbed(chaos: Chaos, one: Disturbance) -> Iterator[None]:
        proxy = chaos.stage.proxies[one.target]
        proxy.become(mode)
        yield
        proxy.become("open")

    return disturbed


def _manners(**changed: object) -> Action:
    @contextmanager
    def behaving(chaos: Chaos, _one: Disturbance) -> Iterator[None]:
        manners, usual = chaos.stage.relay.manners, Manners()
        for name, value in changed.items():
            setattr(manners, name, value)
        yield
        for name in changed:
            setattr(manners, name, getattr(usual, name))

    return behaving


DO: dict[str, Action] = {
    "kill": Chaos.kill,
    "kill and stay away": Chaos.kill,
    "stop by SIGTERM": Chaos.terminate,
    "freeze": Chaos.freeze,
    "freeze beyond the keepalive": Chaos.freeze,
    "regulator dead beyond every expiry": Chaos.kill,
    "broker restarts": Chaos.broker_away,
    "broker is away": Chaos.broker_away,
    "broker is killed": Chaos.broker_killed,
    "broker loses its file": Chaos.broker_forgets,
    "broker freezes": Chaos.broker_freezes,
    "broker's disk is full": Chaos.broker_disk_full,
    "postgres restarts": Chaos.database_away,
    "postgres crashes": Chaos.database_away,
    "postgres freezes": Chaos.database_freezes,
    "postgres's disk is full": Chaos.database_disk_full,
    "network is cut": _network("cut"),
    "network swallows all": _network("swallow"),
    "network swallows all beyond the keepalive": _network("swallow"),
    "network loses packets": _network("lossy"),
    "clock is set forward": Chaos.clock_is_set,
    "clock is set back": Chaos.clock_is_set,
    "no clock": _manners(ticks=False),
    "messages are repeated": _manners(repeats=0.5),
    "messages are out of order": _manners(late_s=(0.0, 1.5)),
    "messages are late": _manners(late_s=(1.0, 1.2)),
    "messages get lost": _manners(loses=0.3),
    **{f"a server {manner}": Chaos.bad_server for manner in MANNERS},
    "hostile payloads": Chaos.hostile,
    "flood of readings": Chaos.flood,
    "somebody takes the recorder's id": Chaos.thief,
    "somebody takes the recorder's session": Chaos.thief,
}
