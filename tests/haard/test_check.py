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


def test_the_file_may_be_named_as_for_any_other_command_or_be_the_one_that_is_here(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["check", "--settings", str(file)]) == 0
    monkeypatch.setenv("HAARD_SETTINGS", str(file))
    assert main(["check"]) == 0
    assert capsys.readouterr().out.count(f"{file}: OK") == 2
    assert main(["check", "other.yaml", "--settings", str(file)]) == 2
    assert "one file at a time" in capsys.readouterr().err


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


RADIATOR = '    radiators: [{valve: "00:1A:22:00:00:01", power_w: 900}]\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rooms:\n\tliving:\n", ":2: not YAML: a tab stands there; indent with spaces"),
        ("rooms:\n  living:\n    radiators: [{valve: a1, power_w: 0,9}]\n", "a number is written 20.5, not 20,5"),
        (
            f"rooms:\n  living:\n{RADIATOR}    hysteresis: 0,2\n",
            ":4: rooms.living.hysteresis: should be 0.2 with a point",
        ),
        (f"rooms:\n  living:\n{RADIATOR}    hysteresis: much\n", "hysteresis: should be a number, not 'much'"),
        (f"rooms:\n  living:\n{RADIATOR}    schedule:\n", ":4: rooms.living.schedule: is empty: take the line out"),
        (f"home:\nrooms:\n  living:\n{RADIATOR}", ":1: home: is empty: take the line out"),
        ("rooms:\n", ":1: rooms: is empty: take the line out"),
        (f"rooms:\n  living:\n{RADIATOR}    sensors: A4:C1:38:00:00:01\n", "sensors: should be a list: [one, another]"),
        ("rooms:\n  living:\n    radiators:\n      valve: a1\n      power_w: 900\n", "radiators: should be a list"),
        (
            f"rooms:\n  living:\n{RADIATOR}    name: Attic: left\n",
            ":4: not YAML: a colon stands in the middle of a value",
        ),
        (f"rooms:\n   living:\n {RADIATOR}  bath:\n{RADIATOR}", ":4: not YAML: this line does not stand below"),
        ("rooms: {living: {radiators: [{valve: a1 power_w: 900}]}}\n", "not YAML: a"),
        (f"rooms:\n  living:\n{RADIATOR}  living:\n{RADIATOR}", "living stands twice; the first is on line 2"),
        (f"rooms:\n  living:\n{RADIATOR}    schedule: {{daily: {{6.30: 20}}}}\n", "a time of day such as 06:30"),
        (f"rooms:\n  living:\n{RADIATOR}    schedule: {{daily: {{24:00: 20}}}}\n", "00:00 of the day after"),
    ],
)
def test_slips_of_people_are_told_in_words_for_them(
    text: str, words: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(text)
    assert main(["check", str(file)]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        (f"rooms:\n  living:\n{RADIATOR}    schedule: {{daily: {{06:30: 20}}}}\n", "schedule", "06:30"),
        (f"rooms:\n  no:\n{RADIATOR}    name: Yes\n", "name", "Yes"),
        ("rooms:\n  living:\n    radiators: [{valve: 00:1A:22:00:00:01, power_w: 0900}]\n", "power_w", "900.0"),
        ("rooms:\n  living:\n    radiators: [{valve: 001122334455, power_w: 900}]\n", "valve", "001122334455"),
    ],
    ids=["a time without quotes", "norwegian", "octal", "an address of digits"],
)
def test_what_yaml_would_guess_is_taken_as_it_is_written(
    text: str, key: str, value: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(text)
    assert main(["check", "--json", str(file)]) == 0
    told = capsys.readouterr().out
    assert value in told.partition(f'"{key}"')[2]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (f'rooms:\n  living:\n{RADIATOR}    schedule: {{mon-fri: {{"06:30": 20}}}}\n', "no switch point on sat, sun"),
        (f"presets: {{comfort: 20, eco: 22}}\nrooms:\n  living:\n{RADIATOR}", "eco (22 °C) is warmer than comfort"),
        (f"rooms:\n  living:\n{RADIATOR}    presets: {{away: 21}}\n", "away (21 °C) is warmer than comfort (20.5 °C)"),
    ],
)
def test_what_may_be_a_slip_is_noted(text: str, note: str, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(text)
    assert main(["check", str(file)]) == 0
    assert note in capsys.readouterr().out
