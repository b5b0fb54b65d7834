"""Boilers behind MQTT, as their makers document them: they speak, obey, and forget what is not repeated."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

Message = tuple[str, bytes, bool]
"""Topic, payload, retained."""


class FakeBoiler(Protocol):
    """A device with its own clock: `at` is now."""

    listens: tuple[str, ...]
    will: tuple[str, bytes]
    commands: list[tuple[str, bytes]]

    def hear(self, topic: str, payload: bytes, at: datetime) -> None: ...

    def says(self, at: datetime) -> list[Message]: ...

    def heats(self, at: datetime) -> bool: ...


@dataclass
class EmsEsp:
    """EMS-ESP: the boiler drops a flow setpoint that is not repeated within two minutes, back to its own dial of 0."""

    listens: tuple[str, ...] = ("ems-esp/boiler/+",)
    will: tuple[str, bytes] = ("ems-esp/status", b"offline")
    commands: list[tuple[str, bytes]] = field(default_factory=list)
    thermostat: int | None = None
    """A thermostat on the bus overwrites whatever we set with this."""
    told: int = 0
    told_at: datetime | None = None
    values: dict[str, object] = field(default_factory=dict)

    def hear(self, topic: str, payload: bytes, at: datetime) -> None:
        self.commands.append((topic, payload))
        if topic == "ems-esp/boiler/selflowtemp":
            self.told, self.told_at = int(payload), at

    def flow_setpoint(self, at: datetime) -> int:
        if self.thermostat is not None:
            return self.thermostat
        fresh = self.told_at is not None and at - self.told_at < timedelta(minutes=2)
        return self.told if fresh else 0

    def heats(self, at: datetime) -> bool:
        return self.flow_setpoint(at) > 0

    def says(self, at: datetime) -> list[Message]:
        data = {
            "burngas": "on" if self.heats(at) else "off",
            "curburnpow": 45 if self.heats(at) else 0,
            "curflowtemp": 61.2,
            "rettemp": 48.0,
            "syspress": 1.6,
            "tapwateractive": "off",
            "selflowtemp": self.flow_setpoint(at),
            "heatingactivated": "on",
            "servicecode": "0H",
        } | self.values
        return [
            ("ems-esp/status", b"online", True),
            ("ems-esp/heartbeat", b'{"bus_status":"connected","uptime":"000+00:01:02"}', False),
            ("ems-esp/boiler_data", json.dumps(data).encode(), False),
        ]


@dataclass
class Otgw:
    """OpenTherm Gateway: a control setpoint of 8 or more expires after a minute; then the thermostat has control."""

    listens: tuple[str, ...] = ("OTGW/set/otgw/+",)
    will: tuple[str, bytes] = ("OTGW/value/otgw", b"offline")
    commands: list[tuple[str, bytes]] = field(default_factory=list)
    thermostat_calls: bool = False
    setpoint: float = 0
    told_at: datetime | None = None
    heating_bit: bool = True
    values: dict[str, bytes] = field(default_factory=dict)

    def hear(self, topic: str, payload: bytes, at: datetime) -> None:
        self.commands.append((topic, payload))
        match topic.rsplit("/", 1)[1]:
            case "ctrlsetpt":
                self.setpoint, self.told_at = float(payload), at
            case "chenable":
                self.heating_bit = payload == b"1"

    def is_ours(self, at: datetime) -> bool:
        fresh = self.told_at is not None and at - self.told_at < timedelta(seconds=65)
        return self.setpoint > 0 and (self.setpoint < 8 or fresh)

    def heats(self, at: datetime) -> bool:
        return self.heating_bit and self.setpoint > 20 if self.is_ours(at) else self.thermostat_calls

    def says(self, at: datetime) -> list[Message]:
        bit = b"ON" if self.heats(at) else b"OFF"
        values = {
            "flamestatus": bit,
            "chmodus": bit,
            "relmodlvl": b"45.00",
            "boilertemperature": b"61.20",
            "returnwatertemperature": b"48.00",
            "chwaterpressure": b"1.60",
            "dhwmode": b"OFF",
            "faultindicator": b"OFF",
            "controlsetpoint": f"{self.setpoint if self.is_ours(at) else 35:.2f}".encode(),
        } | self.values
        said = [(f"OTGW/value/otgw/{label}", value, True) for label, value in values.items()]
        return [("OTGW/value/otgw", b"online", True), *said, ("OTGW/value/otgw/boiler_connected", b"ON", False)]


@dataclass
class Tasmota:
    """Tasmota: PulseTime of 112 and more is seconds + 100, and every ON starts it again."""

    listens: tuple[str, ...] = ("cmnd/boiler/+",)
    will: tuple[str, bytes] = ("tele/boiler/LWT", b"Offline")
    commands: list[tuple[str, bytes]] = field(default_factory=list)
    pulse: timedelta | None = None
    on_since: datetime | None = None
    stuck: bool | None = None

    def hear(self, topic: str, payload: bytes, at: datetime) -> None:
        self.commands.append((topic, payload))
        match topic.rsplit("/", 1)[1], payload:
            case "PulseTime", value:
                self.pulse = timedelta(seconds=int(value) - 100)
            case "POWER", b"ON":
                self.on_since = at
            case "POWER", b"OFF":
                self.on_since = None

    def heats(self, at: datetime) -> bool:
        if self.stuck is not None:
            return self.stuck
        return self.on_since is not None and (self.pulse is None or at - self.on_since < self.pulse)

    def says(self, at: datetime) -> list[Message]:
        state = b"ON" if self.heats(at) else b"OFF"
        return [
            ("tele/boiler/LWT", b"Online", True),
            ("stat/boiler/RESULT", b'{"POWER":"%s"}' % state, False),
            ("stat/boiler/POWER", state, False),
        ]


@dataclass
class ShellyGen1:
    """A Shelly 1 with auto_off set to 300 s in its own settings."""

    listens: tuple[str, ...] = ("shellies/boiler/relay/0/command",)
    will: tuple[str, bytes] = ("shellies/boiler/online", b"false")
    commands: list[tuple[str, bytes]] = field(default_factory=list)
    on_since: datetime | None = None

    def hear(self, topic: str, payload: bytes, at: datetime) -> None:
        self.commands.append((topic, payload))
        self.on_since = at if payload == b"on" else None

    def heats(self, at: datetime) -> bool:
        return self.on_since is not None and at - self.on_since < timedelta(seconds=300)

    def says(self, at: datetime) -> list[Message]:
        return [
            ("shellies/boiler/online", b"true", True),
            ("shellies/boiler/relay/0", b"on" if self.heats(at) else b"off", False),
        ]


@dataclass
class ShellyGen2:
    """A Shelly Plus 1 that obeys Switch.Set with toggle_after."""

    listens: tuple[str, ...] = ("boiler/rpc",)
    will: tuple[str, bytes] = ("boiler/online", b"false")
    commands: list[tuple[str, bytes]] = field(default_factory=list)
    off_at: datetime | None = None
    answers: list[Message] = field(default_factory=list)
    refuses: bool = False

    def hear(self, topic: str, payload: bytes, at: datetime) -> None:
        self.commands.append((topic, payload))
        request = json.loads(payload)
        answer = {"id": request["id"], "src": "boiler", "dst": request["src"]}
        if self.refuses:
            error = {"code": -105, "message": "Argument 'id', value 0 not found!"}
            self.answers.append((f"{request['src']}/rpc", json.dumps(answer | {"error": error}).encode(), False))
            return
        was_on, parameters = self.heats(at), request["params"]
        self.off_at = at + timedelta(seconds=parameters["toggle_after"]) if parameters["on"] else None
        result = {"was_on": was_on}
        self.answers.append((f"{request['src']}/rpc", json.dumps(answer | {"result": result}).encode(), False))

    def heats(self, at: datetime) -> bool:
        return self.off_at is not None and at < self.off_at

    def says(self, at: datetime) -> list[Message]:
        answers, self.answers = self.answers, []
        status = {"id": 0, "source": "MQTT", "output": self.heats(at), "temperature": {"tC": 41.0}}
        return [
            ("boiler/online", b"true", True),
            *answers,
            ("boiler/status/switch:0", json.dumps(status).encode(), False),
        ]
