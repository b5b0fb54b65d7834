"""A radiator valve as it answers over the air: bytes in, bytes out, written from the captures and not from our codec.

The captures in tests/captures/eq3.json check it (tests/test_virtual_eq3.py). Its motor moves only after the link is
closed, so the opening in an answer is the old one; it counts what happens to it, and notes a clock that makes no sense.
"""

from dataclasses import dataclass, field

CONTROL_SERVICE = "3e135142-654f-9090-134a-a6ff5bb77046"
WRITE = "3fa4585a-ce4a-3bad-db4b-b8df8179ea09"
NOTIFY = "d0e8434d-cd29-0996-af41-6c90f4e0eb2a"


@dataclass
class VirtualEq3:
    """One valve; temperatures in half degrees as in its bytes, the room's in °C."""

    address: str
    pin: str | None = None
    setpoint: int = 34
    manual: bool = False
    vacation: bytes = bytes(4)
    boost: bool = False
    window_open: bool = False
    locked: bool = False
    battery_low: bool = False
    opening: int = 0
    comfort: int = 42
    eco: int = 34
    window: tuple[int, int] = (24, 3)
    offset: int = 7
    room: float = 19.0
    programs: dict[int, bytes] = field(default_factory=dict)
    deaf: bool = False
    """Takes bytes and never answers, as new firmware does to a host that is not paired."""
    paired: bool = False
    clock: tuple[int, ...] | None = None
    connections: int = 0
    writes: list[bytes] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def write(self, data: bytes) -> bytes | None:
        """The notification that answers what is written; None where the valve stays silent."""
        self.writes.append(data)
        handler = {
            0x00: self._identify,
            0x03: self._set_clock,
            0x10: self._set_program,
            0x11: self._set_presets,
            0x13: self._set_offset,
            0x14: self._set_window,
            0x20: self._tell_program,
            0x40: self._set_mode,
            0x41: self._set_setpoint,
            0x43: lambda _: self._set_setpoint(bytes([0x41, self.comfort])),
            0x44: lambda _: self._set_setpoint(bytes([0x41, self.eco])),
            0x45: self._set_boost,
            0x80: self._set_lock,
        }.get(data[0] if data else -1)
        if self.deaf or handler is None:
            return None
        return handler(data)

    def link_closed(self) -> None:
        """The motor's turn."""
        if self.setpoint >= 60:
            self.opening = 100
        else:
            self.opening = max(0, min(80, round((self.setpoint / 2 - self.room) * 40)))

    def turn_knob(self, celsius: float) -> None:
        self.setpoint, self.manual, self.vacation = round(celsius * 2), True, bytes(4)
        self.link_closed()

    @property
    def celsius(self) -> float:
        return self.setpoint / 2

    def status(self) -> bytes:
        flags = (
            self.manual * 0x01
            | any(self.vacation) * 0x02
            | self.boost * 0x04
            | self.window_open * 0x10
            | self.locked * 0x20
            | self.battery_low * 0x80
        )
        head = bytes([0x02, 0x01, flags, self.opening, 0x04, self.setpoint])
        return head + self.vacation + bytes([*self.window, self.comfort, self.eco, self.offset])

    def _identify(self, _: bytes) -> bytes:
        return bytes.fromhex("01780000807581626163606067659e")

    def _set_clock(self, data: bytes) -> bytes:
        if len(data) != 7:
            self.faults.append(f"status asked without a clock: {data.hex()}")
        else:
            self.clock = tuple(data[1:])
            _, month, day, hour, minute, second = self.clock
            if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60):
                self.faults.append(f"clock set to nonsense: {data.hex()}")
        return self.status()

    def _set_program(self, data: bytes) -> bytes:
        self.programs[data[1]] = data[2:].ljust(14, b"\x00")
        return bytes([0x02, 0x02, data[1]])

    def _tell_program(self, data: bytes) -> bytes:
        return bytes([0x21, data[1]]) + self.programs.get(data[1], bytes([34, 144]).ljust(14, b"\x00"))

    def _set_presets(self, data: bytes) -> bytes:
        self.comfort, self.eco = data[1], data[2]
        return self.status()

    def _set_offset(self, data: bytes) -> bytes:
        self.offset = data[1]
        return self.status()

    def _set_window(self, data: bytes) -> bytes:
        self.window = (data[1], data[2])
        return self.status()

    def _set_mode(self, data: bytes) -> bytes:
        self.vacation = bytes(4)
        mode, setpoint = data[1] & 0xC0, data[1] & 0x3F
        if setpoint:
            self.setpoint = setpoint
        self.manual = mode == 0x40
        if mode == 0x80:
            self.vacation = data[2:6]
        return self.status()

    def _set_setpoint(self, data: bytes) -> bytes:
        self.setpoint = data[1]
        return self.status()

    def _set_boost(self, data: bytes) -> bytes:
        self.boost = data[1] != 0
        return self.status()

    def _set_lock(self, data: bytes) -> bytes:
        self.locked = data[1] != 0
        return self.status()
