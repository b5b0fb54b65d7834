"""What is cut out of a record replays as it was and does not tell whose house it is; and every capture that we have."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haard.__main__ import main
from haard.replay.anonymous import fixed_zone, rewriter, shift
from haard.replay.recorded import Recorded
from haard.replay.replaying import replay
from haard.replay.sources import FileRecord, root_of
from haard.replay.span import play
from haard.settings_file import example
from house import topics
from house.settings import parse
from tests.haard.replay import lived
from tests.haard.replay.conftest import imported

CAPTURES = sorted((Path(__file__).parents[2] / "captures" / "replays").glob("*.jsonl.gz"))
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SECRETS = (b"living", b"Living", b"Study", b"a4c138", b"001a22", b"Terrace", b"Amsterdam", b"2026-", b"latitude")


@pytest.mark.slow
@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name.removesuffix(".jsonl.gz"))
def test_a_capture_is_played_from_its_begin_to_its_end_and_the_boiler_burns_on_open_radiators_only(path: Path) -> None:
    """Not to the byte: a rule that has become another decides otherwise, and the capture stays what was lived."""
    played, moments = play(FileRecord(path, root_of(path)), None, None, parse(example()))
    known = played.player.regulators[0].snapshot
    for moment, _ in moments:
        known = played.player.regulators[0].snapshot
        boiler = known.last(topics.BOILER_SET)
        if moment.said[0] and boiler is not None and boiler.call:
            told = [known.last(topics.VALVE_SET, valve) for valve in known.wiring.rooms_by_valve]
            assert any(one is not None and one.opening != 0 for one in told)
    assert played.comparison.gaps == 0
    assert all(known.last(topics.ROOM_STATUS, room) is not None for room in known.wiring.rooms)


def test_there_are_captures() -> None:
    assert CAPTURES


@pytest.mark.slow
def test_an_hour_replays_as_it_was_and_tells_nobody_whose_it_is(
    house: lived.Lived, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(f"sqlite:///{tmp_path}/r.db", lived.write(tmp_path / "r.gz", house.broker.record))
    yaml, file = tmp_path / "house.yaml", tmp_path / "hour.jsonl.gz"
    yaml.write_text(example().replace("sqlite:///haard.db", f"sqlite:///{tmp_path}/r.db"))
    span = ["--from", "2026-01-12T02:20", "--to", "2026-01-12T03:10", "--settings", str(yaml)]
    assert main(["capture", *span, str(file)]) == 0
    assert "it replays to the byte" in capsys.readouterr().out
    text = gzip.decompress(file.read_bytes())
    assert [word for word in SECRETS if word in text] == []
    report = replay(FileRecord(file, root_of(file)), None, None, parse(example()))
    assert report.is_identical
    assert report.played.comparison.equal["valve/set"]


@pytest.mark.slow
def test_a_difference_is_captured_too(record: list[Recorded], tmp_path: Path) -> None:
    """Who reports that something was decided wrongly wants to show just that."""
    late = lived.BEGIN + timedelta(minutes=140)
    index = next(n for n, one in enumerate(record) if one.path == "boiler/set" and one.received_at > late)
    forged = record[index]._replace(payload=record[index].payload.replace(b":", b": ", 1))
    changed = lived.archived([*record[:index], forged, *record[index + 1 :]])
    imported(f"sqlite:///{tmp_path}/r.db", lived.write(tmp_path / "r.gz", changed))
    yaml, file = tmp_path / "house.yaml", tmp_path / "hour.jsonl.gz"
    yaml.write_text(example().replace("sqlite:///haard.db", f"sqlite:///{tmp_path}/r.db"))
    since, until = (f"{forged.received_at + timedelta(minutes=by):%Y-%m-%dT%H:%MZ}" for by in (-2, 5))
    assert main(["capture", "--from", since, "--to", until, "--settings", str(yaml), str(file)]) == 0
    [difference] = replay(FileRecord(file, root_of(file)), None, None, parse(example())).differences
    assert difference.path == "boiler/set"


moments = st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - naive bounds


@given(moments, st.integers(1, 72))
def test_dates_move_by_whole_weeks_to_where_the_clock_stands_the_same(first: datetime, hours: int) -> None:
    last = first + timedelta(hours=hours)
    by = shift(first, last, AMSTERDAM)
    assert by % timedelta(weeks=1) == timedelta()
    assert (first - by).year <= 2011
    offsets = {at.astimezone(AMSTERDAM).utcoffset() for at in (first - timedelta(2), first, last, last + timedelta(2))}
    if len(offsets) == 1:
        assert (first - by).astimezone(AMSTERDAM).utcoffset() in offsets
        other = ZoneInfo(fixed_zone(first, last, AMSTERDAM))
        assert first.astimezone(other).utcoffset() in offsets


def test_names_are_replaced_as_whole_words_only() -> None:
    rewrite = rewriter({"hall": "room_01", "Hall": "Room 1"}, timedelta(weeks=1))
    assert rewrite('{"room":"hall","why":"Hall shall be warm","at":"2026-01-08T00:00Z"}') == (
        '{"room":"room_01","why":"Room 1 shall be warm","at":"2026-01-01T00:00Z"}'
    )
