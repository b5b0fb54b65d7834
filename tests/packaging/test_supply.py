"""What haard carries: each package with its hashes, and in the list of licences; and each threat has its test."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REQUIREMENTS = (ROOT / "packaging/requirements.txt").read_text()
LICENCES = (ROOT / "packaging/LICENCES.md").read_text()
PACKAGES = re.findall(r"^([a-z0-9-]+)==([^ ]+)(.*)\\$", REQUIREMENTS, re.MULTILINE)
THREATS = re.findall(r"`((?:tests|packaging)/\S+\.py)::(test_\w+)`", (ROOT / "docs/threats.md").read_text())


def test_every_package_that_is_carried_has_its_hashes() -> None:
    blocks = re.split(r"^(?=[a-z0-9])", REQUIREMENTS, flags=re.MULTILINE)
    carried = [block for block in blocks if "==" in block]
    assert len(carried) == len(PACKAGES) > 40
    assert all("--hash=sha256:" in block for block in carried)


def test_nothing_that_is_carried_is_under_the_gpl_alone() -> None:
    rows = [line for line in LICENCES.splitlines() if "GPL" in line or "General Public" in line]
    other = ("LGPL", "Lesser", "Artistic")
    assert [line for line in rows if not any(word in line for word in other)] == []


def test_what_is_left_out_of_the_package_is_not_missed() -> None:
    script = "import sys; sys.modules['pyric'] = None; import bthome_ble, xiaomi_ble.parser, bleak_retry_connector"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_every_package_that_is_carried_stands_in_the_list_of_licences() -> None:
    rows = re.findall(r"^\| (\S+) \| (\S+) \| (.+) \|$", LICENCES, re.MULTILINE)
    listed = {(plain(name), version) for name, version, licence in rows if licence != "not said"}
    elsewhere = ("darwin", "win32", "python_full_version")  # not on Linux with this Python
    carried = {(name, version) for name, version, mark in PACKAGES if not any(word in mark for word in elsewhere)}
    assert carried <= listed, "`make lock licences` renews both"


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_locked() -> None:
    project = (ROOT / "pyproject.toml").read_text().partition("[project.optional")[0]
    wanted = {plain(name) for name in re.findall(r'^  "([A-Za-z0-9-]+)[>=]', project, re.MULTILINE)}
    assert wanted <= {name for name, _, _ in PACKAGES}, "`make lock` renews the versions"


@pytest.mark.parametrize(("file", "test"), THREATS)
def test_what_holds_a_threat_off_is_tried_by_the_test_that_is_named(file: str, test: str) -> None:
    assert f"def {test}(" in (ROOT / file).read_text()


def test_every_row_of_the_threats_names_its_test() -> None:
    lines = (ROOT / "docs/threats.md").read_text().splitlines()
    rows = [line for line in lines if re.match(r"\| (?!what somebody|---)", line)]
    assert len(rows) == len(THREATS) > 15
