"""What the computer is told once the house's files are written: broker, database, services."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from house import services
from house.errors import DeviceError
from house.settings import Settings

UNITS = Path("/etc/systemd/system/haard.target.wants")
STEP_S = 120


@dataclass(frozen=True, slots=True)
class Step:
    """A command, what it is for, and what it reads; `may_fail` where the house heats without it, `hint` if not."""

    about: str
    command: Sequence[str]
    standard_input: str = ""
    may_fail: bool = False
    hint: str = ""


def has_systemd() -> bool:
    return Path("/run/systemd/system").is_dir()


def analysts_role(settings: Settings, *, is_container: bool) -> str | None:
    """The role that only reads, where we make the database's roles; None where somebody else does."""
    url = urlsplit(settings.database.url)
    if not url.scheme.startswith("postgresql") or not (is_container or url.hostname in _THIS_COMPUTER):
        return None
    return f"{url.username or 'haard'}_analyst"


def database_steps(settings: Settings, password: str, analysts_password: str) -> list[Step]:
    """Make the roles and the database where Postgres runs on this computer; to do it again does no harm."""
    url = urlsplit(settings.database.url)
    if not url.scheme.startswith("postgresql") or url.hostname not in _THIS_COMPUTER:
        return []
    role, name = _identifier(url.username or "haard"), _identifier(url.path.lstrip("/") or "haard")
    ask = ["runuser", "-u", "postgres", "--", "psql", "-v", "ON_ERROR_STOP=1", "-q"]
    sql = _ROLE.format(role=role, password=_literal(password))
    sql += _ROLE.format(role=f"{role}_analyst", password=_literal(analysts_password))
    about, sql = f"database {name} and its roles {role}, {role}_analyst", sql + _SQL.format(role=role, name=name)
    return [
        Step(about, ask, sql, hint="; does Postgres run here? `sudo apt install postgresql`, then `haard init` again")
    ]


_THIS_COMPUTER = (None, "localhost", "127.0.0.1", "::1")
_ROLE = """\
SELECT 'CREATE ROLE ' || {role!r} WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {role!r}) \\gexec
ALTER ROLE "{role}" LOGIN PASSWORD {password};
"""
_SQL = """\
SELECT 'CREATE DATABASE ' || {name!r} || ' OWNER ' || {role!r}
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = {name!r}) \\gexec
"""


def _identifier(text: str) -> str:
    if not text.replace("_", "").isalnum() or not text.isascii() or text != text.lower():
        raise DeviceError(f"{text} should be of a-z, 0-9 and _ for `haard init` to make it", temporary=False)
    return text


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def broker_steps() -> list[Step]:
    """Start the broker with the house's files."""
    return [
        Step("systemd reads its units", ["systemctl", "daemon-reload"]),
        Step("broker", ["systemctl", "restart", "mosquitto.service"]),
    ]


def service_steps(settings: Settings, enabled: Sequence[str]) -> list[Step]:
    """Start broker and services, and end those that this house no longer has."""
    wanted = [unit(name) for name in services.services(settings)]
    old = [one for one in enabled if one not in wanted]
    steps = broker_steps()
    if old:
        steps.append(Step(f"ends {', '.join(old)}", ["systemctl", "disable", "--now", *old]))
    return [
        *steps,
        Step("services, now and at each boot", ["systemctl", "enable", "haard.target", *wanted]),
        Step("a backup each night", ["systemctl", "enable", "--now", "haard-backup.timer"], may_fail=True),
        Step("a look at the record each night", ["systemctl", "enable", "--now", "haard-replay.timer"], may_fail=True),
        Step("starts them", ["systemctl", "restart", "haard.target", *wanted]),
    ]


def unit(service: str) -> str:
    return f"haard@{service}.service"


def enabled_units(folder: Path = UNITS) -> list[str]:
    """The units of services that start with the house as it was."""
    return sorted(path.name for path in folder.glob("haard@*.service"))


def run(step: Step) -> None:
    """Carry it out; raises DeviceError with what the program said."""
    if shutil.which(step.command[0]) is None:
        raise DeviceError(f"{step.about}: {step.command[0]} is missing on this computer", temporary=False)
    done = subprocess.run(
        step.command, input=step.standard_input, capture_output=True, text=True, check=False, timeout=STEP_S, cwd="/"
    )
    if done.returncode and not step.may_fail:
        said = " ".join(line.strip() for line in (done.stderr or done.stdout).strip().splitlines()[-2:])
        raise DeviceError(f"{step.about}: {said or f'exit status {done.returncode}'}{step.hint}", temporary=False)


def carry_out(steps: Sequence[Step], tell: Callable[[str], None], do: Callable[[Step], None] = run) -> None:
    """Each step in turn, told before it is done."""
    for step in steps:
        tell(step.about)
        do(step)
