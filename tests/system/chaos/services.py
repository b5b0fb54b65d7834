"""The house's services as processes that are kept running, unless a disturbance wants them dead."""

import os
import signal
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from devtools.servers import Server
from tests.system.chaos.plan import BRIDGES, SERVICES

MODULES = {
    "recorder": ("recorder",),
    "analyst": ("recorder", "analyse"),
    "regulator": ("regulator",),
    "simulated": ("bridges", "simulated", "--speed"),
    **{name: ("bridges", name) for name in BRIDGES},
}
WARM_UP_S = 30.0
STOPS_WITHIN_S = 5.0


@dataclass
class Memory:
    """What one process used, kB: when it had warmed up, at most, and at last."""

    since_s: float
    warm_kb: int = 0
    most_kb: int = 0
    last_kb: int = 0
    lived_s: float = 0.0


class Service(Server):
    """One service; it is ready when the broker says so, not when it is started."""

    def answers(self) -> bool:
        return True

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def has_died(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def forget_process(self) -> int:
        assert self._process is not None
        status = self._process.wait()
        self._process = None
        return status


@dataclass
class Services:
    """`look` starts again who died; `held` are those that a disturbance wants dead."""

    folder: Path
    settings: dict[str, Path]
    speed: float
    held: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    memories: dict[str, list[Memory]] = field(default_factory=lambda: defaultdict(list))
    slowest_stop_s: float = 0.0
    slowest_to_stop: str = ""

    def __post_init__(self) -> None:
        self.each = {name: self._service(name) for name in SERVICES}

    def add(self, name: str, settings: Path) -> None:
        """One that does not run yet."""
        self.settings[name] = settings
        self.each[name] = self._service(name)

    def _service(self, name: str) -> Service:
        folder = self.folder / name
        folder.mkdir()
        arguments = [str(self.speed)] if name == "simulated" else []
        command = [sys.executable, "-m", *MODULES[name], *arguments, "--settings", str(self.settings[name])]
        return Service(folder, command, 0)

    def start(self, name: str) -> None:
        self.held.discard(name)
        self.each[name].start()
        self.memories[name].append(Memory(time.monotonic()))

    def kill(self, name: str) -> None:
        """Dead until it is started again."""
        self.held.add(name)
        self.each[name].kill()

    def terminate(self, name: str) -> None:
        """SIGTERM must end it soon, whatever state the world is in, and without a fault."""
        self.held.add(name)
        service, began = self.each[name], time.monotonic()
        pid = service.pid
        assert pid is not None
        service.thaw()
        os.kill(pid, signal.SIGTERM)
        status = service.forget_process()
        took = time.monotonic() - began
        if took > self.slowest_stop_s:
            self.slowest_stop_s, self.slowest_to_stop = took, name
        if took > STOPS_WITHIN_S or status:
            self.faults.append(f"SIGTERM: {name} took {took:.1f} s and ended with {status}")

    def look(self) -> None:
        for name, service in self.each.items():
            if name not in self.held and service.has_died():
                status = service.forget_process()
                self.faults.append(f"{name} died by itself with {status}: {_last_words(service.log)}")
                self.start(name)

    def weigh(self) -> None:
        """Note how much memory each process uses now."""
        for name, service in self.each.items():
            if name in self.held or service.pid is None or service.has_died():
                continue
            memory, used = self.memories[name][-1], _resident_kb(service.pid)
            memory.lived_s = time.monotonic() - memory.since_s
            memory.last_kb, memory.most_kb = used, max(used, memory.most_kb)
            if memory.lived_s > WARM_UP_S and not memory.warm_kb:
                memory.warm_kb = used

    def stop(self) -> None:
        for service in self.each.values():
            if service.pid is not None:
                service.thaw()
                service.kill()

    def tracebacks(self) -> list[str]:
        return [name for name, one in self.each.items() if one.log.exists() and "Traceback" in one.log.read_text()]


def _resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def _last_words(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1][-300:] if lines else "it said nothing"
