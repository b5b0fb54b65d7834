"""Every clause that the regulator says to people in simulated days of the example house, a line each.

Run by reasons.e2e.ts as `python said_reasons.py LAW DAYS`, so that the page's Dutch is held against
what is really said.
"""

import sys
from datetime import UTC, datetime

from bridges.simulated.protocol import house_plan
from haard.settings_file import example
from haard.simulation.closed_loop import ClosedLoop
from house.messages import BoilerSet, RoomStatus
from house.settings import parse
from house.topics import Publication
from simulation.house import House
from simulation.weather import winter

BEGIN = int(datetime(2026, 1, 12, tzinfo=UTC).timestamp())
DAY_S = 86_400


def said(law: str, days: float) -> set[str]:
    found: set[str] = set()

    def overhear(publication: Publication) -> None:
        match publication.message:
            case RoomStatus(reason=reason, alert=alert):
                found.update(reason.split("; "), (alert or reason).split("; "))
            case BoilerSet(reason=reason):
                found.update(reason.split("; "))

    settings = parse(example())
    regulator = settings.regulator.model_copy(update={"law": law})
    wiring = settings.model_copy(update={"regulator": regulator})
    weather = winter(1, BEGIN, mean_temperature=2.0)
    ClosedLoop(House(house_plan(wiring), weather, BEGIN, seed=1), wiring, overhear).run(BEGIN + round(days * DAY_S))
    return found


if __name__ == "__main__":
    sys.stdout.writelines(f"{one}\n" for one in sorted(said(sys.argv[1], float(sys.argv[2]))))
