"""What an ESP32 node is told to hear and to drive, what it says of itself, and the firmware that it is sent."""

from typing import Annotated, Literal

from pydantic import Field

from house.fields import Count, Instant, Number, Setpoint, ValveSetpoint
from house.messages.base import Message, Value


class NodeSensor(Value):
    """A thermometer or contact that a node hears; the calibration, K, is added to what it says."""

    room: str
    calibration: Number = 0
    thermometer: bool = True
    contact: bool = False


class NodeWindow(Value):
    """How low, °C, and for how many minutes a valve goes when it feels a window open."""

    setpoint: ValveSetpoint
    minutes: Count


class NodeValve(Value):
    """A valve that a node drives, and its options as in house.yaml; `standby_for` names the node that drives it
    otherwise: this one does while that one is offline.
    """

    room: str
    profile: Literal["setpoint", "ends", "timed"] = "setpoint"
    offset: Annotated[float, Field(ge=-3.5, le=3.5)] | None = None
    locked: bool | None = None
    comfort: Setpoint | None = None
    eco: Setpoint | None = None
    window: NodeWindow | None = None
    standby_for: str | None = None


class UtcOffset(Value):
    """What the clocks of the house are ahead of UTC from an instant on, in minutes."""

    at: Instant
    minutes: Annotated[int, Field(ge=-840, le=840)]


class NodeConfig(Message):
    """All that a node must know of the house, by address of the device; a node knows no time zones, so the offsets of
    some years are written out.
    """

    sparse = True
    sensors: dict[str, NodeSensor] = Field(default_factory=dict)
    valves: dict[str, NodeValve] = Field(default_factory=dict)
    utc_offsets: tuple[UtcOffset, ...] = ()


class NodeStatus(Message):
    """How a node is: memory in bytes, signal in dBm, why it started, how often it joined the Wi-Fi and the broker, what
    its radio heard and tried since. `update` says what came of the last firmware.
    """

    uptime_s: Count | None = None
    heap_used: Count | None = None
    heap_free: Count | None = None
    version: str | None = None
    rssi: Number | None = None
    address: str | None = None
    reset_cause: str | None = None
    joins: Count | None = None
    sessions: Count | None = None
    advertisements: Count | None = None
    contacts: Count | None = None
    failures: Count | None = None
    radio_resets: Count | None = None
    sensors: Count | None = None
    valves: Count | None = None
    safe_mode: bool | None = None
    update: str | None = None
    alert: str | None = None
    reported_at: Instant | None = None


class NodeFile(Value):
    """A file of the firmware: its length in bytes and its hash."""

    size: Count
    sha256: str


class NodeUpdate(Message):
    """A manifest (version, files with length and SHA-256, HMAC), or a piece of one of its files in base64."""

    sparse = True
    version: str | None = None
    files: dict[str, NodeFile] | None = None
    hmac: str | None = None
    file: str | None = None
    offset: Count | None = None
    data: str | None = None


class NodeLog(Message):
    """A line that a node also writes at its serial port."""

    bare = "line"
    line: str
