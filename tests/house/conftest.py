"""What the tests of both connections to the broker share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from devtools.servers import Mosquitto
from tests.tls import issue_certificates


@pytest.fixture
def encrypted(start_mosquitto: Callable[..., Mosquitto], tmp_path: Path) -> tuple[Mosquitto, Path]:
    """A broker with a certificate of an authority of its own, and the authority's file."""
    files = issue_certificates(tmp_path)
    return start_mosquitto(extra=f"certfile {files.certificate}\nkeyfile {files.key}"), files.authority
