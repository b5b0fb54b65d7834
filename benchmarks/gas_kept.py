"""What simulated houses lived, kept on disk beside the repository: days are simulated once and analysed often.

A life is found again by what it was made of: the plan, the settings, the weather, and the source of the simulation and
of the regulator. `HAARD_KEPT` names another folder than the user's cache; it can be emptied at any time.
"""

import gzip
import os
import pickle
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.gas_houses import DECIDES_EVERY_MIN, START, Lived, live
from house import topics
from house.settings import Settings
from simulation.plan import HousePlan

ROOT = Path(__file__).parents[1]
SOURCES = ("simulation", "regulator", "house", "bridges/simulated", "haard/simulation")
HEARD = (
    topics.METER_GAS,
    topics.BOILER_STATUS,
    topics.BOILER_SET,
    topics.VALVE_STATUS,
    topics.VALVE_SET,
    topics.ROOM_TEMPERATURE,
)
"""What gas is shared out by."""
QUICK = 1  # compression level


def lived(
    plan: HousePlan,
    wiring: Settings,
    days: int,
    *,
    seed: int,
    mean_outside: float,
    every_min: int | None = DECIDES_EVERY_MIN,
) -> Lived:
    """As `gas_houses.live`; read back where it was lived before."""
    made_of = (source(), START, every_min, repr(plan), wiring.model_dump_json(), days, seed, mean_outside)
    path = folder() / f"{sha256(repr(made_of).encode()).hexdigest()[:24]}.pickle.gz"
    if not path.exists():
        life = live(plan, wiring, days, seed=seed, mean_outside=mean_outside, every_min=every_min, kept=HEARD)
        keep(path, life)
    return recall(path)


def folder() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("HAARD_KEPT") or Path(cache) / "haard" / "gas")


def keep(path: Path, life: Lived) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    with gzip.open(unfinished, "wb", QUICK) as stream:
        _Pickler(stream, pickle.HIGHEST_PROTOCOL).dump(life)
    unfinished.replace(path)


def recall(path: Path) -> Lived:
    with gzip.open(path, "rb") as stream:
        life: Lived = _Unpickler(stream).load()
    return life


@lru_cache(maxsize=1)
def source() -> str:
    """What identifies the code that lives through days."""
    return sha256(b"".join(path.read_bytes() for path in sorted(_files()))).hexdigest()


def _files() -> Iterable[Path]:
    for name in SOURCES:
        path = ROOT / name
        yield from path.rglob("*.py") if path.is_dir() else [path]


class _Pickler(pickle.Pickler):
    """Topics are told apart by their identity: they are kept by their pattern."""

    def persistent_id(self, obj: Any) -> str | None:
        return obj.pattern if isinstance(obj, topics.Topic) else None


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, pid: str) -> topics.Topic[Any]:
        return _BY_PATTERN[pid]


_BY_PATTERN = {topic.pattern: topic for topic in topics.TOPICS}
