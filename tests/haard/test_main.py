"""`haard COMMAND ...`: wrong usage, errors and help."""

from argparse import Namespace

import pytest
from rich.console import Console

from haard.__main__ import COMMANDS, main, outcome
from house.errors import DeviceError, SettingsError


def exit_status(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example_that_names_it(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status(command, "--help") == 0
    text = capsys.readouterr().out
    assert "examples:\n" in text
    assert f"  haard {command}" in text


@pytest.mark.parametrize("kind", ["advertisement", "valve", "telegram"])
def test_every_kind_that_can_be_decoded_has_an_example(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status("decode", kind, "--help") == 0
    assert f"example: haard decode {kind}" in capsys.readouterr().out


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status("--help") == 0
    text = capsys.readouterr().out
    assert all(f"  {command} " in text for command in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ""),
        (["chek"], "chek is no command; did you mean check?"),
        (["--nonsense"], "unrecognized arguments"),
        (["up", "--speed", "0"], "0 should be a number above 0"),
        (["up", "--speed", "nan"], "nan should be a number above 0"),
        (["up", "--for", "long"], "long should be a number above 0"),
        (["up", "--broker", "emqx"], "invalid choice"),
        (["set", "living"], "required: SETPOINT"),
        (["set", "living", "99"], "99 should be degrees Celsius from 5 to 30, or auto"),
        (["set", "living", "warm"], "warm should be degrees Celsius from 5 to 30, or auto"),
        (["mode", "living", "on"], "invalid choice: 'on'"),
        (["boost", "living", "2000"], "2000 should be minutes, at most 1440, or off"),
        (["away", "maybe"], "invalid choice: 'maybe'"),
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
    def fail(_options: Namespace, _out: Console) -> int:
        raise error

    assert outcome(fail, Namespace()) == status
    assert capsys.readouterr().err == words
