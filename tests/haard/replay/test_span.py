"""A span of a record from a file, from SQLite and from Postgres: the same to the byte; what other numbers change."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from devtools.servers import Mosquitto
from haard.__main__ import main
from haard.replay.changes import change
from haard.replay.recorded import is_retained
from haard.replay.replaying import replay
from haard.replay.report import lines
from haard.replay.sources import DatabaseRecord, FileRecord, root_of
from haard.settings_file import example
from house import topics
from house.messages import BoilerSet, Replayed
from house.settings import Settings, parse
from house.topics import Root
from recorder.open import open_database
from tests.haard.replay import lived
from tests.haard.replay.conftest import imported
from tests.haard.replay.lived import BEGIN, MINUTE
from tests.observer import Observer

pytestmark = pytest.mark.slow

ROOT = Root("home")
SINCE, UNTIL = BEGIN + 75 * MINUTE, BEGIN + 130 * MINUTE


@pytest.fixture(scope="session")
def file(house: lived.Lived, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lived.write(tmp_path_factory.mktemp("record") / "house.jsonl.gz", house.broker.record)


@pytest.fixture(scope="session")
def wiring() -> Settings:
    return parse(example())


def test_a_span_of_a_file_is_identical(file: Path, wiring: Settings) -> None:
    report = replay(FileRecord(file, root_of(file)), SINCE, UNTIL, wiring)
    assert list(lines(report, "x"))[-1].startswith("identical to the byte")
    assert report.played.agreed
    assert 400 < report.messages < 2000
    assert report.played.comparison.equal["valve/set"]


def test_a_span_of_sqlite_is_identical_also_where_the_recorder_received_it_another_year(
    house: lived.Lived, tmp_path: Path, wiring: Settings
) -> None:
    shifted = [one._replace(received_at=one.received_at - timedelta(days=999)) for one in house.broker.record]
    imported(f"sqlite:///{tmp_path}/r.db", lived.write(tmp_path / "r.gz", shifted))
    with closing(open_database(f"sqlite:///{tmp_path}/r.db")) as database:
        report = replay(DatabaseRecord(database, ROOT), SINCE, UNTIL, wiring)
    assert report.is_identical
    assert report.played.agreed
    assert report.played.comparison.equal["valve/set"]


@pytest.mark.system
def test_from_postgres_another_process_says_the_same(
    file: Path, tmp_path: Path, postgres: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    imported(postgres.url, file)
    yaml = tmp_path / "house.yaml"
    yaml.write_text(example().replace("sqlite:///haard.db", postgres.url))
    assert main(["replay", "--settings", str(yaml)]) == 0
    assert "identical to the byte" in capfd.readouterr().out
    assert main(["replay", "--settings", str(yaml), "--from", SINCE.isoformat(), "--to", UNTIL.isoformat()]) == 0
    assert "identical to the byte" in capfd.readouterr().out


def test_another_setpoint_shows_exactly_the_decisions_that_differ(file: Path, wiring: Settings) -> None:
    """Two houses, each replayed alone: where what is told to a device differs, and nowhere else, it is listed."""
    wanted = change(None, None, ['rooms.study.schedule={daily: {"00:00": 22}}'])
    report = replay(FileRecord(file, ROOT), None, None, wiring, wanted)
    assert report.is_identical
    touched = {one.name.ids[0] if one.name.ids else "boiler" for one in report.decisions}
    [valve] = [one.valve for one in wiring.rooms["study"].radiators]
    assert valve in touched
    first = report.decisions[0]
    assert first.recorded != first.changed
    text = "\n".join(lines(report, "x", every=True))
    assert "with rooms.study.schedule: another week" in text
    assert "Study" in text
    commands = [one for one in report.decisions if isinstance(one.recorded or one.changed, BoilerSet)]
    for one in commands:
        assert isinstance(one.recorded, BoilerSet)
        assert isinstance(one.changed, BoilerSet)
        assert one.recorded.call is not one.changed.call


def test_a_setting_that_nothing_hangs_on_changes_no_decision(file: Path, wiring: Settings) -> None:
    report = replay(FileRecord(file, ROOT), None, None, wiring, change(None, None, ["home.name=Other"]))
    assert report.is_identical
    assert report.decisions == []
    assert set(report.divergence.words) == {topics.HOUSE.pattern}
    assert "told the same" in "\n".join(lines(report, "x"))


@pytest.mark.parametrize("words", [0, 1, 2, 5])
def test_where_a_regulator_died_in_mid_sentence_the_changed_one_is_cut_off_too(
    words: int, tmp_path: Path, wiring: Settings
) -> None:
    house = lived.Lived(seed=4)
    house.run(8, faults=False)
    house.link.words_left = words
    house.minute()
    house.kill()
    house.minute()
    house.start()
    path = lived.write(tmp_path / "r.gz", house.run(8, faults=False))
    report = replay(FileRecord(path, ROOT), None, None, wiring, change(None, None, ["home.name=Other"]))
    assert report.is_identical
    assert report.played.comparison.begins == 2
    assert report.decisions == []
    assert set(report.divergence.words) == {topics.HOUSE.pattern}


def test_behind_a_gap_in_the_record_it_goes_on_with_what_is_told_again(
    house: lived.Lived, tmp_path: Path, wiring: Settings
) -> None:
    """The recorder was away for half an hour, and the broker told it again what it keeps."""
    record = house.broker.record
    ticks = [index for index, one in enumerate(record) if one.topic == "home/tick"]
    begin, end = ticks[20], ticks[50]
    kept = {one.topic: one for one in record[:end] if is_retained(one.topic.removeprefix("home/"))}
    again = [one._replace(received_at=record[end].received_at, retained=True) for one in kept.values()]
    path = lived.write(tmp_path / "gap.gz", [*record[:begin], *again, *record[end:]])
    report = replay(FileRecord(path, ROOT), None, None, wiring)
    assert report.played.comparison.gaps > 10
    assert report.is_identical
    assert report.played.comparison.equal["room/status"] > 100
    assert "the recorder was away" in "\n".join(lines(report, "x"))


@pytest.mark.system
def test_each_night_it_is_said_whether_the_record_decides_the_same(
    file: Path, tmp_path: Path, mosquitto: Mosquitto
) -> None:
    imported(f"sqlite:///{tmp_path}/r.db", file)
    yaml = tmp_path / "house.yaml"
    text = example().replace("sqlite:///haard.db", f"sqlite:///{tmp_path}/r.db")
    text = text.replace("host: localhost", "host: 127.0.0.1").replace("port: 1883", f"port: {mosquitto.port}")
    yaml.write_text(text)
    span = ["--from", SINCE.isoformat(), "--to", UNTIL.isoformat()]
    with Observer(mosquitto.settings()) as observer:
        assert main(["replay", *span, "--say", "--settings", str(yaml)]) == 0
        said = Replayed.decode(observer.wait_for("replayed").payload)
    assert (said.differ, said.gaps, said.since) == (0, 0, SINCE)
    assert said.identical > 100


def test_what_other_numbers_decide_is_not_said_to_the_house(tmp_path: Path, file: Path) -> None:
    yaml = tmp_path / "house.yaml"
    yaml.write_text(example().replace("sqlite:///haard.db", f"sqlite:///{tmp_path}/r.db"))
    assert main(["replay", str(file), "--law", "tpi", "--to", BEGIN.isoformat(), "--say", "--settings", str(yaml)]) == 2
