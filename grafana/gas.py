"""The dashboard Gas and cost: what was burnt for what, what it cost, and whether that was much for the weather."""

from grafana.dashboard import HOUSE, Dashboard
from grafana.panels import BARS, GREEN, LINES, NUMBER, ORANGE, RANKING, RED, STACKED, TABLE, Panel, by_span, colours

DASHBOARD = Dashboard(
    uid="haard-gas",
    title="Gas and cost",
    about="What was burnt for what, what it cost, and whether that was much for the weather.",
    variables=(HOUSE,),
    since="now-30d",
    refresh="15m",
    panels=(
        Panel(
            kind=NUMBER,
            title="Gas",
            about="What the meter counted on the days of the span that are over.",
            unit="m3",
            defaults={"decimals": 1},
            sql="SELECT sum(gas) AS gas FROM views.day WHERE house = ${house:sqlstring} AND $__timeFilter(time)",
        ),
        Panel(
            kind=NUMBER,
            title="Cost",
            about="What that gas cost, by the tariff that held on each day (house.yaml, `gas`).",
            unit="currencyEUR",
            sql="SELECT sum(cost) AS cost FROM views.day WHERE house = ${house:sqlstring} AND $__timeFilter(time)",
        ),
        Panel(
            kind=NUMBER,
            title="Per degree-day",
            about="Gas for heating per degree-day (below 18 °C): what remains when the weather is taken out. It rises "
            "when rooms are set warmer, windows stand open or the boiler gets worse.",
            unit="suffix: m³/K·d",
            defaults={"decimals": 2},
            sql="""
SELECT sum(gas - hot_water - other) / nullif(sum(degree_days), 0) AS gas
FROM views.day
WHERE house = ${house:sqlstring} AND $__timeFilter(time) AND degree_days IS NOT NULL
""",
        ),
        Panel(
            kind=NUMBER,
            title="Not allocated",
            about="The part of the gas that nobody is known to have taken. Over 10 %: the boiler or valves did not "
            "report; see Devices and System.",
            unit="percent",
            defaults={**colours((None, GREEN), (10, ORANGE), (25, RED)), "decimals": 0},
            sql="""
SELECT 100 * sum(unallocated) / nullif(sum(gas), 0) AS part
FROM views.day
WHERE house = ${house:sqlstring} AND $__timeFilter(time)
""",
        ),
        Panel(
            kind=BARS,
            title="Gas by day",
            width=14,
            height=10,
            about="Each day's gas, as shared out over rooms, hot water, cooking (other), pipes and what nobody took. "
            "The sum is what the meter counted; the shares of rooms are estimates (docs/gas.md).",
            custom=STACKED,
            unit="m3",
            sql="""
SELECT time, "use" AS metric, gas AS value
FROM views.gas_day
WHERE house = ${house:sqlstring} AND $__timeFilter(time)
ORDER BY time, is_room DESC, "use"
""",
        ),
        Panel(
            kind=RANKING,
            title="Who took it",
            width=10,
            height=10,
            about="The gas of the span by room and other use, the largest first.",
            unit="m3",
            defaults={"decimals": 1},
            sql="""
SELECT "use", sum(gas) AS gas
FROM views.gas_day
WHERE house = ${house:sqlstring} AND $__timeFilter(time)
GROUP BY "use"
HAVING sum(gas) > 0
ORDER BY gas DESC
""",
        ),
        Panel(
            kind=BARS,
            title="Cost by day",
            width=12,
            height=9,
            about="What each day's gas cost.",
            unit="currencyEUR",
            sql="""
SELECT time, cost FROM views.day WHERE house = ${house:sqlstring} AND $__timeFilter(time) ORDER BY time
""",
        ),
        Panel(
            kind=LINES,
            title="Gas per degree-day",
            width=12,
            height=9,
            about="Gas for heating per degree-day, means over a week. Compare winters with it: it does not depend on "
            "how cold they were. Days with less than two degree-days are left out, since other gains heat the house "
            "then.",
            unit="suffix: m³/K·d",
            defaults={"decimals": 2, "min": 0},
            sql="""
SELECT time, sum(gas - hot_water - other) OVER week / sum(degree_days) OVER week AS "gas per degree-day"
FROM views.day
WHERE house = ${house:sqlstring} AND $__timeFilter(time) AND degree_days > 2
WINDOW week AS (ORDER BY time ROWS 6 PRECEDING)
ORDER BY time
""",
        ),
        Panel(
            kind=TABLE,
            title="Months",
            about="Gas and cost by month, and the gas of the same month a year before; the last 13 months, whatever "
            "the span.",
            nothing="No day is over yet",
            height=12,
            time_from="396d",
            sql="""
WITH month AS (
  SELECT house, date_trunc('month', day) AS month, sum(gas) AS gas, sum(cost) AS cost
  FROM views.day
  WHERE house = ${house:sqlstring}
  GROUP BY house, date_trunc('month', day)
)
SELECT to_char(month.month, 'YYYY-MM') AS "Month", month.gas AS "Gas", before.gas AS "Year before", month.cost AS "Cost"
FROM month LEFT JOIN month AS before ON before.month = month.month - interval '1 year'
WHERE month.month >= $__timeFrom()::timestamptz
ORDER BY month.month DESC
""",
            columns={
                "Gas": {"unit": "m3", "decimals": 0},
                "Year before": {"unit": "m3", "decimals": 0},
                "Cost": {"unit": "currencyEUR", "decimals": 0},
            },
        ),
        Panel(
            kind=BARS,
            title="Gas by hour",
            width=12,
            height=9,
            about="What the meter counted in each hour of the last week of the span; without a meter that is read "
            "each hour there are gaps. Gas at night in summer, while nobody asks for hot water: suspect a leak, shut "
            "the tap and call the fitter.",
            unit="m3",
            sql="""
SELECT time, gas
FROM views.meter_hour
WHERE house = ${house:sqlstring} AND $__timeFilter(time) AND time > $__timeTo()::timestamptz - interval '7 days'
  AND gas IS NOT NULL
ORDER BY time
""",
        ),
        Panel(
            kind=LINES,
            title="Electricity",
            width=12,
            height=9,
            about="The power that the house took from the net, or gave back where it is below nought; means by hour "
            "for more than two days. Empty without an electricity meter.",
            unit="watt",
            sql=by_span(
                """
SELECT time, power
FROM {view}
WHERE house = ${house:sqlstring} AND $__timeFilter(time) AND power IS NOT NULL
""",
                {2: "views.electricity_meter"},
                longer="views.power_hour",
            ),
        ),
    ),
)
