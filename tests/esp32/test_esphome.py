"""The other kind of node: its C++ reads and writes the valve's bytes as `bridges/frames.py` does, by the same rules."""

import json
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridges import frames
from house.messages import ValveStatus
from tests.esp32.exercise_codec import frames_of

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
ESPHOME = HERE.parents[1] / "esp32_firmware" / "esphome"
NOTIFICATIONS = json.loads((HERE.parent / "captures" / "eq3.json").read_text())["notifications"]
START = int(datetime(2026, 1, 12, 6, 30, tzinfo=UTC).timestamp())
Ask = Callable[[Sequence[str]], list[str]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Lines in, lines out: eq3.h compiled with every warning an error, watched by both sanitizers."""
    program = tmp_path_factory.mktemp("eq3") / "exercise"
    flags = ["-std=c++17", "-Wall", "-Wextra", "-Werror", "-g", "-fsanitize=address,undefined", f"-I{ESPHOME}"]
    subprocess.run(["g++", *flags, "-fno-sanitize-recover", str(HERE / "exercise_eq3.cpp"), "-o", program], check=True)

    def ask_all(lines: Sequence[str]) -> list[str]:
        given = "\n".join(lines) + "\n"
        said = subprocess.run([program], input=given, capture_output=True, text=True, env={"TZ": "UTC"})
        assert said.returncode == 0, said.stderr
        return said.stdout.splitlines()

    return ask_all


def _expected(data: bytes) -> str:
    if not frames.is_status(data):
        return "refused"
    try:
        status = frames.Status(data)
    except ValueError:
        return "refused"
    return f"{status.flags} {status.opening} {status.setpoint}"


def test_every_captured_and_4000_random_notifications_are_read_alike(ask: Ask) -> None:
    captured = [bytes.fromhex(one["notify"]) for one in NOTIFICATIONS]
    given = [*captured, *frames_of(4000)]
    assert ask([f"status {data.hex() or '-'}" for data in given]) == [_expected(data) for data in given]


def test_every_setpoint_is_written_alike(ask: Ask) -> None:
    wanted = range(300, 3200, 5)
    answers = []
    for hundredths in wanted:
        try:
            halves = frames.setpoint_byte(hundredths)
            answers.append(f"{halves} {frames.hold(halves).hex()}")
        except ValueError:
            answers.append("-1 -")
    assert ask([f"setpoint {hundredths / 100}" for hundredths in wanted]) == answers


def test_what_it_says_of_a_valve_is_the_house_s_own_message(ask: Ask) -> None:
    status = frames.Status(bytes.fromhex("020191500429"))
    (said,) = ask([f"json 020191500429 {START}"])
    message = ValveStatus.decode(said.encode())
    assert (message.opening, message.setpoint, message.mode) == (status.opening, status.setpoint / 2, "manual")
    assert (message.battery_low, message.window, message.locked, message.reachable) == (True, True, False, True)
    assert message.reported_at == datetime(2026, 1, 12, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-01-12T06:30:00Z", "2028-02-29T23:59:59Z", "2026-12-31T00:00:00.123Z"])
def test_instants_are_read(ask: Ask, text: str) -> None:
    assert ask([f"instant {text}"]) == [str(int(datetime.fromisoformat(text).timestamp()))]


def _answer(setpoint: int, flags: int = 0x01) -> str:
    return bytes([2, 1, flags, 30, 4, setpoint]).hex()


def test_a_target_is_written_once_and_its_fallback_when_it_is_over(ask: Ask) -> None:
    said = ask(
        [
            "tell 26.5 20.5 2026-01-12T08:00:00Z",
            f"next {START}",
            f"answer {_answer(53)} {START}",
            f"next {START + 60}",
            f"next {START + 5400}",
        ]
    )
    assert said == ["1", "4075", "-1", "-", "4069"]


def test_a_turned_knob_asks_for_the_room_what_a_person_means(ask: Ask) -> None:
    told = ["tell 5 20 2026-01-12T08:00:00Z", f"next {START}", f"answer {_answer(10)} {START}"]
    for turned, meant in ((14, 44), (46, 46)):
        assert ask([*told, f"answer {_answer(turned)} {START + 200}"])[-1] == str(meant)
    assert ask([*told, f"answer {_answer(24, 0x11)} {START + 200}"])[-1] == "-1"


def test_three_visits_without_an_answer_make_a_valve_unreachable(ask: Ask) -> None:
    lines = ["tell 26.5 20.5 2026-01-12T08:00:00Z"]
    for number in range(3):
        lines += [f"next {START + number * 400}", f"settle {START + number * 400 + 8}"]
    assert ask(lines)[2::2] == ["0 1", "0 1", "1 0"]


def test_without_the_time_the_valve_s_clock_is_left_alone(ask: Ask) -> None:
    assert ask(["next 1000"]) == ["-"]
