"""The dashboard System: does every service run, is everything recorded, and what could not be understood?"""

from grafana.dashboard import HOUSE, Dashboard
from grafana.panels import LINES, NUMBER, RANKING, STATES, TABLE, Panel

COLOURS = {"online": {"color": "green"}, "offline": {"color": "red"}}
COLOURS_BY_NUMBER = {"1": {"text": "online", "color": "green"}, "0": {"text": "offline", "color": "red"}}

DASHBOARD = Dashboard(
    uid="haard-system",
    title="System",
    about="Does every service run, is everything recorded, and what could not be understood?",
    variables=(HOUSE,),
    since="now-7d",
    refresh="5m",
    panels=(
        Panel(
            kind=TABLE,
            title="Services",
            width=12,
            height=8,
            about="Each service, whether it is on the broker, and since when. Offline: `haard doctor`, then its log.",
            nothing="No service has said that it is there",
            sql="""
SELECT service AS "Service", state AS "State", since AS "Since"
FROM views.service_now
WHERE house = ${house:sqlstring}
ORDER BY state, service
""",
            columns={
                "State": {
                    "custom.cellOptions": {"type": "color-text"},
                    "mappings": [{"type": "value", "options": COLOURS}],
                },
                "Since": {"unit": "dateTimeFromNow"},
            },
        ),
        Panel(
            kind=STATES,
            title="Services over time",
            width=12,
            height=8,
            about="When each service came and went. One that comes and goes all day is restarted after a failure: its "
            "log says which.",
            defaults={"mappings": [{"type": "value", "options": COLOURS_BY_NUMBER}]},
            sql="""
SELECT time, service AS metric, (state = 'online')::int AS value
FROM views.service
WHERE house = ${house:sqlstring} AND $__timeFilter(time)
ORDER BY time
""",
        ),
        Panel(
            kind=TABLE,
            title="Alerts",
            width=12,
            height=9,
            about="What needed attention in the span, the newest first.",
            nothing="There were no alerts",
            sql="""
SELECT time AS "When", coalesce(about, alert || ' is over') AS "What", coalesce(todo, '') AS "To do"
FROM views.alert
WHERE house = ${house:sqlstring} AND $__timeFilter(time)
ORDER BY time DESC
LIMIT 50
""",
            columns={"When": {"custom.width": 150}},
        ),
        Panel(
            kind=TABLE,
            title="Not understood",
            width=12,
            height=9,
            about="Messages that could not be used, the newest first. A device with new firmware, or a typing error "
            "of your own: the reason says what would be right.",
            nothing="Everything was understood",
            sql="""
SELECT time AS "When", topic AS "Topic", reason AS "Reason"
FROM views.rejected
WHERE house = ${house:sqlstring} AND $__timeFilter(time)
ORDER BY time DESC
LIMIT 50
""",
            columns={"When": {"custom.width": 150}},
        ),
        Panel(
            kind=LINES,
            title="Messages",
            width=12,
            height=10,
            about="How many messages were recorded in each hour. A gap: the recorder or the broker was away; the "
            "broker keeps what the recorder missed, so a peak should follow.",
            defaults={"min": 0},
            sql="SELECT time, n AS messages FROM views.messages_hour WHERE $__timeFilter(time) ORDER BY time",
        ),
        Panel(
            kind=TABLE,
            title="Silent longest",
            width=12,
            height=10,
            about="The topics of this house that were said longest ago. A room's temperature among them: see Devices. "
            "Some, such as settings and schedules, are said only when they change.",
            sql="""
SELECT topic AS "Topic", time AS "Last said"
FROM views.latest
WHERE house = ${house:sqlstring} AND kind IS NOT NULL
ORDER BY time
LIMIT 20
""",
            columns={"Last said": {"unit": "dateTimeFromNow"}},
        ),
        Panel(
            kind=NUMBER,
            title="Database",
            width=6,
            height=9,
            about="What all that was recorded takes on the disk. Less: see `retention` in house.yaml.",
            unit="bytes",
            sql="SELECT sum(total_bytes) AS bytes FROM views.table_size",
        ),
        Panel(
            kind=RANKING,
            title="Largest tables",
            width=18,
            height=9,
            about="The ten largest tables with their indexes; each month of messages is one of its own.",
            unit="bytes",
            sql="""SELECT "table", total_bytes AS bytes FROM views.table_size ORDER BY total_bytes DESC LIMIT 10""",
        ),
    ),
)
