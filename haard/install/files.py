"""What an installed house has on disk besides its data: derived from the settings, and compared with what is there.

Nothing that a person wrote is overwritten: passwords that exist stay, lines of their own in the acl too. All else is
derived anew each time, so that a change of house.yaml needs no second place.
"""

import difflib
import grp
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from haard.install import passwords
from haard.install.acl import acl, own_lines
from haard.install.broker import configuration
from haard.install.certificates import Certificates
from haard.install.computer import analysts_role
from haard.install.layout import Layout
from haard.install.rights import rights
from house.settings import Settings

EMPTY_SECRETS = {
    "bindkeys": "# One thermometer a line that encrypts: A4:C1:38:00:00:01 <its bindkey, 32 hexadecimal digits>\n",
    "valve_pins": "# One valve a line that demands a PIN: 00:1A:22:00:00:01 <its PIN>\n",
    "easy": "# Of your Nefit Easy, for its server in a container:\n"
    "NEFIT_SERIAL_NUMBER=\nNEFIT_ACCESS_KEY=\nNEFIT_PASSWORD=\n",
    "notify": "# One address a line for alerts, such as ntfy://ntfy.example/our-house or mailto://user:word@host\n",
}
"""Files of secrets that only a person can fill."""

GENERATED = ("database", "grafana", "grafana_admin")
"""Passwords that are none of the broker's: of the database's owner and reader, and of Grafana's page."""

ANALYST, ANALYST_USER = "database_analyst", "database_analyst_user"
"""The password and the name of the analyst's own role."""

FOR_PEOPLE = ("mqtt_person", "database")

Read = Callable[[Path], str | None]
"""The text of a file; None where there is none."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it should be."""

    path: Path
    text: str
    mode: int = 0o644
    group: str = "root"
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is not yet as it should be."""

    file: File
    before: str | None

    def told(self) -> str:
        """What would change, in words that tell no secret."""
        if self.file.is_secret:
            return f"{'new' if self.before is None else 'changed'}: {self.file.path} (secret)"
        if self.before is None:
            return f"new: {self.file.path}"
        name = str(self.file.path)
        before, after = self.before.splitlines(), self.file.text.splitlines()
        return "\n".join(
            difflib.unified_diff(before, after, f"{name} as it is", f"{name} as it will be", "", "", 1, "")
        )


def wanted(
    settings: Settings, house_yaml: str, layout: Layout, read: Read, certificates: Certificates | None
) -> list[File]:
    """Every file of this house."""
    users = rights(settings)
    words = {user: _kept(read, layout.password_of(user)) or passwords.password() for user in users}
    place = layout.place(has_certificates=certificates is not None)
    return [
        File(layout.settings, house_yaml),
        *_secrets(words, layout, read),
        *_passwords(settings, layout, read),
        File(layout.broker_configuration, configuration(settings, place)),
        File(layout.acl, acl(users, own_lines(read(layout.acl) or "")), 0o640, "mosquitto"),
        File(
            layout.passwords,
            passwords.password_file(words, read(layout.passwords) or ""),
            0o640,
            "mosquitto",
            is_secret=True,
        ),
        *(_certificates(certificates, layout) if certificates else ()),
    ]


def _secrets(words: dict[str, str], layout: Layout, read: Read) -> Iterator[File]:
    for user, word in words.items():
        yield secret(layout.password_of(user), word + "\n")
    for name, text in EMPTY_SECRETS.items():
        yield secret(layout.secret(name), read(layout.secret(name)) or text)


def _passwords(settings: Settings, layout: Layout, read: Read) -> Iterator[File]:
    """The analyst has a role of its own where the database is this house's; elsewhere it is who the recorder is."""
    words = {name: _kept(read, layout.secret(name)) or passwords.password() for name in GENERATED}
    owners, kept = words["database"], _kept(read, layout.secret(ANALYST))
    role = analysts_role(settings, is_container=layout.is_container)
    own = kept if kept is not None and kept != owners else passwords.password()
    words |= {ANALYST: owners if role is None else own, ANALYST_USER: role or ""}
    for name, word in words.items():
        yield secret(layout.secret(name), f"{word}\n")


def secret(path: Path, text: str) -> File:
    """What commands of people need may be read by the group haard, the rest by nobody."""
    for_people = path.name in FOR_PEOPLE
    return File(path, text, 0o640 if for_people else 0o600, "haard" if for_people else "root", is_secret=True)


def _certificates(made: Certificates, layout: Layout) -> Iterator[File]:
    yield File(layout.certificates / "ca.crt", made.authority)
    yield File(layout.certificates / "broker.crt", made.certificate)
    yield File(layout.certificates / "broker.key", made.key, 0o640, "mosquitto", is_secret=True)
    yield secret(layout.secret("ca.key"), made.authority_key)


def _kept(read: Read, path: Path) -> str | None:
    return (read(path) or "").strip() or None


def with_line(files: Iterable[File], path: Path, line: str) -> list[File]:
    """The files, one of them with a line more unless it stands there already."""
    return [
        replace(file, text=f"{file.text}{line}\n") if file.path == path and line not in file.text.splitlines() else file
        for file in files
    ]


def changes(files: Iterable[File], read: Read) -> list[Change]:
    """Which files are missing or not as they should be."""
    return [Change(file, before) for file in files if (before := read(file.path)) != file.text]


# --- on disk --------------------------------------------------------------------------------------------------------


def database_passwords(layout: Layout) -> tuple[str, str]:
    """Those of the owner and of the analyst."""
    owners, analysts = ((read_text(layout.secret(name)) or "").strip() for name in ("database", ANALYST))
    return owners, analysts


def read_text(path: Path) -> str | None:
    """The text of a file; None where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def write(file: File) -> None:
    """Write it in one piece, with its rights from the start; the folders above are made as needed."""
    file.path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.path.parent, delete=False, encoding="utf-8") as new:
        new.write(file.text)
        os.fchmod(new.fileno(), file.mode)
        _give(new.fileno(), file.group)
        new.flush()
        os.fsync(new.fileno())
    Path(new.name).replace(file.path)


def _give(descriptor: int, group: str) -> None:
    """Let a group read it, where this user may and the computer knows the group."""
    if os.geteuid() == 0 and group in {one.gr_name for one in grp.getgrall()}:
        os.fchown(descriptor, -1, grp.getgrnam(group).gr_gid)


def certificates_there(layout: Layout) -> Certificates | None:
    """Those that were made before, if they are all there."""
    places = [layout.certificates / name for name in ("ca.crt", "broker.crt", "broker.key")]
    authority, certificate, key = (read_text(path) for path in places)
    authority_key = read_text(layout.secret("ca.key"))
    if authority is None or certificate is None or key is None or authority_key is None:
        return None
    return Certificates(authority, authority_key, certificate, key)
