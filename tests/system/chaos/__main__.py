"""`make chaos SEED=1 MINUTES=10`: a house in chaos; a seed that fails is written to a file that can be played again.

python -m tests.system.chaos --seed 1 --minutes 10 [--payloads N] [--replay FILE] [--report FILE]
"""

import argparse
import signal
import sys
from datetime import UTC, datetime
from math import inf
from pathlib import Path

from devtools.servers import postgres_folder
from tests.system.chaos import plan
from tests.system.chaos.report import markdown
from tests.system.chaos.run import run
from tests.system.chaos.stage import may_mount

LONG_FROM_MIN = 8.0
BACK_S = 10.0


def main() -> int:
    given = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that nothing is left running
    kinds = given.only or plan.possible(is_long=given.minutes >= LONG_FROM_MIN, may_mount=may_mount())
    scenes = plan.storm(given.seed) if given.payloads else plan.scenes(given.seed, kinds)
    if given.replay:
        scenes = iter(plan.read(given.replay.read_text()))
    with postgres_folder() as folder:
        outcome = run(folder, given.seed, scenes, given.minutes, given.back, _tell, given.payloads or inf)
        if outcome.violations and given.keep:
            _keep_logs(folder, given.keep)
    text = markdown(outcome)
    sys.stdout.write(text)
    if given.report:
        given.report.write_text(text)
    if outcome.violations:
        file = Path(f"chaos-{given.seed}.json")
        file.write_text(plan.written(given.seed, outcome.played, outcome.violations))
        sys.stdout.write(f"\nplay it again: python -m tests.system.chaos --replay {file} --minutes {given.minutes:g}\n")
    return 1 if outcome.violations else 0


def _keep_logs(folder: Path, to: Path) -> None:
    to.mkdir(parents=True, exist_ok=True)
    for log in folder.glob("*/log.txt"):
        (to / f"{log.parent.name}.log").write_bytes(log.read_bytes())


def _tell(words: str) -> None:
    sys.stdout.write(f"{datetime.now(UTC):%H:%M:%S} {words}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.system.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument(
        "--back", type=float, default=BACK_S, help="s until all must be well after a scene (default: 10)"
    )
    parser.add_argument("--only", action="append", choices=plan.KINDS, help="this kind of disturbance, and no other")
    parser.add_argument("--payloads", type=int, help="nothing but hostile payloads, until so many were thrown")
    parser.add_argument("--replay", type=Path, help="the scenes of this file instead of those of the seed")
    parser.add_argument("--report", type=Path, help="where the report is written too")
    parser.add_argument("--keep", type=Path, help="a folder for the services' logs when something was violated")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
