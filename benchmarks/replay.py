"""How long it takes to ask the record why, and to play it again: a simulated day, told as often as makes a year of it.

    python -m benchmarks.replay why --days 365      a year into a new Postgres, then `why --at` at many instants of it
    python -m benchmarks.replay why --sqlite        the same in SQLite
    python -m benchmarks.replay replay --days 1     days read from a database and played; what a year of them would take
    python -m benchmarks.replay week --law tpi      a week with restarts, wishes and faults, exported, imported into an
                                                    empty Postgres, and played again by another process

For `why` each day is the same day with other dates, so the year is as large as a real one and its instants can be
found; times are of the wall and include the connection. Those of a replay are of the processor, the server's left out.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from operator import itemgetter
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import structlog

from benchmarks.scenarios import settings
from devtools import servers
from haard.replay import replaying
from haard.replay.anonymous import rewriter
from haard.replay.past import snapshot_of, would_have_changed
from haard.replay.recorded import Recorded
from haard.replay.sources import DatabaseRecord
from haard.settings_file import example
from house.topics import Root
from recorder import migrations, partitions
from recorder.database import Database
from recorder.open import open_database
from simulation.house import House
from simulation.house_plans import varied_house
from simulation.weather import winter
from tests.haard.replay import lived
from tests.haard.replay.conftest import imported

DAY = timedelta(days=1)
YEAR_MESSAGES = 5_000_000


def seven_rooms(law: str, seed: int = 1) -> lived.Lived:
    """A house with seven rooms, each with a radiator and a thermometer."""
    plan, at = varied_house(seed), int(lived.BEGIN.timestamp())
    house = House(plan, winter(seed, at), at, seed=seed)
    return lived.Lived(seed=seed, other=(settings(plan, seed, {"law": law}), house))


def a_day(law: str) -> tuple[lived.Lived, list[Recorded]]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    house = seven_rooms(law)
    house.run(1440)
    return house, lived.recorded(house.broker.record)


def store_days(database: Database, day: list[Recorded], days: int) -> int:
    """The same day again and again, each with its own dates."""
    first = day[0].received_at
    if database.driver.has_months:
        partitions.make(database, {partitions.month(first + number * DAY) for number in range(days + 1)})
    ids = {path: number for number, path in enumerate(dict.fromkeys(one.path for one in day), 1)}
    with database.transaction() as transaction:
        for path, id_ in ids.items():
            transaction.execute("INSERT INTO topic (id, name) VALUES (%s, %s)", id_, f"home/{path}")
    for number in range(days):
        rewrite = rewriter({}, -number * DAY)
        with database.transaction() as transaction:
            transaction.store(
                [
                    (one.received_at + number * DAY, ids[one.path], 1, False, rewrite(one.payload.decode()).encode())
                    for one in day
                ]
            )
    with database.transaction() as transaction:
        transaction.execute(database.driver.optimise)
    return days * len(day)


def asked(url: str, house: lived.Lived, days: int) -> Iterator[float]:
    """Seconds that each question takes, with a connection of its own."""
    for number in range(40):
        at = lived.BEGIN + days * DAY * (number + 1) / 42
        began = time.perf_counter()
        with closing(open_database(url)) as database:
            kept = DatabaseRecord(database, Root("home")).at(at)
        then = snapshot_of(kept, house.wiring)
        assert then.now is not None
        assert abs(then.now - at) < timedelta(minutes=5)
        list(would_have_changed(then, "living"))
        yield time.perf_counter() - began


def a_server(folder: Path) -> servers.Postgres:
    servers.initialise(folder)
    return servers.Postgres(folder)


def why(options: argparse.Namespace) -> None:
    house, day = a_day(options.law)
    with a_database(options.sqlite) as url:
        migrations.upgrade(open_database(url).driver)
        with closing(open_database(url)) as database:
            began = time.perf_counter()
            count = store_days(database, day, options.days)
            print(f"{count} messages of {options.days} days stored in {time.perf_counter() - began:.0f} s", flush=True)
        seconds = sorted(asked(url, house, options.days))
        print(f"why --at: median {median(seconds):.2f} s, longest {seconds[-1]:.2f} s of {len(seconds)}", flush=True)


@contextmanager
def a_database(is_sqlite: bool) -> Iterator[str]:
    """Where a new database is."""
    if is_sqlite:
        with TemporaryDirectory() as name:
            yield f"sqlite:///{name}/haard.db"
    else:
        with servers.postgres_folder() as folder, a_server(folder) as server:
            yield server.url


def replay(options: argparse.Namespace) -> None:
    days, law = options.days, options.law
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    house = seven_rooms(law)
    house.run(1440 * days)
    with TemporaryDirectory() as name, a_database(options.sqlite) as url:
        imported(url, lived.write(Path(name) / "house.jsonl.gz", house.broker.record))
        played, seconds = min((replayed(url, house) for _ in range(options.runs)), key=itemgetter(1))
    minutes = 1440 * days
    year = played / minutes * 525_600
    print(f"{law}: {played} messages, {minutes} minutes in {seconds:.2f} s, the least of {options.runs} runs:")
    print(f"  {1e6 * seconds / played:.1f} us a message, {1000 * seconds / minutes:.2f} ms a minute")
    print(f"  a year of minutes, {year / 1e6:.1f} million messages: {seconds / played * year / 60:.1f} min")
    print(f"  {YEAR_MESSAGES} messages: {seconds / played * YEAR_MESSAGES / 60:.1f} min", flush=True)


def replayed(url: str, house: lived.Lived) -> tuple[int, float]:
    """How many messages were played, and the seconds of the processor."""
    with closing(open_database(url)) as database:
        began = time.process_time()
        report = replaying.replay(DatabaseRecord(database, Root("home")), None, None, house.wiring)
        seconds = time.process_time() - began
    assert report.is_identical, report.differences[0]
    return report.messages, seconds


def week(options: argparse.Namespace) -> None:
    days, law = options.days, options.law
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    house = seven_rooms(law, days)
    house.run(1440 * days, wishes_of(days))
    with TemporaryDirectory() as name, a_database(options.sqlite) as url:
        file = lived.write(Path(name) / "house.jsonl.gz", house.broker.record)
        imported(url, file)
        yaml = Path(name) / "house.yaml"
        yaml.write_text(example().replace("sqlite:///haard.db", url))
        run = [sys.executable, "-m", "haard", "replay", "--settings", str(yaml)]
        done = subprocess.run(run, check=False, capture_output=True, text=True)
    print(f"{law}, {days} days, {len(house.broker.record)} messages: exit code {done.returncode}")
    print(done.stdout + done.stderr)


def wishes_of(days: int) -> tuple[lived.Wish, ...]:
    """The wishes of the first hours on each day, but for those that name a date."""
    every = [one for one in lived.WISHES if b"until" not in one[2]]
    return (*lived.WISHES, *((1440 * day + at, path, said) for day in range(1, days) for at, path, said in every))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("why", "replay", "week"))
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--law", default="doses")
    parser.add_argument("--runs", type=int, default=3, help="of which the quickest counts")
    parser.add_argument("--sqlite", action="store_true", help="instead of Postgres")
    options = parser.parse_args()
    {"why": why, "replay": replay, "week": week}[options.what](options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
