"""A potential-free relay on the boiler's thermostat contact: Shelly of both generations, or Tasmota.

The device itself holds the dead man's switch: every "on" starts a timer after which the relay falls open, and "on" is
repeated well within it. A command that somebody left retained on the broker would be obeyed at every start of the
device, so it is looked for. Shelly gen2 takes the time in the command (toggle_after), Tasmota in PulseTime before it;
gen1 has it only in its own settings (auto_off). Sources: shelly-api-docs (gen2 MQTT, Switch), tasmota/docs (Commands).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bridges.boiler.protocol import Demand, Write
from bridges.parse_values import json_object, yes_or_no
from house.messages import BoilerStatus
from house.settings import devices as device_settings
from house.topics import matches

ANSWERS = "haard_boiler"
"""Under this name a Shelly answers to what we asked of it."""
PULSE_OFFSET_S = 100
"""Tasmota's PulseTime counts tenths of a second up to 111, and above that whole seconds from 112 = 12 s."""


@dataclass(frozen=True, slots=True)
class Model:
    """Where a kind of relay listens and speaks (`{device}` is its name), and its words; gen2 speaks JSON instead."""

    command: str
    state: str
    online: str
    pulse: str = ""
    on: bytes = b""
    off: bytes = b""
    other_commands: tuple[str, ...] = ()
    """Filters under which the relay takes commands as well: what is kept there is obeyed at its start too."""


MODELS: Mapping[str, Model] = {
    "shelly-gen1": Model(
        command="shellies/{device}/relay/0/command",
        state="shellies/{device}/relay/0",
        online="shellies/{device}/online",
        on=b"on",
        off=b"off",
        other_commands=("shellies/{device}/relay/+/command", "shellies/{device}/command"),
    ),
    "shelly-gen2": Model(
        command="{device}/rpc",
        state="{device}/status/switch:0",
        online="{device}/online",
        other_commands=("{device}/command", "{device}/command/+"),
    ),
    "tasmota": Model(
        command="cmnd/{device}/POWER",
        state="stat/{device}/POWER",
        online="tele/{device}/LWT",
        pulse="cmnd/{device}/PulseTime",
        on=b"ON",
        off=b"OFF",
        other_commands=("cmnd/{device}/+",),
    ),
}


@dataclass(frozen=True, slots=True)
class Relay:
    """The relay as last heard."""

    model: Model
    speaks_json: bool
    dead_man_s: int
    online: bool | None = None
    closed: bool | None = None
    refusal: str | None = None
    kept: frozenset[str] = frozenset()
    """Topics on which the broker keeps a command."""
    seen_at: datetime | None = None

    @property
    def silence(self) -> str:
        if not self.speaks_json and not self.model.pulse:
            return "the relay stays as it is, unless auto_off is set in the Shelly"
        return f"the relay falls open within {self.dead_man_s} s"

    @property
    def filters(self) -> tuple[str, ...]:
        answers = (f"{ANSWERS}/rpc",) if self.speaks_json else ()
        return tuple(dict.fromkeys((self.model.state, self.model.online, *self._commands, *answers)))

    @property
    def _commands(self) -> tuple[str, ...]:
        return (self.model.command, *self.model.other_commands)

    def heard(self, topic: str, payload: bytes, now: datetime, *, live: bool) -> "Relay":
        if topic == self.model.online:
            return replace(self, online=yes_or_no(payload))
        if topic != self.model.state and _switches(topic) and any(matches(one, topic) for one in self._commands):
            is_kept = payload != b"" and (topic in self.kept or not live)
            return replace(self, kept=self.kept | {topic} if is_kept else self.kept - {topic})
        seen_at = now if live else self.seen_at
        if topic == self.model.state:
            return replace(self, closed=self._closed(payload), seen_at=seen_at)
        error = json_object(payload).get("error")
        return replace(self, refusal=str(error)[:120] if error else None, seen_at=seen_at)

    def _closed(self, payload: bytes) -> bool | None:
        if payload.strip().lower() == b"overpower":  # a Shelly of the first generation that has switched itself off
            return False
        return yes_or_no(json_object(payload).get("output")) if self.speaks_json else yes_or_no(payload)

    def writes(self, demand: Demand) -> tuple[Write, ...]:
        return self._on() if demand.call else self.safe()

    def safe(self) -> tuple[Write, ...]:
        payload = self._switch_set(on=False) if self.speaks_json else self.model.off
        return (Write(self.model.command, payload),)

    def _on(self) -> tuple[Write, ...]:
        if self.speaks_json:
            return (Write(self.model.command, self._switch_set(on=True, toggle_after=self.dead_man_s)),)
        on = Write(self.model.command, self.model.on)
        if not self.model.pulse:
            return (on,)
        return Write(self.model.pulse, str(self.dead_man_s + PULSE_OFFSET_S).encode()), on

    @staticmethod
    def _switch_set(**parameters: object) -> bytes:
        request = {"id": 1, "src": ANSWERS, "method": "Switch.Set", "params": {"id": 0, **parameters}}
        return json.dumps(request).encode()

    def status(self, demand: Demand | None, now: datetime) -> BoilerStatus:
        """A relay sees no flame and no water: it reports only what is wrong with itself."""
        return BoilerStatus(fault=self._fault(demand, now), reported_at=self.seen_at)

    def _fault(self, demand: Demand | None, now: datetime) -> str | None:
        if self.online is False:
            return "the relay is offline"
        if self.kept:
            topic = min(self.kept)
            return f"the broker keeps a command on {topic}; end it with mosquitto_pub -r -n -t '{topic}'"
        if self.refusal is not None:
            return f"the relay refuses: {self.refusal}"
        if self.online is None and self.seen_at is None:
            return f"the relay has not been heard on {self.model.online}"
        if demand is None or self.closed in (None, demand.call) or not demand.is_overdue(now):
            return None
        return f"the relay is {'on' if self.closed else 'off'}, though it was told otherwise"


def _switches(topic: str) -> bool:
    """Whether a command may move the relay: Tasmota's names know no case and no number of a single relay."""
    return not topic.startswith("cmnd/") or topic.rsplit("/", 1)[-1].lower().startswith(("power", "backlog", "event"))


def _named(filters: Iterable[str], device: str | None) -> Iterator[str]:
    return (one.format(device=device) for one in filters)


def relay(settings: device_settings.Relay) -> Relay:
    """A relay not heard yet; topics in the settings go before those of its model."""
    usual = MODELS[settings.model]
    model = Model(
        command=settings.command_topic or usual.command.format(device=settings.device),
        state=settings.state_topic or usual.state.format(device=settings.device),
        online=settings.online_topic or usual.online.format(device=settings.device),
        pulse=settings.pulse_topic or usual.pulse.format(device=settings.device),
        on=usual.on,
        off=usual.off,
        other_commands=() if settings.command_topic else tuple(_named(usual.other_commands, settings.device)),
    )
    return Relay(model, settings.model == "shelly-gen2", settings.dead_man_s)
