"""Wishes on a real broker: what is said, and how a person is answered. The regulator is a stand-in that knows its
lines.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from devtools.servers import Amqtt, Mosquitto, free_port
from haard.__main__ import main
from haard.client import conversation
from haard.tryout.data_folder import as_yaml
from house import topics
from house.errors import DeviceError
from house.messages import SetpointWish
from house.mqtt import Link
from house.settings import Mqtt, Settings
from regulator.snapshot import Snapshot

MEMORY = ("memory", '{"tick_at": "2026-01-12T19:00:00Z"}')  # Monday, 20:00 in the house
Said = tuple[str, str]


def publication(path: str, payload: str) -> topics.Publication:
    heard = topics.read(path, payload.encode())
    assert heard is not None
    return topics.Publication(heard.name, heard.message)


class StandIn:
    """A regulator in a thread of its own: says its retained messages, then answers each wish from its lines."""

    def __init__(self, broker: Mqtt, retained: Sequence[Said], lines: Mapping[str, Sequence[Said]]) -> None:
        self.wishes: list[Said] = []
        self._broker, self._retained, self._lines = broker, retained, lines
        self._stop, self._ready = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)

    @property
    def is_ready(self) -> bool:
        return self._ready.is_set()

    def _run(self) -> None:
        wishes = [topic.filter() for topic in topics.TOPICS if topic.writer == "person"]
        with Link(self._broker, "regulator", wishes, stop=self._stop) as link:
            for said in self._retained:
                link.publish(publication(*said))
            link.flush(10)
            self._ready.set()
            while not self._stop.is_set():
                for received in link.receive(0.05):
                    self.wishes.append((received.path, received.payload.decode()))
                    for answer in self._lines.get(received.path, ()):
                        link.publish(publication(*answer))

    def __enter__(self) -> "StandIn":
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(20)


@pytest.fixture
def running(house: Settings, mosquitto: Mosquitto) -> Settings:
    """The example house on a broker of its own."""
    return house.model_copy(update={"mqtt": mosquitto.settings()})


@pytest.fixture
def haard(running: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Run a command on the running house: its exit status and all that it said."""
    file = tmp_path / "house.yaml"
    file.write_text(as_yaml(running))

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()  # the stand-in's own log
        status = main([*arguments, "--settings", str(file)])
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


@pytest.mark.parametrize(
    ("command", "wish", "answer", "words"),
    [
        (
            ("set", "living", "21", "--until", "22:30"),
            ("room/living/setpoint/set", '{"value":21,"until":"2026-01-12T21:30:00Z","minutes":null}'),
            ("room/living/settings", '{"override": {"setpoint": 21, "until": "2026-01-12T21:30:00Z"}}'),
            "Living room: 21 °C until 22:30, then 18 °C\n",
        ),
        (
            ("set", "living", "21", "--for", "2h"),
            ("room/living/setpoint/set", '{"value":21,"until":null,"minutes":120}'),
            ("room/living/settings", '{"override": {"setpoint": 21, "until": "2026-01-12T21:00:00Z"}}'),
            "Living room: 21 °C until 22:00, then 20.5 °C\n",
        ),
        (
            ("preset", "living", "eco", "--for", "90m"),
            ("room/living/preset/set", '{"value":"eco","until":null,"minutes":90}'),
            ("room/living/settings", '{"preset": "eco", "preset_until": "2026-01-12T20:30:00Z"}'),
            "Living room: 17 °C until 21:30, then 20.5 °C\n",
        ),
        (
            ("preset", "living", "none"),
            ("room/living/preset/set", '{"value":"none","until":null,"minutes":null}'),
            ("room/living/settings", "{}"),
            "Living room: 20.5 °C until 22:30, then 18 °C\n",
        ),
        (
            ("set", "bedroom", "16,5"),
            ("room/bedroom/setpoint/set", '{"value":16.5,"until":null,"minutes":null}'),
            ("room/bedroom/settings", '{"override": {"setpoint": 16.5, "until": "2026-01-12T19:30:00Z"}}'),
            "Bedroom: 16.5 °C until 20:30, then 17.5 °C\n",
        ),
        (
            ("comfort", "quiet"),
            ("comfort/set", '{"value":"quiet"}'),
            ("settings", '{"comfort": "quiet"}'),
            "comfort: quiet, as wished; `haard comfort auto` is as the settings say (balanced)\n",
        ),
        (
            ("comfort", "auto"),
            ("comfort/set", '{"value":"auto"}'),
            ("settings", "{}"),
            "comfort: balanced, as the settings say\n",
        ),
        (
            ("set", "Living room", "auto"),
            ("room/living/setpoint/set", '{"value":null,"until":null,"minutes":null}'),
            ("room/living/settings", "{}"),
            "Living room: 20.5 °C until 22:30, then 18 °C\n",
        ),
        (
            ("mode", "study", "off"),
            ("room/study/mode/set", '{"value":"off"}'),
            ("room/study/settings", '{"mode": "off"}'),
            "Study: off; only kept above 7 °C\n",
        ),
        (
            ("boost", "bath", "30"),
            ("room/bath/boost/set", '{"minutes":30,"until":null}'),
            ("room/bath/settings", '{"boost_until": "2026-01-12T19:30:00Z"}'),
            "Bathroom: 23 °C until 20:30, then 21 °C\n",
        ),
        (
            ("boost", "bath", "off"),
            ("room/bath/boost/set", '{"minutes":0,"until":null}'),
            ("room/bath/settings", "{}"),
            "Bathroom: 21 °C until 22:00, then 19 °C\n",
        ),
        (
            ("away", "--until", "2026-01-13T18:00"),
            ("away/set", '{"value":"on","until":"2026-01-13T17:00:00Z","minutes":null,"setpoint":null}'),
            ("settings", '{"away": {"setpoint": 15, "until": "2026-01-13T17:00:00Z"}}'),
            "nobody is home: 15 °C at most until tomorrow 18:00\n",
        ),
        (
            ("away", "off"),
            ("away/set", '{"value":"off","until":null,"minutes":null,"setpoint":null}'),
            ("settings", "{}"),
            "somebody is home: every room follows its own plan\n",
        ),
    ],
)
def test_a_wish_is_said_and_its_answer_told_in_words(
    command: tuple[str, ...],
    wish: Said,
    answer: Said,
    words: str,
    running: Settings,
    haard: Callable[..., tuple[int, str]],
) -> None:
    with StandIn(running.mqtt, [MEMORY], {wish[0]: [answer]}) as regulator:
        status, told = haard(*command)
        assert (status, regulator.wishes) == (0, [wish])
        head, _, rest = told.partition("\n")
        assert head.startswith("Terrace house (")
        assert head.endswith("), Mon 2026-01-12 20:00")
        assert rest == words


def test_a_wish_answers_a_program_in_json(running: Settings, haard: Callable[..., tuple[int, str]]) -> None:
    answer = ("room/study/settings", '{"mode": "off"}')
    with StandIn(running.mqtt, [MEMORY], {"room/study/mode/set": [answer]}):
        status, words = haard("mode", "study", "off", "--json")
    told = json.loads(words)
    assert (status, told["room"], told["settings"]["mode"]) == (0, "study", "off")
    assert told["plan"] == ["Study: off; only kept above 7 °C"]


def test_a_wish_that_changes_nothing_gets_no_answer_and_is_told_all_the_same(
    running: Settings, haard: Callable[..., tuple[int, str]]
) -> None:
    kept = ("room/study/settings", '{"mode": "off"}')
    with StandIn(running.mqtt, [MEMORY, kept], {}):
        status, told = haard("mode", "study", "off")
        assert (status, told.splitlines()[1:]) == (0, ["Study: off; only kept above 7 °C"])


def test_a_wish_that_is_refused_is_told_with_the_reason(
    running: Settings, haard: Callable[..., tuple[int, str]]
) -> None:
    refused = (
        "rejected",
        '{"topic": "home/room/study/mode/set", "payload": "{\\"value\\":\\"off\\"}", "reason": "not today",'
        ' "service": "regulator"}',
    )
    with StandIn(running.mqtt, [MEMORY], {"room/study/mode/set": [refused]}):
        assert haard("mode", "study", "off") == (1, "haard: regulator refuses it: not today\n")


def test_a_person_who_wishes_what_has_passed_is_told_the_houses_time(
    running: Settings, haard: Callable[..., tuple[int, str]]
) -> None:
    with StandIn(running.mqtt, [MEMORY], {}) as regulator:
        status, words = haard("set", "living", "21", "--until", "2026-01-12T19:59")
        assert (status, regulator.wishes) == (2, [])
        assert "has passed; it is 2026-01-12 20:00 in the house" in words


@pytest.mark.parametrize(
    "command",
    [
        ("set", "living", "auto", "--until", "22:30"),
        ("set", "living", "auto", "--for", "2h"),
        ("preset", "living", "none", "--for", "2h"),
        ("away", "off", "--until", "9:00"),
    ],
)
def test_an_end_of_nothing_is_wrong_usage(command: tuple[str, ...], haard: Callable[..., tuple[int, str]]) -> None:
    status, words = haard(*command)
    assert status == 2
    assert "it has no --until" in words


@pytest.mark.parametrize(
    ("was_there", "words"),
    [(False, "the regulator is not running"), (True, "the regulator is there, but has not answered")],
    ids=["not there", "silent"],
)
def test_a_wish_that_nobody_answers_says_who_is_missing(was_there: bool, words: str, running: Settings) -> None:
    wish = topics.publication(topics.ROOM_SETPOINT_WISH, "living", message=SetpointWish(value=21))
    with StandIn(running.mqtt, [MEMORY], {}) as regulator:
        if not was_there:
            regulator.__exit__()
        with conversation(running, patience_s=2.0) as talk, pytest.raises(DeviceError, match=words):
            talk.ask(wish, lambda _: False)


def test_a_wish_is_said_again_to_a_regulator_that_has_started_after_it(running: Settings) -> None:
    wish = topics.publication(topics.ROOM_SETPOINT_WISH, "living", message=SetpointWish(value=21))
    late = StandIn(running.mqtt, [MEMORY], {wish.path: [("room/living/settings", '{"mode": "auto"}')]})
    with ExitStack() as stack, conversation(running) as talk:

        def has_heard_it(_: Snapshot) -> bool:
            if not late.is_ready:  # the wish has been said, to nobody
                stack.enter_context(late)
            return (wish.path, wish.payload.decode()) in late.wishes

        talk.ask(wish, has_heard_it)


def test_without_a_broker_a_person_is_told_how_to_start_one(house: Settings) -> None:
    nowhere = house.model_copy(update={"mqtt": Mqtt(host="127.0.0.1", port=free_port())})
    with (
        pytest.raises(DeviceError, match=r"no broker answers at 127.0.0.1:.*\nhint: `haard up` starts a house here"),
        conversation(nowhere, patience_s=0.5),
    ):
        pass


def test_a_wrong_password_is_told_as_such_at_once(house: Settings, tmp_path: Path) -> None:
    with Mosquitto(tmp_path / "broker", users={"person": "right"}) as broker:
        running, began = house.model_copy(update={"mqtt": broker.settings()}), time.monotonic()
        told = r"does not let us in: .*\nhint: check HAARD_MQTT_USER"
        with pytest.raises(DeviceError, match=told), conversation(running, patience_s=60):
            pass
    assert time.monotonic() - began < 30  # as soon as the broker says so, and not when patience ends


WEEK = ("room/study/schedule", '[{"day": 1, "time": "08:00", "setpoint": 21}]')


def test_a_week_is_shown_set_copied_and_reset_with_a_hint_where_house_yaml_differs(
    running: Settings, haard: Callable[..., tuple[int, str]]
) -> None:
    points = "[" + ",".join(p.model_dump_json() for p in running.rooms["study"].schedule) + "]"
    answers = {
        "room/bath/schedule/set": [("room/bath/schedule", WEEK[1])],
        "room/study/schedule/set": [("room/study/schedule", points)],
    }
    with StandIn(running.mqtt, [MEMORY, WEEK], answers) as regulator:
        status, told = haard("schedule", "show", "study")
        assert (status, told.splitlines()[1:3]) == (0, ["Study (study)", '  mon: {"08:00": 21}'])
        assert "note: house.yaml has another week; haard schedule reset study takes it" in told
        assert json.loads(haard("schedule", "show", "study", "--json")[1]) == {"study": {"mon": {"08:00": 21.0}}}
        assert haard("schedule", "copy", "study", "bath")[0] == 0
        assert haard("schedule", "reset", "study")[0] == 0
        assert [path for path, _ in regulator.wishes] == ["room/bath/schedule/set", "room/study/schedule/set"]
        assert "note: " not in haard("schedule", "show", "study")[1]


def test_a_week_is_edited_in_the_editor_that_was_chosen(
    running: Settings, haard: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "sed -i s/08:00/09:30/")
    later = WEEK[1].replace("08:00", "09:30")
    with StandIn(running.mqtt, [MEMORY, WEEK], {"room/study/schedule/set": [("room/study/schedule", later)]}):
        status, told = haard("schedule", "edit", "study")
        assert (status, told.splitlines()[1:3]) == (0, ["Study (study)", '  mon: {"09:30": 21}'])
        monkeypatch.setenv("EDITOR", "cp /dev/null")
        assert haard("schedule", "edit", "study") == (0, "nothing is changed\n")
        monkeypatch.setenv("EDITOR", "true")
        assert haard("schedule", "edit", "study") == (0, "nothing is changed\n")
        monkeypatch.setenv("EDITOR", "false")
        assert "false ended with 1; nothing is changed" in haard("schedule", "edit", "study")[1]


STATUSES = [
    (f"room/{room}/status", f'{{"temperature": 19.{number}, "setpoint": 20.5, "reason": "reason {number}"}}')
    for number, room in enumerate(("living", "kitchen", "bath", "bedroom", "child", "study"))
]


def test_rooms_shows_what_the_regulator_said_of_each(running: Settings, haard: Callable[..., tuple[int, str]]) -> None:
    with StandIn(running.mqtt, [MEMORY, *STATUSES], {}):
        status, words = haard("rooms")
    assert status == 0
    rows = [row.split() for row in words.splitlines()]
    assert ["Kitchen", "kitchen", "19.1", "20.5", "auto", "idle", "reason", "1"] in rows
    assert "), Mon 2026-01-12 20:00" in words
    assert "note:" not in words


def test_rooms_and_why_tell_a_program_what_stands_on_the_broker(
    running: Settings, haard: Callable[..., tuple[int, str]]
) -> None:
    with StandIn(running.mqtt, [MEMORY, *STATUSES], {}):
        told = json.loads(haard("rooms", "--json")[1])
        why = json.loads(haard("why", "kitchen", "--json")[1])
    assert (told["house"], told["regulator_is_running"]) == ("Terrace house", True)
    assert told["rooms"]["kitchen"]["temperature"] == 19.1
    assert why["status"] == told["rooms"]["kitchen"]


def test_rooms_of_a_house_whose_regulator_has_left_come_with_a_note(
    running: Settings, haard: Callable[..., tuple[int, str]]
) -> None:
    with StandIn(running.mqtt, [MEMORY, *STATUSES], {}):
        pass
    status, words = haard("rooms")
    assert status == 0
    assert "19.5" in words
    assert "note: the regulator is not running" in words


def test_rooms_of_a_house_on_the_embedded_broker(house: Settings, amqtt: Amqtt) -> None:
    running = house.model_copy(update={"mqtt": amqtt.settings()})
    with StandIn(running.mqtt, [MEMORY, *STATUSES], {}), conversation(running) as talk:
        known = [talk.snapshot.last(topics.ROOM_STATUS, room) for room in house.rooms]
    assert all(known)
