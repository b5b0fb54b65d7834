"""`haard check`: what was understood, or each fault with its line."""

from pathlib import Path

import pytest

from haard.__main__ import main
from haard.settings_file import example


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "house.yaml"
    path.write_text(example())
    return path


def test_a_good_house_is_told_as_it_was_understood(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(file)]) == 0
    text = capsys.readouterr().out
    assert "Terrace house, Europe/Amsterdam" in text
    assert [row.split() for row in text.splitlines() if "living" in row] == [
        ["Living", "room", "(living)", "a4c138000001", "a4c138000011", "001a22000001", "3400", "W"]
    ]
    assert text.endswith("house.yaml: OK\n")


def test_a_room_without_a_thermometer_is_noted(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(example().replace('sensors: ["A4:C1:38:00:00:06"]', "sensors: []"))
    assert main(["check", str(file)]) == 0
    assert "note: Study has no thermometer" in capsys.readouterr().out


def test_every_fault_is_told_with_file_line_and_the_nearest_known_key(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = example().replace("power_w: 2100", "power_w: much").replace("windows:", "windos:", 1)
    file.write_text(text)
    assert main(["check", str(file)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    lines = {number: line for number, line in enumerate(text.splitlines(), 1) if "much" in line or "windos" in line}
    faults = said.err.splitlines()
    assert len(faults) == 2
    assert all(any(fault.startswith(f"{file}:{number}: ") for fault in faults) for number in lines)
    assert "did you mean windows?" in said.err


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "none.yaml")]) == 2
    assert "none.yaml: cannot be read" in capsys.readouterr().err


def test_the_example_in_the_repository_is_the_packaged_one() -> None:
    assert (Path(__file__).parents[2] / "house.example.yaml").read_text() == example()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgres://haard@localhost/haard", "did you mean postgresql://haard@localhost/haard?"),
        ("mysql://haard@localhost/haard", "should be postgresql://user@host/database or sqlite:///path/to/file.db\n"),
        ("sqlite://haard.db", "did you mean sqlite:///path/to/file.db?"),
        ("/var/lib/haard.db", "should be postgresql://"),
        ("postgresql:haard", "should be postgresql://"),
        ("sqlite:///", "should be postgresql://"),
    ],
)
def test_a_database_that_no_recorder_can_open_is_refused_here_already(
    url: str, words: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(example().replace("sqlite:///haard.db", url))
    assert main(["check", str(file)]) == 2
    said = capsys.readouterr().err
    assert "database.url: " in said
    assert words in said
