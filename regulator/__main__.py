"""The regulator's shell: messages in, messages out.

python -m regulator --settings house.yaml            on the broker
python -m regulator --settings house.yaml --stdio    as a filter, without broker, clock or disk
"""

import argparse
import io
import secrets
import signal
import sys
from importlib.metadata import version
from pathlib import Path

import structlog

from house import log, messages, settings, topics
from house.errors import SettingsError
from house.mqtt import Link
from house.stopping import stop_on_signals
from regulator.basis import basis
from regulator.catching_up import Word, catch_up
from regulator.snapshot import Snapshot, empty, last_published
from regulator.stdio import filter_lines
from regulator.step import TOPICS, handle_bytes

SERVICE = "regulator"
logger = structlog.get_logger()


class Service:
    """The regulator on the broker.

    After every (re)connection the retained messages arrive again. They are held until the service hears its own echo
    behind them, so that nothing is decided on half of what is known.
    """

    def __init__(self, wiring: settings.Settings, link: Link) -> None:
        self._link, self._snapshot = link, empty(wiring)
        self._connections = 0
        self._nonce: str | None = None
        self._held: list[Word] = []
        self._heard = 0

    def turn(self) -> None:
        """One turn of the network and of the regulator."""
        arrived = self._link.receive(0.5)
        if self._link.connections != self._connections:
            self._connections = self._link.connections
            self._nonce, self._held = secrets.token_hex(8), []
            self._link.publish(
                topics.publication(topics.SERVICE_ECHO, SERVICE, message=messages.Echo(nonce=self._nonce))
            )
        for received in arrived:
            word = Word(received.path, received.payload, received.retained)
            if word.path == topics.SERVICE_ECHO.path(SERVICE):
                self._hear_echo(word.payload)
            elif self._nonce is None:
                self._hear(word)
            else:
                self._held.append(word)

    def _hear_echo(self, payload: bytes) -> None:
        if self._nonce is not None and payload == messages.Echo(nonce=self._nonce).encode():
            self._catch_up(self._nonce)

    def _catch_up(self, nonce: str) -> None:
        """All that is retained has arrived; what is said now lets a record be played again from here on."""
        after = catch_up(self._snapshot, self._held)
        self._nonce, self._held, self._snapshot = None, [], after.snapshot
        began = messages.Began(nonce=nonce, fresh=after.fresh, waiting=len(after.waiting), heard=self._heard)
        said = basis(after.snapshot.wiring, version("haard"))
        self._link.publish(topics.publication(topics.SERVICE_BASIS, SERVICE, message=said))
        self._link.publish(topics.publication(topics.SERVICE_BEGAN, SERVICE, message=began))
        self._heard = 0
        for publication in after.missing:
            self._link.publish(publication)
        for word in after.waiting:
            self._hear(word)
        logger.info("caught up", fresh=after.fresh, rooms=len(self._snapshot.wiring.rooms))

    def _hear(self, received: Word) -> None:
        before: Snapshot = self._snapshot
        self._heard += 1
        self._snapshot, publications = handle_bytes(before, received.path, received.payload, retained=received.retained)
        for publication in publications:
            self._link.publish(publication)
            _tell(publication, last_published(before, publication.name))


def _tell(publication: topics.Publication, before: messages.Message | None) -> None:
    """One line in the log for what a person may want to look up later; a command that is only said again is none."""
    match publication.message:
        case messages.Rejected() as refused:
            logger.warning("message refused", topic=refused.topic, payload=refused.payload, reason=refused.reason)
        case messages.ValveSet() as command if not (
            isinstance(before, messages.ValveSet) and before.opening == command.opening
        ):
            logger.info("valve", address=publication.name.ids[0], opening=command.opening, reason=command.reason)
        case messages.BoilerSet() as command if not (
            isinstance(before, messages.BoilerSet) and before.call == command.call
        ):
            logger.info("boiler", call=command.call, reason=command.reason)


def _filter(wiring: settings.Settings) -> None:
    """Lines in and out, UTF-8 whatever the locale says; whoever stops reading ends the filter, as in any pipe."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace", newline="\n")
    for line in filter_lines(wiring, lines):
        sys.stdout.buffer.write(line.encode() + b"\n")
        if line.startswith('{"end"'):
            sys.stdout.buffer.flush()


def _serve(wiring: settings.Settings) -> None:
    """On the broker until SIGTERM; raises SettingsError for a secret or certificate that cannot be read."""
    log.configure(SERVICE)
    filters = [*(topic.filter() for topic in TOPICS), topics.SERVICE_ECHO.path(SERVICE)]
    with stop_on_signals() as stop, Link(wiring.mqtt, SERVICE, filters, stop=stop, announce=False, about=True) as link:
        service = Service(wiring, link)
        while not stop.is_set():
            service.turn()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m regulator",
        description="Decides which valves open and when the boiler burns, from what the house says over MQTT.",
    )
    parser.add_argument("--settings", type=Path, default=Path("house.yaml"), help="the house (default: house.yaml)")
    parser.add_argument(
        "--stdio",
        action="store_true",
        help='read {"topic": ..., "payload": ..., "retained": false} a line, write publications and {"end": n}',
    )
    return parser.parse_args()


def main() -> int:
    arguments = _arguments()
    try:
        wiring = settings.load(arguments.settings)
        if arguments.stdio:
            _filter(wiring)
        else:
            _serve(wiring)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
