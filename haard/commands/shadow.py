"""A second regulator beside the real one, with other numbers: it listens, decides, and says what it would do below
`home/shadow/NAME/`, where no device hears it.

The house answers the real regulator, so a shadow shows where the two part. What it said is recorded as everything is.

examples:
  haard shadow run calm --set regulator.comfort=quiet
  haard shadow show calm
  haard shadow end calm
"""

import threading
import time
from pathlib import Path
from typing import Annotated, cast

import typer

from haard import settings_file
from haard.options import JsonOption, SettingsOption
from haard.output import console, write_json
from haard.replay.changes import change, differing
from haard.replay.shadow import SERVICE, ShadowLink, beside, filters, words_below
from house import topics
from house.errors import DeviceError, SettingsError
from house.mqtt import Link
from house.settings import Settings, load
from house.stopping import stop_on_signals
from regulator.service import Service

PATIENCE_S, QUIET_S = 10.0, 1.0

app = typer.Typer()
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="What the shadow is called: a-z, 0-9 and _.")]


@app.command("run")
def run(
    name: NameArgument,
    other: Annotated[Path | None, typer.Option("--as", metavar="FILE", help="Decide as with this house.yaml.")] = None,
    law: Annotated[str | None, typer.Option(help="Decide by another law.")] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Decide with another setting; may be repeated."),
    ] = None,
    settings: SettingsOption = None,
) -> int:
    """Listen and decide until Ctrl-C.

    examples:
      haard shadow run calm --set regulator.comfort=quiet
    """
    house = _checked(name, settings)
    wiring = change(load(other) if other is not None else None, law, assignments or ())(house)
    for line in differing(house, wiring):
        console().print(f"with {line}")
    with stop_on_signals() as stop, Link(house.mqtt, SERVICE, filters(name), stop=stop, announce=False) as link:
        service = Service(wiring, cast("Link", ShadowLink(link, name)))
        while not stop.is_set():
            service.turn()
    return 0


@app.command("show")
def show(name: NameArgument, settings: SettingsOption = None, as_json: JsonOption = False) -> int:
    """What it would tell each device, beside what the device is told.

    examples:
      haard shadow show calm
    """
    house = _checked(name, settings)
    kept = _kept(house, name)
    if not words_below(name, kept):
        raise DeviceError(
            f"no shadow {name} has said anything here; `haard shadow run {name}` starts it", temporary=False
        )
    rows = list(beside(name, kept, house))
    if as_json:
        write_json([dict(zip(("device", "told", "shadow", "same"), row, strict=True)) for row in rows])
        return 0
    for device, told, shadow, same in rows:
        console().print(f"{device}: {told}" if same else f"{device}\n  is    {told}\n  would {shadow}")
    console().print(f"{sum(not row[3] for row in rows)} of {len(rows)} would be told something else")
    return 0


@app.command("end")
def end(name: NameArgument, settings: SettingsOption = None) -> int:
    """Take back all that it has said.

    examples:
      haard shadow end calm
    """
    house = _checked(name, settings)
    said = words_below(name, _kept(house, name))
    with Link(house.mqtt, SERVICE, stop=threading.Event(), announce=False) as link:
        link.flush(PATIENCE_S)
        for path in said:
            link.publish_foreign(link.root.full(f"{topics.shadow(name)}/{path}"), b"", retain=True)
        link.flush(PATIENCE_S)
    console().print(f"{len(said)} messages of {name} taken back")
    return 0


def _checked(name: str, settings: Path | None) -> Settings:
    if not topics.is_id(name):
        raise SettingsError(f"a shadow's name should be a-z, 0-9 and _, not {name}")
    return settings_file.of_running_house(settings)


def _kept(house: Settings, name: str) -> dict[str, bytes]:
    """What the broker keeps of the commands and of the shadow; what comes within a quiet second."""
    wanted = [topics.VALVE_SET.filter(), topics.BOILER_SET.filter(), f"{topics.shadow(name)}/#"]
    kept: dict[str, bytes] = {}
    with Link(house.mqtt, SERVICE, wanted, stop=threading.Event(), announce=False) as link:
        link.flush(PATIENCE_S)
        deadline = time.monotonic() + QUIET_S
        while time.monotonic() < deadline:
            for one in link.receive(0.1):
                kept[one.path] = one.payload
                deadline = time.monotonic() + QUIET_S
    return {path: payload for path, payload in kept.items() if payload}
