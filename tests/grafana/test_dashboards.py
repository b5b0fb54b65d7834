import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models import units
from grafana_foundation_sdk.models.dashboard import Dashboard

from grafana.dashboard import SOURCE, TAG
from grafana.panels import COLUMNS
from grafana.write_dashboards import DASHBOARDS, FOLDER, text

GRAFANA = FOLDER.parent
UNITS = {value for name, value in vars(units).items() if isinstance(value, str) and not name.startswith("_")}
BUILT_IN = {"__data.fields.Id"}
NOT_IN_THE_SCHEMA = (
    # The schema leaves open what a data source's annotation query holds.
    re.compile(r"\.annotations\.list\[[01]\]\.target\.(refId|datasource|editorMode|rawQuery|format|rawSql)"),
    re.compile(r"\.panels\[\d+\]\.fieldConfig\.defaults\.custom\.spanNulls"),  # of a state timeline; in its manual
)

every_dashboard = pytest.mark.parametrize("name", DASHBOARDS)


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def provisioned(path: str) -> Any:
    return yaml.safe_load((GRAFANA / "provisioning" / path).read_text(encoding="utf-8"))


def lost(given: Any, kept: Any, place: str = "") -> list[str]:
    """Where something that was given is missing or other in what was kept; what was added does not count."""
    if isinstance(given, dict) and isinstance(kept, dict):
        missing = [f"{place}.{key}" for key in given.keys() - kept.keys()]
        return missing + [
            one for key in given.keys() & kept.keys() for one in lost(given[key], kept[key], f"{place}.{key}")
        ]
    if isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        return [
            one for index, pair in enumerate(zip(given, kept, strict=True)) for one in lost(*pair, f"{place}[{index}]")
        ]
    return [] if given == kept else [place]


@every_dashboard
def test_what_is_committed_is_what_the_tables_say(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == text(DASHBOARDS[name]), "type `make dashboards`"


def test_a_house_has_its_own_currency_and_a_link_to_its_page() -> None:
    written = json.loads(text(DASHBOARDS["gas"], "GBP", "http://haard.local:8080"))
    assert "currencyEUR" not in json.dumps(written)
    assert {panel["fieldConfig"]["defaults"].get("unit") for panel in written["panels"]} >= {"currencyGBP"}
    assert [link["url"] for link in written["links"]] == ["", "http://haard.local:8080"]


@every_dashboard
def test_panels_fill_whole_rows_on_a_desktop(name: str) -> None:
    """Two or three columns, without holes: what stands side by side is equally high."""
    rows: dict[int, list[dict[str, int]]] = {}
    for panel in read(name)["panels"]:
        rows.setdefault(panel["gridPos"]["y"], []).append(panel["gridPos"])
    assert len(rows) < len(read(name)["panels"])
    for row in rows.values():
        assert sum(place["w"] for place in row) == COLUMNS
        assert len({place["h"] for place in row}) == 1


def test_there_is_no_other_dashboard() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(DASHBOARDS)


@every_dashboard
def test_grafana_knows_every_key(name: str) -> None:
    """By Grafana's own schema of dashboards, which leaves out what it does not know."""
    register_default_plugins()
    given = read(name)
    kept = json.loads(JSONEncoder().encode(Dashboard.from_json(json.loads(json.dumps(given)))))
    unknown = [place for place in lost(given, kept) if not any(one.fullmatch(place) for one in NOT_IN_THE_SCHEMA)]
    assert unknown == []


@every_dashboard
def test_no_panel_lies_upon_another(name: str) -> None:
    panels = read(name)["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: dict[tuple[int, int], str] = {}
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= COLUMNS
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert taken.setdefault((x, y), panel["title"]) == panel["title"]


@every_dashboard
def test_a_phone_which_shows_panels_by_height_and_then_from_the_left_shows_them_in_the_order_of_the_table(
    name: str,
) -> None:
    panels = read(name)["panels"]
    assert panels == sorted(panels, key=lambda panel: (panel["gridPos"]["y"], panel["gridPos"]["x"]))


@every_dashboard
def test_every_panel_says_in_sentences_what_is_seen_and_in_which_unit(name: str) -> None:
    for panel in read(name)["panels"]:
        assert panel["description"].endswith("."), panel["title"]
        overrides = [one for override in panel["fieldConfig"]["overrides"] for one in override["properties"]]
        named = [
            panel["fieldConfig"]["defaults"].get("unit"),
            *(one["value"] for one in overrides if one["id"] == "unit"),
        ]
        for unit in filter(None, named):
            assert unit in UNITS or unit.startswith("suffix:"), (panel["title"], unit)


@every_dashboard
def test_all_is_read_from_the_provisioned_data_source(name: str) -> None:
    [source] = provisioned("datasources/haard.yaml")["datasources"]
    assert {"type": source["type"], "uid": source["uid"]} == SOURCE
    dashboard = read(name)
    readers = [
        *dashboard["panels"],
        *(target for panel in dashboard["panels"] for target in panel["targets"]),
        *dashboard["templating"]["list"],
        *dashboard["annotations"]["list"],
    ]
    assert all(reader["datasource"] == SOURCE for reader in readers)


@every_dashboard
def test_every_variable_that_is_used_is_there(name: str) -> None:
    dashboard = read(name)
    known = {variable["name"] for variable in dashboard["templating"]["list"]} | BUILT_IN
    used = set(re.findall(r"\$\{([\w.]+)(?::\w+)?\}", json.dumps(dashboard)))
    assert used <= known
    assert known - BUILT_IN <= used


@every_dashboard
def test_links_lead_to_dashboards_that_exist(name: str) -> None:
    dashboard = read(name)
    assert dashboard["tags"] == [TAG]
    assert [link["tags"] for link in dashboard["links"]] == [[TAG]]
    assert set(re.findall(r"/d/([\w-]+)", json.dumps(dashboard))) <= {one.uid for one in DASHBOARDS.values()}


def test_uids_and_titles_are_unique_and_the_uids_last() -> None:
    """People keep them as bookmarks."""
    assert {name: one.uid for name, one in DASHBOARDS.items()} == {name: f"haard-{name}" for name in DASHBOARDS}
    assert len({one.title for one in DASHBOARDS.values()}) == len(DASHBOARDS)


def test_no_password_stands_in_a_file_and_nothing_is_written_through_grafana() -> None:
    [source] = provisioned("datasources/haard.yaml")["datasources"]
    assert source["secureJsonData"] == {"password": "$HAARD_GRAFANA_PASSWORD"}
    assert source["user"] == "grafana"
    [provider] = provisioned("dashboards/haard.yaml")["providers"]
    assert provider["allowUiUpdates"] is False


def test_the_page_names_every_dashboard_and_every_setting_of_the_environment() -> None:
    page = (GRAFANA.parent / "docs" / "grafana.md").read_text(encoding="utf-8")
    files = [path.read_text(encoding="utf-8") for path in sorted(Path(GRAFANA, "provisioning").rglob("*.yaml"))]
    settings = {name for file in files for name in re.findall(r"\$(HAARD_\w+)", file)}
    assert settings
    assert all(name in page for name in settings)
    assert all(f"**{one.title}**" in page for one in DASHBOARDS.values())
