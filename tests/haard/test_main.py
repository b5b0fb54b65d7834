"""`haard COMMAND ...`: wrong usage, errors, help and completion."""

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from haard.__main__ import main
from haard.application import loaded, outcome
from haard.commands import COMMANDS
from haard.settings_file import example
from house.errors import DeviceError, SettingsError

ROOT = Path(__file__).parents[2]


def exit_status(*arguments: str) -> int:
    return main(arguments)


@pytest.fixture(params=[40, 80, 200])
def columns(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("COLUMNS", str(request.param))
    return int(request.param)


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def actions(command: str) -> list[tuple[str, ...]]:
    """A command, and each of its actions where it has some."""
    return [(command,), *((command, action) for action in getattr(loaded(command), "commands", ()))]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_fits_the_terminal_and_has_an_example(
    command: str, columns: int, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in actions(command):
        assert exit_status(*words, "--help") == 0
        text = capsys.readouterr().out
        assert max(map(len, text.splitlines())) <= columns
        assert "…" not in text
        assert len(words) > 1 or "examples:\n" in "\n".join(line.strip() for line in text.splitlines())
        assert len(words) > 1 or f"haard {command}" in text.partition("examples:")[2]


def test_help_lists_every_command(columns: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status("--help") == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= columns
    assert all(re.search(rf"^\W*{command}\s", text, re.MULTILINE) for command in COMMANDS)
    assert "Exit status: 0" in text


@pytest.mark.usefixtures("wide")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ""),
        (["chek"], "No such command 'chek'. Did you mean 'check'"),
        (["--nonsense"], "No such option: --nonsense"),
        (["up", "--speed", "0"], "0 should be a number above 0"),
        (["up", "--speed", "nan"], "nan should be a number above 0"),
        (["up", "--for", "long"], "long should be a number above 0"),
        (["up", "--broker", "emqx"], "'emqx' is not one of"),
        (["set", "living"], "Missing argument 'SETPOINT'"),
        (["set", "living", "99"], "99 should be degrees Celsius from 5 to 30, or auto"),
        (["set", "living", "68F"], "or auto; 68 °F are 20 °C"),
        (["set", "living", "OFF"], "or auto; off is a mode: haard mode ROOM off"),
        (["set", "living", "eco"], "or auto; eco is a preset: haard preset ROOM eco"),
        (["boost", "bath", "lots"], "lots should be minutes or a time such as 1h, a day at most, or off"),
        (["set", "living", "warm"], "warm should be degrees Celsius from 5 to 30, or auto"),
        (["mode", "living", "on"], "'on' is not one of"),
        (["preset", "living", "warm"], "'warm' is not one of"),
        (["boost", "living", "2000"], "2000 should be minutes or a time such as 1h, a day at most, or off"),
        (["away", "maybe"], "'maybe' is not one of"),
        (["decode", "valve", "zz"], "zz should be bytes in hexadecimal"),
    ],
)
def test_wrong_usage_is_told_with_a_hint(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status(*arguments) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert "--help" in said.err + said.out


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (SettingsError("house.yaml:3: rooms: is missing"), 2, "house.yaml:3: rooms: is missing\n"),
        (DeviceError("no answer\nhint: is it running?", temporary=True), 1, "haard: no answer\nhint: is it running?\n"),
        (PermissionError(13, "Permission denied", ".haard"), 1, "haard: [Errno 13] Permission denied: '.haard'\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
    ids=["settings", "device", "file", "Ctrl-C"],
)
def test_an_error_becomes_its_words_and_an_exit_status(
    error: BaseException, status: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> int:
        raise error

    assert outcome(fail) == status
    assert capsys.readouterr().err == words


def completed(line: str, folder: Path, shell: str) -> str:
    """What a shell is offered behind a line."""
    words = {"bash": {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - (not line.endswith(" ")))}}
    asked = words.get(shell, {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"})
    return subprocess.run(
        [sys.executable, "-m", "haard"],
        env={**os.environ, "_HAARD_COMPLETE": f"complete_{shell}", "PYTHONPATH": str(ROOT), **asked},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    ).stdout


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_rooms_complete_in_shells(shell: str, tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text(example())
    offered = completed("haard set li", tmp_path, shell)
    assert "living" in offered
    assert "bath" not in offered


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("haard sim", "simulate"),
        ("haard set living --un", "--until"),
        ("haard node up", "update"),
        ("haard preset living co", "comfort"),
    ],
)
def test_commands_actions_options_and_choices_complete(line: str, word: str, tmp_path: Path) -> None:
    assert completed(line, tmp_path, "fish").split()[:1] == [word]


@pytest.mark.slow
def test_nothing_completes_where_there_is_no_house(tmp_path: Path) -> None:
    assert "living" not in completed("haard set li", tmp_path, "fish")


def test_ctrl_c_while_the_commands_are_still_being_loaded_is_quiet() -> None:
    """A module that takes for ever to load stands in for a slow computer."""
    slow = "import sys; print('loading', flush=True); import time; time.sleep(60)"
    program = (
        "import sys, importlib.abc, importlib.util\n"
        "class Slow(importlib.abc.MetaPathFinder, importlib.abc.Loader):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        return importlib.util.spec_from_loader(name, self) if name == 'haard.application' else None\n"
        f"    def exec_module(self, module): exec({slow!r})\n"
        "sys.meta_path.insert(0, Slow())\n"
        "from haard.__main__ import main_of_program\n"
        "sys.exit(main_of_program())\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "loading\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "")


def shown(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What `haard check` of the example says to a shell that does something with it."""
    line = command.replace("CHECK", f"{shlex.quote(sys.executable)} -m haard check house.example.yaml")
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_whoever_reads_only_the_first_line_has_enough_and_nothing_has_failed() -> None:
    ended = shown("CHECK | { read -r line; }; CHECK | true")
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("command", ["CHECK >&-", "CHECK <&-", "CHECK 2>&-"])
def test_closed_streams_are_no_fault(command: str) -> None:
    ended = shown(command)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_terminal_that_knows_only_ascii_is_told_what_it_can_show(tmp_path: Path) -> None:
    file = tmp_path / "house.yaml"
    file.write_text((ROOT / "house.example.yaml").read_text().replace("Terrace house", "Gårdshus"))
    ended = shown(f"{shlex.quote(sys.executable)} -m haard check {file}", PYTHONIOENCODING="ascii")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "G?rdshus" in ended.stdout
