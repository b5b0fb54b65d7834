"""Where the files of an installed house are. Pure."""

from dataclasses import dataclass
from pathlib import Path

from haard.install.broker import Place


@dataclass(frozen=True, slots=True)
class Layout:
    """By default those of the Debian package; a container or a test has its own below one folder."""

    settings: Path = Path("/etc/haard/house.yaml")
    secrets: Path = Path("/etc/haard/secrets")
    state: Path = Path("/var/lib/haard")
    broker: Path = Path("/etc/mosquitto")
    broker_state: Path = Path("/var/lib/mosquitto")
    is_container: bool = False
    """Without systemd and Debian's own mosquitto.conf: the broker's file is the whole of it."""

    @classmethod
    def below(cls, folder: Path) -> "Layout":
        """All in one folder, as a container mounts it."""
        return cls(
            settings=folder / "house.yaml",
            secrets=folder / "secrets",
            state=folder / "state",
            broker=folder / "mosquitto",
            broker_state=folder / "mosquitto-data",
            is_container=True,
        )

    @classmethod
    def of(cls, settings: Path) -> "Layout":
        """That to which these settings belong: the package's, or all beside them."""
        usual = cls()
        return usual if settings == usual.settings else cls.below(settings.parent)

    @property
    def folders(self) -> tuple[Path, ...]:
        """What containers need besides: made by whoever runs them, so that they may write there."""
        if not self.is_container:
            return ()
        beside = self.settings.parent
        return self.state, self.broker_state, beside / "database", beside / "grafana"

    @property
    def broker_configuration(self) -> Path:
        return self.broker / ("mosquitto.conf" if self.is_container else "conf.d/haard.conf")

    @property
    def acl(self) -> Path:
        return self.broker / "haard.acl"

    @property
    def passwords(self) -> Path:
        return self.broker / "haard.passwords"

    @property
    def certificates(self) -> Path:
        return self.broker / "haard-certificates"

    def secret(self, name: str) -> Path:
        return self.secrets / name

    def password_of(self, user: str) -> Path:
        """Where a user's password on the broker is kept."""
        return self.secrets / f"mqtt_{user}"

    def place(self, *, has_certificates: bool) -> Place:
        """The same for the broker's own file; in a container it sees its folders under names of its own."""
        certificates = self.certificates if has_certificates else None
        if self.is_container:
            seen = Path("/mosquitto/config")
            return Place(
                folder=Path("/mosquitto/data"),
                acl=seen / self.acl.name,
                passwords=seen / self.passwords.name,
                certificates=seen / self.certificates.name if has_certificates else None,
                inside="",
                is_drop_in=False,
            )
        return Place(self.broker_state, self.acl, self.passwords, certificates)
