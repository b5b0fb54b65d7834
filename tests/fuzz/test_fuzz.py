"""Every reader of bytes from outside, fed with what lies near real input: it reads, or refuses as it says.

`make fuzz EXAMPLES=200000` takes its time. What once broke a reader lies in `corpus/<target>/`, and is tried each time.
"""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.mutations import near
from tests.fuzz.targets import TARGETS, Target

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
CORPUS = Path(__file__).parent / "corpus"
KEPT = sorted(one for one in CORPUS.glob("*/*") if one.is_file())


def feed(target: Target, data: bytes) -> None:
    with suppress(*target.errors):
        target.read(data)


@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_reader_reads_or_refuses(name: str, data: st.DataObject) -> None:
    feed(TARGETS[name], data.draw(near(TARGETS[name].seeds)))


@pytest.mark.parametrize("name", TARGETS)
def test_a_reader_reads_what_is_real(name: str) -> None:
    for seed in TARGETS[name].seeds:
        feed(TARGETS[name], seed)


@pytest.mark.parametrize("file", KEPT, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_once_broke_a_reader_breaks_it_no_more(file: Path) -> None:
    feed(TARGETS[file.parent.name], file.read_bytes())
