"""One house in EnergyPlus under one law, and its score as JSON.

pip install -e ".[energyplus]"
python -m benchmarks.energyplus --house terrace --weather newark --days 14 --law doses
"""

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pyenergyplus

from benchmarks.energyplus.houses import DRAWINGS
from benchmarks.energyplus.run import Case, run

WEATHER = {
    "newark": "USA_NJ_Newark.Intl.AP.725020_TMY3.epw",
    "chicago": "USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw",
}
SEASONS = {"cold": ((1, 12), (2, 15)), "mild": ((3, 20), (4, 25))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--house", choices=list(DRAWINGS), default="terrace")
    parser.add_argument("--weather", choices=list(WEATHER), default="newark")
    parser.add_argument("--season", choices=list(SEASONS), default="cold")
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--law", default="doses")
    parser.add_argument("--comfort", default="balanced")
    parser.add_argument("--earlier", type=int, default=0, help="minutes by which every rise is brought forward")
    parser.add_argument("--loss", type=float, default=0.0, help="part of all commands that the radio loses")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minimum-w", type=float, help="another smallest power of the boiler")
    options = parser.parse_args()
    begin, end = SEASONS[options.season]
    midnight = datetime(2026, *begin, tzinfo=UTC).timestamp() - 3600  # winter time is an hour ahead
    regulator = {"law": options.law, "comfort": options.comfort}
    if options.law != "doses":
        regulator["moves_per_day"] = 1000
    case = Case(
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
    )
    weather = Path(pyenergyplus.__file__).parent / "data" / "weather" / WEATHER[options.weather]
    print(json.dumps(asdict(run(case, weather))))


if __name__ == "__main__":
    main()
