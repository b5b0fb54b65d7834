"""The editor that a person has chosen, and what becomes of a text of which nothing can be made."""

import os
import pty
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from haard.editor import edited
from house.errors import DeviceError, SettingsError

ASKS_AGAIN_S = 1.0


def number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise SettingsError(f"{text!r} is no number") from error


def never(_: str) -> bool:
    return False


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A program in Python as the editor; it is called with the file as its argument."""
    program = tmp_path / "editor.py"
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", shlex.join([sys.executable, str(program)]))
    return program


def kept(told: str) -> Path:
    return Path(told.partition("what was typed is kept in ")[2])


def test_what_was_typed_is_kept_where_nothing_can_be_made_of_it(editor: Path) -> None:
    editor.write_text("import sys; open(sys.argv[1], 'w').write('an hour of work')")
    with pytest.raises(
        SettingsError, match="is no number\nhint: nothing is changed; what was typed is kept in"
    ) as told:
        edited("1", ".txt", number, never)
    file = kept(str(told.value))
    assert file.read_text() == "an hour of work"
    shutil.rmtree(file.parent)


def test_a_person_may_edit_again_and_finds_what_was_typed(editor: Path) -> None:
    editor.write_text("import sys; found = open(sys.argv[1]).read(); open(sys.argv[1], 'w').write(found[:-1])")
    asked: list[str] = []

    def again(fault: str) -> bool:
        asked.append(fault)
        return True

    found = edited("12ab", ".txt", number, again)
    assert (found, asked) == (12, ["'12a' is no number"])


def test_a_text_in_another_encoding_is_told_and_kept(editor: Path) -> None:
    editor.write_text(r"import sys; open(sys.argv[1], 'wb').write(b'\xff\xfe')")
    with pytest.raises(SettingsError, match="the text is not in UTF-8: invalid start byte at byte 0") as told:
        edited("1", ".txt", number, never)
    file = kept(str(told.value))
    assert file.read_bytes() == b"\xff\xfe"
    shutil.rmtree(file.parent)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import sys; sys.exit(3)", "ended with 3; nothing is changed"),
        ("import os, sys; os.unlink(sys.argv[1])", "the editor left no file; nothing is changed"),
    ],
    ids=["fails", "takes the file away"],
)
def test_an_editor_that_fails_changes_nothing_and_leaves_nothing(
    program: str, words: str, editor: Path, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    editor.write_text(f"import sys; open({str(seen)!r}, 'w').write(sys.argv[1])\n{program}")
    with pytest.raises(DeviceError, match=re.escape(words)):
        edited("1", ".txt", number, never)
    assert not Path(seen.read_text()).parent.exists()


def test_ctrl_c_at_the_question_leaves_the_question_and_not_what_was_typed() -> None:
    asked = "from haard.commands.schedule import _is_again; print('again:', _is_again('a fault'))"
    person, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", asked], stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
    ) as child:
        os.close(terminal)
        said = b""
        while b"edit it again?" not in said:
            said += os.read(person, 4096)
        child.send_signal(signal.SIGINT)
        while not (answered := re.search(rb"again: (\w+)\r?\n", said)):  # a terminal hands over a line in pieces
            if select.select([person], [], [], ASKS_AGAIN_S)[0]:
                said += os.read(person, 4096)
            else:  # Python overlooks a signal that comes just before it waits for the line: a person presses again
                child.send_signal(signal.SIGINT)
        os.close(person)
    assert answered[1] == b"False"


@pytest.mark.parametrize(
    ("named", "words"),
    [("'vim", "which cannot be run: No closing quotation"), ("no-such-editor", "cannot be run: No such file")],
)
def test_an_editor_that_cannot_be_run_is_told_by_its_name(
    named: str, words: str, editor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", named)
    with pytest.raises(DeviceError, match=re.escape(words)):
        edited("1", ".txt", number, never)
