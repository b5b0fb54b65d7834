"""Show how much gas each room took, by day or by month, and what it cost.

An estimate: the meter's gas is shared out by the heat that each room's radiators took; the sums are exact. Today is not
shown until it is over; home/room/<room>/gas has it.

examples:
  haard gas                 the last 31 days
  haard gas --by month      everything that was recorded
"""

from contextlib import closing
from typing import Annotated, Literal

import typer
from rich.measure import Measurement

from haard import gas_table, settings_file
from haard.options import JsonOption, SettingsOption
from haard.output import console, write_json
from house import topics
from house.errors import DeviceError
from house.messages import Day
from house.settings import Settings
from recorder.open import open_database
from recorder.reader import RecordReader

DAYS_SHOWN = 31


def command(
    by: Annotated[Literal["day", "month"], typer.Option(help="A row for each of these.")] = "day",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    house, out = settings_file.of_running_house(settings), console()
    days = recorded_days(house)
    if as_json:
        write_json(days)
        return 0
    if not days:
        raise DeviceError(
            "no day has been analysed yet\n"
            "hint: `python -m recorder analyse` runs beside the recorder; it tells of a day when it is over",
            temporary=True,
        )
    shown = days[-DAYS_SHOWN:] if by == "day" else days
    out.print(f"{settings_file.heading(settings, house)}, gas in m³")
    periods = gas_table.by_period(shown, house, by)
    needed = Measurement.get(out, out.options.update(width=1000), periods).minimum
    out.print(periods, width=max(out.width, needed), crop=False)  # rather too wide than without its last columns
    out.print(gas_table.by_room(shown, house))
    return 0


def recorded_days(house: Settings) -> list[Day]:
    """What was said last of each day, in order; raises DeviceError where nothing was recorded at all."""
    with closing(open_database(house.database.url)) as database:
        if not database.is_current():
            raise DeviceError(
                f"{database.driver.name} holds nothing that was recorded\nhint: start the recorder", temporary=True
            )
        reader = RecordReader(database, topics.Root(house.mqtt.root))
        said = [record.message for _, record in reader.records((topics.DAY,))]
    newest = {day.day: day for day in said if isinstance(day, Day)}
    return [newest[day] for day in sorted(newest)]
