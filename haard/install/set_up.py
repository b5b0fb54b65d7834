"""`haard init` from its request to a running house: settings, files, what would change, the computer, the doctor."""

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.prompt import Confirm, Prompt

from haard.doctor.examination import examine
from haard.install import awaited, computer, files
from haard.install.additions import with_additions, with_section
from haard.install.answers import Answers, Boiler, house_yaml, needs, room
from haard.install.broker import Ports
from haard.install.certificates import Certificates, issue
from haard.install.layout import Layout
from haard.install.questions import Found, ask_all
from haard.settings_file import example
from house import services
from house.errors import DeviceError, SettingsError
from house.settings import Settings, parse

LISTEN_S = 30.0
LOCAL_TIME = Path("/etc/localtime")
SETTLED_S = 20.0
"""How long the services may take at most to come up before the doctor looks."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was given on the command line."""

    name: str | None = None
    place: str | None = None
    timezone: str | None = None
    rooms: tuple[str, ...] = ()
    boiler: Boiler | None = None
    boiler_at: str | None = None
    meter: str | None = None
    database: str | None = None
    notify: str | None = None
    wants_certificates: bool = False
    is_demo: bool = False
    may_ask: bool = False
    is_agreed: bool = False
    wants_doctor: bool = True


def set_up(request: Request, layout: Layout, out: Console) -> int:
    """The exit status: 0 done or nothing to do, 1 not agreed to."""
    text = _house_yaml(request, layout, out)
    if request.notify is not None:
        text = with_section(text, "notify")
    settings = parse(text, str(layout.settings))
    wanted = files.wanted(settings, text, layout, files.read_text, _certificates(request, layout))
    if request.notify is not None:
        wanted = files.with_line(wanted, layout.secret("notify"), request.notify)
    changes = files.changes(wanted, files.read_text)
    if not _agreed(changes, request, out):
        return 1
    for change in changes:
        files.write(change.file)
    for folder in layout.folders:
        folder.mkdir(parents=True, exist_ok=True)
    _start(settings, layout, out)
    _farewell(settings, layout, request, out)
    return 0


# --- settings -------------------------------------------------------------------------------------------------------


def _house_yaml(request: Request, layout: Layout, out: Console) -> str:
    """The text of house.yaml: the one that is there, with what was added, or a new one."""
    rooms = [room(text) for text in request.rooms]
    there = files.read_text(layout.settings)
    if there is not None:
        return with_additions(there, rooms)
    if request.is_demo:
        return _demo(request, layout)
    answers = _answers(request, layout)
    if request.may_ask:
        answers = ask_all(answers, lambda question, usual: Prompt.ask(question, default=usual), lambda: _hear(out))
    for name in needs(answers.rooms):
        out.print(f"{name}: no valve is known yet; its place in house.yaml is marked", soft_wrap=True)
    return house_yaml(answers)


def _demo(request: Request, layout: Layout) -> str:
    """The example house, with this installation's broker and database."""
    return (
        example()
        .replace("port: 1883", "port: 1884")
        .replace("host: localhost", f"host: {_broker_host(layout)}")
        .replace("url: sqlite:///haard.db", f"url: {_database(request, layout)}")
    )


def _answers(request: Request, layout: Layout) -> Answers:
    answers = Answers(
        timezone=request.timezone or _zone_here(),
        rooms=tuple(room(text) for text in request.rooms),
        boiler_at=request.boiler_at,
        meter=request.meter,
        database=_database(request, layout),
        broker=_broker_host(layout),
    )
    if request.name is not None:
        answers = replace(answers, name=request.name)
    if request.boiler is not None:
        answers = replace(answers, boiler=request.boiler)
    return answers.at(request.place) if request.place is not None else answers


def _broker_host(layout: Layout) -> str:
    return "broker" if layout.is_container else "127.0.0.1"


def _database(request: Request, layout: Layout) -> str:
    return request.database or f"sqlite:///{layout.state}/haard.db"


def _zone_here(link: Path = LOCAL_TIME) -> str:
    """This computer's time zone, where /etc/localtime names one that people live in."""
    name = str(link.resolve()).partition("/zoneinfo/")[2]
    return name if "/" in name and not name.startswith("Etc/") else "Europe/Amsterdam"


def _hear(out: Console) -> Sequence[Found]:
    """What Bluetooth hears; nothing where there is no radio."""
    try:
        from bridges.bluetooth.discovery import listen

        out.print(f"listening to Bluetooth for {LISTEN_S:g} s ...")
        return listen(LISTEN_S)
    except (ImportError, DeviceError, OSError) as error:
        out.print(f"no Bluetooth here ({error}): put addresses into house.yaml yourself", soft_wrap=True)
        return ()


def _certificates(request: Request, layout: Layout) -> Certificates | None:
    """Those that there are, since nodes and devices know them; else new ones if they are wished for."""
    there = files.certificates_there(layout)
    if there is not None or not request.wants_certificates:
        return there
    host = socket.gethostname()
    return issue([host, f"{host}.local", "localhost", "127.0.0.1"], datetime.now(UTC))


# --- doing it -------------------------------------------------------------------------------------------------------


def _agreed(changes: Sequence[files.Change], request: Request, out: Console) -> bool:
    """Show what would change; whether it is to be done."""
    if not changes:
        out.print("all files are as they should be")
        return True
    for change in changes:
        out.print(change.told(), soft_wrap=True)
    if request.is_agreed:
        return True
    if not request.may_ask:
        raise SettingsError("nobody to ask here: say --yes to have it done")
    return Confirm.ask("Do this?", default=True)


def _start(settings: Settings, layout: Layout, out: Console) -> None:
    if layout.is_container:
        return
    steps = computer.database_steps(settings, *files.database_passwords(layout))
    if computer.has_systemd():
        steps += computer.service_steps(settings, computer.enabled_units())
    else:
        out.print("systemd does not run here: start the broker and the services yourself", soft_wrap=True)
    computer.carry_out(steps, lambda about: out.print(f"- {about}", soft_wrap=True))


def _farewell(settings: Settings, layout: Layout, request: Request, out: Console) -> None:
    out.print(f"{settings.home.name} is set up; its settings: {layout.settings}", soft_wrap=True)
    if layout.is_container:
        return
    if settings.mqtt.port == Ports().devices:
        own = f"haard's own is {Ports().house}"
        out.print(f"note: mqtt.port {settings.mqtt.port} is the devices' port, where a user has one place; {own}")
    out.print(f"passwords for devices and the page: sudo cat {layout.password_of('web')}", soft_wrap=True)
    if request.wants_doctor and computer.has_systemd():
        _examine(settings, layout, out)


def _examine(settings: Settings, layout: Layout, out: Console) -> None:
    """The doctor, once the services had time to come up, with the rights of a person."""
    os.environ["HAARD_MQTT_USER"] = "person"
    os.environ["HAARD_MQTT_PASSWORD_FILE"] = str(layout.password_of("person"))
    os.environ["HAARD_DATABASE_PASSWORD_FILE"] = str(layout.secret("database"))
    awaited.missing(settings, services.services(settings), SETTLED_S)  # whom the doctor then names
    examine(layout.settings, out, asks_valves=False).end()
