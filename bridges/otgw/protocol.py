"""A boiler behind an OpenTherm Gateway with OTGW-firmware.

A control setpoint of 8 °C or more expires in the gateway after about a minute, so it is repeated; 0 hands control back
to the thermostat. While ours holds, the gateway sends its own central-heating bit, so to rest is a low setpoint and
that bit off. Labels differ between firmware versions and all come from the settings. Source: OTGW-firmware
docs/api/MQTT.md, otgw.tclcode.com.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bridges.boiler.protocol import Demand, Write
from bridges.parse_values import number, pressure, yes_or_no
from house.messages import BoilerStatus
from house.settings import devices as device_settings

REST_SETPOINT = 10.0
"""°C: high enough to be repeated like a call (below 8 the gateway stops listening for repetition), too low to heat."""
SILENT_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Otgw:
    """The gateway as last heard: its values by label."""

    settings: device_settings.Otgw
    online: bool | None = None
    seen: Mapping[str, str] = field(default_factory=dict)
    seen_at: datetime | None = None

    silence = "the gateway gives control back to the thermostat within about a minute"

    @property
    def _values(self) -> str:
        return f"{self.settings.topic}/value/{self.settings.device}"

    @property
    def filters(self) -> tuple[str, ...]:
        return (f"{self._values}/#",)  # matches the topic above it too, which carries online and offline

    def heard(self, topic: str, payload: bytes, now: datetime, *, live: bool) -> "Otgw":
        if topic == self._values:
            return replace(self, online=yes_or_no(payload))
        label = topic.removeprefix(self._values + "/")
        if label not in self.settings.names.model_dump().values():
            return self
        text = payload[:40].decode(errors="replace").strip()
        return replace(self, seen={**self.seen, label: text}, seen_at=now if live else self.seen_at)

    def writes(self, demand: Demand) -> tuple[Write, ...]:
        setpoint = demand.flow_setpoint if demand.call else REST_SETPOINT
        return self._set(heating=demand.call, setpoint=setpoint)

    def safe(self) -> tuple[Write, ...]:
        return self._set(heating=False, setpoint=0)

    def _set(self, *, heating: bool, setpoint: float) -> tuple[Write, ...]:
        commands = f"{self.settings.topic}/set/{self.settings.device}"
        names = self.settings.names
        return (
            Write(f"{commands}/{names.set_control_setpoint}", f"{setpoint:.1f}".encode()),
            Write(f"{commands}/{names.set_heating}", b"1" if heating else b"0"),
        )

    def status(self, demand: Demand | None, now: datetime) -> BoilerStatus:
        names, seen = self.settings.names, self.seen.get
        absence = self._absence(now)
        if absence is not None:
            return BoilerStatus(fault=absence, reported_at=self.seen_at)
        return BoilerStatus(
            flame=yes_or_no(seen(names.flame)),
            modulation=number(seen(names.modulation), 0, 100),
            flow_temperature=number(seen(names.flow_temperature), -40, 127),
            return_temperature=number(seen(names.return_temperature), -40, 127),
            pressure_bar=pressure(seen(names.pressure)),
            hot_water=yes_or_no(seen(names.hot_water)),
            fault=self._fault() or self._contradiction(demand, now),
            reported_at=self.seen_at,
        )

    def _absence(self, now: datetime) -> str | None:
        if self.online is False:
            return "the OpenTherm Gateway is offline"
        if yes_or_no(self.seen.get(self.settings.names.boiler_connected)) is False:
            return "the OpenTherm Gateway sees no boiler"
        if self.seen_at is None:
            return f"the OpenTherm Gateway has not been heard on {self._values}"
        if now - self.seen_at > SILENT_AFTER:
            return f"the OpenTherm Gateway has said nothing since {self.seen_at:%H:%M} UTC"
        return None

    def _fault(self) -> str | None:
        names = self.settings.names
        if not yes_or_no(self.seen.get(names.fault)):
            return None
        return f"the boiler reports a fault, code {self.seen.get(names.fault_code, 'unknown')}"

    def _contradiction(self, demand: Demand | None, now: datetime) -> str | None:
        found = number(self.seen.get(self.settings.names.control_setpoint), 0, 127)
        if demand is None or found is None or not demand.call or not demand.is_overdue(now):
            return None
        if abs(found - demand.flow_setpoint) < 1:
            return None
        return (
            f"asked for {demand.flow_setpoint:g} °C of flow, the boiler is told {found:g}: is gateway mode on (GW=1)?"
        )
