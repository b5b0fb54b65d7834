import pytest

from house.errors import SettingsError
from house.settings import yaml_lines

TEXT = """\
home:
  name: 'off'
rooms:
  - living
  - {attic: 16:30, empty: }
"""


def test_every_path_has_its_line() -> None:
    document = yaml_lines.parse(TEXT, "my.yaml")
    expected = {("home",): 1, ("home", "name"): 2, ("rooms",): 3, ("rooms", 0): 4, ("rooms", 1, "attic"): 5}
    assert {path: document.line(path) for path in expected} == expected


def test_a_path_that_is_not_there_has_the_line_of_what_is_above_it() -> None:
    document = yaml_lines.parse(TEXT, "my.yaml")
    assert document.line(("home", "nowhere", "deeper")) == 1
    assert document.line(("rooms", 1, "nowhere")) == 5
    assert document.line(("nowhere",)) == 1


def test_scalars_stay_the_text_that_was_written() -> None:
    assert yaml_lines.parse(TEXT, "my.yaml").values == {
        "home": {"name": "off"},
        "rooms": ["living", {"attic": "16:30", "empty": None}],
    }


@pytest.mark.parametrize(
    ("text", "value"), [("~", None), ("null", None), ("Null", None), ("'null'", "null"), ("''", ""), ("", {})]
)
def test_only_a_plain_null_is_nothing(text: str, value: object) -> None:
    assert yaml_lines.parse(text, "my.yaml").values == value


def test_an_anchor_may_be_used_again() -> None:
    document = yaml_lines.parse("a: &week {mon: 20}\nb: *week\n", "my.yaml")
    assert document.values == {"a": {"mon": "20"}, "b": {"mon": "20"}}
    assert document.line(("b",)) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: {c: 1,\n  c: 2}", "my.yaml:3: c stands twice; the first is on line 2"),
        ("a: 1\n b: 2", "my.yaml:2: not YAML"),
        ("a: 1\n[x]: 2", "my.yaml:2: "),
        ("a: 'x", "my.yaml:1: not YAML"),
        ("a: \x07", "my.yaml:1: not YAML"),
        ('daily: {"06:30": 20,5}', "my.yaml:1: between { } a comma parts two keys: a number is written 20.5"),
        ("a:\n- {power_w: 2000,0, step: 1}", "my.yaml:2: between { } a comma parts two keys"),
        ("a:\n  b: []\n\u00a0\u00a0c: []", "my.yaml:3: a blank that does not break stands there"),
        ("a: &a [*a]", "my.yaml:1: nested too deeply, or into itself"),
        pytest.param("[" * 2_000 + "]" * 2_000, "my.yaml:1: nested too deeply", marks=pytest.mark.slow),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        yaml_lines.parse(text, "my.yaml")
    assert str(refusal.value).startswith(told)
