"""What a person may do from any MQTT client, as commands to copy; a test reads each as the services do."""

from collections.abc import Iterator
from dataclasses import dataclass

ROOT = "home"
INTRODUCTION = """\
## What a person may do

With `mosquitto_pub`, in MQTT Explorer (*Publish*, never *retain*), from Node-RED (*mqtt out*, retain false) or from a
script. Where the broker asks for one, add `-u person -P PASSWORD`. What was wished is answered within a second on the
room's `status`, or on `home/rejected` with the reason.
"""
LISTENING = """\
To listen:

```sh
mosquitto_sub -v -t 'home/#'                              # everything, as it comes
mosquitto_sub -v -t 'home/room/+/status'                  # all rooms: temperature, setpoint, action, reason
mosquitto_sub -t home/room/living/status | jq -r .reason  # why, each time it changes
mosquitto_sub -v -t home/rejected                         # what could not be used, and why
```

In Node-RED an *mqtt in* node on `home/room/living/status` with output *a parsed JSON object* gives
`msg.payload.temperature` and the like. MQTT Explorer shows the tree `home/` as it stands, since all state is retained,
and draws every number in it, those inside JSON too.

[asyncapi.json](asyncapi.json) describes all of this in AsyncAPI 3, [messages.schema.json](messages.schema.json) every
payload as JSON Schema: for generators, validators and editors.
"""


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody wants, and the topic (below the root) and payload that say it."""

    wish: str
    path: str
    payload: str
    retain: bool = False

    def line(self) -> str:
        payload = f"'{self.payload}'" if set(self.payload) & set(' {}[]"') else self.payload
        return f"mosquitto_pub {'-r ' if self.retain else ''}-t {ROOT}/{self.path} -m {payload}"


COMMANDS = (
    Command("a degree until the next switch point", "room/living/setpoint/set", "21"),
    Command("a degree for two hours", "room/living/setpoint/set", '{"value": 21, "for": "2h"}'),
    Command("a degree until an instant", "room/living/setpoint/set", '{"value": 21, "until": "2026-12-24T22:30:00Z"}'),
    Command("back to the schedule", "room/living/setpoint/set", "auto"),
    Command("follow the schedule", "room/living/mode/set", "auto"),
    Command("hold a degree, whatever the schedule says", "room/living/mode/set", "heat"),
    Command("frost protection only", "room/living/mode/set", "off"),
    Command("hands off this room's valves", "room/living/mode/set", "bypass"),
    Command("a preset", "room/living/preset/set", "eco"),
    Command("a preset for a while", "room/living/preset/set", '{"value": "comfort", "for": "3h"}'),
    Command("no preset any more", "room/living/preset/set", "none"),
    Command("heat hard for the usual time", "room/bath/boost/set", "on"),
    Command("heat hard for 20 minutes", "room/bath/boost/set", "20"),
    Command("no boost any more", "room/bath/boost/set", "off"),
    Command(
        "another week",
        "room/living/schedule/set",
        '[{"day": 1, "time": "06:30", "setpoint": 20.5}, {"day": 1, "time": "22:30", "setpoint": 17}]',
    ),
    Command(
        "another week, as house.yaml has it",
        "room/living/schedule/set",
        '{"mon-fri": {"06:30": 20.5, "22:30": 17}, "sat,sun": {"08:00": 20.5, "23:00": 17}}',
    ),
    Command("nobody is home", "away/set", "on"),
    Command("nobody is home until an instant", "away/set", '{"until": "2026-12-27T17:00:00Z"}'),
    Command("nobody is home, and 12 °C will do", "away/set", '{"value": "on", "setpoint": 12}'),
    Command("somebody is home again", "away/set", "off"),
    Command("a boiler and valves that rest more", "comfort/set", "quiet"),
    Command("comfort as house.yaml says", "comfort/set", "auto"),
    Command("an EQ3 valve opens for 5 minutes", "valve/001a22000001/command", "boost"),
    Command("an EQ3 valve says the week that it keeps", "valve/001a22000001/command", "program"),
    Command(
        "what the days came to, answered on history/reply/mine",
        "history/get",
        '{"id": "1", "reply": "mine", "what": "days", "first": "2026-01-01", "last": "2026-01-31"}',
    ),
    Command("a thermometer of your own", "room/living/temperature/mine", "20.4", retain=True),
    Command("a window of your own", "room/living/window/mine", "open", retain=True),
    Command("an outside temperature of your own", "outside/temperature/mine", "-3.5", retain=True),
)


def commands() -> Iterator[str]:
    """The section of docs/topics.md."""
    yield INTRODUCTION
    yield "| what | command |"
    yield "| --- | --- |"
    for command in COMMANDS:
        yield f"| {command.wish} | `{command.line()}` |"
    yield ""
    yield LISTENING
