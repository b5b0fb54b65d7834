"""`make licences`: which packages haard carries, at which version, under which licence, and as a CycloneDX SBOM.

The packages of packaging/requirements.txt are put into an environment of their own, whose metadata is read. The table
packaging/LICENCES.md is kept with the sources; the SBOM is made for a release, into dist/.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

PROJECT = Path(__file__).parents[1]
REQUIREMENTS, TABLE = PROJECT / "packaging/requirements.txt", PROJECT / "packaging/LICENCES.md"
HEAD = """\
# Licences of the packages that haard carries

<!-- Written by `make licences` from the packages' own metadata. -->

| package | version | licence |
| --- | --- | --- |
"""
LONGEST = 60


def licence(package: Distribution) -> str:
    """What its metadata says, the newest way first: an SPDX expression, classifiers, a line of text."""
    metadata = package.metadata
    said = {name: metadata[name] for name in metadata}
    classifiers = [
        one.rpartition(" :: ")[2] for one in metadata.get_all("Classifier", []) if one.startswith("License ::")
    ]
    text = said.get("License", "").strip().splitlines()
    named = [one for one in classifiers if one != "OSI Approved"]
    return said.get("License-Expression") or ", ".join(named) or (text[0][:LONGEST] if text else "") or "not said"


def rows(packages: list[Distribution]) -> Iterator[str]:
    for package in sorted(packages, key=lambda one: one.name.lower()):
        yield f"| {package.name} | {package.version} | {licence(package)} |"


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="haard-licences-") as folder:
        environment = Path(folder) / "venv"
        python = environment / "bin/python"
        _run("uv", "venv", "--quiet", str(environment))
        what = ("--require-hashes", "--no-deps", "-r", str(REQUIREMENTS))
        _run("uv", "pip", "install", "--quiet", "--python", str(python), *what)
        (packages,) = environment.glob("lib/python*/site-packages")
        found = [one for one in distributions(path=[str(packages)]) if one.name not in ("pip", "setuptools")]
        TABLE.write_text(HEAD + "\n".join(rows(found)) + "\n", encoding="utf-8")
        (PROJECT / "dist").mkdir(exist_ok=True)
        _run("cyclonedx_py", "environment", str(python), "--output-file", str(PROJECT / "dist/sbom.cdx.json"))
    return 0


def _run(module: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", module, *arguments], check=True)


if __name__ == "__main__":
    sys.exit(main())
