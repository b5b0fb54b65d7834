from datetime import timedelta

import pytest

from house import topics
from house.errors import SettingsError
from house.settings import Retention, parse
from recorder.retention import FOR_EVER, periods

ROOT = topics.Root("sites/12/home")


def days(path: str, **topics: float) -> float | None:
    """How long the topic with this path is kept; None where it is as in general."""
    kept = periods(Retention(days=100, topics=topics), ROOT, {7: ROOT.full(path)}).topics
    return kept[7] / timedelta(days=1) if 7 in kept else None


@pytest.mark.parametrize(
    ("topic_filter", "path", "fits"),
    [
        ("tick", "tick", True),
        ("tick", "tock", False),
        ("tick", "room/tick", False),
        ("room/+/memory", "room/living/memory", True),
        ("room/+/memory", "room/living/status", False),
        ("room/+/memory", "memory", False),
        ("service/#", "service/recorder/availability", True),
        ("service/#", "service", True),
        ("service/#", "services", False),
        ("a.c", "abc", False),
    ],
)
def test_a_filter_fits_as_in_mqtt(topic_filter: str, path: str, fits: bool) -> None:
    assert days(path, **{topic_filter: 30}) == (30 if fits else None)


def test_of_several_filters_the_first_counts() -> None:
    assert days("room/living/memory", **{"room/+/memory": 40, "room/#": 50}) == 40
    assert days("room/living/status", **{"room/+/memory": 40, "room/#": 50}) == 50


def test_what_a_day_came_to_is_kept_for_ever() -> None:
    kept = periods(Retention(days=100, topics={"day": 3}), ROOT, {1: ROOT.full("day"), 2: ROOT.full("tick")})
    assert kept.topics == {1: FOR_EVER}
    assert kept.kept_longer == [1]


def test_topics_of_other_houses_are_kept_as_in_general() -> None:
    assert periods(Retention(topics={"tick": 3}), ROOT, {1: "sites/13/home/tick"}).topics == {}


@pytest.mark.parametrize(
    "setting", ["{days: 10}", "{topics: {tick: 0.5}}", "{topics: {'a#': 30}}", "{topics: {'a/#/b': 30}}"]
)
def test_a_setting_that_cannot_be_meant_is_refused(setting: str) -> None:
    with pytest.raises(SettingsError, match="retention"):
        parse(f"rooms: {{a: {{radiators: [{{valve: v, power_w: 900}}]}}}}\nrecorder: {{retention: {setting}}}")
