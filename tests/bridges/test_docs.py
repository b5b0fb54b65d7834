"""What the pages for owners say can be typed."""

import re
from pathlib import Path

import pytest

from house import settings

PAGES = sorted((Path(__file__).parents[2] / "docs" / "bridges").glob("*.md"))
ROOMS = "rooms: {living: {radiators: [{valve: v1, power_w: 1000}]}}\n"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_example_of_settings_is_accepted(page: Path) -> None:
    for example in re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        assert settings.parse(example if "rooms:" in example else example + ROOMS, page.name).rooms
