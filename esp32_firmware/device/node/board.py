"""The chip: clock, dice, flash, memory that a reset spares, watchdog and reset. Only this file touches `machine`."""

import gc
import json
import os
import random
import time

import machine

from node import moments

_LOG_LINES = 20
_MOST_MEMORY = 2000
_CAUSES = {1: "power", 2: "hard", 3: "watchdog", 4: "deep sleep", 5: "soft"}


class Board:
    """What the other parts are given of the chip."""

    def __init__(self):
        self.lines = []
        self.memory = self._read_memory()
        self._watchdog = None
        self.before_reset = lambda: None
        self._base_ms, self._base_s = time.ticks_ms(), 0
        self.ticks_ms, self.ticks_diff, self.ticks_add = time.ticks_ms, time.ticks_diff, time.ticks_add

    def uptime_s(self):
        """Seconds since the start; also what keeps the chip's counter from going round unseen."""
        elapsed_s = time.ticks_diff(time.ticks_ms(), self._base_ms) // 1000
        if elapsed_s >= 60:
            self._base_s += elapsed_s
            self._base_ms = time.ticks_add(self._base_ms, elapsed_s * 1000)
            elapsed_s = 0
        return self._base_s + elapsed_s

    def dice(self, sides):
        """A whole number from 0 to below `sides`."""
        return random.getrandbits(16) % sides

    def log(self, text):
        """For a person at the serial port, and for those who listen on the broker."""
        print(self.uptime_s(), text)
        self.lines.append(text[:200])
        del self.lines[:-_LOG_LINES]

    # --- flash --------------------------------------------------------------------------------------------------------

    def read(self, name):
        """A file's bytes; empty where there is none."""
        try:
            with open(name, "rb") as file:
                return file.read()
        except OSError:
            return b""

    def write(self, name, data):
        """A power cut leaves the old file or the new one."""
        with open(name + ".new", "wb") as file:
            file.write(data)
        os.rename(name + ".new", name)

    def read_json(self, name):
        """A file's JSON object; empty where there is none, or where it is damaged."""
        try:
            value = json.loads(self.read(name) or b"{}")
        except ValueError:
            self.log("flash: " + name + " is damaged, left out")
            return {}
        return value if isinstance(value, dict) else {}

    # --- what a reset spares ------------------------------------------------------------------------------------------

    def _read_memory(self):
        try:
            value = json.loads(machine.RTC().memory() or b"{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def keep_memory(self):
        data = json.dumps(self.memory).encode()
        if len(data) > _MOST_MEMORY:
            self.log("memory: too much to keep over a reset")
            data = b"{}"
        machine.RTC().memory(data)

    def count(self, name):
        """One more of something that is counted over resets."""
        self.memory[name] = self.memory.get(name, 0) + 1
        self.keep_memory()
        return self.memory[name]

    def forget(self, name):
        if self.memory.pop(name, None) is not None:
            self.keep_memory()

    # --- health -------------------------------------------------------------------------------------------------------

    def start_watchdog(self, timeout_ms):
        self._watchdog = machine.WDT(timeout=timeout_ms)

    def feed(self):
        if self._watchdog is not None:
            self._watchdog.feed()

    def reset(self, reason):
        self.log("reset: " + reason)
        self.memory["reason"] = reason
        self.before_reset()
        self.keep_memory()
        machine.reset()

    def cause(self):
        """Why the chip started: in the firmware's own words if it was the firmware's will."""
        cause = _CAUSES.get(machine.reset_cause(), "unknown")
        return cause if cause == "power" else self.memory.get("reason") or cause

    def tidy(self):
        """Give back what is no longer used; an interpreter may do so only when the loop is idle next."""
        gc.collect()

    def heap(self):
        """(used, free) bytes of the Python heap."""
        return gc.mem_alloc(), gc.mem_free()

    def is_button_held(self):
        return machine.Pin(0, machine.Pin.IN, machine.Pin.PULL_UP).value() == 0

    def clock_at_least(self, instant):
        """A chip starts in the year 2000, when no certificate was valid yet; returns whether its clock was set."""
        if time.time() >= instant:
            return False
        year, month, day, hour, minute, second = moments.to_civil(instant)
        machine.RTC().datetime((year, month, day, 0, hour, minute, second, 0))
        return True

    def unique_id(self):
        return machine.unique_id()
