"""The regulator as a filter: lines in, lines out, in lockstep."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from house import settings as house_settings
from regulator.stdio import filter_lines
from tests.regulator.house import HOUSE, wiring
from tests.regulator.streams import anything
from tests.strategies import json_values

PATIENCE_S = 30
TICK = {"topic": "home/tick", "payload": {"at": "2026-01-12T12:00:00Z"}}


def answers(*said: dict[str, Any] | str, root: str = "home") -> list[list[dict[str, Any]]]:
    """What the regulator says to each line, without the line that ends the answer."""
    built = house_settings.parse(f"{HOUSE}mqtt: {{root: {root}}}\n")
    lines = [one if isinstance(one, str) else json.dumps(one) for one in said]
    found: list[list[dict[str, Any]]] = [[]]
    for line in filter_lines(built, lines):
        answer = json.loads(line)
        if answer == {"end": len(found)}:
            found.append([])
        else:
            assert list(answer) == ["topic", "payload", "retained"]
            found[-1].append(answer)
    assert found.pop() == []
    assert len(found) == len(lines)
    return found


def run(
    lines: str | bytes, *options: str, hash_seed: str = "0", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    data = lines if isinstance(lines, bytes) else lines.encode()
    command = [sys.executable, "-m", "regulator", "--stdio", *options]
    variables = {**os.environ, "PYTHONHASHSEED": hash_seed, **environment}
    return subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE_S, env=variables, check=False)


@pytest.fixture
def house_yaml(tmp_path: Path) -> str:
    path = tmp_path / "house.yaml"
    path.write_text(f"{HOUSE}regulator: {{law: hysteresis}}\nboiler: {{overrun_min: 0}}\n")
    return str(path)


def an_afternoon() -> str:
    said: list[dict[str, Any]] = []
    for minute in range(30):
        at = f"2026-01-12T12:{minute:02}:00Z"
        said += [
            {"topic": "home/room/living/temperature", "payload": {"value": 19 + minute / 20, "measured_at": at}},
            {"topic": "home/room/bath/temperature", "payload": {"value": 19 + minute % 3, "measured_at": at}},
            {"topic": "home/tick", "payload": {"at": at}},
            {"topic": "home/valve/001a22000001/status", "payload": {"setpoint": 26, "reported_at": at}},
            {"topic": "home/room/bath/mode/set", "payload": ["auto", "heat", "bypass"][minute % 3]},
        ]
    return "".join(json.dumps(one) + "\n" for one in said)


def test_every_line_is_answered_by_its_number() -> None:
    first, second = answers(TICK, {"topic": "home/room/bath/humidity", "payload": 48})
    assert {one["topic"] for one in first} >= {"home/boiler/set", "home/memory", "home/room/living/status"}
    assert second == []


@pytest.mark.parametrize(
    "line",
    [
        "",
        "garbage",
        "{",
        "[]",
        "null",
        "42",
        "{}",
        '{"topic": "home/tick"}',
        '{"payload": "x"}',
        '{"topic": 5, "payload": "x"}',
        '{"topic": ["home/tick"], "payload": "x"}',
        '{"topic": "home/tick", "payload": "\\ud800"}',
        '{"topic": "home/room/\\ud800", "payload": "x"}',
        '{"topic": "home/tick", "payload": ' + "[" * 100_000,
        '{"topic": "home/tick", "payload": ' + "9" * 5000 + "}",
        "\x00",
        "\ufeff{}",
    ],
    ids=lambda line: line[:40] or "empty",
)
def test_a_line_that_is_no_message_is_refused_and_changes_nothing(line: str) -> None:
    refused, after = answers(line, TICK)
    (rejection,) = refused
    assert rejection["topic"] == "home/rejected"
    assert rejection["payload"]["service"] == "regulator"
    assert after == answers(TICK)[0]


@settings(max_examples=60)
@given(st.lists(st.text() | json_values.map(json.dumps), max_size=4))
def test_any_lines_are_answered(lines: list[str]) -> None:
    answers(*lines)


@pytest.mark.slow
@settings(max_examples=60)
@given(anything, st.booleans())
def test_any_message_is_answered(said: tuple[str, bytes], retained: bool) -> None:
    path, payload = said
    answers(TICK, {"topic": f"home/{path}", "payload": payload.decode(errors="replace"), "retained": retained}, TICK)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("room/living/setpoint/set", 21.5),
        ("room/living/setpoint/set", {"value": 21.5, "until": "2026-01-12T13:00:00Z"}),
        ("room/living/setpoint/set", None),
        ("room/living/boost/set", True),
        ("room/living/schedule/set", []),
        ("room/living/window", False),
        ("room/living/schedule/set", [{"day": 1, "time": "12:30", "setpoint": 22}]),
    ],
    ids=str,
)
def test_a_payload_may_be_text_or_a_json_value(path: str, value: Any) -> None:
    as_value = answers(TICK, {"topic": f"home/{path}", "payload": value})
    as_text = answers(TICK, {"topic": f"home/{path}", "payload": json.dumps(value)})
    assert as_value == as_text
    assert as_value[1]


def test_a_word_is_itself_and_empty_text_takes_back_what_was_retained() -> None:
    report = {"setpoint": 20.5, "reported_at": "2026-01-12T12:00:30Z"}
    _, _, said, _, _, forgotten = answers(
        TICK,
        {"topic": "home/room/bath/mode/set", "payload": "bypass"},
        {"topic": "home/valve/001a22000002/status", "payload": report},
        {"topic": "home/room/living/temperature", "payload": {"value": 20, "measured_at": "2026-01-12T12:00:00Z"}},
        {"topic": "home/room/living/temperature", "payload": "", "retained": True},
        {"topic": "home/tick", "payload": "2026-01-12T12:01:00Z"},
    )
    assert {"topic": "home/valve/001a22000002/set", "payload": "", "retained": True} in said
    (status,) = (one["payload"] for one in forgotten if one["topic"] == "home/room/living/status")
    assert status["temperature"] is None


def test_what_is_said_can_be_fed_back_as_retained_to_a_new_filter() -> None:
    first, then = answers(TICK, {"topic": "home/tick", "payload": "2026-01-12T12:01:00Z"})
    again = answers(
        *({**one, "retained": True} for one in first if one["retained"]),
        {"topic": "home/tick", "payload": "2026-01-12T12:01:00Z"},
    )
    assert again[-1] == then
    assert not any(again[:-1])


def test_a_topic_root_may_have_several_levels() -> None:
    first, foreign = answers(
        {**TICK, "topic": "sites/12/home/tick"},
        {"topic": "sites/13/home/room/bath/mode/set", "payload": "bypass"},
        root="sites/12/home",
    )
    assert first
    assert all(one["topic"].startswith("sites/12/home/") for one in first)
    assert foreign == []


def test_a_refusal_names_the_whole_topic() -> None:
    (refused,) = answers({"topic": "sites/12/home/room/attic/mode/set", "payload": "auto"}, root="sites/12/home")
    assert refused[0]["payload"]["topic"] == "sites/12/home/room/attic/mode/set"


def test_the_filter_is_the_same_step_as_everywhere() -> None:
    lines = list(filter_lines(wiring(), an_afternoon().splitlines()))
    assert sum(line.startswith('{"end":') for line in lines) == 150
    assert any('"call":true' in line for line in lines)


# --- the real process -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_same_input_gives_the_same_bytes_in_every_process(house_yaml: str) -> None:
    afternoon = an_afternoon()
    one = run(afternoon, "--settings", house_yaml, hash_seed="1")
    other = run(afternoon, "--settings", house_yaml, hash_seed="2", LC_ALL="C", PYTHONUTF8="0", TZ="Asia/Tokyo")
    assert (one.returncode, one.stderr) == (0, b"")
    assert other.stdout == one.stdout
    assert one.stdout.decode().splitlines() == list(filter_lines(wiring(), afternoon.splitlines()))


def test_bytes_that_are_no_text_are_refused_like_any_garbage(house_yaml: str) -> None:
    ended = run(b"\xff\xfe\n" + json.dumps(TICK).encode() + b"\n", "--settings", house_yaml)
    lines = ended.stdout.decode().splitlines()
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert json.loads(lines[0])["topic"] == "home/rejected"
    assert [line for line in lines if line.startswith('{"end"')] == ['{"end":1}', '{"end":2}']


def test_each_answer_is_there_before_the_next_question(house_yaml: str) -> None:
    command = [sys.executable, "-m", "regulator", "--stdio", "--settings", house_yaml]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in (1, 2):
            process.stdin.write(json.dumps(TICK).encode() + b"\n")
            process.stdin.flush()
            while process.stdout.readline() != b'{"end":%d}\n' % number:
                assert process.poll() is None
        process.stdin.close()
        assert process.wait(PATIENCE_S) == 0


def test_a_reader_that_leaves_ends_the_filter_without_a_traceback(house_yaml: str) -> None:
    command = [sys.executable, "-m", "regulator", "--stdio", "--settings", house_yaml]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        process.stdout.close()
        _, errors = process.communicate(an_afternoon().encode() * 20, timeout=PATIENCE_S)
        assert (process.returncode, errors) == (-signal.SIGPIPE, b"")


def test_settings_that_are_missing_end_with_2_and_a_hint(tmp_path: Path) -> None:
    ended = run("", "--settings", str(tmp_path / "nowhere.yaml"))
    assert ended.returncode == 2
    assert b"nowhere.yaml: cannot be read" in ended.stderr
    assert b"Traceback" not in ended.stderr


def test_an_unknown_key_ends_with_2_and_the_nearest_known_key(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text(HOUSE.replace("radiators", "radiatros"))
    ended = run("", "--settings", str(tmp_path / "house.yaml"))
    assert ended.returncode == 2
    assert b"did you mean radiators?" in ended.stderr
