"""docs/architecture.md: what it names is there, and the way to "why does the valve open now" is short."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/architecture.md").read_text()
MOST_FILES = 11
FOLDERS = {path.parent.name for path in ROOT.glob("*/*.py")} | {
    "web",
    "esp32_firmware",
    "packaging",
    "mosquitto",
    "tests",
}


def test_why_a_valve_opens_is_read_in_few_files_that_exist() -> None:
    way = re.findall(r"^\d+\. `([a-z_/]+\.py)`", PAGE, re.MULTILINE)
    assert way[:2] == ["regulator/step.py", "regulator/decide.py"]
    assert way[-1] == "regulator/safety.py"
    assert len(way) == len(set(way)) <= MOST_FILES
    assert [path for path in way if not (ROOT / path).is_file()] == []


def test_every_folder_of_the_project_is_explained() -> None:
    assert {folder for folder in FOLDERS if f"`{folder}/`" not in PAGE} == set()
