"""`python -m docs.write_topics` writes docs/topics.md from the table in house.topics, so that the page cannot lie."""

import inspect
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from docs.commands import commands
from house import messages
from house.topics import TOPICS

PAGE = Path(__file__).with_name("topics.md")

HEAD = """\
# Topics

<!-- Written by `make docs` from house/topics.py and house/messages/: change it there. -->

Paths are relative to the root, `home` by default (`mqtt.root` in house.yaml). Everything is said with QoS 1, as JSON
in UTF-8. Ids are `[a-z0-9_]+`; `{address}` is a MAC in lower case without colons; a last part in brackets may be left
out. Instants are ISO 8601 in UTC, temperatures °C, percent 0-100. Unknown fields are ignored, optional ones may be
missing or null, and where a bare number or word is understood, `mosquitto_pub -t home/room/living/setpoint/set -m 21`
does. What cannot be read is rejected on `home/rejected`.
"""

_AT = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
_SOON = datetime(2026, 1, 12, 6, 40, tzinfo=UTC)
_LATER = datetime(2026, 1, 12, 21, 30, tzinfo=UTC)

EXAMPLES: tuple[messages.Message, ...] = (
    messages.Tick(at=_AT),
    messages.RoomTemperature(value=20.4, measured_at=_AT),
    messages.Temperature(value=20.4, measured_at=_AT),
    messages.Humidity(value=48, measured_at=_AT),
    messages.Window(value="open", measured_at=_AT),
    messages.Presence(value="present", measured_at=_AT),
    messages.SensorStatus(battery=87, voltage=2.9, rssi=-71, firmware="pvvx 4.3", measured_at=_AT),
    messages.ModeWish(value="auto"),
    messages.PresetWish(value="eco", until=_LATER),
    messages.SetpointWish(value=21, until=_LATER),
    messages.BoostWish(minutes=30),
    messages.AwayWish(until=_LATER, setpoint=15),
    messages.ComfortWish(value="quiet"),
    messages.ValveCommand(do="manual", setpoint=21, until=_LATER),
    messages.ScheduleWish(points=(messages.SwitchPoint(day=1, time="06:30", setpoint=20.5),)),
    messages.Schedule(points=(messages.SwitchPoint(day=1, time="06:30", setpoint=20.5),)),
    messages.RoomSettings(override=messages.Override(setpoint=21, until=_LATER)),
    messages.RoomStatus(
        temperature=19.6,
        humidity=48,
        setpoint=21,
        action="heating",
        demand=100,
        rule="override",
        reason="21 °C by hand until 22:30",
        until=_LATER,
        next_setpoint=17,
        next_switch_at=_LATER,
        measured_at=_AT,
    ),
    messages.RoomMemory(
        window=messages.WindowMemory(value="closed", since=_AT),
        valves={"001a22000001": messages.ValveMemory(tries=1, told_at=_AT)},
        law={"heating": True},
    ),
    messages.HouseDescription(
        name="Terrace house",
        timezone="Europe/Amsterdam",
        boost_min=60,
        law="doses",
        comfort="balanced",
        presets=messages.PresetTemperatures(comfort=20.5, eco=17, away=15, frost=7, boost=23),
        rooms=(
            messages.RoomDescription(
                id="living",
                name="Living room",
                sensors=("a4c138000001",),
                valves=(messages.ValveDescription(address="001a22000001", power_w=2100),),
            ),
        ),
    ),
    messages.HouseSettings(away=messages.Away(setpoint=15, until=_LATER)),
    messages.HouseMemory(tick_at=_AT, call=True, call_since=_AT, starts=(_AT,)),
    messages.ValveSet(
        opening=100, setpoint=26.5, issued_at=_AT, expires_at=_SOON, fallback=20.5, reason="living is cold"
    ),
    messages.BoilerSet(call=True, flow_setpoint=60, issued_at=_AT, expires_at=_SOON, reason="living asks for heat"),
    messages.Learned(law={"coast": 0.21, "fall": 0.6, "way": [31.5, 0.92], "ways": {"06:30 20.5": [33.1, 0.95]}}),
    messages.RoomModel(a=1.8, b=0.02, dead_time_min=12, solar=0.004, count=31, spread=0.2, learned_at=_AT),
    messages.RadiatorPower(factor=0.84, nominal_w=2100, count=41, learned_at=_AT),
    messages.MeterLag(lag_s=7200, since=_AT),
    messages.PipeLoss(fraction=0.07, count=41, learned_at=_AT),
    messages.RoomGas(value=412.7, today=1.9, yesterday=2.4, cost_today=2.69, measured_at=_AT),
    messages.HouseGas(today=4.312, yesterday=7.902, month=88.4, cost_today=6.12, starts_today=12, measured_at=_AT),
    messages.HistoryQuery(id="k3", reply="w7f3a9", what="room", room="living", begin=_AT, end=_LATER, steps=288),
    messages.HistoryReply(
        id="k3",
        begin=_AT,
        step_s=300,
        temperature=(19.9, 19.9, None),
        setpoint=(20.5, 20.5, 20.5),
        valve=(0, 100, 100),
        outside=(3.4, 3.4, 3.3),
    ),
    messages.Day(
        day=_AT.date(),
        gas=8.214,
        rooms={"living": messages.RoomDay(gas=3.0125, gas_error=0.21, too_cold_kh=0.4, too_warm_kh=0, moves=14)},
        hot_water=0.95,
        other=0.18,
        unallocated=4.0715,
        cost=11.42,
        degree_days=14.5,
        starts=31,
        burn_min=420,
        batteries={"a4c138000001": 87},
    ),
    messages.Alert(
        about="The valve 001a22000001 in Living room has an empty battery", todo="Put in two new cells", since=_AT
    ),
    messages.Basis(version="0.9.0", law="tpi", numbers={"cycle_min": 15}, settings={"rooms": {"living": {}}}),
    messages.Began(nonce="8f14e45fceea167a", fresh=True, waiting=2, heard=0),
    messages.Replayed(since=_AT, until=_LATER, identical=24301, differ=0, version="0.9.0"),
    messages.Skipped(nonce="8f14e45fceea167a", numbers=(4021, 4022, 4025)),
    messages.Notified(told={"boiler_fault": _AT}),
    messages.ValveStatus(
        opening=100,
        setpoint=26.5,
        mode="manual",
        battery_low=False,
        window=False,
        locked=False,
        reachable=True,
        reported_at=_AT,
    ),
    messages.BoilerStatus(
        flame=True,
        modulation=45,
        flow_temperature=61.2,
        return_temperature=48,
        pressure_bar=1.6,
        hot_water=False,
        reported_at=_AT,
    ),
    messages.GasReading(value=4711.205, measured_at=_AT, equipment="4730303339303031363532303530323136"),
    messages.ElectricityReading(value=10_512.3, returned=844.1, power_w=-310, tariff=2, measured_at=_AT),
    messages.Forecast(
        issued_at=_AT, hours=(messages.ForecastHour(at=_AT, temperature=-1.2, irradiance=35, direct=10, diffuse=25),)
    ),
    messages.Availability(value="online"),
    messages.About(version="0.2.0", started_at=_AT),
    messages.Echo(nonce="5f3a"),
    messages.NodeConfig(
        sensors={"a4c138000001": messages.NodeSensor(room="attic", calibration=-0.3)},
        valves={
            "001a22000001": messages.NodeValve(room="attic"),
            "001a22000002": messages.NodeValve(room="bath", standby_for="hall"),
        },
        utc_offsets=(messages.UtcOffset(at=_AT, minutes=60),),
    ),
    messages.NodeStatus(
        uptime_s=86400,
        heap_used=54_000,
        heap_free=80_000,
        version="0.1.0",
        rssi=-61,
        reset_cause="power",
        joins=1,
        sessions=2,
        advertisements=31_000,
        contacts=64,
        failures=3,
        sensors=1,
        valves=2,
        reported_at=_AT,
    ),
    messages.NodeUpdate(file="radio.mpy", offset=1024, data="bm9kZQ=="),
    messages.NodeLog(line="valve 001a22000001 in attic: no answer"),
    messages.Rejected(
        topic="home/room/living/temperature", payload="warm", reason="value: should be a number", service="regulator"
    ),
)


def page() -> str:
    return "\n".join([HEAD, *_table(), "", *commands(), "## Payloads", *_payloads()])


def _table() -> Iterator[str]:
    yield "| topic | retained | writer | what | payload |"
    yield "| --- | --- | --- | --- | --- |"
    for topic in TOPICS:
        kind = topic.message.__name__
        retained = "yes" if topic.retained else "no"
        yield f"| `{topic.pattern}` | {retained} | {topic.writer} | {topic.about} | [{kind}](#{kind.lower()}) |"


def _payloads() -> Iterator[str]:
    for example in EXAMPLES:
        kind = type(example)
        yield f"\n### {kind.__name__}\n"
        yield " ".join((inspect.getdoc(kind) or "").split())
        if kind.sparse:
            yield "Fields at their default are left out."
        if kind.bare:
            yield f"A bare number or word is its `{kind.bare}`."
        yield f"\n```\n{example.encode().decode()}\n```"


if __name__ == "__main__":
    PAGE.write_text(page() + "\n", encoding="utf-8")
