"""The dashboard Room: one room in depth, and why it heats or not."""

from grafana.dashboard import HOUSE, ROOM, Dashboard
from grafana.panels import (
    BARS,
    GREEN,
    LINES,
    NUMBER,
    OFF,
    ORANGE,
    RED,
    STEPPED,
    TABLE,
    WORDS,
    Panel,
    by_span,
    colours,
)

COLOURS = {
    "heating": {"color": "red"},
    "idle": {"color": "green"},
    "off": {"color": "gray"},
    "open": {"color": "blue"},
    "closed": {"color": "green"},
    "fresh": {"color": "green"},
}

DASHBOARD = Dashboard(
    uid="haard-room",
    title="Room",
    about="One room in depth: how warm, how warm it should be, what its valves do, and why.",
    variables=(HOUSE, ROOM),
    panels=(
        Panel(
            kind=NUMBER,
            title="Is",
            width=5,
            about="How warm the room is now: the mean of its thermometers that are fresh.",
            unit="celsius",
            defaults={"decimals": 1},
            sql="""
SELECT temperature FROM views.room_now WHERE house = ${house:sqlstring} AND room = ${room:sqlstring}
""",
        ),
        Panel(
            kind=NUMBER,
            title="Should be",
            width=5,
            about="The setpoint in force now, after override, preset, schedule, away, window and frost protection.",
            unit="celsius",
            defaults={"decimals": 1},
            sql="""
SELECT setpoint FROM views.room_now WHERE house = ${house:sqlstring} AND room = ${room:sqlstring}
""",
        ),
        Panel(
            kind=NUMBER,
            title="Off by",
            width=5,
            about="How far the room is from its setpoint now, K. Red for long: see below what its "
            "valves and the boiler do.",
            unit="suffix: K",
            defaults={**OFF, "decimals": 1},
            sql="""
SELECT temperature - setpoint AS off FROM views.room_now
WHERE house = ${house:sqlstring} AND room = ${room:sqlstring}
""",
        ),
        Panel(
            kind=NUMBER,
            title="Asks for",
            width=4,
            about="How much heat the room asks for now, percent.",
            unit="percent",
            sql="""
SELECT demand FROM views.room_now WHERE house = ${house:sqlstring} AND room = ${room:sqlstring}
""",
        ),
        Panel(
            kind=NUMBER,
            title="Humidity",
            width=5,
            about="The relative humidity now. Over 65 % for days invites mould: air the room, or heat it more evenly.",
            unit="humidity",
            defaults=colours((None, ORANGE), (35, GREEN), (65, ORANGE), (80, RED)),
            sql="""
SELECT humidity FROM views.room_now WHERE house = ${house:sqlstring} AND room = ${room:sqlstring}
""",
        ),
        Panel(
            kind=TABLE,
            title="Why, now",
            about="The reason that the regulator gives for what it does with this room, and what the schedule brings "
            "next.",
            height=5,
            sql="""
SELECT reason AS "Why", next_setpoint AS "Next", next_switch_at AS "From"
FROM views.room_now
WHERE house = ${house:sqlstring} AND room = ${room:sqlstring}
""",
            columns={
                "Next": {"unit": "celsius", "decimals": 1, "custom.width": 70},
                "From": {"unit": "dateTimeFromNow", "custom.width": 110},
            },
        ),
        Panel(
            kind=LINES,
            title="Temperature and setpoint",
            about="How warm the room was and how warm it should be, and how cold it was outside (right); by "
            "hour for more than two days. Late to get warm: "
            "see what its valves and the boiler did at the time.",
            unit="celsius",
            height=10,
            columns={
                "setpoint": {
                    "custom.lineInterpolation": "stepAfter",
                    "custom.lineStyle": {"fill": "dash", "dash": [6, 4]},
                },
                "outside": {
                    "custom.axisPlacement": "right",
                    "color": {"mode": "fixed", "fixedColor": "semi-dark-blue"},
                },
            },
            sql=by_span(
                """
SELECT time, temperature, setpoint, NULL::double precision AS outside
FROM {view}
WHERE house = ${house:sqlstring} AND room = ${room:sqlstring} AND $__timeFilter(time)
UNION ALL
SELECT time, NULL, NULL, temperature
FROM {outside}
WHERE house = ${house:sqlstring} AND sensor IS NULL AND $__timeFilter(time)
""",
                {2: "views.room_status"},
                longer="views.room_hour",
            ),
        ),
        Panel(
            kind=LINES,
            title="Valves",
            width=12,
            height=9,
            about="How far each valve of the room reported to be open; means by hour for more than two days. Always "
            "100 and still cold: feel the radiator; it may need air let out, or its pin is stuck.",
            unit="percent",
            custom=STEPPED,
            defaults={"min": 0, "max": 100},
            sql=by_span(
                """
SELECT time, valve AS metric, opening AS value
FROM {view}
WHERE house = ${house:sqlstring} AND room = ${room:sqlstring} AND $__timeFilter(time)
""",
                {2: "views.valve_status"},
                longer="views.valve_hour",
            ),
        ),
        Panel(
            kind=WORDS,
            title="What held when",
            width=12,
            height=9,
            about="What the room did, which rule set its setpoint, whether a window was open, how old its readings "
            "were; the last two days of the span. Not fresh for long: put in a new battery, or move the thermometer "
            "nearer.",
            defaults={"mappings": [{"type": "value", "options": COLOURS}]},
            sql="""
SELECT time, action AS "Does", rule AS "Rule", coalesce("window", 'closed') AS "Window", staleness AS "Readings"
FROM views.room_status
WHERE house = ${house:sqlstring} AND room = ${room:sqlstring} AND $__timeFilter(time)
  AND time > $__timeTo()::timestamptz - interval '2 days'
ORDER BY time
""",
        ),
        Panel(
            kind=TABLE,
            title="Why",
            width=12,
            height=10,
            about="The newest decisions in the last two days of the span, one row for each change of setpoint, of what "
            "the room does or of the rule by which; the numbers of a reason run on meanwhile.",
            nothing="Nothing was decided in this time",
            sql="""
SELECT time AS "When", setpoint AS "Set", reason AS "Why"
FROM (
  SELECT time, setpoint, reason, ROW(setpoint, action, rule) AS decision,
    lag(ROW(setpoint, action, rule)) OVER (ORDER BY time) AS before
  FROM views.room_status
  WHERE house = ${house:sqlstring} AND room = ${room:sqlstring} AND $__timeFilter(time)
    AND time > $__timeTo()::timestamptz - interval '2 days'
) AS each
WHERE decision IS DISTINCT FROM before
ORDER BY time DESC
LIMIT 50
""",
            columns={
                "When": {"custom.width": 150},
                "Set": {"unit": "celsius", "decimals": 1, "custom.width": 70},
            },
        ),
        Panel(
            kind=LINES,
            title="Humidity over time",
            width=12,
            height=10,
            about="The relative humidity; means by hour for more than two days.",
            unit="humidity",
            sql=by_span(
                """
SELECT time, humidity
FROM {view}
WHERE house = ${house:sqlstring} AND room = ${room:sqlstring} AND $__timeFilter(time)
""",
                {2: "views.room_status"},
                longer="views.room_hour",
            ),
        ),
        Panel(
            kind=BARS,
            title="Gas by day",
            width=12,
            height=9,
            about="The room's share of the gas, an estimate from its radiators' power and opening (docs/gas.md), of "
            "the last 30 days.",
            unit="m3",
            time_from="30d",
            sql="""
SELECT time, gas
FROM views.room_day
WHERE house = ${house:sqlstring} AND room = ${room:sqlstring} AND $__timeFilter(time)
ORDER BY time
""",
        ),
        Panel(
            kind=BARS,
            title="Comfort by day",
            width=12,
            height=9,
            about="Kelvin times hours that the room was colder, or warmer, than it should be, of the last 30 days. "
            "Cold each day: the radiator is too small, the water too cool, or its setpoint rises too late.",
            unit="suffix: K·h",
            time_from="30d",
            sql="""
SELECT time, too_cold AS "too cold", too_warm AS "too warm"
FROM views.room_day
WHERE house = ${house:sqlstring} AND room = ${room:sqlstring} AND $__timeFilter(time)
ORDER BY time
""",
        ),
    ),
)
