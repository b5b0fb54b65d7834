"""A boiler of the Bosch family (Nefit, Buderus, Junkers, Worcester) behind EMS-ESP.

The flow setpoint `selflowtemp` is the whole demand (0 = no heat); the boiler forgets it after one to five minutes. What
the boiler stores (`heatingactivated`, `heatingoff`) is never written: it would outlive us. A thermostat on the bus
overwrites our setpoint within a minute, which `boiler_data` shows. Source: EMS-ESP32, src/devices/boiler.cpp and issues
738 and 2876.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bridges.boiler.protocol import Demand, Write
from bridges.parse_values import json_object, number, pressure, yes_or_no
from house.messages import BoilerStatus

SILENT_AFTER = timedelta(minutes=5)
"""EMS-ESP publishes every 10 s unless told otherwise."""
_ENTITIES = {
    "burngas",
    "curburnpow",
    "curflowtemp",
    "rettemp",
    "syspress",
    "tapwateractive",
    "selflowtemp",
    "heatingactivated",
    "servicecode",
    "servicecodenumber",
}
_ON = {"on", "an", "aan", "på", "wł.", "włączono", "açık", "açik", "zap"}  # noqa: RUF001  Turkish
_OFF = {"off", "aus", "uit", "av", "wył.", "wyłączono", "kapalı", "kapali", "vyp"}  # noqa: RUF001  Turkish
"""EMS-ESP writes booleans in the language of its own page, in small or capital letters (locale_translations.h)."""
_NORMAL_CODES = ("0", "-", "=")
"""How an EMS boiler's display code begins while nothing is wrong: 0H standing by, -H heating, =H hot water."""


def _on_or_off(value: Any) -> bool | None:
    word = str(value).strip().lower().replace("i̇", "i")
    return True if word in _ON else False if word in _OFF else yes_or_no(value)


def _flat(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """With what stands one level lower as well: EMS-ESP nests hot water, where it is told to."""
    inner = (value for value in said.values() if isinstance(value, dict))
    return {key: value for one in (*inner, said) for key, value in one.items()}


@dataclass(frozen=True, slots=True)
class EmsEsp:
    """EMS-ESP as last heard."""

    topic: str = "ems-esp"
    online: bool | None = None
    bus: str | None = None
    refusal: str | None = None
    seen: Mapping[str, Any] = field(default_factory=dict)
    seen_at: datetime | None = None
    foreign_keys: tuple[str, ...] = ()
    """What boiler_data holds, as long as nothing of it was understood."""

    silence = "the boiler returns to its own dial or thermostat within five minutes"

    @property
    def filters(self) -> tuple[str, ...]:
        return (f"{self.topic}/+",)

    def heard(self, topic: str, payload: bytes, now: datetime, *, live: bool) -> "EmsEsp":
        said = json_object(payload)
        match topic.removeprefix(self.topic + "/"):
            case "status":
                return replace(self, online=yes_or_no(payload))
            case "heartbeat" if "bus_status" in said:
                return replace(self, bus=str(said["bus_status"]))
            case "response" if b"failed" in payload.lower():
                return replace(self, refusal=payload[:120].decode(errors="replace"))
            case "boiler_data" | "boiler_data_dhw" | "boiler_data_ww" if said:
                seen = {**self.seen, **{key: value for key, value in _flat(said).items() if key in _ENTITIES}}
                foreign = () if seen else tuple(said)
                return replace(self, seen=seen, seen_at=now if live else self.seen_at, foreign_keys=foreign)
        return self

    def writes(self, demand: Demand) -> tuple[Write, ...]:
        return (self._flow_setpoint(round(demand.flow_setpoint) if demand.call else 0),)

    def safe(self) -> tuple[Write, ...]:
        return (self._flow_setpoint(0),)

    def _flow_setpoint(self, degrees: int) -> Write:
        return Write(f"{self.topic}/boiler/selflowtemp", str(degrees).encode())

    def status(self, demand: Demand | None, now: datetime) -> BoilerStatus:
        absence = self._absence(now)
        if absence is not None:
            return BoilerStatus(fault=absence, reported_at=self.seen_at)
        seen = self.seen.get
        return BoilerStatus(
            flame=_on_or_off(seen("burngas")),
            modulation=number(seen("curburnpow"), 0, 100),
            flow_temperature=number(seen("curflowtemp"), 0, 130),
            return_temperature=number(seen("rettemp"), 0, 130),
            pressure_bar=pressure(seen("syspress")),
            hot_water=_on_or_off(seen("tapwateractive")),
            fault=self._contradiction(demand, now) or self._service_code(),
            reported_at=self.seen_at,
        )

    def _absence(self, now: datetime) -> str | None:
        if self.online is False:
            return "EMS-ESP is offline"
        if self.bus is not None and self.bus.lower() != "connected":
            return f"EMS-ESP has no connection to the EMS bus: {self.bus}"
        if self.seen_at is None:
            return f"EMS-ESP has not been heard on {self.topic}"
        if self.foreign_keys:
            keys = ", ".join(self.foreign_keys)[:80]
            return f"nothing of EMS-ESP's boiler_data is understood ({keys}): it should be version 3 or later"
        if now - self.seen_at > SILENT_AFTER:
            return f"EMS-ESP has said nothing since {self.seen_at:%H:%M} UTC"
        return None

    def _contradiction(self, demand: Demand | None, now: datetime) -> str | None:
        if demand is None or not demand.is_overdue(now):
            return None
        if demand.call and _on_or_off(self.seen.get("heatingactivated")) is False:
            return "central heating is switched off in the boiler (heatingactivated)"
        asked = round(demand.flow_setpoint) if demand.call else 0
        found = number(self.seen.get("selflowtemp"), 0, 100)
        if found is None or abs(found - asked) < 1:
            return None
        why = self.refusal or "a thermostat on the EMS bus overwrites it"
        return f"asked for {asked} °C of flow, the boiler has {found:g}: {why}"

    def _service_code(self) -> str | None:
        code = str(self.seen.get("servicecode") or "").strip()
        if not code or code.startswith(_NORMAL_CODES):
            return None
        return f"the boiler shows {code} {self.seen.get('servicecodenumber', '')}".strip()
