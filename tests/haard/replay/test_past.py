"""Why, at an instant of the past, and what happened in a room: from the record, by the rules themselves."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haard.__main__ import main
from haard.commands.log import told
from haard.replay.past import known, snapshot_of, verdict, would_have_changed
from haard.replay.recorded import Recorded, is_retained
from haard.replay.sources import DatabaseRecord
from haard.replay.span import TICK, time_of
from haard.replay.timeline import Event, is_of_room, timeline
from haard.replay.when import past
from haard.settings_file import example
from house import topics
from house.errors import SettingsError
from house.messages import Message, ModeWish, SetpointWish
from house.settings import parse
from house.topics import Root
from recorder.open import open_database
from regulator.snapshot import Snapshot, with_published
from regulator.wishes import accept
from tests.haard.replay import lived
from tests.haard.replay.conftest import MINUTES, imported
from tests.haard.replay.lived import BEGIN, MINUTE

pytestmark = pytest.mark.slow

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WIRING = parse(example())
NOW = datetime(2026, 1, 14, 11, 0, tzinfo=UTC)  # a Wednesday, noon on the wall


def at(record: list[Recorded], minutes: int) -> Snapshot:
    """What the regulator knew after so many minutes."""
    until = BEGIN + minutes * MINUTE + timedelta(seconds=59)
    kept = {one.path: one.payload for one in record if one.received_at < until and is_retained(one.path)}
    return snapshot_of(kept, WIRING)


@pytest.mark.parametrize("minutes", [40, 58, 140])
@pytest.mark.parametrize("room", ["living", "bath", "study"])
def test_the_setpoint_that_would_have_changed_it_does_change_it(
    record: list[Recorded], room: str, minutes: int
) -> None:
    then = at(record, minutes)
    base = verdict(then, room)
    for words in would_have_changed(then, room):
        if words.startswith("with a setpoint of "):
            wish = SetpointWish(value=float(words.split()[4]))
            heard = topics.Heard(topics.Name(topics.ROOM_SETPOINT_WISH, (room,)), wish)
            after = verdict(with_published(then, accept(then, heard)), room)
            assert after.is_open is not base.is_open
            assert ("closed" in words) is (not after.is_open)


def wished(snapshot: Snapshot, topic: topics.Topic[Message], message: Message) -> Snapshot:
    return with_published(snapshot, accept(snapshot, topics.Heard(topics.Name(topic, ("bath",)), message)))


def test_a_room_that_is_off_would_have_been_otherwise_in_mode_auto(record: list[Recorded]) -> None:
    warm = SetpointWish(value=25.0)
    auto = (wished(at(record, minutes), topics.ROOM_SETPOINT_WISH, warm) for minutes in range(5, MINUTES))
    heated = next(one for one in auto if verdict(one, "bath").is_open)  # the boiler rests now and then
    off = wished(heated, topics.ROOM_MODE_WISH, ModeWish(value="off"))
    assert not verdict(off, "bath").is_open
    assert any(
        words.startswith("in mode auto its radiators would have been open") for words in would_have_changed(off, "bath")
    )


def test_a_window_is_named_where_it_decided(record: list[Recorded]) -> None:
    then = at(record, 168)
    assert any(line == "window: open" for line in known(then, "living", then.now or NOW))
    status = then.last(topics.ROOM_STATUS, "living")
    assert status is not None
    assert status.window == "open"


def test_a_timeline_tells_wishes_refusals_and_decisions_in_their_order(record: list[Recorded]) -> None:
    events = list(timeline((one for one in record if is_of_room(one.path, "living", WIRING)), "living"))
    told = [(one.kind, one.text) for one in events]
    dated = [one.at for one in events if one.at >= BEGIN + 2 * MINUTE]
    assert dated == sorted(dated)
    assert ("wish", "setpoint: 22.5") in told
    assert any(kind == "refused" and "a lot" in text for kind, text in told)
    wish = told.index(("wish", "setpoint: 22.5"))
    decided = [text for kind, text in told[wish:] if kind == "decision"]
    assert any(text.startswith("heating: 22.5 °C by override until ") and text.count("; ") for text in decided)
    assert any(kind == "window" and text == "open" for kind, text in told)
    assert len(told) < len(record) / 10


def minute_of_which_nothing_is_kept(source: DatabaseRecord) -> datetime:
    """The first while the bath is off at which the regulator had nothing new to remember."""
    minutes = (BEGIN + number * MINUTE for number in range(66, 80))
    return next(one for one in minutes if snapshot_of(source.at(one), WIRING).now != one)


def test_why_and_log_answer_from_the_database(
    house: lived.Lived, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(f"sqlite:///{tmp_path}/r.db", lived.write(tmp_path / "r.gz", house.broker.record))
    yaml = tmp_path / "house.yaml"
    yaml.write_text(example().replace("sqlite:///haard.db", f"sqlite:///{tmp_path}/r.db"))
    with closing(open_database(f"sqlite:///{tmp_path}/r.db")) as database:
        source = DatabaseRecord(database, Root("home"))
        instant = minute_of_which_nothing_is_kept(source)
        kept = source.at(instant)
    wall = instant.astimezone(AMSTERDAM)
    assert main(["why", "Bathroom", "--at", f"{wall:%Y-%m-%dT%H:%M}", "--settings", str(yaml)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"when {wall:%Y-%m-%d %H:%M} was asked for" in said
    assert "7 °C by off" in said
    for words in would_have_changed(snapshot_of(kept, WIRING), "bath"):
        assert words in said
    asked = ["--from", "2026-01-12T01:25", "--to", "2026-01-12T02:00", "--settings", str(yaml)]
    assert main(["log", "living", *asked]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[0].endswith("house.yaml), Living room")
    assert not said.splitlines()[1].startswith("2026-01-12 02:00")
    assert "wish      setpoint: 22.5" in said


@pytest.mark.parametrize("width", [40, 80])
def test_what_does_not_fit_a_line_of_the_log_stands_indented_below_it(width: int) -> None:
    words = "no believable reading at all yet: look after the thermometer, its battery and its distance"
    event = Event(NOW, "alert", words)
    first, *others = told(event, ZoneInfo("UTC"), width)
    assert first.startswith(f"{NOW:%Y-%m-%d %H:%M}  alert     no")
    assert others
    assert all(line.startswith("        ") for line in others)
    assert max(map(len, (first, *others))) <= width
    assert " ".join(f"{first[28:]} {' '.join(others)}".split()) == event.text


@pytest.mark.parametrize("days", [0, 999])
def test_now_is_ours_unless_the_house_lives_at_another_time(house: lived.Lived, tmp_path: Path, days: int) -> None:
    shifted = [one._replace(received_at=one.received_at - timedelta(days=days)) for one in house.broker.record]
    imported(f"sqlite:///{tmp_path}/r.db", lived.write(tmp_path / "r.gz", shifted))
    with closing(open_database(f"sqlite:///{tmp_path}/r.db")) as database:
        now = DatabaseRecord(database, Root("home")).now(NOW)
    last = max(at for one in lived.recorded(shifted) if one.path == TICK and (at := time_of(one.payload)))
    assert now == (last if days else NOW)


def test_what_just_happened_in_a_simulated_house_is_told_without_asking_for_its_year(
    house: lived.Lived, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shifted = [one._replace(received_at=one.received_at - timedelta(days=999)) for one in house.broker.record]
    imported(f"sqlite:///{tmp_path}/r.db", lived.write(tmp_path / "r.gz", shifted))
    yaml = tmp_path / "house.yaml"
    yaml.write_text(example().replace("sqlite:///haard.db", f"sqlite:///{tmp_path}/r.db"))
    assert main(["log", "living", "--settings", str(yaml)]) == 0
    assert "wish      setpoint: 22.5" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yesterday 21:40", "2026-01-13T21:40"),
        ("today", "2026-01-14T00:00"),
        ("mon 6:30", "2026-01-12T06:30"),
        ("wednesday 06:30", "2026-01-14T06:30"),
        ("21:40", "2026-01-13T21:40"),
        ("9:00", "2026-01-14T09:00"),
        ("3h ago", "2026-01-14T09:00"),
        ("2026-01-02", "2026-01-02T00:00"),
        ("2026-01-02T23:30Z", "2026-01-03T00:30"),
        ("now", "2026-01-14T12:00"),
    ],
)
def test_an_instant_of_the_past_is_understood_as_people_say_it(text: str, expected: str) -> None:
    assert past("--at", text, NOW, AMSTERDAM) == datetime.fromisoformat(expected).replace(tzinfo=AMSTERDAM)


@given(st.text(max_size=20))
def test_any_other_text_is_refused_in_words(text: str) -> None:
    try:
        past("--at", text, NOW, AMSTERDAM)
    except SettingsError as error:
        assert "--at" in str(error)  # noqa: PT017 - most texts are refused, a few are dates
