"""The regulator of one house on the broker: it hears, steps and says, whoever holds the connection."""

import secrets
from collections.abc import Sequence
from importlib.metadata import version
from typing import Protocol

import structlog

from house import messages, settings, topics
from house.mqtt import Received, log_refusal
from regulator.basis import basis
from regulator.catching_up import Word, catch_up
from regulator.flood import superseded
from regulator.snapshot import Snapshot, empty, last_published
from regulator.step import handle_bytes

SERVICE = "regulator"
TURN_S = 0.5
MOST_AT_ONCE = 2000  # messages of one turn, so that the network is served again within a second or two
logger = structlog.get_logger()


class Voice(Protocol):
    """What the service needs of house.mqtt.Link."""

    @property
    def connections(self) -> int: ...
    def receive(self, timeout: float) -> list[Received]: ...
    def publish(self, publication: topics.Publication) -> None: ...


class Service:
    """The regulator on the broker.

    After every (re)connection the retained messages arrive again. They are held until the service hears its own echo
    behind them, so that nothing is decided on half of what is known.
    """

    def __init__(self, wiring: settings.Settings, link: Voice) -> None:
        self._link, self._snapshot = link, empty(wiring)
        self._connections = 0
        self._nonce: str | None = None
        self._held: list[Word] = []
        self._heard = 0
        self._began = ""

    def turn(self) -> None:
        """One turn of the network and of the regulator."""
        arrived = self._everything_that_waits()
        if self._link.connections != self._connections:
            self._connections = self._link.connections
            self._nonce, self._held = secrets.token_hex(8), []
            self._link.publish(
                topics.publication(topics.SERVICE_ECHO, SERVICE, message=messages.Echo(nonce=self._nonce))
            )
        words: list[Word] = []
        for received in arrived:
            word = Word(received.path, received.payload, received.retained)
            if word.path == topics.SERVICE_ECHO.path(SERVICE):
                self._hear_echo(word.payload)
            elif self._nonce is None:
                words.append(word)
            else:
                self._held.append(word)
        self._hear_all(words)

    def _everything_that_waits(self) -> list[Received]:
        """What has arrived, and whatever else the network has for us already."""
        arrived = self._link.receive(TURN_S)
        more = arrived
        while more and len(arrived) < MOST_AT_ONCE:
            more = self._link.receive(0)
            arrived += more
        return arrived

    def _hear_echo(self, payload: bytes) -> None:
        if self._nonce is not None and payload == messages.Echo(nonce=self._nonce).encode():
            self._catch_up(self._nonce)

    def _catch_up(self, nonce: str) -> None:
        """All that is retained has arrived; what is said now lets a record be played again from here on."""
        after = catch_up(self._snapshot, self._held)
        self._nonce, self._held, self._snapshot, self._began = None, [], after.snapshot, nonce
        began = messages.Began(nonce=nonce, fresh=after.fresh, waiting=len(after.waiting), heard=self._heard)
        said = basis(after.snapshot.wiring, version("haard"))
        self._link.publish(topics.publication(topics.SERVICE_BASIS, SERVICE, message=said))
        self._link.publish(topics.publication(topics.SERVICE_BEGAN, SERVICE, message=began))
        self._heard = 0
        for publication in after.missing:
            self._link.publish(publication)
        self._hear_all(after.waiting)
        logger.info("caught up", fresh=after.fresh, rooms=len(self._snapshot.wiring.rooms))

    def _hear_all(self, words: Sequence[Word]) -> None:
        """Each by itself; of a flood the newest of each topic."""
        skipped = superseded(words)
        if skipped:
            numbers = tuple(self._heard + place for place in sorted(skipped))
            said = messages.Skipped(nonce=self._began, numbers=numbers)
            self._link.publish(topics.publication(topics.SERVICE_SKIPPED, SERVICE, message=said))
            logger.warning("flood: only the newest messages are heard", waiting=len(words), skipped=len(skipped))
        for place, word in enumerate(words):
            self._heard += 1
            if place not in skipped:
                self._hear(word)

    def _hear(self, received: Word) -> None:
        before: Snapshot = self._snapshot
        self._snapshot, publications = handle_bytes(before, received.path, received.payload, retained=received.retained)
        for publication in publications:
            self._link.publish(publication)
            _tell(publication, last_published(before, publication.name))


def _tell(publication: topics.Publication, before: messages.Message | None) -> None:
    """One line in the log for what a person may want to look up later; a command that is only said again is none."""
    match publication.message:
        case messages.Rejected() as refused:
            log_refusal(refused)
        case messages.ValveSet() as command if not (
            isinstance(before, messages.ValveSet) and before.opening == command.opening
        ):
            logger.info("valve", address=publication.name.ids[0], opening=command.opening, reason=command.reason)
        case messages.BoilerSet() as command if not (
            isinstance(before, messages.BoilerSet) and before.call == command.call
        ):
            logger.info("boiler", call=command.call, reason=command.reason)
