"""`python -m grafana.write_dashboards` writes grafana/dashboards/*.json from the tables in this folder.

With `--settings house.yaml --to FOLDER` they are written for one house: in its currency, linked to its page.
"""

import argparse
import json
from pathlib import Path

from grafana import boiler, devices, gas, house, room, system
from grafana.dashboard import Dashboard, dashboard_json
from house import settings

FOLDER = Path(__file__).with_name("dashboards")
DASHBOARDS = {
    "house": house.DASHBOARD,
    "room": room.DASHBOARD,
    "gas": gas.DASHBOARD,
    "boiler": boiler.DASHBOARD,
    "devices": devices.DASHBOARD,
    "system": system.DASHBOARD,
}


def text(dashboard: Dashboard, currency: str = "EUR", page: str | None = None) -> str:
    """The file of a dashboard; costs are in this currency (ISO 4217)."""
    written = json.dumps(dashboard_json(dashboard, page), indent=2, ensure_ascii=False)
    return written.replace('"currencyEUR"', f'"currency{currency}"') + "\n"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m grafana.write_dashboards")
    parser.add_argument("--settings", type=Path, help="a house.yaml: its currency, and the URL of its page")
    parser.add_argument("--to", type=Path, default=FOLDER, help="the folder to write to (default: %(default)s)")
    return parser.parse_args()


def main() -> None:
    given = _arguments()
    known = settings.load(given.settings) if given.settings else None
    currency, page = (known.gas.currency, known.home.page) if known else ("EUR", None)
    given.to.mkdir(parents=True, exist_ok=True)
    for name, dashboard in DASHBOARDS.items():
        (given.to / f"{name}.json").write_text(text(dashboard, currency, page), encoding="utf-8")


if __name__ == "__main__":
    main()
