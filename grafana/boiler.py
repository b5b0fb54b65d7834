"""The dashboard Boiler: does it burn calmly and condense, is its pressure right, and why does it burn?"""

from grafana.dashboard import HOUSE, Dashboard
from grafana.panels import (
    BARS,
    GREEN,
    LIMITED,
    LINES,
    NUMBER,
    ORANGE,
    RED,
    STEPPED,
    TABLE,
    Panel,
    by_span,
    colours,
    limits,
)

PRESSURE = ((None, RED), (1.0, GREEN), (2.2, ORANGE), (2.8, RED))
BURNER = "(SELECT time, house, flame::int, hot_water::int, modulation FROM views.boiler) AS burner"

DASHBOARD = Dashboard(
    uid="haard-boiler",
    title="Boiler",
    about="Does it burn calmly and condense, is its pressure right, and why does it burn?",
    variables=(HOUSE,),
    panels=(
        Panel(
            kind=NUMBER,
            title="Flow",
            about="The water that leaves the boiler now.",
            unit="celsius",
            sql="SELECT flow_temperature FROM views.boiler_now WHERE house = ${house:sqlstring}",
        ),
        Panel(
            kind=NUMBER,
            title="Return",
            about="The water that comes back now. Below 55 °C the boiler condenses, and the cooler the better.",
            unit="celsius",
            defaults=colours((None, GREEN), (55, ORANGE)),
            sql="SELECT return_temperature FROM views.boiler_now WHERE house = ${house:sqlstring}",
        ),
        Panel(
            kind=NUMBER,
            title="Pressure",
            about="The pressure of the water now. Below 1 bar: fill up to 1.5 while it is cold; every few weeks again "
            "means a leak.",
            unit="pressurebar",
            defaults={**colours(*PRESSURE), "decimals": 1},
            sql="SELECT pressure_bar FROM views.boiler_now WHERE house = ${house:sqlstring}",
        ),
        Panel(
            kind=NUMBER,
            title="Fault",
            about="The code that the boiler reports now. Look it up in its manual; call the fitter when it stays.",
            defaults=colours((None, GREEN)),
            sql="SELECT coalesce(fault, 'none') AS fault FROM views.boiler_now WHERE house = ${house:sqlstring}",
        ),
        Panel(
            kind=LINES,
            title="Flow and return",
            width=12,
            height=10,
            about="The water that leaves and comes back; means by hour for more than two days. Below the dashed line "
            "the return lets the boiler condense. Flow and return equal while it burns: no water moves through "
            "radiators.",
            unit="celsius",
            custom=LIMITED,
            defaults=limits((None, "transparent"), (55, ORANGE)),
            sql=by_span(
                """
SELECT time, flow_temperature AS flow, return_temperature AS "return"
FROM {view}
WHERE house = ${house:sqlstring} AND $__timeFilter(time)
""",
                {2: "views.boiler"},
                longer="views.boiler_hour",
            ),
        ),
        Panel(
            kind=LINES,
            title="Burning",
            width=12,
            height=10,
            about="When the burner was on, when it made hot water, and how strongly it burned; parts of each hour for "
            "more than two days. Many short burns are hard on a boiler: see the starts below.",
            unit="percent",
            custom=STEPPED,
            defaults={"min": 0, "max": 100},
            sql=by_span(
                """
SELECT time, 100.0 * flame AS flame, 100.0 * hot_water AS "hot water", modulation
FROM {view}
WHERE house = ${house:sqlstring} AND $__timeFilter(time)
""",
                {2: BURNER},
                longer="views.boiler_hour",
            ),
        ),
        Panel(
            kind=BARS,
            title="Starts by day",
            width=12,
            height=9,
            about="How often the burner started for heating on each of the last 30 days. Each start wears it a "
            "little: a longer minimum burn or rest in house.yaml, or `comfort: quiet`, makes fewer.",
            time_from="30d",
            sql="""
SELECT time, starts FROM views.day WHERE house = ${house:sqlstring} AND $__timeFilter(time) ORDER BY time
""",
        ),
        Panel(
            kind=BARS,
            title="Length of a burn",
            width=12,
            height=9,
            about="Minutes that a burn for heating lasted, mean of each of the last 30 days. The longer, the fewer "
            "starts; short ones mean that the boiler makes more heat than the open radiators take.",
            unit="m",
            time_from="30d",
            sql="""
SELECT time, burn_min / nullif(starts, 0) AS minutes
FROM views.day
WHERE house = ${house:sqlstring} AND $__timeFilter(time)
ORDER BY time
""",
        ),
        Panel(
            kind=BARS,
            title="Condensing by day",
            width=12,
            height=9,
            about="The part of the burning time in which the return was below 55 °C, of the last 30 days. Low: let "
            "the boiler make cooler water, and balance the radiators.",
            unit="percent",
            time_from="30d",
            defaults={"max": 100},
            sql="""
SELECT
  date_trunc('day', time, 'UTC') AS time,
  100 * sum(flame * condensing) / sum(flame) AS part
FROM views.boiler_hour
WHERE house = ${house:sqlstring} AND $__timeFilter(time) AND condensing IS NOT NULL
GROUP BY 1
ORDER BY 1
""",
        ),
        Panel(
            kind=LINES,
            title="Pressure over time",
            width=12,
            height=9,
            about="The pressure of the water, means by hour, of the last 30 days. It breathes with the temperature; a "
            "slope down is a leak or an expansion vessel that lost its air.",
            unit="pressurebar",
            time_from="30d",
            custom=LIMITED,
            defaults=limits((None, RED), (1.0, "transparent"), (2.8, RED)),
            sql="""
SELECT time, pressure_bar AS pressure
FROM views.boiler_hour
WHERE house = ${house:sqlstring} AND $__timeFilter(time) AND pressure_bar IS NOT NULL
ORDER BY time
""",
        ),
        Panel(
            kind=TABLE,
            title="Why",
            about="Why the boiler was called or left alone, the newest reasons in the last day of the span.",
            nothing="Nothing was decided in this time",
            height=10,
            sql="""
SELECT time AS "When", CASE wish WHEN 0 THEN 'no' ELSE 'yes' END AS "Call", reason AS "Why"
FROM (
  SELECT time, wish, reason, lag(reason) OVER (ORDER BY time) AS before
  FROM views.decision
  WHERE house = ${house:sqlstring} AND what = 'boiler' AND $__timeFilter(time)
    AND time > $__timeTo()::timestamptz - interval '1 day'
) AS each
WHERE reason IS DISTINCT FROM before
ORDER BY time DESC
LIMIT 50
""",
            columns={"When": {"custom.width": 150}, "Call": {"custom.width": 60}},
        ),
    ),
)
