"""The board as a person sees it."""

from io import StringIO

import pytest
from rich.console import Console, RenderableType

from haard.tryout.dashboard import Dashboard
from haard.tryout.screen import Surroundings, line, screen, summary
from house.settings import Settings
from tests.haard.tryout.test_dashboard import board_after

AROUND = Surroundings("mosquitto on port 1883", ("recorder", "regulator"), 420.4, ("regulator started again",))


def drawn(what: RenderableType, width: int = 100, height: int = 40) -> str:
    console = Console(file=StringIO(), width=width, height=height, markup=False, highlight=False)
    console.print(what)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.fixture
def board() -> Dashboard:
    return board_after(
        ("tick", "2026-01-12T06:30:00Z"),
        ("outside/temperature", "-1.5"),
        ("service/regulator/availability", "online"),
        (
            "room/living/status",
            '{"temperature": 19.14, "setpoint": 20.5, "action": "heating", "demand": 80, "reason": "0.4 K below"}',
        ),
        ("valve/001a22000001/status", '{"opening": 100}'),
        ("boiler/set", '{"call": true, "issued_at": "2026-01-12T06:30:00Z", "expires_at": "2026-01-12T06:40:00Z"}'),
        ("boiler/status", '{"flame": true, "modulation": 45, "flow_temperature": 61.2}'),
        ("meter/gas", "4711.2"),
        ("meter/gas", "4711.7"),
    )


def test_the_screen_shows_rooms_boiler_gas_time_broker_and_news(board: Dashboard, house: Settings) -> None:
    text = drawn(screen(board, house, AROUND, (100, 40)))
    assert "Mon 2026-01-12 07:30   outside -1.5 °C" in text
    living = next(row for row in text.splitlines() if "Living room" in row)
    assert living.split() == ["Living", "room", "19.1°", "20.5°", "100%", "80%", "heating"]
    assert "  0.4 K below" in text
    assert "burns 45 %, flow 61 °C; 0 starts" in text
    assert "0.50 m³ used, the meter reads 4711.700 m³" in text
    assert "mosquitto on port 1883, 420 messages/min, 9 heard" in text
    assert "recorder (NOT THERE), regulator\n" in text.replace(" \n", "\n").replace("  ", "")
    assert "regulator started again" in text


@pytest.mark.parametrize("size", [(80, 24), (40, 24), (40, 50), (120, 24), (200, 60)])
def test_the_screen_fits_the_terminal(size: tuple[int, int], board: Dashboard, house: Settings) -> None:
    news = ("a child died " * 5,) * 4 if size[0] >= 80 else ()
    rows = drawn(screen(board, house, Surroundings("mosquitto on port 1883", (), 0, news), size), *size).splitlines()
    assert len(rows) <= size[1]
    assert max(map(len, rows)) <= size[0]


LONG = "20 °C by schedule until 08:30; needs 20 radiator-minutes to stay above 19.7 until 07:50; is heated"


@pytest.mark.parametrize("size", [(80, 40), (40, 50), (120, 24), (200, 60)])
def test_no_reason_is_cut_where_lines_are_free(size: tuple[int, int], house: Settings) -> None:
    board = board_after(*((f"room/{room}/status", f'{{"reason": "{LONG}"}}') for room in house.rooms))
    text = drawn(screen(board, house, Surroundings("mosquitto"), size), *size)
    assert "…" not in text
    assert " ".join(text.split()).count("07:50") == len(house.rooms)
    assert len(text.splitlines()) <= size[1]


def test_a_full_screen_tells_of_each_room_what_is_not_in_its_row(house: Settings) -> None:
    board = board_after(*((f"room/{room}/status", f'{{"reason": "{LONG}"}}') for room in house.rooms))
    rows = drawn(screen(board, house, Surroundings("mosquitto"), (80, 24)), 80, 24).splitlines()
    told = [row for row in rows if row.strip() == LONG.partition("; ")[2]]
    assert len(told) == len(house.rooms)
    assert len(rows) <= 24


def test_a_phones_width_is_enough_to_tell_why_of_six_rooms(house: Settings) -> None:
    services = ("recorder", "analyst", "regulator", "simulated")
    board = board_after(
        *((f"service/{service}/availability", "online") for service in services),
        *((f"room/{room}/status", f'{{"reason": "{LONG}"}}') for room in house.rooms),
    )
    around = Surroundings("mosquitto on port 1883", services, 3000)
    text = drawn(screen(board, house, around, (40, 24)), 40, 24)
    assert "…" not in text
    assert len(text.splitlines()) <= 24
    assert " ".join(text.split()).count("needs 20 radiator-minutes to stay above 19.7 until 07:50") == len(house.rooms)
    assert "all 4 services" in text
    nobody = drawn(screen(Dashboard(), house, around, (40, 24)), 40, 24)
    assert "NOT THERE: recorder, analyst," in nobody


def test_a_reason_is_cut_only_where_no_line_is_left(house: Settings) -> None:
    longer = f"{LONG}; warms up for 21 at 09:30 and then some more of it"
    board = board_after(*((f"room/{room}/status", f'{{"reason": "{longer}"}}') for room in house.rooms))
    rows = drawn(screen(board, house, Surroundings("mosquitto"), (80, 24)), 80, 24).splitlines()
    assert len(rows) == 24
    assert sum("some more of it" in row for row in rows) >= 3
    assert sum(row.rstrip().endswith("…") for row in rows) <= 3


def test_before_anything_is_heard_every_room_stands_there_without_numbers(house: Settings) -> None:
    text = drawn(screen(Dashboard(), house, AROUND, (100, 40)))
    assert all(room.name in text for room in house.rooms.values())
    assert "no tick yet" in text


def test_an_alert_takes_the_place_of_the_reason(house: Settings) -> None:
    board = board_after(("room/study/status", '{"reason": "warm enough", "alert": "its thermometer is silent"}'))
    text = drawn(screen(board, house, AROUND, (100, 40)))
    assert "its thermometer is silent" in text
    assert "warm enough" not in text


def test_refused_messages_are_told(house: Settings) -> None:
    board = board_after(("rejected", '{"topic": "home/tick", "payload": "x", "reason": "not a time"}'))
    assert "refused 1, the last: home/tick: not a time" in drawn(screen(board, house, AROUND, (100, 40)))


def test_words_in_brackets_are_shown_as_they_are(house: Settings) -> None:
    board = board_after(("room/study/status", '{"reason": "[bold]warm[/bold] [/]"}'))
    assert "[bold]warm[/bold] [/]" in drawn(screen(board, house, AROUND, (140, 40)), 140)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ('{"flame": false}', "off (not called)"),
        ('{"flame": true}', "burns;"),
        ('{"fault": "E5"}', "FAULT E5"),
        ("{}", "- (not called)"),
    ],
    ids=["off", "burns", "fault", "unknown"],
)
def test_the_boiler_in_words(said: str, words: str, house: Settings) -> None:
    assert f"boiler  {words}" in drawn(screen(board_after(("boiler/status", said)), house, AROUND, (100, 40)))


def test_the_house_in_one_line(board: Dashboard, house: Settings) -> None:
    assert line(board, house, 420.4) == (
        "Mon 2026-01-12 07:30  living 19.1/20.5*  boiler burns 45 %, flow 61 °C  gas 0.50 m³  420 messages/min"
    )
    assert "no room has a status yet" in line(Dashboard(), house, 0)


def test_the_summary_tells_what_came_of_it(board: Dashboard, house: Settings) -> None:
    text = drawn(summary(board, house, 1234, {"regulator": 2, "recorder": 0}))
    living = next(row for row in text.splitlines() if "Living room" in row)
    assert living.split() == ["Living", "room", "19.1", "°C", "20.5", "°C", "-1.4", "K"]
    assert "boiler starts 0, gas used 0.50 m³" in text
    assert "messages heard 9, recorded 1234, refused 0" in text
    assert "services started again: regulator 2x" in text


def test_a_room_at_its_setpoint_has_no_difference(house: Settings) -> None:
    board = board_after(("room/study/status", '{"temperature": 19.98, "setpoint": 20}'))
    assert "+0.0 K" in drawn(summary(board, house, 0, {}))
