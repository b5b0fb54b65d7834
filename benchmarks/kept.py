"""What benchmarks have measured, kept in benchmarks/results as JSON with four digits, section by section."""

import json
import subprocess
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("results")
DIGITS = 4


def code_version() -> str:
    """The commit that measures; with `+` where files differ from it, but for results. Empty where there is no
    repository.
    """
    commit = _git("describe", "--always", "--abbrev=7", "--exclude=*")
    return commit + "+" * bool(_git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!benchmarks/results"))


def _git(*words: str) -> str:
    said = subprocess.run(["git", *words], cwd=FOLDER.parent.parent, capture_output=True, text=True, check=False)
    return said.stdout.strip()


def keep(name: str, section: str, value: Any) -> None:
    """Put a section in the place of what was measured before."""
    known = read(name)
    known[section] = _rounded(value)
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps(dict(sorted(known.items())), indent=1) + "\n", encoding="utf-8")


def read(name: str) -> dict[str, Any]:
    """All sections; none where nothing was ever measured."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return float(f"{value:.{DIGITS}g}")
        case dict():
            return {key: _rounded(one) for key, one in value.items()}
        case list():
            return [_rounded(one) for one in value]
    return value
