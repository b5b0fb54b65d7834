"""What an owner has in Home Assistant, tried with the real one beside a simulated house."""

import json
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bridges.homeassistant import protocol
from devtools.topic_tree import unreadable
from tests.homeassistant.browser import Browser
from tests.homeassistant.conftest import Household
from tests.homeassistant.delays import Delays
from tests.homeassistant.listener import Listener
from tests.homeassistant.outsider import everything_kept
from tests.homeassistant.server import HomeAssistant

PROJECT = Path(__file__).parents[2]
A_SECOND = 1.0
PATIENCE_S = 60.0
LIVING = "climate.living_room"


def announced(household: Household) -> dict[str, dict[str, Any]]:
    return {t: json.loads(p) for t, p in protocol.announcements(household.settings, "0").items()}


def setpoint(one: dict[str, Any]) -> float | None:
    found: float | None = one["attributes"].get("temperature")
    return found


def test_every_entity_is_there_under_the_id_that_it_asks_for(household: Household, hass: HomeAssistant) -> None:
    wanted = {
        said["default_entity_id"] for said in announced(household).values() if said.get("enabled_by_default", True)
    }
    hass.wait_for("sensor.living_room_gas", lambda one: one["state"] not in ("unknown", "unavailable"), 200)
    states = hass.states()
    assert wanted <= states.keys()
    assert [one for one in wanted if states[one]["state"] == "unavailable"] == []


def test_home_assistant_finds_nothing_to_complain_about(hass: HomeAssistant) -> None:
    assert hass.complaints() == []


def test_an_outsider_finds_nothing_wrong(household: Household, tmp_path: Path) -> None:
    program = [sys.executable, "-m", "tests.homeassistant.outsider", "--port", str(household.broker.port)]
    login = ["--user", "homeassistant", "--password", "homeassistant", "--folder", str(tmp_path / "outsider")]
    done = subprocess.run([*program, *login], check=False, capture_output=True, text=True, cwd=PROJECT)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    number, *rest = done.stdout.split()
    assert rest == ["announcements,", "0", "faults"]
    assert int(number) >= len(announced(household)), "an alert that holds is announced besides"


def test_everything_that_the_house_keeps_can_be_read_by_eye(household: Household) -> None:
    kept = everything_kept(household.broker.port, "person", "person")
    of_the_house = {topic: payload for topic, payload in kept.items() if topic.startswith("home/")}
    assert len(of_the_house) > 50
    assert list(unreadable(of_the_house)) == []


def test_a_room_shows_what_the_house_says_of_it(household: Household, hass: HomeAssistant) -> None:
    hass.wait_for(LIVING, lambda one: one["attributes"]["current_temperature"] is not None)
    living = hass.state(LIVING)["attributes"]
    assert living["reason"]
    assert living["next_switch_at"]
    assert hass.state("sensor.living_room_next_switch")["state"].endswith(" °C")
    assert living["hvac_action"] in ("heating", "idle", "off")
    assert living["preset_mode"] == "none"
    assert hass.state("sensor.living_room_next_switch")["attributes"]["schedule"][0]["day"] == 1


def _has(degree: float, one: dict[str, Any]) -> bool:
    return setpoint(one) == degree


def test_a_degree_set_there_is_the_rooms_setpoint(hass: HomeAssistant, rooms: Listener, delays: Delays) -> None:
    for degree in (21.5, 19, 22.5):
        hass.call("climate.set_temperature", entity_id=LIVING, temperature=degree)
        with delays.one():
            rooms.wait_for("living", lambda said, degree=degree: said["setpoint"] == degree, PATIENCE_S)  # type: ignore[misc]
        with delays.one():
            hass.wait_for(LIVING, partial(_has, degree))


@pytest.mark.parametrize("mode", ["heat", "off", "auto"])
def test_every_mode_is_obeyed(hass: HomeAssistant, rooms: Listener, delays: Delays, mode: str) -> None:
    hass.call("climate.set_hvac_mode", entity_id=LIVING, hvac_mode=mode)
    with delays.one():
        rooms.wait_for("living", lambda said: said["mode"] == mode, PATIENCE_S)
    with delays.one():
        hass.wait_for(LIVING, lambda one: one["state"] == mode)


@pytest.mark.parametrize(
    ("preset", "degree"), [("comfort", 20.5), ("eco", 17), ("away", 15), ("boost", 23), ("none", 22)]
)
def test_every_preset_changes_the_setpoint(
    hass: HomeAssistant, rooms: Listener, delays: Delays, preset: str, degree: float
) -> None:
    if hass.state("climate.bathroom")["state"] != "heat":
        hass.call("climate.set_hvac_mode", entity_id="climate.bathroom", hvac_mode="heat")
        hass.call("climate.set_temperature", entity_id="climate.bathroom", temperature=22)
        hass.wait_for("climate.bathroom", lambda one: setpoint(one) == 22)
    hass.call("climate.set_preset_mode", entity_id="climate.bathroom", preset_mode=preset)
    with delays.one():
        rooms.wait_for("bath", lambda said: said["setpoint"] == degree, PATIENCE_S)
    with delays.one():
        hass.wait_for("climate.bathroom", lambda one: setpoint(one) == degree)
    with delays.one():
        hass.wait_for("climate.bathroom", lambda one: one["attributes"]["preset_mode"] == preset)


def test_what_is_wished_elsewhere_shows(household: Household, hass: HomeAssistant, delays: Delays) -> None:
    household.command("set", "kitchen", "22")
    with delays.one():
        hass.wait_for("climate.kitchen", lambda one: setpoint(one) == 22)
    household.command("set", "kitchen", "auto")
    with delays.one():
        hass.wait_for("climate.kitchen", lambda one: setpoint(one) != 22)


def test_buttons_and_hands_off_are_obeyed(hass: HomeAssistant) -> None:
    hass.call("button.press", entity_id="button.study_boost")
    hass.wait_for("climate.study", lambda one: setpoint(one) == 23)
    hass.call("button.press", entity_id="button.study_back_to_schedule")
    hass.wait_for("climate.study", lambda one: setpoint(one) != 23)
    hass.call("switch.turn_on", entity_id="switch.study_hands_off")
    hass.wait_for("switch.study_hands_off", lambda one: one["state"] == "on")
    hass.wait_for("climate.study", lambda one: one["state"] == "off")
    hass.call("switch.turn_off", entity_id="switch.study_hands_off")
    hass.wait_for("climate.study", lambda one: one["state"] == "auto")


def test_away_has_a_switch_and_an_end(hass: HomeAssistant) -> None:
    hass.call("switch.turn_on", entity_id="switch.terrace_house_away")
    hass.wait_for("switch.terrace_house_away", lambda one: one["state"] == "on")
    hass.call("text.set_value", entity_id="text.terrace_house_away_until", value="2027-02-14 17:00")
    hass.wait_for("text.terrace_house_away_until", lambda one: one["state"] == "2027-02-14 17:00")
    hass.call("text.set_value", entity_id="text.terrace_house_away_until", value="")
    hass.wait_for("switch.terrace_house_away", lambda one: one["state"] == "off")
    hass.wait_for("text.terrace_house_away_until", lambda one: one["state"] == "")


def test_the_comfort_slider_shows_the_settings_until_it_is_moved(
    household: Household, hass: HomeAssistant, delays: Delays
) -> None:
    slider = "select.terrace_house_comfort"
    hass.wait_for(slider, lambda one: one["state"] == "balanced")
    hass.call("select.select_option", entity_id=slider, option="quiet")
    with delays.one():
        hass.wait_for(slider, lambda one: one["state"] == "quiet")
    assert household.kept("settings")["comfort"] == "quiet"
    hass.call("select.select_option", entity_id=slider, option="balanced")
    with delays.one():
        hass.wait_for(slider, lambda one: one["state"] == "balanced")


def test_gas_is_fit_for_the_energy_dashboard(hass: HomeAssistant) -> None:
    gas = hass.state("sensor.smart_meter_gas")["attributes"]
    assert (gas["state_class"], gas["unit_of_measurement"]) == ("total_increasing", "m³")
    hass.ask("energy/save_prefs", energy_sources=[_gas_source("sensor.smart_meter_gas")])
    issues = [one["type"] for source in hass.ask("energy/validate")["energy_sources"] for one in source]
    assert set(issues) <= {"statistics_not_defined"}, "its first statistics come at the next five minutes"
    assert hass.ask("recorder/validate_statistics") == {}


def _gas_source(entity: str) -> dict[str, Any]:
    prices = {"stat_cost": None, "entity_energy_price": None, "number_energy_price": 1.3}
    return {"type": "gas", "stat_energy_from": entity, **prices}


def test_a_thermometer_and_a_window_of_home_assistant_are_the_rooms(household: Household, hass: HomeAssistant) -> None:
    hass.call("input_number.set_value", entity_id="input_number.attic", value=18.3)
    hass.wait_for("climate.attic", lambda one: one["attributes"]["current_temperature"] == 18.3)
    hass.call("input_boolean.turn_on", entity_id="input_boolean.attic_window")
    hass.wait_for("binary_sensor.attic_window", lambda one: one["state"] == "on")
    hass.call("input_boolean.turn_off", entity_id="input_boolean.attic_window")


def test_a_valve_of_home_assistant_obeys_and_reports(household: Household, hass: HomeAssistant) -> None:
    hass.call("climate.set_hvac_mode", entity_id="climate.attic", hvac_mode="heat")
    hass.call("climate.set_temperature", entity_id="climate.attic", temperature=25)
    hass.wait_for("climate.attic_valve", lambda one: (setpoint(one) or 0) > 25)
    deadline = time.monotonic() + 20
    while (said := household.kept("valve/ha_attic_valve/status"))["setpoint"] <= 25 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert said["setpoint"] > 25
    assert said["reachable"]


def test_an_alert_comes_with_its_advice_and_goes_without_a_warning(household: Household, hass: HomeAssistant) -> None:
    alert = "binary_sensor.terrace_house_alert_trial"
    household.say("analyst", "alert/trial", '{"about": "a trial", "todo": "wait"}')
    hass.wait_for(alert, lambda one: one["state"] == "on" and one["attributes"].get("todo") == "wait")
    household.say("analyst", "alert/trial", "")
    deadline = time.monotonic() + 20
    while alert in hass.states() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert alert not in hass.states()
    assert hass.complaints() == []


def test_a_dead_regulator_makes_rooms_unavailable_until_it_is_back(household: Household, hass: HomeAssistant) -> None:
    household.stop("regulator", kill=True)
    hass.wait_for(LIVING, lambda one: one["state"] == "unavailable")
    assert hass.state("sensor.smart_meter_gas")["state"] != "unavailable"
    hass.wait_for("binary_sensor.terrace_house_regulator", lambda one: one["state"] == "off")
    household.start("regulator")
    hass.wait_for(LIVING, lambda one: one["state"] != "unavailable")


def test_a_renamed_room_keeps_its_entities(household: Household, hass: HomeAssistant) -> None:
    household.write(household.text().replace("name: Bathroom", "name: Spa"))
    household.restart("ha_discovery")
    hass.wait_for("climate.bathroom", lambda one: one["attributes"]["friendly_name"] == "Spa")


def test_a_room_that_is_gone_is_gone(household: Household, hass: HomeAssistant) -> None:
    text = household.text()
    begin = text.index("  study:")
    household.write(text[:begin] + text[text.index("  attic:") :])
    household.restart("ha_discovery")
    deadline = time.monotonic() + 30
    while "climate.study" in hass.states() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [one for one in hass.states() if "study" in one]
    assert not [one for one in hass.ask("config/entity_registry/list") if "study" in one["entity_id"]]


def test_the_dashboard_of_the_documentation_names_only_entities_that_exist(hass: HomeAssistant) -> None:
    config = json.dumps(hass.ask("lovelace/config", url_path="heating-trial"))
    named = {word for word in config.replace('"', " ").split() if word.split(".")[0] in PLATFORMS and "." in word}
    assert len(named) > 10
    assert {one.strip(",]") for one in named} <= hass.states().keys()


def test_the_dashboard_of_the_documentation_draws_every_card(hass: HomeAssistant, tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{hass.port}"
    session: dict[str, Any] = {
        "hassUrl": address,
        "clientId": f"{address}/",
        "access_token": hass.token,
        "token_type": "Bearer",
    }
    session |= {"refresh_token": "", "expires_in": 86_400, "expires": (time.time() + 86_400) * 1000}
    picture = Path(os.environ.get("PICTURES", tmp_path)) / "homeassistant.png"
    with Browser(tmp_path / "browser") as browser:
        drawn = browser.look(
            f"{address}/heating-trial/heating",
            storage={"hassTokens": json.dumps(session), "selectedLanguage": '"en"'},
            wait_for=DRAWN,
            picture=picture,
            size=(1500, 1000),
        )
    assert drawn, "see the picture"
    cards = json.loads(drawn)
    assert not [one for one in cards if "error" in one]
    assert cards.count("hui-thermostat-card") == 2
    assert cards.count("hui-tile-card") >= 14


DRAWN = """
(() => {
  const found = []
  const walk = root => root.querySelectorAll("*").forEach(one => {
    const name = one.localName
    if (/^hui-.*-card$|^hui-error|^hui-warning/.test(name)) found.push(name)
    if (one.shadowRoot) walk(one.shadowRoot)
  })
  walk(document)
  const all = found.filter(name => name == "hui-tile-card").length >= 14 && found.includes("hui-history-graph-card")
  if (!all) { window.drawnAt = 0; return "" }
  window.drawnAt ||= Date.now()
  return Date.now() - window.drawnAt > 3000 ? JSON.stringify(found) : ""  // values and icons follow the cards
})()
"""
PLATFORMS = {"climate", "sensor", "binary_sensor", "button", "switch", "text", "select"}


def test_each_wish_here_and_there_comes_through_within_a_second(delays: Delays) -> None:
    """Of all above."""
    assert delays.measured
    assert max(delays.measured) < A_SECOND, sorted(delays.measured)


def test_nothing_in_all_of_this_was_worth_a_warning(hass: HomeAssistant) -> None:
    assert hass.complaints() == []


def test_a_dead_broker_makes_all_unavailable_until_it_is_back(household: Household, hass: HomeAssistant) -> None:
    household.broker.kill()
    hass.wait_for(LIVING, lambda one: one["state"] == "unavailable")
    household.broker.start()
    hass.wait_for(LIVING, lambda one: one["state"] != "unavailable")
