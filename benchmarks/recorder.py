"""The recorder against the practical limit, interleaved in one run: speed, CPU, memory, delay, and what is lost.

    python -m benchmarks.recorder [--messages N] [--rounds N]

The limit is the pipe of two C programs, `mosquitto_sub | psql`, with one COPY for each 10,000 messages (each message
alone where the delay is measured); it acknowledges before anything is stored. Each run has a broker of its own; the
database writes to the disk at each commit. Rates of a shared machine vary: trust the ratios and the CPU per message.
"""

import argparse
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from statistics import median

from benchmarks.recorder_rivals import Rival, Running, limit, one_insert, recorder
from benchmarks.recorder_stage import Publisher, Stage, database, query, stage
from devtools.servers import Postgres

BATCH = 10_000
PATIENCE_S = 300.0
PROBES = 100  # messages whose delay is measured
KILLS = 5
AWAY_S = 20.0


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
        self._statement = rival.progress

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
                time.sleep(0.0002)  # asking without a pause would take a core from what is measured
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
        return int(query(postgres, f"SELECT count(*) FROM ({rival.numbers}) AS said")[0][0])

    with stage(postgres) as on, running(rival, on) as one, closing(Publisher(on.broker.port)) as publisher:
        per_s = messages / (2 * away_s + 2 * kills)
        speaker = threading.Thread(target=publisher.say, args=(0, messages), kwargs={"per_s": per_s})
        speaker.start()
        for number in range(kills):
            time.sleep(0.5)
            before = rows()
            while rows() == before and speaker.is_alive():
                time.sleep(0.05)
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


def compare(postgres: Postgres, messages: int, rounds: int) -> None:
    """Speed in turns: limit, recorder, limit, recorder, ..., and once one INSERT for each of fewer messages."""
    ours, theirs, few = recorder(0.25), limit(BATCH, messages), max(messages // 50, 500)
    print(f"{'':12}{'rival':28}{'messages/s':>12}{'of the limit':>14}{'CPU us':>8}{'MB':>7}")
    for measure in (backlog, burst):
        pairs = [(measure(theirs, postgres, messages), measure(ours, postgres, messages)) for _ in range(rounds)]
        ratio = median(mine.per_s / most.per_s for most, mine in pairs)
        _row(measure.__name__, theirs, [most for most, _ in pairs], 1.0)
        _row(measure.__name__, ours, [mine for _, mine in pairs], ratio)
        alone = measure(one_insert(), postgres, few)
        _row(measure.__name__, one_insert(), [alone], alone.per_s / median(most.per_s for most, _ in pairs))


def _row(what: str, rival: Rival, speeds: Sequence[Speed], ratio: float) -> None:
    per_s, cpu = median(one.per_s for one in speeds), median(one.cpu_us for one in speeds)
    peak = max(one.peak_mb for one in speeds)
    memory = f"{peak:7.0f}" if peak else f"{'-':>7}"  # the limit has ended when it is asked
    print(f"{what:12}{rival.name:28}{per_s:12,.0f}{ratio:14.2f}{cpu:8.1f}{memory}")


def compare_delays(postgres: Postgres, rounds: int) -> None:
    theirs, ours = limit(1), recorder(0)
    pairs = [(delay_ms(theirs, postgres), delay_ms(ours, postgres)) for _ in range(2 * rounds)]
    most, mine = (median(delays) for delays in zip(*pairs, strict=True))
    ratio = median(mine / most for most, mine in pairs)
    print(f"\nvisible after (p50, linger 0): limit {most:.2f} ms, recorder {mine:.2f} ms, {ratio:.2f} of the limit's")


def compare_losses(postgres: Postgres, messages: int) -> None:
    print(f"\n{KILLS} x SIGKILL and {AWAY_S:.0f} s without Postgres among {messages:,} messages")
    print(f"{'rival':28}{'lost':>8}{'twice':>8}{'MB':>7}")
    for rival, number in ((recorder(0.25), messages), (limit(100), messages), (one_insert(), messages // 50)):
        losses = trouble(rival, postgres, number)
        print(f"{rival.name:28}{losses.lost:8,}{losses.twice:8,}{losses.peak_mb:7.0f}  of {number:,}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recorder", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--messages", type=int, default=100_000, help=f"a multiple of {BATCH:,}; default: %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    options = parser.parse_args()
    if options.messages % BATCH:
        parser.error(f"--messages should be a multiple of {BATCH:,}")
    if shutil.which("node-red") is None:
        print("Node-RED is not installed and left out.\n")
    with database() as postgres:
        compare(postgres, options.messages, options.rounds)
        compare_delays(postgres, options.rounds)
        compare_losses(postgres, options.messages)


if __name__ == "__main__":
    main()
