"""Build haard's Debian package: `python -m devtools.build_deb --out DIR [--architecture arm64]`.

It carries its Python packages, at the versions and hashes of requirements.txt, for the Pythons of Debian 12 and 13:
what is the same for both once, what is compiled in a folder for each. So installing needs no package index, and an
upgrade of Debian finds its packages already there. Nothing is compiled here: any computer builds for any architecture.
"""

import argparse
import filecmp
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

PROJECT = Path(__file__).parents[1]
HERE = PROJECT / "packaging"
PYTHONS = ("3.11", "3.13")
"""Those of Debian 12 and 13."""
PLATFORMS = {"amd64": "x86_64-manylinux_2_28", "arm64": "aarch64-manylinux_2_28"}
PAGE = PROJECT / "haard/page/index.html"
ONLY_SOURCE = ("tailer",)
"""Pure packages of which there is no wheel."""
CONTROL = ("control", "postinst", "prerm", "postrm", "templates")


def build(architecture: str, out: Path, compression: tuple[str, ...] = ("-Zxz", "-z3")) -> Path:
    """The package's file, in `out`."""
    if not PAGE.is_file():
        raise SystemExit(f"{PAGE.relative_to(PROJECT)}: the page is not built yet; `make web` does it")
    with tempfile.TemporaryDirectory(prefix="haard-deb-") as name:
        root = Path(name) / "root"
        _packages(root / "usr/lib/haard", architecture, Path(name))
        _programs(root)
        (root / "usr/share/haard/web").symlink_to("../../lib/haard/common/haard/page")
        _control(root, architecture)
        for path in (root, *(one for one in root.rglob("*") if not one.is_symlink())):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        file = out / f"haard_{version('haard')}_{architecture}.deb"
        out.mkdir(parents=True, exist_ok=True)
        command = ["dpkg-deb", "--root-owner-group", *compression, "--build", str(root), str(file)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return file


def _packages(folder: Path, architecture: str, work: Path) -> None:
    wheel = _own_wheel(work)
    for python in PYTHONS:
        _install(folder / python, architecture, python, "--require-hashes", "-r", str(HERE / "requirements.txt"))
        _install(folder / python, architecture, python, str(wheel))
    share(folder)


def _own_wheel(work: Path) -> Path:
    _uv("build", "--quiet", "--wheel", "--out-dir", str(work / "dist"), str(PROJECT))
    (wheel,) = (work / "dist").glob("*.whl")
    return wheel


def _install(target: Path, architecture: str, python: str, *what: str) -> None:
    where = ("--target", str(target), "--python-platform", PLATFORMS[architecture], "--python-version", python)
    built = [option for name in ONLY_SOURCE for option in ("--no-binary", name)]
    _uv(
        "pip", "install", "--quiet", "--link-mode", "copy", *where, "--no-deps", "--only-binary", ":all:", *built, *what
    )
    for cache in target.rglob("__pycache__"):
        shutil.rmtree(cache)
    shutil.rmtree(target / "bin", ignore_errors=True)
    (target / ".lock").unlink(missing_ok=True)


def share(folder: Path) -> None:
    """Move what is the same for every Python into one folder, but `.libs`: modules look for them beside themselves."""
    first, *others = (folder / python for python in PYTHONS)
    common = folder / "common"
    common.mkdir()
    for path in list(first.iterdir()):
        twins = [other / path.name for other in others]
        if path.suffix != ".libs" and all(_same(path, twin) for twin in twins):
            for twin in twins:
                shutil.rmtree(twin) if twin.is_dir() else twin.unlink()
            path.rename(common / path.name)


def _same(one: Path, other: Path) -> bool:
    if not one.is_dir():
        return other.is_file() and filecmp.cmp(one, other, shallow=False)
    if not other.is_dir():
        return False
    names = {path.name for path in one.iterdir()}
    return names == {path.name for path in other.iterdir()} and all(_same(one / name, other / name) for name in names)


def _programs(root: Path) -> None:
    for source, target in _files():
        (root / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, root / target)


def _files() -> Iterator[tuple[Path, str]]:
    """Everything that is no Python package, and where it goes."""
    yield HERE / "bin/haard", "usr/bin/haard"
    yield HERE / "bin/python", "usr/lib/haard/python"
    yield HERE / "bin/service", "usr/lib/haard/service"
    yield HERE / "nginx/haard.conf", "usr/share/haard/nginx.conf"
    yield PROJECT / "docs/house.schema.json", "usr/share/haard/house.schema.json"
    yield PROJECT / "grafana/role.sql", "usr/share/haard/grafana/role.sql"
    for path in (
        *(PROJECT / "grafana").glob("dashboards/*.json"),
        *(PROJECT / "grafana").glob("provisioning/*/*.yaml"),
    ):
        yield path, f"usr/share/haard/{path.relative_to(PROJECT)}"
    yield PROJECT / "LICENSE", "usr/share/doc/haard/copyright"
    yield PROJECT / "CHANGELOG.md", "usr/share/doc/haard/CHANGELOG.md"
    for unit in (HERE / "systemd").rglob("*.*"):
        if unit.is_file():
            yield unit, f"lib/systemd/system/{unit.relative_to(HERE / 'systemd')}"


def _control(root: Path, architecture: str) -> None:
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) // 1024
    values = {"@version@": version("haard"), "@architecture@": architecture, "@size@": str(size)}
    (root / "DEBIAN").mkdir()
    for name in CONTROL:
        text = (HERE / "deb" / name).read_text(encoding="utf-8")
        for mark, value in values.items():
            text = text.replace(mark, value)
        (root / "DEBIAN" / name).write_text(text, encoding="utf-8")
        (root / "DEBIAN" / name).chmod((HERE / "deb" / name).stat().st_mode)


def _uv(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "uv", *arguments], check=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.build_deb", description="Build the Debian package.")
    parser.add_argument("--out", type=Path, default=PROJECT / "dist", help="default: %(default)s")
    parser.add_argument("--architecture", choices=sorted(PLATFORMS), default="amd64", help="default: %(default)s")
    options = parser.parse_args()
    sys.stdout.write(f"{build(options.architecture, options.out)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
