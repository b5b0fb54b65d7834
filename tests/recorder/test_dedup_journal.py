from hypothesis import given
from hypothesis import strategies as st

from recorder.dedup_journal import LENGTH, MARK_BYTES, Journal, Mark, mark, pack, unpack

marks = st.binary(min_size=MARK_BYTES, max_size=MARK_BYTES)


@given(st.lists(marks))
def test_packed_marks_come_back(some: list[Mark]) -> None:
    assert list(unpack(pack(some))) == some


def test_a_noted_message_is_known_by_identifier_and_content() -> None:
    journal = Journal()
    journal.note(mark(7, "home/tick", b"1"))
    assert journal.knows(mark(7, "home/tick", b"1"))
    assert not journal.knows(mark(8, "home/tick", b"1"))
    assert not journal.knows(mark(7, "home/tick", b"2"))
    assert not journal.knows(mark(7, "home/tack", b"1"))


def test_topic_and_payload_cannot_be_confused() -> None:
    assert mark(1, "home/a", b"b") != mark(1, "home/ab", b"")


@given(marks)
def test_an_empty_journal_knows_nothing(one: Mark) -> None:
    assert not Journal().knows(one)


def test_identifiers_that_come_round_again_are_not_known() -> None:
    journal = Journal()
    old = mark(1, "home/tick", b"")
    journal.note(old)
    for number in range(LENGTH - 1):
        journal.note(mark(2 + number, "home/tick", b""))
    assert journal.knows(old)
    journal.note(mark(2, "home/tick", b""))
    assert not journal.knows(old)


def test_a_new_session_is_not_confused_with_the_old_one() -> None:
    journal = Journal()
    journal.note(mark(1, "home/tick", b""))
    journal.forget()
    assert not journal.knows(mark(1, "home/tick", b""))
    journal.note(mark(1, "home/tick", b""))
    assert journal.knows(mark(1, "home/tick", b""))
