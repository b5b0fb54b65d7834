from docs.write_topics import EXAMPLES, PAGE, page
from tests.strategies import MESSAGES


def test_the_page_says_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page() + "\n", "house/topics.py has changed; `make docs` writes the page"


def test_every_kind_of_message_has_one_example_that_can_be_read() -> None:
    assert sorted(type(example).__name__ for example in EXAMPLES) == sorted(kind.__name__ for kind in MESSAGES)
    for example in EXAMPLES:
        assert type(example).decode(example.encode()) == example
