"""The recorder against the practical limit, interleaved in one run: speed, CPU, memory, delay, and what is lost.

    python -m benchmarks.recorder [--messages N] [--rounds N] [--write]

The limit is the pipe of two C programs, `mosquitto_sub | psql`, with one COPY for each 10,000 messages (each message
alone where the delay is measured); it acknowledges before anything is stored. Each run has a broker of its own; the
database writes to the disk at each commit. Rates of a shared machine vary: trust the ratios and the CPU per message.
"""

import argparse
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from statistics import median

from benchmarks.recorder_rivals import Rival, Running, limit, recorder
from benchmarks.recorder_stage import Publisher, Stage, database, query, stage
from tests.servers import Postgres

BATCH = 10_000
PATIENCE_S = 300.0
PROBES = 200  # messages whose delay is measured
KILLS = 5
AWAY_S = 20.0
RATE_PER_S = 2_000  # of the messages in a run with kills


@dataclass(frozen=True)
class Speed:
    per_s: float
    cpu_us: float  # per message
    peak_mb: float


@contextmanager
def running(rival: Rival, on: Stage) -> Iterator[Running]:
    """Started, and subscribed; killed at the end."""
    rival.prepare(on)
    one = Running(rival, on)
    one.start()
    try:
        wait_until_subscribed(on)
        yield one
    finally:
        one.kill()


def wait_until_subscribed(on: Stage) -> None:
    """The broker logs each subscription with its QoS."""
    _wait(lambda: " 1 home/" in on.broker.log.read_text(), "nobody subscribed")


def _wait(until: Callable[[], bool], what: str, pause_s: float = 0.01) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} in {PATIENCE_S:.0f} s")
        time.sleep(pause_s)


class Progress:
    """How many rows are committed, asked over one connection."""

    def __init__(self, rival: Rival, postgres: Postgres) -> None:
        self._connection = postgres.connect()
        self._connection.autocommit = True
        self._cursor = self._connection.cursor()
        self._statement = f"SELECT coalesce(max(id), 0) FROM {rival.table}"

    def rows(self) -> int:
        self._cursor.execute(self._statement)
        return int(self._cursor.fetchone()[0])

    def close(self) -> None:
        self._connection.close()


def backlog(rival: Rival, postgres: Postgres, messages: int) -> Speed:
    """The session is full when the rival comes back; measured from its first row to the last."""
    with stage(postgres) as on, running(rival, on) as one:
        one.end()
        with closing(Publisher(on.broker.port)) as publisher:
            publisher.say(0, messages)
        with closing(Progress(rival, postgres)) as progress:
            before = progress.rows()
            one.start()
            _wait(lambda: progress.rows() > before, "nothing was stored", 0.001)
            began, already, cpu = time.monotonic(), progress.rows() - before, one.cpu_s()
            _wait(lambda: progress.rows() - before >= messages, "not everything was stored")
            rest = messages - already
            return Speed(rest / (time.monotonic() - began), 1e6 * (one.cpu_s() - cpu) / rest, one.peak_mb())


def burst(rival: Rival, postgres: Postgres, messages: int) -> Speed:
    """The rival is there while somebody publishes as fast as the broker can; measured from the first word."""
    with (
        stage(postgres) as on,
        running(rival, on) as one,
        closing(Publisher(on.broker.port)) as publisher,
        closing(Progress(rival, postgres)) as progress,
    ):
        before, cpu, began = progress.rows(), one.cpu_s(), time.monotonic()
        publisher.say(0, messages)
        _wait(lambda: progress.rows() - before >= messages, "not everything was stored")
        return Speed(messages / (time.monotonic() - began), 1e6 * (one.cpu_s() - cpu) / messages, one.peak_mb())


def delay_ms(rival: Rival, postgres: Postgres) -> float:
    """The median time from the publication to where a reader of the database sees it."""
    with (
        stage(postgres) as on,
        running(rival, on),
        closing(Publisher(on.broker.port)) as publisher,
        closing(Progress(rival, postgres)) as progress,
    ):
        delays = []
        for number in range(PROBES):
            time.sleep(0.01)
            before, began = progress.rows(), time.perf_counter()
            publisher.say(number, 1)
            while progress.rows() == before:
                pass
            delays.append(time.perf_counter() - began)
        return 1e3 * median(delays)


@dataclass(frozen=True)
class Losses:
    lost: int
    twice: int
    peak_mb: float


def trouble(rival: Rival, postgres: Postgres, messages: int, *, kills: int = KILLS, away_s: float = AWAY_S) -> Losses:
    """Killed several times, each time when it has stored something, and without its database for a while."""

    def rows() -> int:
        return int(query(postgres, f"SELECT count(*) FROM {rival.table}")[0][0])

    with stage(postgres) as on, running(rival, on) as one, closing(Publisher(on.broker.port)) as publisher:
        speaker = threading.Thread(target=publisher.say, args=(0, messages), kwargs={"per_s": RATE_PER_S})
        speaker.start()
        for number in range(kills):
            time.sleep(messages / RATE_PER_S / 2 / kills)
            before = rows()
            _wait(lambda before=before: rows() > before, "nothing was stored", 0.05)  # type: ignore[misc]
            one.kill()
            one.start()
            if number == kills // 2:
                postgres.stop()
                time.sleep(away_s)
                postgres.start()
        speaker.join()
        return _counted(rival, postgres, one, messages)


def _counted(rival: Rival, postgres: Postgres, one: Running, messages: int) -> Losses:
    """What is stored when nothing has been added for a while."""
    found, since = (-1, -1), time.monotonic()
    while found[0] < messages and time.monotonic() - since < 15:
        now = query(postgres, f"SELECT count(DISTINCT payload), count(*) FROM ({rival.numbers}) AS said")[0]
        if now != found:
            found, since = (now[0], now[1]), time.monotonic()
        time.sleep(0.5)
    return Losses(messages - found[0], found[1] - found[0], one.peak_mb())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recorder", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with database() as postgres:
        ours, theirs = recorder(0.25), limit(BATCH, options.messages)
        for measure in (backlog, burst):
            for number in range(options.rounds):
                for rival in (theirs, ours):
                    print(measure.__name__, rival.name, measure(rival, postgres, options.messages))
        for rival in (limit(1), recorder(0)):
            print(rival.name, delay_ms(rival, postgres))


if __name__ == "__main__":
    main()
