"""Choose where the house stands between warm on the minute and a boiler that rests.

From warm to sparing: comfort, balanced, quiet, saver. It holds until another is wished; auto is as house.yaml says
under regulator.

examples:
  haard comfort quiet
  haard comfort auto
  haard comfort
"""

from typing import Annotated, Literal

import typer

from haard import settings_file
from haard.client import conversation
from haard.options import JsonOption, SettingsOption
from haard.output import console, write_json
from house import topics
from house.messages import ComfortWish
from house.settings import Settings
from regulator.setpoint import house_settings


def command(
    value: Annotated[
        Literal["comfort", "balanced", "quiet", "saver", "auto"] | None,
        typer.Argument(
            metavar="[COMFORT]",
            help="comfort, balanced, quiet, saver or auto; without it, what holds.",
            show_default=False,
        ),
    ] = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    house = settings_file.of_running_house(settings)
    with conversation(house) as talk:
        if value is not None:
            wished = None if value == "auto" else value
            talk.ask(
                topics.publication(topics.COMFORT_WISH, message=ComfortWish(value=value)),
                lambda heard: house_settings(heard).comfort == wished,
            )
        holds = house_settings(talk.snapshot).comfort
        if as_json:
            write_json({"comfort": holds or house.regulator.comfort, "wished": holds is not None})
            return 0
        out = console()
        out.print(f"{settings_file.heading(settings, house)}, {talk.time}")
        out.print(_told(holds, house))
    return 0


def _told(wished: str | None, house: Settings) -> str:
    if wished is None:
        return f"comfort: {house.regulator.comfort}, as the settings say"
    return f"comfort: {wished}, as wished; `haard comfort auto` is as the settings say ({house.regulator.comfort})"
