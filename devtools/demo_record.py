"""The record of a house that lives in memory, and the analyst that looks at it: what a demo tells of gas."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from house import topics
from house.settings import Settings
from recorder import migrations
from recorder.analyst import Analyst
from recorder.database import Database
from recorder.reader import RecordReader
from recorder.sqlite import Sqlite

ROOT = topics.Root("home")


class DemoRecord:
    """`keep` what is said; `look` lets the analyst say what it came to."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        url = f"sqlite:///{folder}/demo.db"
        migrations.upgrade(Sqlite(url))
        self._database = Database(Sqlite(url))
        self._analyst = Analyst(RecordReader(self._database, ROOT), settings)
        self._ids: dict[str, int] = {}
        self._said: list[tuple[int, topics.Publication]] = []

    def keep(self, publication: topics.Publication, at: int) -> None:
        """Remember a message of this second."""
        if publication.name.topic.recorded:
            self._said.append((at, publication))

    def look(self, at: int) -> Iterator[topics.Publication]:
        """What the analyst says at this second, and the day that is not over as one more."""
        self._store()
        found = self._analyst.turn(datetime.fromtimestamp(at, UTC))
        for publication in found:
            self.keep(publication, at)
        yield from found
        all_days, unfinished = self._analyst.days()
        for day in all_days:
            if day.day == unfinished:
                yield topics.publication(topics.DAY, message=day)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _store(self) -> None:
        with self._database.transaction() as transaction:
            for path in {ROOT.full(one.path) for _, one in self._said} - self._ids.keys():
                transaction.execute("INSERT INTO topic (name) VALUES (%s)", path)
            self._ids = {name: id_ for name, id_ in transaction.query("SELECT name, id FROM topic")}
            transaction.store(
                [
                    (datetime.fromtimestamp(at, UTC), self._ids[ROOT.full(one.path)], 1, False, one.payload)
                    for at, one in self._said
                ]
            )
        self._said = []
