"""The dashboard House: is it warm where it should be, does anything need me, and what is each room doing?"""

from grafana.dashboard import HOUSE, Dashboard
from grafana.panels import GREEN, LINES, NUMBER, OFF, ORANGE, RED, STATES, TABLE, Panel, by_span, colours

TO_ROOM = "/d/haard-room/room?${house:queryparam}&var-room=${__data.fields.Id}"

DASHBOARD = Dashboard(
    uid="haard-house",
    title="House",
    about="Is it warm where it should be, does anything need me, and what is each room doing?",
    variables=(HOUSE,),
    panels=(
        Panel(
            kind=TABLE,
            title="Needs attention",
            about="What is wrong now and what to do about it; empty when all is well. The analyst says it, and takes "
            "it back when it is over.",
            nothing="All is well",
            height=6,
            sql="""
SELECT about AS "What", todo AS "To do", since AS "Since"
FROM views.alert_now
WHERE house = ${house:sqlstring}
ORDER BY since
""",
            columns={"Since": {"unit": "dateTimeFromNow"}},
        ),
        Panel(
            kind=NUMBER,
            title="Outside",
            about="The newest temperature outside, by the weather service or a sensor of your own.",
            unit="celsius",
            sql="SELECT temperature FROM views.outside_now WHERE house = ${house:sqlstring} ORDER BY time DESC LIMIT 1",
        ),
        Panel(
            kind=NUMBER,
            title="Boiler",
            about="What the boiler does now. At a fault: read its code on the Boiler dashboard, look it up in the "
            "boiler's manual.",
            sql="""
SELECT CASE
  WHEN fault IS NOT NULL THEN 'fault ' || fault
  WHEN hot_water THEN 'hot water'
  WHEN flame THEN 'heats'
  ELSE 'rests'
END AS boiler
FROM views.boiler_now
WHERE house = ${house:sqlstring}
""",
        ),
        Panel(
            kind=NUMBER,
            title="Rooms too cold",
            about="How many rooms are more than 0.5 °C below their setpoint now. Just after a setpoint rose that is "
            "no fault; when it lasts, see why in the table below.",
            defaults=colours((None, GREEN), (1, ORANGE), (3, RED)),
            sql="""
SELECT count(*) FILTER (WHERE temperature < setpoint - 0.5) AS rooms
FROM views.room_now
WHERE house = ${house:sqlstring}
""",
        ),
        Panel(
            kind=NUMBER,
            title="Open windows",
            about="Rooms whose heating pauses, or soon will, because a contact says that a window is open.",
            defaults=colours((None, GREEN), (1, ORANGE)),
            sql="""
SELECT count(*) FILTER (WHERE "window" = 'open') AS rooms
FROM views.room_now
WHERE house = ${house:sqlstring}
""",
        ),
        Panel(
            kind=TABLE,
            title="Rooms now",
            width=12,
            height=11,
            about="How warm each room is and should be, °C, how far it is off, and why it heats or not. "
            "Touch a room's name to see more of it.",
            sql="""
SELECT
  name AS "Room",
  concat_ws(' / ', round(temperature::numeric, 1), round(setpoint::numeric, 1)) AS "Is / set",
  temperature - setpoint AS "Off",
  reason AS "Why",
  room AS "Id"
FROM views.room_now JOIN views.room_name USING (house, room)
WHERE house = ${house:sqlstring}
ORDER BY name
""",
            columns={
                "Room": {"custom.width": 90, "links": [{"title": "More of this room", "url": TO_ROOM}]},
                "Id": {"custom.hidden": True},
                "Is / set": {"custom.width": 100},
                "Off": {
                    "unit": "suffix: K",
                    "decimals": 1,
                    "custom.width": 70,
                    "custom.cellOptions": {"type": "color-background", "mode": "basic"},
                    **OFF,
                },
            },
        ),
        Panel(
            kind=LINES,
            title="Temperatures",
            width=12,
            height=11,
            about="All rooms, as the regulator took them, and the air outside (dashed, right); means by hour for "
            "more than a day, by day for more than 60. "
            "A line that runs flat for hours belongs to a thermometer that fell silent: see Devices.",
            unit="celsius",
            columns={
                "outside": {
                    "custom.axisPlacement": "right",
                    "custom.lineStyle": {"fill": "dash", "dash": [6, 4]},
                    "color": {"mode": "fixed", "fixedColor": "semi-dark-blue"},
                }
            },
            sql=by_span(
                """
SELECT time, name AS metric, temperature AS value
FROM {view} JOIN views.room_name USING (house, room)
WHERE house = ${house:sqlstring} AND $__timeFilter(time)
UNION ALL
SELECT time, 'outside', temperature
FROM {outside}
WHERE house = ${house:sqlstring} AND sensor IS NULL AND $__timeFilter(time)
""",
                {1: "views.room_status", 60: "views.room_hour"},
                longer="views.room_temperature_day",
            ),
        ),
        Panel(
            kind=STATES,
            title="Heat asked",
            width=12,
            height=9,
            about="How much heat each room asked for, percent, in the last day of the span. All rooms red at once on "
            "a mild day: the water is too cool or the boiler does not answer.",
            unit="percent",
            defaults={"color": {"mode": "continuous-BlYlRd"}, "min": 0, "max": 100, "decimals": 0},
            options={"showValue": "never"},
            sql="""
SELECT time, name AS metric, demand AS value
FROM views.room_status JOIN views.room_name USING (house, room)
WHERE house = ${house:sqlstring} AND $__timeFilter(time) AND time > $__timeTo()::timestamptz - interval '1 day'
ORDER BY time
""",
        ),
        Panel(
            kind=LINES,
            title="Temperature outside",
            width=12,
            height=9,
            about="The temperature outside; means by hour for more than a day.",
            unit="celsius",
            sql=by_span(
                """
SELECT time, coalesce(sensor, 'outside') AS metric, temperature AS value
FROM {view}
WHERE house = ${house:sqlstring} AND $__timeFilter(time)
""",
                {1: "views.outside_temperature"},
                longer="views.outside_hour",
            ),
        ),
    ),
)
