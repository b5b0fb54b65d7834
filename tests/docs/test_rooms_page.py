"""docs/rooms.md says what the regulator does."""

import pytest

from docs.write_rooms import PAGE, page

pytestmark = pytest.mark.slow


def test_the_page_says_what_the_regulator_does() -> None:
    assert PAGE.read_text(encoding="utf-8") == page() + "\n", "the rules have changed; `make docs` writes the page"
