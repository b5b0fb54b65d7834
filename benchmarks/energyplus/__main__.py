"""Houses in EnergyPlus under the control laws: one of them, and its score as JSON, or all that are kept.

pip install -e ".[energyplus]"
python -m benchmarks.energyplus --house terrace --weather newark --days 14 --law doses
python -m benchmarks.energyplus --write                     six minutes; then `make docs`
"""

import argparse
import json
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pyenergyplus

from benchmarks import kept
from benchmarks.energyplus.houses import DRAWINGS
from benchmarks.energyplus.run import Case, run

WEATHER = {
    "newark": "USA_NJ_Newark.Intl.AP.725020_TMY3.epw",
    "chicago": "USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw",
}
SEASONS = {"cold": ((1, 12), (2, 15)), "mild": ((3, 20), (4, 25))}
LAWS = {
    "hysteresis": ("--law", "hysteresis"),
    "forward": ("--law", "hysteresis", "--earlier", "60"),
    "doses": (),
}
KEPT = (
    ("terrace", "newark", "cold"),
    ("terrace", "newark", "mild"),
    ("detached", "chicago", "cold"),
    ("detached", "newark", "mild"),
    ("flat", "newark", "cold"),
    ("corner", "chicago", "cold"),
    ("corner", "newark", "mild"),
)
KEPT_DAYS = 14


def main() -> None:
    options = _arguments()
    if options.write:
        for place in KEPT:
            _keep(*place)
        return
    weather = Path(pyenergyplus.__file__).parent / "data" / "weather" / WEATHER[options.weather]
    print(json.dumps(asdict(run(_case(options), weather))))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--house", choices=list(DRAWINGS), default="terrace")
    parser.add_argument("--weather", choices=list(WEATHER), default="newark")
    parser.add_argument("--season", choices=list(SEASONS), default="cold")
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--law", default="doses")
    parser.add_argument("--comfort", default="balanced")
    parser.add_argument("--flow", action="store_true", help="the law sets the flow temperature")
    parser.add_argument("--earlier", type=int, default=0, help="minutes by which every rise is brought forward")
    parser.add_argument("--loss", type=float, default=0.0, help="fraction of all commands that the radio loses")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minimum-w", type=float, help="another smallest power of the boiler")
    parser.add_argument("--whole", action="store_true", help="through the whole regulator")
    parser.add_argument("--write", action="store_true", help="all that is kept in benchmarks/results")
    return parser.parse_args()


def _case(options: argparse.Namespace) -> Case:
    begin, end = SEASONS[options.season]
    midnight = datetime(2026, *begin, tzinfo=UTC).timestamp() - 3600  # winter time is an hour ahead
    regulator = {"law": options.law, "comfort": options.comfort}
    if options.law != "doses":
        regulator["moves_per_day"] = 1000
    if options.flow:
        regulator["flow"] = {}
    return Case(
        options.house,
        options.weather,
        begin,
        end,
        round(midnight),
        options.days,
        regulator,
        options.earlier,
        options.loss,
        options.seed,
        options.minimum_w,
        options.whole,
    )


def _keep(house: str, weather: str, season: str) -> None:
    """All laws in one house, each in a process of its own: EnergyPlus lives only once in one."""
    place = ("--house", house, "--weather", weather, "--season", season, "--days", str(KEPT_DAYS))
    scores, version = {}, kept.code_version()
    for law, given in LAWS.items():
        command = [sys.executable, "-m", "benchmarks.energyplus", *place, *given]
        ended = subprocess.run(command, check=True, capture_output=True, text=True)
        scores[law] = json.loads(ended.stdout.splitlines()[-1])
        print(f"{house}, {weather}, {season} | {law} | {scores[law]}", flush=True)
    kept.keep("energyplus", f"{house}, {weather}, {season}", {"days": KEPT_DAYS, "code": version, "scores": scores})


if __name__ == "__main__":
    main()
