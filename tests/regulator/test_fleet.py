"""Many houses in one process: each is regulated as if it were alone, and costs only itself when it is faulty."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from devtools.servers import Mosquitto
from house.errors import SettingsError
from house.mqtt import Link
from regulator import fleet
from tests.observer import Observer

ROOM = {"radiators": [{"valve": "v1", "power_w": 1000}], "sensors": ["s1"]}
WARM = b'{"value": 23, "until": "2026-01-12T20:00:00Z"}'


def write(folder: Path, name: str, root: str, port: int = 1883, **mqtt: object) -> None:
    house = {"mqtt": {"host": "127.0.0.1", "port": port, "root": root, **mqtt}, "rooms": {"living": ROOM}}
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(house))


def test_one_filter_hears_all_the_houses(tmp_path: Path) -> None:
    for number in (1, 2):
        write(tmp_path, f"h{number}", f"sites/7/{number}/home")
    houses = fleet.load(tmp_path)
    assert "sites/7/+/home/tick" in fleet.filters(houses)
    assert fleet.broker_of(houses).root == "sites/7"


def test_a_house_that_cannot_be_read_costs_only_itself(tmp_path: Path) -> None:
    write(tmp_path, "good", "sites/1/home")
    (tmp_path / "bad.yaml").write_text("rooms: [")
    assert set(fleet.load(tmp_path)) == {"sites/1/home"}


@pytest.mark.parametrize(
    ("second", "options", "words"),
    [
        ("sites/1/home", {}, "another house"),
        ("sites/2", {}, "number of levels"),
        ("sites/2/home", {"host": "elsewhere"}, "one broker"),
    ],
)
def test_houses_that_do_not_go_together_are_refused(
    tmp_path: Path, second: str, options: dict[str, Any], words: str
) -> None:
    write(tmp_path, "a", "sites/1/home")
    write(tmp_path, "b", second, **options)
    with pytest.raises(SettingsError, match=words):
        fleet.broker_of(fleet.load(tmp_path))


def test_a_folder_without_houses_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="holds no house"):
        fleet.load(tmp_path)


@pytest.fixture
def served(mosquitto: Mosquitto, tmp_path: Path) -> Callable[[Observer, str], None]:
    """Let the fleet of two houses turn until something is said on a topic."""
    for number in (1, 2):
        write(tmp_path, f"h{number}", f"sites/{number}/home", mosquitto.port)
    houses = fleet.load(tmp_path)
    link = Link(fleet.broker_of(houses), "shard", stop=threading.Event(), foreign=fleet.filters(houses), announce=False)
    serving = fleet.Fleet(houses, link)

    def until(observer: Observer, path: str) -> None:
        for _ in range(200):
            serving.turn()
            observer.listen(0.05)
            if any(one.path == path for one in observer.heard):
                return
        raise AssertionError(f"nothing on {path}; heard {[one.path for one in observer.heard]}")

    return until


def test_a_wish_in_one_house_changes_that_house_only(
    mosquitto: Mosquitto, served: Callable[[Observer, str], None]
) -> None:
    with (
        Observer(mosquitto.settings(root="sites")) as observer,
        Link(mosquitto.settings(root="sites/2/home"), "person", stop=threading.Event()) as person,
    ):
        served(observer, "1/home/service/regulator/began")
        served(observer, "2/home/service/regulator/began")
        observer.heard.clear()
        person.flush(20)
        person.publish_foreign("sites/2/home/tick", b'{"at": "2026-01-12T12:00:00Z"}')
        person.flush(20)
        person.publish_foreign("sites/2/home/room/living/setpoint/set", WARM)
        person.flush(20)
        served(observer, "2/home/room/living/settings")
        assert not [one.path for one in observer.heard if one.path.startswith("1/home/room")]
