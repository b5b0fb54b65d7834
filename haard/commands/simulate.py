"""Live through a stretch of winter in a simulated house at full speed, and score how well it was kept.

examples:
  haard simulate
  haard simulate --law hysteresis --days 14 --seed 1
  haard simulate --settings house.yaml --comfort quiet --weather winter.csv
"""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

from rich import box
from rich.console import Console
from rich.table import Table

from bridges.simulated.protocol import house_plan
from haard.settings_file import example
from haard.simulation.closed_loop import ClosedLoop
from haard.simulation.scorecard import Score, Scorecard
from haard.simulation.weather_file import read_weather
from house.settings import Regulator, Settings, load, parse
from simulation.house import House
from simulation.weather import Weather, winter

BEGIN = date(2026, 1, 12)
DAY_S = 86_400
LEARNS_DAYS = 7
LAWS = get_args(Regulator.model_fields["law"].annotation)
COMFORTS = get_args(Regulator.model_fields["comfort"].annotation)

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


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--settings", type=Path, metavar="FILE", help="the house (default: the example house)")
    parser.add_argument("--law", choices=LAWS, help="the control law instead of the settings'")
    parser.add_argument("--comfort", choices=COMFORTS, help="the slider instead of the settings'")
    parser.add_argument("--days", type=_days, default=14, metavar="N", help="how long (default: 14, and one before)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="people, sensors and synthetic weather")
    parser.add_argument(
        "--weather",
        default="synthetic",
        metavar="FILE|synthetic",
        help="hourly lines `2026-01-12T00:00Z,-1.5,0`: instant, °C, W/m² (default: synthetic)",
    )
    parser.add_argument("--mean", type=float, default=2.0, metavar="C", help="mean of synthetic weather (default: 2)")


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 366:
        raise ArgumentTypeError(f"{text!r} should be 1 to 366")
    return int(text)


def run(options: Namespace, out: Console) -> int:
    wiring = _with(load(options.settings) if options.settings else parse(example()), options)
    begin_at, weather = _weather(options)
    score, steps = live(wiring, weather, begin_at, options.days, options.seed)
    until = datetime.fromtimestamp(begin_at, UTC) + timedelta(days=options.days + 1)
    law = wiring.regulator.law + (f", {wiring.regulator.comfort}" if wiring.regulator.law == "doses" else "")
    out.print(f"{wiring.home.name} under {law}: {options.days} days until {until:%Y-%m-%d}, {steps} messages")
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


def _with(wiring: Settings, options: Namespace) -> Settings:
    asked = {name: getattr(options, name) for name in ("law", "comfort") if getattr(options, name) is not None}
    return wiring.model_copy(update={"regulator": wiring.regulator.model_copy(update=asked)}) if asked else wiring


def _weather(options: Namespace) -> tuple[int, Weather]:
    if options.weather != "synthetic":
        return read_weather(Path(options.weather))
    begin_at = int(datetime(BEGIN.year, BEGIN.month, BEGIN.day, tzinfo=UTC).timestamp())
    return begin_at, winter(options.seed, begin_at, mean_temperature=options.mean)


def _table(score: Score) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_header=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for metric, words, form in MEASURES:
        table.add_row(format(getattr(score, metric), form).strip(), words)
    return table
