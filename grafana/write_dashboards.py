"""`python -m grafana.write_dashboards` writes grafana/dashboards/*.json from the tables in this folder."""

import json
from pathlib import Path

from grafana import boiler, devices, gas, house, room, system
from grafana.dashboard import Dashboard, dashboard_json

FOLDER = Path(__file__).with_name("dashboards")
DASHBOARDS = {
    "house": house.DASHBOARD,
    "room": room.DASHBOARD,
    "gas": gas.DASHBOARD,
    "boiler": boiler.DASHBOARD,
    "devices": devices.DASHBOARD,
    "system": system.DASHBOARD,
}


def text(dashboard: Dashboard) -> str:
    return json.dumps(dashboard_json(dashboard), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, dashboard in DASHBOARDS.items():
        (FOLDER / f"{name}.json").write_text(text(dashboard), encoding="utf-8")
