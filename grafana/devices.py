"""The dashboard Devices: which battery, radio or valve needs a hand?"""

from grafana.dashboard import HOUSE, Dashboard
from grafana.panels import GREEN, LINES, NUMBER, ORANGE, RED, STATES, TABLE, Panel, colours

BATTERY = ((None, RED), (10, ORANGE), (25, GREEN))

DASHBOARD = Dashboard(
    uid="haard-devices",
    title="Devices",
    about="Which battery, radio or valve needs a hand?",
    variables=(HOUSE,),
    since="now-7d",
    refresh="5m",
    panels=(
        Panel(
            kind=NUMBER,
            title="Weak batteries",
            about="Thermometers at 10 % or less and valves that say that their cells are nearly empty.",
            width=12,
            defaults=colours((None, GREEN), (1, ORANGE)),
            sql="""
SELECT count(*) FILTER (WHERE battery <= 10 OR battery_low) AS devices
FROM views.device
WHERE house = ${house:sqlstring}
""",
        ),
        Panel(
            kind=NUMBER,
            title="Valves out of reach",
            about="Valves that did not answer at the last try. Move the radio nearer, or put in new cells.",
            width=12,
            defaults=colours((None, GREEN), (1, RED)),
            sql="""
SELECT count(*) FILTER (WHERE reachable = false) AS valves
FROM views.device
WHERE house = ${house:sqlstring} AND what = 'valve'
""",
        ),
        Panel(
            kind=TABLE,
            title="Valves",
            width=12,
            height=9,
            about="Each valve: its room (empty until it was commanded once), its cells, when it last reported, and "
            "what is the matter with it.",
            sql="""
SELECT
  coalesce(room, address) AS "Room",
  CASE WHEN battery_low THEN 'low' WHEN battery_low = false THEN 'good' END AS "Cells",
  last_seen AS "Heard",
  CASE WHEN alert IS NOT NULL THEN alert WHEN reachable = false THEN 'out of reach' ELSE '' END AS "Trouble"
FROM views.device
WHERE house = ${house:sqlstring} AND what = 'valve'
ORDER BY last_seen
""",
            columns={
                "Cells": {"custom.width": 70},
                "Heard": {"unit": "dateTimeFromNow"},
            },
        ),
        Panel(
            kind=TABLE,
            title="Thermometers and contacts",
            width=12,
            height=9,
            about="Each sensor: battery, signal and when it was last heard. The further the signal is below nought, "
            "the more readings get lost; silent for an hour with a full battery: see on System whether the radio "
            "runs.",
            sql="""
SELECT address AS "Sensor", battery AS "Battery", rssi AS "Signal", last_seen AS "Heard"
FROM views.device
WHERE house = ${house:sqlstring} AND what = 'sensor'
ORDER BY last_seen
""",
            columns={
                "Battery": {"unit": "percent", "custom.cellOptions": {"type": "color-text"}, **colours(*BATTERY)},
                "Signal": {"unit": "dBm"},
                "Heard": {"unit": "dateTimeFromNow"},
            },
        ),
        Panel(
            kind=LINES,
            title="Batteries",
            width=12,
            height=9,
            about="The battery of each sensor, means by day, of the last 90 days. Coin cells stay flat for long and "
            "then fall steeply: change them below 10 %.",
            unit="percent",
            time_from="90d",
            defaults={"min": 0, "max": 100},
            sql="""
SELECT date_trunc('day', time, 'UTC') AS time, sensor AS metric, avg(battery) AS value
FROM views.sensor_hour
WHERE house = ${house:sqlstring} AND $__timeFilter(time) AND battery IS NOT NULL
GROUP BY 1, 2
ORDER BY 1
""",
        ),
        Panel(
            kind=LINES,
            title="Signal",
            width=12,
            height=9,
            about="How strongly each sensor is heard, means by hour, of the last 14 days. A sudden step down: "
            "something stands in the way.",
            unit="dBm",
            time_from="14d",
            sql="""
SELECT time, sensor AS metric, rssi AS value
FROM views.sensor_hour
WHERE house = ${house:sqlstring} AND $__timeFilter(time) AND rssi IS NOT NULL
ORDER BY time
""",
        ),
        Panel(
            kind=STATES,
            title="Openings",
            width=12,
            height=10,
            about="How far each valve reported to be open in the last two days of the span. A band that never changes "
            "colour: the valve does not move.",
            unit="percent",
            defaults={"color": {"mode": "continuous-BlYlRd"}, "min": 0, "max": 100, "decimals": 0},
            options={"showValue": "never"},
            sql="""
SELECT time, concat_ws(' ', room, valve) AS metric, opening AS value
FROM views.valve_status
WHERE house = ${house:sqlstring} AND $__timeFilter(time) AND time > $__timeTo()::timestamptz - interval '2 days'
ORDER BY time
""",
        ),
        Panel(
            kind=STATES,
            title="Reached",
            width=12,
            height=10,
            about="Whether each valve could be reached: the part of its reports by hour, percent, in the last 14 days "
            "of the span. Often below 100: the radio is too far away.",
            unit="percent",
            defaults={**colours((None, RED), (50, ORANGE), (95, GREEN)), "min": 0, "max": 100, "decimals": 0},
            options={"showValue": "never"},
            sql="""
SELECT time, concat_ws(' ', room, valve) AS metric, 100 * reachable AS value
FROM views.valve_reach_hour
WHERE house = ${house:sqlstring} AND $__timeFilter(time) AND time > $__timeTo()::timestamptz - interval '14 days'
ORDER BY time
""",
        ),
    ),
)
