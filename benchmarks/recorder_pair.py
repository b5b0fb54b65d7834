"""One recorder and two that share the messages: how fast they store, and what is lost when one of two is killed.

    python -m benchmarks.recorder_pair [--messages N] [--kills N]

Each run has a broker of its own, as in benchmarks.recorder; the database writes to the disk at each commit. All speak
through a shared subscription (`$share/all/...`), so that one alone is a group of one.
"""

import argparse
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager

from benchmarks.recorder_rivals import Rival, Running, recorder
from benchmarks.recorder_stage import Publisher, Stage, database, query, stage
from devtools.servers import Postgres

NAMES = ("a", "b")
PATIENCE_S = 300.0
SETTLED_S = 15.0
LINGER_S = 0.25
RECORDER = recorder(LINGER_S)
STORED = f"SELECT count(*), count(DISTINCT payload) FROM ({RECORDER.numbers}) AS said"


def member(name: str) -> Rival:
    def commands(on: Stage) -> Sequence[Sequence[str]]:
        return [[*one, "--shared", "all", "--instance", name] for one in RECORDER.commands(on)]

    return Rival(f"recorder {name}", RECORDER.prepare, commands, RECORDER.progress, RECORDER.numbers)


@contextmanager
def group(on: Stage, size: int) -> Iterator[list[Running]]:
    """So many recorders of one group, subscribed."""
    RECORDER.prepare(on)
    with ExitStack() as stack:
        members = [Running(member(name), on) for name in NAMES[:size]]
        for one in members:
            one.start()
            stack.callback(one.kill)
        wait_for(lambda: on.broker.log.read_text().count(" 1 $share/all/home/") >= size, "not all have subscribed")
        yield members


def wait_for(until: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{otherwise} in {PATIENCE_S:.0f} s")
        time.sleep(0.05)


def stored(postgres: Postgres) -> tuple[int, int]:
    """Rows, and different messages among them."""
    [(rows, messages)] = query(postgres, STORED)
    return rows, messages


def speed(postgres: Postgres, size: int, messages: int) -> None:
    with stage(postgres) as on, group(on, size) as members, closing(Publisher(on.broker.port)) as publisher:
        cpu, began = sum(one.cpu_s() for one in members), time.monotonic()
        publisher.say(0, messages)
        wait_for(lambda: stored(postgres)[0] >= messages, "not everything was stored")
        per_s = messages / (time.monotonic() - began)
        used_us = 1e6 * (sum(one.cpu_s() for one in members) - cpu) / messages
        memory_mb = sum(one.peak_mb() for one in members)
    sys.stdout.write(f"{size} recorders: {per_s:,.0f} messages/s, {used_us:.1f} us of CPU each, {memory_mb:.0f} MB\n")


def trouble(postgres: Postgres, messages: int, kills: int) -> None:
    """One of two is killed and comes back, in turns, while somebody goes on speaking."""
    with stage(postgres) as on, group(on, 2) as members, closing(Publisher(on.broker.port)) as publisher:
        per_s = messages / (2 * kills + 2)
        speaker = threading.Thread(target=publisher.say, args=(0, messages), kwargs={"per_s": per_s})
        speaker.start()
        for number in range(kills):
            time.sleep(0.5)
            members[number % 2].kill()
            time.sleep(0.5)
            members[number % 2].start()
        speaker.join()
        found, since = (-1, -1), time.monotonic()
        while found[1] < messages and time.monotonic() - since < SETTLED_S:
            if (now := stored(postgres)) != found:
                found, since = now, time.monotonic()
            time.sleep(0.5)
    lost, twice = messages - found[1], found[0] - found[1]
    sys.stdout.write(
        f"one of two killed {kills} times among {messages:,} messages: {lost} lost, {twice} stored twice\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.recorder_pair", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=10)
    given = parser.parse_args()
    with database() as postgres:
        for size in (1, 2):
            speed(postgres, size, given.messages)
        trouble(postgres, given.messages, given.kills)


if __name__ == "__main__":
    main()
