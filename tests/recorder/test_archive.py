import gzip
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from house.errors import PayloadError
from recorder import archive
from recorder.archive import FORM, Message, decode, encode
from tests.strategies import instants

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
GOOD = encode(Message(NOON, "home/tick", 1, False, b"20"))

messages = st.builds(
    Message,
    instants,
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1),
    st.integers(0, 2),
    st.booleans(),
    st.binary() | st.text().map(lambda text: text.encode()),
)


def written(path: Path, *lines: str, form: str = FORM) -> Path:
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in (form, *lines)).encode()))
    return path


@given(message=messages)
def test_a_line_gives_back_every_byte(message: Message) -> None:
    line = encode(message)
    assert decode(line) == message
    assert "\n" not in line
    assert line.isascii()


def test_a_payload_of_text_can_be_read_by_people() -> None:
    assert '"payload": "20"' in GOOD


@given(line=st.text() | st.sampled_from(["{}", "[]", "1", GOOD.replace("20", "\\ud800"), GOOD[:-1]]))
def test_any_line_is_a_message_or_refused(line: str) -> None:
    with pytest.raises(PayloadError):
        decode(line)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (GOOD.replace('"payload"', '"payload_"'), "payload_"),
        (GOOD.replace('"payload": "20"', '"base64": "?"'), "base64"),
        (GOOD.replace('"payload": "20"', '"base64": "MjA=", "payload": "20"'), "either"),
        (GOOD.replace('"qos": 1', '"qos": 3'), "qos"),
        (GOOD.replace("home/tick", "home\\u0000"), "topic"),
        (GOOD.replace("12:00:00Z", "12:00:00"), "received_at"),
        (re.sub(r"\d{4}-\d\d-\d\d", "0001-01-01", GOOD), "received_at: should lie between"),
        (re.sub(r"\d{4}-\d\d-\d\d", "9999-12-31", GOOD), "received_at: should lie between"),
        (GOOD.replace("home/tick", "x" * 700), "topic"),
        (GOOD.replace("home/tick", "\\ud800"), ""),
        ("[" * 100_000, ""),
    ],
)
def test_a_line_that_is_wrong_says_where(tmp_path: Path, line: str, fault: str) -> None:
    file = written(tmp_path / "export.gz", GOOD, line)
    with pytest.raises(PayloadError, match=rf"export\.gz: line 3: .*{fault}"):
        list(archive.read(file))


def test_a_file_of_another_form_a_cut_one_and_an_empty_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PayloadError, match=r"line 1: .*no export of this version"):
        list(archive.read(written(tmp_path / "other.gz", GOOD, form='{"form": "haard messages", "version": 2}')))
    whole = written(tmp_path / "cut.gz", *[GOOD] * 99).read_bytes()
    (tmp_path / "cut.gz").write_bytes(whole[:-20])
    with pytest.raises(PayloadError, match=r"cut\.gz"):
        list(archive.read(tmp_path / "cut.gz"))
    (tmp_path / "plain.gz").write_text(GOOD)
    with pytest.raises(PayloadError, match=r"plain\.gz"):
        list(archive.read(tmp_path / "plain.gz"))
    (tmp_path / "empty.gz").write_bytes(b"")
    with pytest.raises(PayloadError, match="is empty"):
        list(archive.read(tmp_path / "empty.gz"))


def test_equal_messages_make_equal_bytes() -> None:
    files = [io.BytesIO(), io.BytesIO()]
    for file in files:
        with archive.begin(file) as lines:
            lines.write(GOOD.encode())
    assert files[0].getvalue() == files[1].getvalue()
