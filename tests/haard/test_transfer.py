"""`haard export` and `haard import`: from one database into another, byte for byte and once."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from haard.__main__ import main
from haard.progress import waiting
from haard.tryout.data_folder import as_yaml
from house.errors import DeviceError
from house.settings import Database, Settings
from recorder import archive, migrations, transfer
from recorder.database import BusyError
from recorder.open import open_database

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
PAYLOADS = (b"20.5", b"", b"\x00\xff\\", '{"value": "°C"}'.encode(), b"x" * 5_000)
TOPICS = ("home/tick", "home/room/living/temperature", "höme/\\'")

Row = tuple[datetime, int, bool, int, bytes]


class House:
    """A house with a database of its own."""

    def __init__(self, settings: Settings, folder: Path, url: str) -> None:
        self.url, self.file = url, folder / f"{len(list(folder.iterdir()))}.yaml"
        house = settings.model_copy(update={"database": Database(url=url)})
        self.file.write_text(as_yaml(house), encoding="utf-8")
        migrations.upgrade(open_database(url).driver)

    def haard(self, *arguments: str) -> int:
        return main([arguments[0], "--settings", str(self.file), *arguments[1:]])

    def store(self, count: int, first: datetime = NOON) -> None:
        """Messages a minute apart, some at the same instant, and one under a clock that was set back."""
        with closing(open_database(self.url)) as database, database.transaction() as transaction:
            for id_, topic in enumerate(TOPICS, start=1):
                insert = "INSERT INTO topic (id, name) VALUES (%s, %s) ON CONFLICT (id) DO NOTHING"
                transaction.execute(insert, id_, topic)
            said = zip(range(count), cycle(PAYLOADS), strict=False)
            minutes = [n - 5 if n == 7 else n // 2 for n in range(count)]
            rows = [(first + timedelta(minutes=minutes[n]), 1 + n % 3, n % 2, n % 5 == 0, one) for n, one in said]
            transaction.store(rows)

    def recorded(self) -> list[tuple[Any, ...]]:
        query = "SELECT received_at, name, qos, retained, payload FROM message JOIN topic ON topic.id = topic_id"
        with closing(open_database(self.url)) as database, database.transaction() as transaction:
            rows = transaction.query(f"{query} ORDER BY message.id")
        return [
            (f"{at}"[:26].removesuffix("+00:00"), topic, qos, bool(kept), bytes(said))
            for at, topic, qos, kept, said in rows
        ]


@pytest.fixture
def sqlite(house: Settings, tmp_path: Path) -> Callable[[str], House]:
    return lambda name: House(house, tmp_path, f"sqlite:///{tmp_path}/{name}.db")


def test_every_byte_and_the_order_go_from_one_file_to_another(sqlite: Callable[[str], House], tmp_path: Path) -> None:
    one, other = sqlite("one"), sqlite("other")
    one.store(60)
    first, second = str(tmp_path / "first.gz"), str(tmp_path / "second.gz")
    assert one.haard("export", first) == 0
    assert other.haard("import", first) == 0
    assert other.recorded() == one.recorded()
    assert other.haard("export", second) == 0
    assert Path(first).read_bytes() == Path(second).read_bytes()


@pytest.mark.system
def test_every_byte_goes_to_postgres_and_back(
    sqlite: Callable[[str], House], house: Settings, tmp_path: Path, postgres: Any
) -> None:
    one, other, third = sqlite("one"), House(house, tmp_path, postgres.url), sqlite("third")
    one.store(60)
    one.store(60, first=NOON + timedelta(days=60))
    for source, target, name in ((one, other, "first.gz"), (other, third, "second.gz")):
        assert source.haard("export", str(tmp_path / name)) == 0
        assert target.haard("import", str(tmp_path / name)) == 0
    assert third.recorded() == one.recorded()
    assert (tmp_path / "first.gz").read_bytes() == (tmp_path / "second.gz").read_bytes()
    with closing(open_database(postgres.url)) as database, database.transaction() as transaction:
        assert transaction.query("SELECT count(*) FROM message_rest") == [(0,)]


def test_a_span_on_the_houses_clock_can_be_chosen(sqlite: Callable[[str], House], tmp_path: Path) -> None:
    one, other, file = sqlite("one"), sqlite("other"), str(tmp_path / "part.gz")
    one.store(60)
    assert one.haard("export", "--from", "2026-01-12T13:10", "--to", "2026-01-12T12:20:00Z", file) == 0
    assert other.haard("import", file) == 0
    assert [row[0] for row in other.recorded()] == [
        f"2026-01-12 12:{minute}:00.000000" for minute in range(10, 20) for _ in (1, 2)
    ]


@pytest.mark.parametrize(
    ("span", "count"),
    [
        (("--from", "2027-03-01T13:10"), 50),
        (("--from", "2027-03-01T13:10", "--to", "2027-03-01T13:20"), 10),
        (("--to", "2027-03-01T13:20"), 20),
        (("--from", "13:50"), 10),
        (("--from", "2026-01-01"), 60),
        (("--from", "2027-04-01"), 0),
        (("--to", "2028-01-01"), 60),
    ],
)
def test_in_a_simulated_house_a_span_is_one_of_its_own_time(
    span: tuple[str, ...], count: int, sqlite: Callable[[str], House], tmp_path: Path
) -> None:
    """A minute there is a second here, and another year."""
    there, file = datetime(2027, 3, 1, 12, tzinfo=UTC), tmp_path / "span.gz"
    house = sqlite("one")
    with closing(open_database(house.url)) as database, database.transaction() as transaction:
        transaction.execute("INSERT INTO topic (id, name) VALUES (1, 'home/tick')")
        said = [f'{{"at":"{(there + timedelta(minutes=n)).isoformat()}"}}'.encode() for n in range(60)]
        transaction.store([(NOON + timedelta(seconds=n), 1, 1, False, one) for n, one in enumerate(said)])
    assert house.haard("export", *span, str(file)) == 0
    messages = [message for _, message in archive.read(file)]
    assert len(messages) == count


def test_a_second_import_of_the_same_file_does_nothing(
    sqlite: Callable[[str], House], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other, file = sqlite("one"), sqlite("other"), str(tmp_path / "file.gz")
    one.store(60)
    one.haard("export", file)
    other.haard("import", file)
    assert other.haard("import", file) == 0
    assert "0 messages imported, 60 were there already" in capsys.readouterr().out.replace("\n", " ")
    assert other.recorded() == one.recorded()


def test_an_interrupted_import_goes_on_where_it_ended(sqlite: Callable[[str], House], tmp_path: Path) -> None:
    one, other, file = sqlite("one"), sqlite("other"), tmp_path / "file.gz"
    one.store(2 * transfer.BATCH + 5)
    one.haard("export", str(file))
    held = transfer.contents(file)
    assert held is not None
    with closing(open_database(other.url)) as database, pytest.raises(Interrupted):
        transfer.import_(database, file, held, tell=interrupt)
    assert len(other.recorded()) == transfer.BATCH
    assert other.haard("import", str(file)) == 0
    assert other.recorded() == one.recorded()


def test_of_two_imports_of_a_file_at_once_one_gives_up(sqlite: Callable[[str], House], tmp_path: Path) -> None:
    one, other, file = sqlite("one"), sqlite("other"), tmp_path / "file.gz"
    one.store(2 * transfer.BATCH + 5)
    one.haard("export", str(file))
    held = transfer.contents(file)
    assert held is not None
    with closing(open_database(other.url)) as database, pytest.raises(DeviceError, match="somebody else"):
        transfer.import_(database, file, held, tell=lambda _part: imports_too(other, file))
    assert other.recorded() == one.recorded()


def imports_too(house: House, file: Path) -> None:
    assert house.haard("import", str(file)) == 0


class Interrupted(BaseException):
    """Ctrl-C."""


def interrupt(_part: float) -> None:
    raise Interrupted


def test_a_span_that_holds_messages_is_refused_and_one_beside_it_taken(
    sqlite: Callable[[str], House], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = sqlite("one"), sqlite("other")
    one.store(60)
    other.store(10, first=NOON + timedelta(minutes=15))
    files = [str(tmp_path / name) for name in ("all.gz", "before.gz")]
    one.haard("export", files[0])
    one.haard("export", "--to", "2026-01-12T12:15:00Z", files[1])
    assert other.haard("import", files[0]) == 1
    assert "already; nothing was imported" in capsys.readouterr().err
    assert len(other.recorded()) == 10
    assert other.haard("import", files[1]) == 0


def test_a_broken_file_imports_nothing(
    sqlite: Callable[[str], House], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, file = sqlite("one"), tmp_path / "file.gz"
    one.store(60)
    one.haard("export", str(file))
    file.write_bytes(file.read_bytes()[:-9])
    other = sqlite("other")
    assert other.haard("import", str(file)) == 1
    assert "file.gz: line" in capsys.readouterr().err
    assert other.recorded() == []


def _never(error: BusyError) -> None:
    raise AssertionError(error)


def test_an_export_that_fails_leaves_the_file_of_before(sqlite: Callable[[str], House], tmp_path: Path) -> None:
    one, file = sqlite("one"), tmp_path / "file.gz"
    one.store(5)
    file.write_bytes(b"before")
    with closing(open_database(one.url)) as database, pytest.raises(Interrupted):
        transfer.export(database, file, NOON, NOON + timedelta(days=1), tell=interrupt, wait=_never)
    assert file.read_bytes() == b"before"
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.system
def test_an_export_waits_for_who_commits_just_now_and_says_so_once(
    house: Settings, tmp_path: Path, postgres: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    one, file = House(house, tmp_path, postgres.url), tmp_path / "file.gz"
    one.store(5)
    with closing(open_database(postgres.url)) as slow, closing(open_database(postgres.url)) as database:
        said = waiting("patience")
        with ExitStack() as commit:
            commit.enter_context(slow.transaction()).store([(NOON, 1, 1, False, b"late")])
            tries: list[str] = []

            def wait(error: BusyError) -> None:
                said(error)
                tries.append(str(error))
                if len(tries) == 2:
                    commit.close()

            assert transfer.export(database, file, NOON, NOON + timedelta(days=1), lambda _part: None, wait) == 6
    assert capsys.readouterr().err.count("waiting: postgresql://") == 1


@pytest.mark.parametrize("options", [("--from", "soon"), ("--from", "2026-02-01", "--to", "2026-01-01")])
def test_a_span_that_cannot_be_meant_is_refused(
    sqlite: Callable[[str], House], tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    assert sqlite("one").haard("export", *options, str(tmp_path / "file.gz")) == 2
    assert "--from" in capsys.readouterr().err


def test_a_database_without_tables_says_what_to_do(
    house: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "house.yaml"
    file.write_text(as_yaml(house.model_copy(update={"database": Database(url=f"sqlite:///{tmp_path}/new.db")})))
    assert main(["export", "--settings", str(file), str(tmp_path / "file.gz")]) == 1
    assert "recorder migrate" in capsys.readouterr().err
