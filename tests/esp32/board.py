"""A node as it would hang on a wall: a directory that is its flash, and a process for each of its power cycles."""

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

SIM = Path(__file__).parent / "sim"
RESET = 42
PATIENCE_S = 30.0


class Board:
    """Restarts by itself after a reset, as the chip does; `lines` is what its serial port said."""

    def __init__(self, folder: Path, firmware: Path, air_port: int, config: Mapping[str, Any], **options: Any) -> None:
        self.flash = folder / "flash"
        shutil.copytree(firmware, self.flash)
        (self.flash / "config.json").write_text(json.dumps(config))
        compiled = (firmware / "app_a" / "node" / "start.mpy").exists()
        self.options = {
            "compiled": compiled,
            "flash": str(self.flash),
            "air_port": air_port,
            "rtc": str(folder / "rtc"),
            **options,
        }
        self.lines: list[str] = []
        self.exits: list[int] = []
        self._changed = threading.Condition()
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._is_on = False

    def switch_on(self) -> None:
        self._is_on = True
        (Path(self.options["rtc"])).unlink(missing_ok=True)
        self._start(reset_cause=1)

    def _start(self, reset_cause: int) -> None:
        command = ["node", str(SIM / "run.mjs"), json.dumps({"reset_cause": reset_cause, **self.options})]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self._note(line.rstrip())
        code = process.wait()
        with self._changed:
            self.exits.append(code)
            if self._is_on and process is self._process and code in (RESET, -signal.SIGKILL):
                self._start(reset_cause=5 if code == RESET else 3)
            self._changed.notify_all()

    def _note(self, line: str) -> None:
        with self._changed:
            self.lines.append(line)
            self._changed.notify_all()

    def wait_for_line(self, text: str, since: int = 0) -> str:
        """The first line that holds `text`, said already (from line `since` on) or soon."""
        deadline = time.monotonic() + PATIENCE_S
        with self._changed:
            while True:
                for line in self.lines[since:]:
                    if text in line:
                        return line
                if not self._changed.wait(max(deadline - time.monotonic(), 0)):
                    raise AssertionError(f"the node did not say {text!r} but:\n" + "\n".join(self.lines[-40:]))

    def wait_for_exits(self, count: int) -> None:
        deadline = time.monotonic() + PATIENCE_S
        with self._changed:
            while len(self.exits) < count:
                if not self._changed.wait(max(deadline - time.monotonic(), 0)):
                    raise AssertionError(
                        f"the node ended {len(self.exits)} times, not {count}:\n" + "\n".join(self.lines[-40:])
                    )

    def cut_power(self) -> None:
        """At once, as somebody pulls the plug."""
        with self._changed:
            self._is_on, process = False, self._process
        if process is not None and process.poll() is None:
            process.kill()
        if process is not None:
            process.wait()
        if self._reader is not None:
            self._reader.join(PATIENCE_S)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> Self:
        self.switch_on()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut_power()
        sys.stdout.write("\n".join(["the node's serial port:", *self.lines, ""]))
