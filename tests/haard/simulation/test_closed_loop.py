"""`haard simulate`: the score of a winter; the closed loop that gives it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridges.simulated.protocol import house_plan
from devtools.untrue_reasons import untrue
from haard.__main__ import main
from haard.simulation.closed_loop import ClosedLoop
from haard.simulation.scorecard import Scorecard
from haard.simulation.weather_file import read_weather
from house import topics
from house.errors import SettingsError
from house.settings import Regulator, Settings
from simulation.house import House
from simulation.weather import winter

pytestmark = pytest.mark.slow

BEGIN = 1_768_176_000


def loop_of(house: Settings, law: str = "doses") -> ClosedLoop:
    wiring = house.model_copy(update={"regulator": Regulator(law=law)})
    return ClosedLoop(House(house_plan(wiring), winter(1, BEGIN), BEGIN, seed=1), wiring)


@pytest.mark.parametrize("law", ["doses", "hysteresis", "timeprop", "tpi"])
def test_every_law_keeps_the_house_between_cold_and_hot(house: Settings, law: str) -> None:
    loop = loop_of(house, law)
    loop.run(BEGIN + 10 * 3600)
    assert all(15 < room.air < 25 for room in loop.house.truth().rooms.values())
    assert loop.house.truth().heating_starts > 3


def test_the_boiler_never_burns_for_heating_on_closed_valves(house: Settings) -> None:
    loop = loop_of(house)
    called_shut = 0

    def watch() -> None:
        nonlocal called_shut
        if loop.house.boiler.call:
            called_shut += all(valve.target == 0 for valve in loop.house.valves.values())

    loop.run(BEGIN + 12 * 3600, watch)
    assert called_shut == 0


def test_the_same_seed_gives_the_same_future(house: Settings) -> None:
    one, other = loop_of(house), loop_of(house)
    one.run(BEGIN + 4 * 3600)
    other.run(BEGIN + 4 * 3600)
    assert one.house.truth() == other.house.truth()
    assert one.snapshot.last(topics.HOUSE_MEMORY) == other.snapshot.last(topics.HOUSE_MEMORY)


def test_the_score_of_a_house_that_is_never_heated(house: Settings) -> None:
    true = House(house_plan(house), winter(1, BEGIN, mean_temperature=-5), BEGIN, seed=1, indoor=10.0)
    card = Scorecard(true, house, BEGIN, BEGIN)
    with pytest.raises(ValueError, match="nothing has been watched"):
        card.score()
    for minute in range(24 * 60):
        true.advance(BEGIN + 60 * minute)
        card.watch()
    score = card.score()
    assert score.too_cold_kh > 100
    assert score.late_part == 1
    assert score.too_warm_kh == score.fed_above_kh == score.gas_m3 == score.starts_per_day == 0


def test_a_winter_day_is_scored(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--days", "1", "--law", "hysteresis"]) == 0
    text = capsys.readouterr().out
    assert "under hysteresis: 1 day until 2026-01-14" in text
    assert "burner starts a day" in text


@pytest.mark.parametrize("days", ["0", "many", "-3"])
def test_days_that_are_no_days_are_wrong_usage(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", f"--days={days}"]) == 2
    assert "--days" in capsys.readouterr().err


GOOD = "instant,temperature,irradiance\n2026-01-12T00:00Z,-1.5,0\n2026-01-12T01:00Z,-2,0\n"


def test_weather_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "winter.csv"
    file.write_text(GOOD)
    begin_at, weather = read_weather(file)
    assert datetime.fromtimestamp(begin_at, UTC) == datetime(2026, 1, 12, tzinfo=UTC)
    assert weather.temperature(begin_at) == -1.5
    assert weather.temperature(begin_at + 1800) == -1.75


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", ":1: should hold hourly lines"),
        (GOOD + "2026-01-12T02:00Z,cold,0\n", ":4: should be such as"),
        (GOOD + "2026-01-12T02:30Z,1,0\n", ":4: 2026-01-12T02:30Z should be a whole hour"),
        (GOOD + "2026-01-12T02:00,1,0\n", ":4: 2026-01-12T02:00 should be a whole hour"),
        (GOOD + "2026-01-12T05:00Z,1,0\n", "2026-01-12T05:00Z should follow the hour before it"),
        (GOOD + "2026-01-12T02:00Z,1,nan\n", ":4: should be -60 to 60"),
    ],
)
def test_weather_that_cannot_be_read_is_told_with_its_line(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "winter.csv"
    file.write_text(text)
    with pytest.raises(SettingsError, match=fault):
        read_weather(file)


def test_in_a_simulated_day_no_reason_is_contradicted_by_the_facts(house: Settings) -> None:
    loop = loop_of(house)
    found: list[str] = []
    loop.run(BEGIN + 24 * 3600, lambda: found.extend(untrue(loop.snapshot)))
    assert found == []
