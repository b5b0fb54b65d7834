"""The documentation as a site: it builds without a warning, and each command in it does what it should."""

import json
import os
import re
import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

from devtools.build_deb import PLATFORMS
from haard.application import loaded
from haard.install.layout import Layout
from tests.haard.install.conftest import running

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted([*DOCS.glob("*.md"), *DOCS.glob("bridges/*.md")])]
COMPOSE = yaml.safe_load((ROOT / "packaging/docker/compose.yaml").read_text())
BLOCK = re.compile(r"^( *)```sh\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
MAY_FAIL = {"status", "doctor", "upgrade", "discover", "gas"}
"""What tells by its exit status that something is not there, such as a radio, a day's gas or a boot by systemd."""
PATIENCE_S = 300

__all__ = ["running"]


def commands(page: Path) -> list[str]:
    blocks = [block.replace("\\\n", " ") for _, block in BLOCK.findall(page.read_text())]
    found = [line.strip() for block in blocks for line in block.splitlines()]
    return [line for line in found if line and not line.startswith("#")]


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    assert (tmp_path / "site/install/index.html").exists()


def test_the_pages_have_commands() -> None:
    assert sum(len(commands(page)) for page in PAGES) > 50


@pytest.mark.timeout(900)
def test_each_command_in_the_documentation_does_what_it_should(running: Path, tmp_path: Path) -> None:
    reader = Reader(running, tmp_path)
    for page in PAGES:
        for line in commands(page):
            reader.type(line, page.name)


class Reader:
    """Types what stands in the documentation, in the folder of a running house."""

    def __init__(self, settings: Path, folder: Path) -> None:
        self._settings, self._folder = settings, folder
        self._port = re.search(r"port: (\d+)", settings.read_text())[1]  # type: ignore[index]
        self._known: set[str] = set()
        logs = settings.parent / ".haard/log"
        logs.mkdir(parents=True)
        (logs / "regulator.log").write_text("heats\n")

    def type(self, line: str, page: str) -> None:
        line = line.partition("  #")[0].strip()
        if line in self._known:
            return
        self._known.add(line)
        words = shlex.split(line)
        if words[0] == "sudo":
            words = words[3:] if words[1] == "-u" else words[1:]
        kind = words[0]
        try:
            done = getattr(self, f"_{kind.replace('-', '_')}")(words, line)
        except AttributeError as error:
            raise AssertionError(f"{page}: nothing here knows how to try `{line}`") from error
        if done is not None:
            may_fail = kind == "haard" and words[1] in MAY_FAIL
            assert done.returncode in ({0, 1} if may_fail else {0}), f"{page}: {line}\n{done.stdout}{done.stderr}"
            assert "Traceback" not in done.stderr, f"{page}: {line}\n{done.stderr}"

    def _run(self, words: list[str], line: str = "") -> subprocess.CompletedProcess[str]:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            line or words,
            shell=bool(line),
            cwd=self._settings.parent,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def _haard(self, words: list[str], _line: str) -> subprocess.CompletedProcess[str] | None:
        match words[1]:
            case "init":
                folder = self._folder / "init"
                new = [] if folder.exists() or {"--demo", "--room"} & set(words) else ["--room", "Living room"]
                return self._run([*words, *new, "--yes", "--folder", str(folder)])
            case "restore" | "simulate":  # tried whole in tests/haard; here only whether the options are known
                parsed = loaded(words[1]).make_context(words[1], words[2:])
                assert parsed.params
                return None
            case "discover":
                return self._run(["haard", "discover", "--seconds", "1"])
            case "up":
                other = self._folder / "up"
                other.mkdir()
                return self._run([], f"cd {other} && {shlex.join(words)}")
        return self._run(words)

    def _mosquitto_pub(self, words: list[str], _line: str) -> subprocess.CompletedProcess[str]:
        return self._run([*words, "-h", "127.0.0.1", "-p", self._port])

    def _mosquitto_sub(self, words: list[str], _line: str) -> None:
        """It has understood its options when it waits for something to hear."""
        end = words.index("|") if "|" in words else len(words)
        done = self._run([*words[:end], "-h", "127.0.0.1", "-p", self._port, "-W", "1"])
        assert done.returncode in (0, 27), done.stderr

    def _make(self, words: list[str], _line: str) -> subprocess.CompletedProcess[str]:
        return self._run(["make", "-n", "-C", str(ROOT), *words[1:]])

    def _apt(self, words: list[str], _line: str) -> None:
        for package in words[2:]:
            name = re.fullmatch(r"\./dist/haard_(.+)_(\w+)\.deb", package)
            assert name is None or (name[1] == version("haard") and name[2] in PLATFORMS), package

    def _cat(self, words: list[str], _line: str) -> None:
        """A file that `haard init` writes."""
        secret = Path(words[1])
        assert secret.parent == Layout().secrets
        assert (self._folder / "init/secrets" / secret.name).exists(), secret

    def _psql(self, words: list[str], _line: str) -> None:
        """Postgres is not here, but what it should read is."""
        for file in (words[at + 1] for at, word in enumerate(words) if word == "<"):
            assert (ROOT / file).exists(), file

    def _cp(self, words: list[str], _line: str) -> None:
        assert all((ROOT / source).exists() for source in words[2:-1]), words

    def _systemctl(self, words: list[str], _line: str) -> None:
        assert words[2] == "grafana-server", words

    def _docker(self, words: list[str], _line: str) -> None:
        if words[1] == "run":
            folders = [word.partition(":")[0].removeprefix("$PWD/") for word in words if word.startswith("$PWD/")]
            assert folders, words
            assert all((ROOT / folder).exists() for folder in folders), words
            return
        assert words[1] == "compose"
        known = set(COMPOSE["services"])
        named = [words[at + 1] for at, word in enumerate(words) if word == "--profile"]
        assert set(named) | ({words[-1]} - {"-d"} if "run" in words else set()) <= known, words

    def _python(self, words: list[str], line: str) -> None:
        """A service that runs until it is ended: its module and options are there."""
        done = self._run([sys.executable, *words[1:3], "--help"])
        assert done.returncode == 0, line

    def _echo(self, _words: list[str], line: str) -> subprocess.CompletedProcess[str]:
        done = self._run([], line)
        assert json.loads(done.stdout.splitlines()[-1])["end"] == 1
        return done
