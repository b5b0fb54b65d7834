"""A fresh Debian in a folder: packages are installed in it, and services run in it with their own units' words.

The tree has its own network with nothing but loopback while services run, so it meets no other server of this computer.
systemd itself does not run in it; what a unit says of command, user, environment and secrets is carried out here, and
`systemd-analyze verify` reads the rest.
"""

import contextlib
import os
import pty
import select
import shutil
import signal
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

NO_STARTS = "#!/bin/sh\nexit 101\n"
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "DEBIAN_FRONTEND": "noninteractive",
    "SYSTEMD_OFFLINE": "1",
    "LC_ALL": "C.UTF-8",
}
STEP_S = 300


class Tree:
    """One Debian; use it as a context manager."""

    def __init__(self, suite: str, folder: Path) -> None:
        self.root = folder / suite
        self.commands: list[str] = []
        """What an owner typed."""
        self._suite = suite
        self._holder: subprocess.Popen[bytes] | None = None
        self._services: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "Tree":
        options = ["--variant=minbase", "--include=ca-certificates"]
        _run(["debootstrap", *options, self._suite, str(self.root)])
        policy = self.root / "usr/sbin/policy-rc.d"
        policy.write_text(NO_STARTS)
        policy.chmod(0o755)
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        (self.root / "etc/hosts").write_text("127.0.0.1 localhost\n")
        _run(["mount", "-t", "proc", "proc", str(self.root / "proc")])
        self.do("apt-get update -qq && apt-get install -y -qq --no-install-recommends systemd")
        (self.root / "run/systemd/system").mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        subprocess.run(["umount", str(self.root / "proc")], check=False)

    def type(self, command: str) -> str:
        """What an owner types; it is counted."""
        self.commands.append(command)
        return self.do(command)

    def do(self, command: str, *, may_fail: bool = False) -> str:
        """What it says; raises RuntimeError if it fails."""
        inside = ["chroot", str(self.root), "/bin/sh", "-c", command]
        return _run([*self._enter(), *inside], may_fail=may_fail)

    def answer(self, command: str, question: str, words: str) -> str:
        """What it says on a terminal, at which a person answers this question with these words once it stands there."""
        person, terminal = pty.openpty()
        inside = ["setsid", "--ctty", "chroot", str(self.root), "/bin/sh", "-c", command]
        environment = {**ENVIRONMENT, "DEBIAN_FRONTEND": "teletype", "TERM": "dumb"}
        with subprocess.Popen(inside, stdin=terminal, stdout=terminal, stderr=terminal, env=environment) as process:
            os.close(terminal)
            said = _until(person, lambda text: question in text)
            os.write(person, f"{words}\n".encode())
            said += _until(person, lambda _: False)
            os.close(person)
        if process.returncode:
            raise RuntimeError(f"{command}: exit status {process.returncode}\n{said[-3000:]}")
        return said

    # --- services -----------------------------------------------------------------------------------------------------

    def boot(self, units: Iterable[str]) -> None:
        """Start these units, as systemd would at a boot; more of them may follow until all are stopped."""
        self._holder = self._holder or _own_network()
        for unit in units:
            self._services.append(self._start(Unit.read(self.root, unit)))

    def do_until(self, command: str, seconds: float = 60) -> str:
        """Try a command until it succeeds; what it then says."""
        return self.do(f"timeout {seconds:g} sh -c 'until {command}; do sleep 0.5; done'")

    def stop(self) -> None:
        """End the services and the network that they had."""
        for process in self._services:
            process.send_signal(signal.SIGTERM)
        for process in self._services:
            process.wait(30)
        self._services.clear()
        if self._holder is not None:
            self._holder.kill()
            self._holder.wait()
            self._holder = None

    def log(self, unit: str) -> str:
        return (self.root / f"tmp/{unit}.log").read_text()

    def _enter(self) -> list[str]:
        return ["nsenter", f"--net=/proc/{self._holder.pid}/ns/net"] if self._holder else []

    def _start(self, unit: "Unit") -> subprocess.Popen[bytes]:
        for before in unit.before:
            self.do(before)
        self._hand_over_secrets(unit)
        as_user = ["setpriv", f"--reuid={unit.user}", f"--regid={unit.user}", "--init-groups"] if unit.user else []
        words = [f"{name}={value}" for name, value in {**unit.environment, "PATH": ENVIRONMENT["PATH"]}.items()]
        inside = ["chroot", str(self.root), "env", "-i", "-C", unit.folder, *words, *as_user, *unit.command.split()]
        with (self.root / f"tmp/{unit.name}.log").open("ab") as log:
            return subprocess.Popen([*self._enter(), *inside], stdout=log, stderr=log, env=ENVIRONMENT)

    def _hand_over_secrets(self, unit: "Unit") -> None:
        for name, source in unit.secrets.items():
            target = f"{unit.credentials}/{name}"
            self.do(f"install -D -m 0400 -o {unit.user or 'root'} {source} {target}")
            self.do(f"chmod 0755 {unit.credentials}")


@dataclass
class Unit:
    """What a unit and its drop-ins say of how a service runs."""

    name: str
    command: str = ""
    user: str = ""
    folder: str = "/"
    before: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def credentials(self) -> str:
        return f"/run/credentials/{self.name}"

    @classmethod
    def read(cls, root: Path, name: str) -> "Unit":
        """From the files below /lib/systemd/system, with %i and %d filled in."""
        folder = root / "lib/systemd/system"
        stem, _, instance = name.removesuffix(".service").partition("@")
        file = folder / (f"{stem}@.service" if instance else name)
        unit = cls(name)
        said = _lines([file, *sorted((folder / f"{name}.d").glob("*.conf"))])
        fill = {"%i": instance, "%d": unit.credentials}
        for key, values in said.items():
            for value in values:
                for mark, word in fill.items():
                    value = value.replace(mark, word)
                unit.take(key, value)
        return unit

    def take(self, key: str, value: str) -> None:
        match key:
            case "ExecStart":
                self.command = value
            case "ExecStartPre":
                self.before.append(value)
            case "User":
                self.user = value
            case "WorkingDirectory":
                self.folder = value
            case "Environment":
                name, _, word = value.partition("=")
                self.environment[name] = word
            case "LoadCredential":
                name, _, source = value.partition(":")
                self.secrets[name] = source


def _own_network() -> subprocess.Popen[bytes]:
    """A process that holds a network with nothing but loopback, once that is up."""
    up = "ip link set lo up; echo up; exec sleep infinity >/dev/null"
    holder = subprocess.Popen(["unshare", "--net", "sh", "-c", up], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    with holder.stdout as said:
        said.readline()
    return holder


def _lines(files: Iterable[Path]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for file in files:
        for line in file.read_text().splitlines():
            key, equals, value = line.partition("=")
            if equals and not line.startswith("#"):
                found[key].append(value)
    return found


def _until(terminal: int, is_enough: Callable[[str], bool]) -> str:
    """What is said on it until it is enough, or the last program has left it, which Linux tells by an error."""
    said = b""
    with contextlib.suppress(OSError):
        while not is_enough(text := said.decode(errors="replace")):
            ready, _, _ = select.select([terminal], [], [], STEP_S)
            if not ready:
                raise RuntimeError(f"nothing more is said for {STEP_S} s after:\n{text[-3000:]}")
            said += os.read(terminal, 4096)
    return said.decode(errors="replace")


def _run(command: list[str], *, may_fail: bool = False) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=STEP_S, env=ENVIRONMENT)
    if done.returncode and not may_fail:
        raise RuntimeError(f"{command[-1]}: exit status {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout + done.stderr
