"""The derived acl and configuration as a real Mosquitto reads them: every user tries to say and hear every topic."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import product
from pathlib import Path

import pytest

from devtools.servers import Server, free_port, program
from haard.install.acl import acl
from haard.install.broker import Place, Ports, configuration
from haard.install.passwords import password_file
from haard.install.rights import may, rights
from haard.settings_file import example
from house.settings import Settings, parse
from tests.haard.install.houses import BOILERS, real
from tests.haard.install.test_rights import own_topics
from tests.haard.install.visitor import PATIENCE_S, Visitor

pytestmark = pytest.mark.system

DEBIAN = """\
pid_file {folder}/mosquitto.pid
persistence true
persistence_location {folder}/
log_dest file {folder}/mosquitto.log
include_dir {folder}/conf.d
"""
HOUSES = {"example": parse(example()), **{name: real(name) for name in BOILERS}}


class Broker(Server):
    """Mosquitto with a house's files, below Debian's own mosquitto.conf."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.users = rights(settings)
        self.ports = Ports(*(free_port() for _ in range(4)))
        place = Place(folder, folder / "acl", folder / "passwords", ports=self.ports)
        (folder / "conf.d").mkdir()
        text = configuration(settings, place)
        (folder / "conf.d" / "haard.conf").write_text(text)
        as_root = "user root\n" if os.geteuid() == 0 else ""
        (folder / "mosquitto.conf").write_text(DEBIAN.format(folder=folder) + as_root)
        (folder / "acl").write_text(acl(self.users))
        (folder / "passwords").write_text(password_file(dict.fromkeys(self.users, "secret")))
        arguments = [program("mosquitto"), "-c", str(folder / "mosquitto.conf")]
        listeners = [int(one) for one in re.findall(r"^listener (\d+)", text, re.MULTILINE)]
        super().__init__(folder, arguments, self.ports.house, also=listeners)

    def memory_kb(self) -> int:
        """The most that the process has ever used."""
        status = Path(f"/proc/{(self.folder / 'mosquitto.pid').read_text().strip()}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0])

    def wait_for_autosave(self, topic: str) -> None:
        """Until its file holds what is retained on this topic."""
        file, deadline = self.folder / "mosquitto.db", time.monotonic() + PATIENCE_S
        while not (file.exists() and topic.encode() in file.read_bytes()):
            assert time.monotonic() < deadline, "the broker does not write it"
            time.sleep(0.1)

    def visitor(self, user: str, port: int | None = None, **options: str) -> Visitor:
        return Visitor(port or self.ports.house, user, **options)


@pytest.fixture(params=HOUSES, scope="module")
def settings(request: pytest.FixtureRequest) -> Settings:
    return HOUSES[request.param]


@pytest.fixture
def broker(settings: Settings, tmp_path: Path) -> Iterator[Broker]:
    with Broker(tmp_path, settings) as running:
        yield running


def every_topic(broker: Broker, settings: Settings) -> set[str]:
    """The house's own topics, all that stands in the acl with its wildcards filled in, and what stands in no line."""
    own = {f"home/{path}" for _, path in own_topics(settings)}
    in_acl = {grant.filter for user in broker.users.values() for grant in user.grants}
    foreign = {"nobody/said/this", "ems-esp/status", "x/rpc", "x/status/switch:0", "shellies/x/relay/0/command"}
    return own | foreign | {re.sub(r"(^|/)#$", r"\1x", one).replace("+", "x") for one in in_acl}


def test_every_user_says_and_hears_just_what_the_rights_give_it(broker: Broker, settings: Settings) -> None:
    users, everything = broker.users, sorted(every_topic(broker, settings))
    with ExitStack() as stack:
        visitors = {name: stack.enter_context(closing(broker.visitor(name))) for name in users}
        for visitor in visitors.values():
            visitor.listen("#")
        said = {
            (name, topic): visitors[name].may_say(topic, name.encode()) for name, topic in product(users, everything)
        }
        heard = {name: visitor.all_heard() for name, visitor in visitors.items()}
    assert said == {(name, topic): may(users[name].grants, "write", topic) for name, topic in said}
    on_air = {topic for (_, topic), was_said in said.items() if was_said}
    for name, topics in heard.items():
        assert topics == {topic for topic in on_air if may(users[name].grants, "read", topic)}, name


@pytest.fixture
def plain_house(tmp_path: Path) -> Iterator[Broker]:
    with Broker(tmp_path, HOUSES["relay"]) as running:
        yield running


def test_a_device_has_its_users_name_whatever_it_calls_itself(plain_house: Broker) -> None:
    recorder = plain_house.visitor("recorder", client_id="haard-home-recorder")
    thief = plain_house.visitor("shelly", plain_house.ports.devices, client_id="haard-home-recorder")
    with closing(recorder), closing(thief):
        assert recorder.may_say("home/service/recorder/availability")
        assert thief.may_say("shellyplus1-a8032abe54dc/online")


def test_of_two_devices_with_one_user_the_later_stays(plain_house: Broker) -> None:
    first = plain_house.visitor("shelly", plain_house.ports.devices, client_id="a")
    second = plain_house.visitor("shelly", plain_house.ports.devices, client_id="b")
    with closing(first), closing(second), pytest.raises(ConnectionError):
        first.may_say("shellyplus1-a8032abe54dc/online")


def test_nobody_gets_in_without_a_password(plain_house: Broker) -> None:
    for port in (plain_house.ports.house, plain_house.ports.devices):
        with pytest.raises(PermissionError):
            plain_house.visitor("recorder", port, password="guessed")
        with pytest.raises(PermissionError):
            plain_house.visitor("", port)


def test_a_message_of_60_mb_is_kept_out_and_costs_no_memory(plain_house: Broker) -> None:
    before = plain_house.memory_kb()
    with closing(plain_house.visitor("shelly")) as flood, pytest.raises(ConnectionError):
        flood.say_much("shellyplus1-a8032abe54dc/online", 60_000_000)
    assert plain_house.memory_kb() - before < 10_000
    with closing(plain_house.visitor("recorder")) as other:
        assert other.may_say("home/service/recorder/availability")


def test_what_is_retained_outlives_a_crash_after_the_autosave(plain_house: Broker) -> None:
    with closing(plain_house.visitor("regulator")) as regulator:
        assert regulator.may_say("home/room/living/settings", b"{}", retain=True)
    plain_house.wait_for_autosave("home/room/living/settings")
    plain_house.kill()
    plain_house.start()
    with closing(plain_house.visitor("web")) as page:
        page.listen("home/#")
        assert "home/room/living/settings" in page.all_heard()
