"""The house, its broker, its database and its meter."""

import difflib
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from house.settings.faults import fault_at
from house.settings.section import Address, Seconds, Section, WebUrl, shaped


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        near = difflib.get_close_matches(name, available_timezones(), n=1)
        raise ValueError(f"should be a time zone such as {near[0] if near else 'Europe/Amsterdam'}") from error
    return name


def _without_password(url: str) -> str:
    try:
        parts = urlsplit(url)
        password = parts.password or "password" in {name.lower() for name, _ in parse_qsl(parts.query)}
    except ValueError as error:
        raise fault_at((), f"is not a URL: {error}") from error
    if password:
        secret = "HAARD_DATABASE_PASSWORD or HAARD_DATABASE_PASSWORD_FILE"
        raise fault_at((), f"should hold no password; give it in {secret}")
    return url


def _known_database(url: str) -> str:
    scheme, _, rest = url.partition(":")
    kind = scheme.partition("+")[0]
    is_file = kind == "sqlite" and rest.startswith("///") and len(rest) > len("///")
    if is_file or (kind == "postgresql" and rest.startswith("//")):
        return url
    near = f"postgresql:{rest}" if kind == "postgres" else "sqlite:///path/to/file.db"
    right = f"did you mean {near}?" if kind in ("postgres", "sqlite") else ""
    raise fault_at((), f"should be postgresql://user@host/database or sqlite:///path/to/file.db; {right}".rstrip("; "))


def _day(value: Any) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValueError("should be a day such as 2026-01-31") from error


def _times(text: str) -> str:
    """`22:30-07:00`, also of `22:30 - 7:00`."""
    found = re.fullmatch(r"\s*([01]?\d|2[0-3]):([0-5]\d)\s*[-\u2013]\s*([01]?\d|2[0-3]):([0-5]\d)\s*", text, re.ASCII)
    begin, end = (
        ((f"{int(hours):02}:{minutes}") for hours, minutes in (found.groups()[:2], found.groups()[2:]))
        if found
        else ("", "")
    )
    if begin == end:
        raise ValueError("should be two times such as 22:30-07:00")
    return f"{begin}-{end}"


FirstDay = Annotated[date, BeforeValidator(_day)]

TopicFilter = Annotated[
    str, shaped(r"([^+#/]+|\+)(/([^+#/]+|\+))*(/#)?", "a topic filter such as tick or room/+/memory")
]


class Home(Section):
    """Which house, and where: the time zone rules the schedules, the place (degrees) the sun; `page` is the URL of
    haard's page, for links to it.
    """

    name: str = "Our house"
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Amsterdam"
    latitude: Annotated[float, Field(ge=-90, le=90)] = 52.1
    longitude: Annotated[float, Field(ge=-180, le=180)] = 5.1
    page: WebUrl | None = None


class Mqtt(Section):
    """The broker; user and password come from HAARD_MQTT_USER and HAARD_MQTT_PASSWORD (or ..._FILE)."""

    host: str = "localhost"
    port: Annotated[int, Field(ge=1, le=65_535)] = 1883
    root: Annotated[str, shaped(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*", "a topic such as home or sites/12/home")] = "home"
    tls: bool = False
    ca_file: Path | None = None


class Database(Section):
    """Where the recorder writes; the password comes from HAARD_DATABASE_PASSWORD (or ..._FILE)."""

    url: Annotated[str, AfterValidator(_without_password), AfterValidator(_known_database)] = "sqlite:///haard.db"


class Retention(Section):
    """How many days messages are kept, and those of topics that are kept for another time; of filters under the root,
    such as `tick` or `room/+/memory`, the first that fits counts. Hours and what a day came to are kept for ever.
    """

    days: Annotated[float, Field(ge=35, le=36_500)] = 730  # the analyst looks back a month
    topics: Mapping[TopicFilter, Annotated[float, Field(ge=1, le=36_500)]] = {}


class Recorder(Section):
    """How the recorder writes: it gathers messages for `linger_s` before a commit; 0 commits what is there at once."""

    linger_s: Annotated[float, Field(ge=0, le=10)] = 0.25
    retention: Retention = Retention()


class Meter(Section):
    """The smart meter's P1 port: `serial:///dev/ttyUSB0` or `tcp://host:port`; publishes at most every `interval_s`."""

    driver: Literal["simulated", "dsmr"] = "simulated"
    url: (
        Annotated[str, shaped(r"serial:///.+|tcp://[^/:]+:[0-9]+", "serial:///dev/ttyUSB0 or tcp://host:port")] | None
    ) = None
    interval_s: Seconds = 10


class HomeAssistant(Section):
    """Whether the house is announced to Home Assistant, and below which prefix.

    `devices`: thermometers, contacts and valves that Home Assistant's own automations bring, by their id in a room.
    """

    discovery: bool = False
    prefix: Annotated[str, shaped(r"[A-Za-z0-9_-]+", "a topic of one level such as homeassistant")] = "homeassistant"
    devices: tuple[Address, ...] = ()


class Notify(Section):
    """To tell people of what they should see to: when not to (`quiet`, on the house's clock), when a room is too cold
    (`cold_k` below its setpoint for `cold_min`), and after how long a problem that goes on is told again. To whom is
    a secret: addresses, one a line, in the file that HAARD_NOTIFY_FILE names.
    """

    quiet: Annotated[str, AfterValidator(_times)] | None = None
    cold_k: Annotated[float, Field(ge=0.5, le=10)] = 1.5
    cold_min: Annotated[float, Field(ge=15, le=1440)] = 120
    again_h: Annotated[float, Field(ge=1, le=720)] = 24


class Pipes(Section):
    """The rooms through which pipes run, each with its share of the heat that pipes lose; the rest warms no room."""

    rooms: Mapping[str, Annotated[float, Field(gt=0, le=1)]] = {}

    @model_validator(mode="after")
    def _no_more_than_all(self) -> Self:
        if sum(self.rooms.values()) > 1 + 1e-9:
            raise fault_at(("rooms",), "the shares should sum to 1 at most")
        return self


class Gas(Section):
    """How gas is shared out and what it costs: the part of the heating gas that warms pipes, the rooms through which
    they run, and the price of a m³ by the day from which it holds, in this currency (ISO 4217).
    """

    pipes_fraction: Annotated[float, Field(ge=0, lt=1)] | None = None
    """Where it is not given: 0, or 0.08 where `pipes` names rooms."""
    pipes: Pipes = Pipes()
    tariffs: Mapping[FirstDay, Annotated[float, Field(ge=0, le=100)]] = {}
    currency: Annotated[str, shaped(r"[A-Z]{3}", "a currency such as EUR, GBP or CHF")] = "EUR"
