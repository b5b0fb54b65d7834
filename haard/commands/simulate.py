"""Live through a stretch of winter in a simulated house at full speed, and score how well it was kept.

examples:
  haard simulate
  haard simulate --law hysteresis --days 14 --seed 1
  haard simulate --settings house.yaml --comfort quiet --weather winter.csv
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich import box
from rich.table import Table

from bridges.simulated.protocol import house_plan
from haard.options import JsonOption
from haard.output import console, write_json
from haard.settings_file import example
from haard.simulation.closed_loop import ClosedLoop
from haard.simulation.scorecard import Score, Scorecard
from haard.simulation.stand_ins import simulated, told
from haard.simulation.weather_file import read_weather
from house.settings import Settings, load, parse
from simulation.house import House
from simulation.weather import Weather, winter

BEGIN = date(2026, 1, 12)
DAY_S = 86_400
LEARNS_DAYS = 7
Law = Literal["doses", "hysteresis", "timeprop", "tpi"]
Comfort = Literal["comfort", "balanced", "quiet", "saver"]

MEASURES = (
    ("too_cold_kh", "K·h more than 0.5 K too cold while somebody is there", "8.1f"),
    ("too_warm_kh", "K·h more than 1 K too warm", "8.1f"),
    ("fed_above_kh", "K·h fed above all that is wanted within 4 h", "8.1f"),
    ("late_part", "part of the rises that were more than 15 min late", "8.1%"),
    ("gas_m3", "m³ gas for heating", "8.1f"),
    ("starts_per_day", "burner starts a day", "8.1f"),
    ("burn_min", "minutes a burn lasts", "8.1f"),
    ("moves_per_valve_day", "moves of each valve a day", "8.1f"),
)


def command(
    settings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The house; default: the example house.")
    ] = None,
    law: Annotated[Law | None, typer.Option(help="The control law instead of the settings'.")] = None,
    comfort: Annotated[Comfort | None, typer.Option(help="The slider instead of the settings'.")] = None,
    days: Annotated[int, typer.Option(metavar="N", min=1, max=366, help="How long, after a day to settle.")] = 14,
    seed: Annotated[int, typer.Option(metavar="N", help="People, sensors and synthetic weather.")] = 1,
    weather: Annotated[
        str,
        typer.Option(metavar="FILE", help="Hourly lines `2026-01-12T00:00Z,-1.5,0`: instant, °C, W/m²."),
    ] = "synthetic",
    mean: Annotated[float, typer.Option(metavar="C", min=-30, max=30, help="Mean of synthetic weather, °C.")] = 2.0,
    as_json: JsonOption = False,
) -> int:
    house, replaced = simulated(_with(load(settings) if settings else parse(example()), law=law, comfort=comfort))
    begin_at, climate = _weather(weather, seed, mean)
    score, steps = live(house, climate, begin_at, days, seed)
    until = datetime.fromtimestamp(begin_at, UTC) + timedelta(days=days + 1)
    if as_json:
        write_json({"house": house.home.name, "law": house.regulator.law, "days": days, "until": until, "score": score})
        return 0
    named = house.regulator.law + (f", {house.regulator.comfort}" if house.regulator.law == "doses" else "")
    out = console()
    if replaced:
        out.print(told(replaced))
    lived = "1 day" if days == 1 else f"{days} days"
    out.print(f"{house.home.name} under {named}: {lived} until {until:%Y-%m-%d}, {steps} messages")
    out.print(_table(score))
    return 0


def live(wiring: Settings, weather: Weather, begin_at: int, days: int, seed: int) -> tuple[Score, int]:
    """The score of `days` after a day to settle, and how many messages the regulator has heard."""
    house = House(house_plan(wiring), weather, begin_at, seed=seed)
    loop = ClosedLoop(house, wiring)
    punctual_from = begin_at + min(LEARNS_DAYS, days) * DAY_S
    card = Scorecard(house, wiring, begin_at + DAY_S, punctual_from)
    loop.run(begin_at + (days + 1) * DAY_S, card.watch)
    return card.score(), loop.steps


def _with(house: Settings, **asked: Any) -> Settings:
    given = {name: value for name, value in asked.items() if value is not None}
    return house.model_copy(update={"regulator": house.regulator.model_copy(update=given)}) if given else house


def _weather(source: str, seed: int, mean: float) -> tuple[int, Weather]:
    if source != "synthetic":
        return read_weather(Path(source))
    begin_at = int(datetime(BEGIN.year, BEGIN.month, BEGIN.day, tzinfo=UTC).timestamp())
    return begin_at, winter(seed, begin_at, mean_temperature=mean)


def _table(score: Score) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_header=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for metric, words, form in MEASURES:
        table.add_row(format(getattr(score, metric), form).strip(), words)
    return table
