"""The words of Shelly and Tasmota."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bridges.boiler.protocol import REPEAT, Demand, Write
from bridges.relay.protocol import relay
from house import topics
from house.settings.devices import Relay

START = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
LATER = START + timedelta(minutes=3)
CALL, REST = Demand(True, 60, START), Demand(False, 60, START)
GEN1, GEN2, TASMOTA = (Relay(model=model) for model in ("shelly-gen1", "shelly-gen2", "tasmota"))


def test_each_on_of_a_shelly_gen2_ends_itself() -> None:
    (write,) = relay(GEN2).writes(CALL)
    assert write.topic == "boiler/rpc"
    assert json.loads(write.payload)["params"] == {"id": 0, "on": True, "toggle_after": 300}


def test_tasmota_learns_its_pulse_before_each_on() -> None:
    assert relay(TASMOTA).writes(CALL) == (
        Write("cmnd/boiler/PulseTime", b"400"),
        Write("cmnd/boiler/POWER", b"ON"),
    )


@pytest.mark.parametrize("seconds", [120, 600])
def test_the_dead_man_outlives_several_repetitions(seconds: int) -> None:
    assert timedelta(seconds=seconds) >= 4 * REPEAT
    assert relay(Relay(model="tasmota", dead_man_s=seconds)).writes(CALL)[0].payload == str(seconds + 100).encode()


@pytest.mark.parametrize(
    ("settings", "topic", "payload"),
    [
        pytest.param(GEN1, "shellies/boiler/relay/0/command", b"off", id="gen1"),
        pytest.param(TASMOTA, "cmnd/boiler/POWER", b"OFF", id="tasmota"),
    ],
)
def test_rest_and_farewell_are_off(settings: Relay, topic: str, payload: bytes) -> None:
    assert relay(settings).writes(REST) == relay(settings).safe() == (Write(topic, payload),)


def test_topics_in_the_settings_go_before_the_usual_ones() -> None:
    driver = relay(Relay(model="tasmota", device="cv", command_topic="house/cv/cmnd/POWER2", state_topic="s"))
    assert driver.safe()[0].topic == "house/cv/cmnd/POWER2"
    assert driver.filters == ("s", "tele/cv/LWT", "house/cv/cmnd/POWER2")


@pytest.mark.parametrize(
    ("settings", "topic", "on", "off"),
    [
        pytest.param(GEN1, "shellies/boiler/relay/0", b"on", b"off", id="gen1"),
        pytest.param(GEN2, "boiler/status/switch:0", b'{"output": true}', b'{"output": false}', id="gen2"),
        pytest.param(TASMOTA, "stat/boiler/POWER", b"ON", b"OFF", id="tasmota"),
    ],
)
def test_a_relay_that_does_not_do_as_told_is_the_fault(settings: Relay, topic: str, on: bytes, off: bytes) -> None:
    heard_on = relay(settings).heard(topic, on, START, live=True)
    heard_off = relay(settings).heard(topic, off, START, live=True)
    assert heard_on.status(CALL, LATER).fault is None
    assert heard_off.status(REST, LATER).fault is None
    assert heard_off.status(CALL, LATER).fault == "the relay is off, though it was told otherwise"
    assert heard_on.status(REST, LATER).fault == "the relay is on, though it was told otherwise"
    assert heard_on.status(REST, START + timedelta(seconds=5)).fault is None, "it has had no time yet"


@pytest.mark.parametrize("word", [b"false", b"Offline"])
def test_a_relay_that_is_offline_is_the_fault(word: bytes) -> None:
    driver = relay(GEN1).heard("shellies/boiler/online", word, START, live=False)
    assert driver.status(CALL, START).fault == "the relay is offline"


def test_a_relay_sees_no_flame() -> None:
    driver = relay(GEN1).heard("shellies/boiler/relay/0", b"on", START, live=True)
    status = driver.status(CALL, LATER)
    assert (status.flame, status.reported_at) == (None, START)


def test_a_shelly_that_refuses_says_why_until_it_obeys() -> None:
    answer = {"id": 1, "src": "boiler", "dst": "haard_boiler"}
    error = answer | {"error": {"code": -105, "message": "id not found"}}
    driver = relay(GEN2).heard("haard_boiler/rpc", json.dumps(error).encode(), START, live=True)
    assert "id not found" in (driver.status(CALL, START).fault or "")
    result = answer | {"result": {"was_on": False}}
    driver = driver.heard("haard_boiler/rpc", json.dumps(result).encode(), START, live=True)
    assert driver.status(CALL, START).fault is None


def test_a_command_that_the_broker_keeps_is_the_fault_since_the_relay_obeys_it_at_each_start() -> None:
    kept = relay(TASMOTA).heard("cmnd/boiler/POWER", b"ON", START, live=False)
    own = relay(TASMOTA).heard("cmnd/boiler/POWER", b"ON", START, live=True)
    assert "mosquitto_pub -r -n -t 'cmnd/boiler/POWER'" in (kept.status(CALL, START).fault or "")
    ended = kept.heard("cmnd/boiler/POWER", b"", START, live=True)
    assert not any("keeps" in (driver.status(CALL, START).fault or "") for driver in (own, ended))


@pytest.mark.parametrize(
    ("settings", "topic"),
    [
        (TASMOTA, "cmnd/boiler/power"),
        (TASMOTA, "cmnd/boiler/POWER1"),
        (TASMOTA, "cmnd/boiler/Power0"),
        (TASMOTA, "cmnd/boiler/Backlog"),
        (GEN2, "boiler/rpc"),
        (GEN2, "boiler/command/switch:0"),
    ],
)
def test_a_kept_command_is_found_in_every_spelling_that_the_relay_obeys(settings: Relay, topic: str) -> None:
    driver = relay(settings)
    assert any(topics.matches(one, topic) for one in driver.filters)
    kept = driver.heard(topic, b"ON", START, live=False)
    assert topic in (kept.status(CALL, START).fault or "")
    assert topic not in (kept.heard(topic, b"", START, live=True).status(CALL, START).fault or "")


def test_a_kept_setting_that_moves_nothing_is_no_fault() -> None:
    kept = relay(TASMOTA).heard("cmnd/boiler/TelePeriod", b"60", START, live=False)
    assert "keeps" not in (kept.status(CALL, START).fault or "")


def test_a_shelly_that_has_switched_itself_off_is_off() -> None:
    driver = relay(GEN1).heard("shellies/boiler/relay/0", b"overpower", START, live=True)
    assert driver.status(CALL, LATER).fault == "the relay is off, though it was told otherwise"
