"""The recorder's shell: `python -m recorder --settings house.yaml` records until SIGTERM.

`python -m recorder analyse` is a second service beside it, which says what the recorded days came to and only reads
the record. With `--shared GROUP` several recorders share the messages, each under a name of its own, by which the
broker knows its session.

The database is opened first, so that `online` means that messages are kept; what is said before waits in the broker's
session. Missing upgrades of the tables run in a process of their own: `python -m recorder migrate`; so does, each hour,
what keeps the record quick and small: `python -m recorder maintain`.
Exit status: 0 stopped, 1 failed, 2 wrong usage or settings.
"""

import argparse
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from house import log as house_log
from house import settings as house_settings
from house import topics
from house.alive import Pulse
from house.connection import Connection
from house.errors import DeviceError, HaardError, SettingsError
from house.mqtt import Link
from house.settings import Settings
from house.stopping import gone_within, stop_on_signals
from recorder import analysing, partitions
from recorder.analyst import Analyst
from recorder.answering import Answers
from recorder.database import Database
from recorder.housekeeping import Housekeeping
from recorder.maintenance import Maintenance
from recorder.open import open_database
from recorder.reader import RecordReader
from recorder.service import Outage, RecordingLoop, unrecorded
from recorder.writer import Writer

SERVICE, ANALYST = "recorder", "analyst"
EVERYTHING = "+/#"  # under the root
HOUR_S = 3_600.0
GONE_S = 3.0  # from the signal to stop, of five that a service has
PAUSE_S = 0.05  # between two pieces of maintenance, so that the recorder comes in between

log = house_log.logger()


def _record(settings: Settings, options: argparse.Namespace, stop: threading.Event) -> None:
    database = open_database(settings.database.url)
    link = _connection(settings, options, stop)
    writer = Writer(database, link.client_id)
    if not _opened(database, writer, options.settings, stop):
        return
    log.info("recording", database=database.driver.name, everything_under=settings.mqtt.root)
    housekeeping = Housekeeping(partial(_maintenance, options.settings), datetime.now(UTC))
    with closing(database), link, ExitStack() as stack:
        stack.callback(housekeeping.leave)
        service = RecordingLoop(
            link,
            writer,
            settings.recorder.linger_s,
            stop,
            clock=lambda: datetime.now(UTC),
            unrecorded=unrecorded(topics.Root(settings.mqtt.root)),
            meanwhile=housekeeping.turn,
        )
        service.run()
    log.info("stopped", stored=service.stored)


def _connection(settings: Settings, options: argparse.Namespace, stop: threading.Event) -> Connection:
    everything = topics.Root(settings.mqtt.root).full(EVERYTHING)
    if options.shared is None:
        return Connection(settings.mqtt, SERVICE, [everything], stop)
    instance = options.instance or re.sub(r"[^a-z0-9_]", "_", socket.gethostname().lower())
    return Connection(settings.mqtt, f"{SERVICE}_{instance}", [f"$share/{options.shared}/{everything}"], stop)


def _opened(database: Database, writer: Writer, file: Path, stop: threading.Event) -> bool:
    """Wait for the database and for its tables to be up to date; False if told to stop before."""
    outage, pulse = Outage(), Pulse()
    while not stop.is_set():
        pulse.beat()
        try:
            if not database.is_current():
                _upgrade_in_child(file)
            if database.driver.has_months:
                partitions.make(database, set(partitions.ahead(datetime.now(UTC))))
            with database.transaction() as transaction:
                transaction.execute(database.driver.grants)
            writer.open()
        except DeviceError as error:
            if not error.temporary:
                raise
            stop.wait(outage.goes_on(error))
        else:
            outage.is_over()
            return True
    return False


def _upgrade_in_child(file: Path) -> None:
    command = [sys.executable, "-m", "recorder", "migrate", "--settings", str(file)]
    status = subprocess.run(command, check=False, start_new_session=True).returncode
    if status == 2:
        raise SettingsError("the recorder cannot use this database")
    if status:
        raise DeviceError(f"the tables could not be brought up to date (exit status {status})", temporary=True)


def _maintenance(file: Path, options: Sequence[str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "recorder", "maintain", "--settings", str(file), "--child-of", str(os.getpid())]
    return subprocess.Popen([*command, *options])


def _maintain(settings: Settings, stop: threading.Event, *, daily: bool, child_of: int | None) -> None:
    """What is due now; a database that is away is waited for, until the next hour's maintenance is due. A recorder that
    was killed has nobody else to end it, and the next one begins the maintenance anew.
    """
    now, deadline = datetime.now(UTC), time.monotonic() + HOUR_S
    with closing(open_database(settings.database.url)) as database:
        one = Maintenance(database, settings.recorder.retention, topics.Root(settings.mqtt.root), time.monotonic)
        while not one.is_done(now, daily=daily) and not stop.wait(PAUSE_S):
            if time.monotonic() > deadline:
                raise DeviceError("the database was not there in time", temporary=True)
            if child_of not in (None, os.getppid()):
                raise DeviceError("the recorder that began it has gone", temporary=True)
            one.turn(now)


def _migrate(settings: Settings) -> None:
    from recorder import migrations  # the service itself does not carry SQLAlchemy and Alembic

    database = open_database(settings.database.url)
    migrations.upgrade(database.driver)
    log.info("tables are up to date", database=database.driver.name)


def _analyse(settings: Settings, stop: threading.Event) -> None:
    database, for_answers = open_database(settings.database.url), open_database(settings.database.url)
    heard = [topics.TICK.path(), topics.HISTORY_QUERY.path()]
    with closing(database), closing(for_answers), Link(settings.mqtt, ANALYST, heard, stop=stop) as link:
        reader = RecordReader(database, link.root)
        analyst = Analyst(reader, settings)
        answers = Answers(RecordReader(for_answers, link.root), settings, analyst, time.monotonic)
        service = analysing.AnalysisLoop(link, database, analyst, answers)
        reader.breathe = analyst.breathe = lambda: _go_on(service, stop)
        log.info("analysing", database=database.driver.name)
        with suppress(_StoppedError):
            while not stop.is_set():
                service.turn()


class _StoppedError(Exception):
    """The analyst was told to stop in the midst of a long look."""


def _go_on(service: analysing.AnalysisLoop, stop: threading.Event) -> None:
    service.breathe()
    if stop.is_set():
        raise _StoppedError


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m recorder",
        description="Records every message under the topic root in Postgres or SQLite, each exactly once. While the "
        "database is away the broker keeps the messages; the recorder waits and catches up.",
        epilog="The database's password is read from HAARD_DATABASE_PASSWORD or from the file that "
        "HAARD_DATABASE_PASSWORD_FILE names.",
    )
    parser.add_argument(
        "action",
        nargs="?",
        choices=("record", "analyse", "migrate", "maintain"),
        default="record",
        help="record (default), analyse what was recorded, or only bring the database's tables up to date, or do what "
        "the recorder has done each hour: add up the hours",
    )
    parser.add_argument("--settings", type=Path, default=Path("house.yaml"), help="default: %(default)s")
    parser.add_argument(
        "--daily", action="store_true", help="with maintain: months are made too, and what is too old is deleted"
    )
    parser.add_argument(
        "--child-of",
        metavar="PID",
        type=int,
        help="with maintain: end as soon as this process, which began it, has gone",
    )
    parser.add_argument(
        "--shared", metavar="GROUP", type=_word, help="share the messages with the other recorders of this group"
    )
    parser.add_argument(
        "--instance",
        metavar="NAME",
        type=_word,
        help="this recorder's name in its group, which it must keep (default: the name of this computer)",
    )
    return parser


def _word(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]+", text):
        raise argparse.ArgumentTypeError(f"should be of a-z, 0-9 and _, not {text!r}")
    return text


def main(arguments: list[str] | None = None) -> int:
    parser = _arguments()
    options = parser.parse_args(arguments)
    if options.instance and not options.shared:
        parser.error("--instance is a name in a group; it goes with --shared GROUP")
    if options.shared and options.action != "record":
        parser.error(f"--shared is for recording, not for {options.action}")
    house_log.configure(ANALYST if options.action == "analyse" else SERVICE)
    try:
        settings = house_settings.load(options.settings)
        if options.action == "migrate":
            _migrate(settings)
            return 0
        with stop_on_signals() as stop, gone_within(GONE_S):
            if options.action == "analyse":
                _analyse(settings, stop)
            elif options.action == "maintain":
                _maintain(settings, stop, daily=options.daily, child_of=options.child_of)
            else:
                _record(settings, options, stop)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except HaardError as error:
        log.error("gave up", reason=str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
