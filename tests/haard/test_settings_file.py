"""Where the settings are looked for, and which room a person means."""

from pathlib import Path

import pytest

from haard.settings_file import find, heading, room_called
from haard.tryout.data_folder import DataFolder
from house.errors import SettingsError
from house.settings import Settings


def test_the_given_file_wins_over_all_others(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").touch()
    assert find(Path("mine.yaml"), tmp_path, {"HAARD_SETTINGS": "theirs.yaml"}) == Path("mine.yaml")


def test_the_environment_wins_over_what_lies_here(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").touch()
    assert find(None, tmp_path, {"HAARD_SETTINGS": "theirs.yaml"}) == Path("theirs.yaml")


def test_a_house_here_wins_over_the_try_out(tmp_path: Path) -> None:
    tried = tmp_path / ".haard" / "house.yaml"
    tried.parent.mkdir()
    tried.touch()
    assert find(None, tmp_path, {}) == tried
    (tmp_path / "house.yaml").touch()
    assert find(None, tmp_path, {}) == tmp_path / "house.yaml"


def test_a_try_out_that_runs_here_wins_over_the_folders_own_house(house: Settings, tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text("rooms: {}")
    data = DataFolder(tmp_path / ".haard")
    with data.lock():
        data.write_settings(house)
        assert find(None, tmp_path, {}) == data.settings
        assert find(None, tmp_path / "below" / "deeper", {}) == data.settings
        assert heading(find(None, tmp_path, {}), house) == f"Terrace house (try-out in {tmp_path / '.haard'})"
        assert find(None, tmp_path, {"HAARD_SETTINGS": "theirs.yaml"}) == Path("theirs.yaml")
    assert find(None, tmp_path, {}) == tmp_path / "house.yaml"


def test_a_house_is_found_from_a_folder_below(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").touch()
    assert find(None, tmp_path / "photos" / "meter", {}) == tmp_path / "house.yaml"


def test_no_settings_anywhere_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="hint: start a house here with `haard up`"):
        find(None, tmp_path, {})


@pytest.mark.parametrize("word", ["living", "Living room", "LIVING ROOM", "Living"])
def test_a_room_is_known_by_its_id_and_its_name_in_any_case(word: str, house: Settings) -> None:
    assert room_called(word, house) == "living"


@pytest.mark.parametrize(
    ("word", "words"),
    [("livng", "did you mean living"), ("Kichen", "did you mean kitchen"), ("xyz", "known are living room, living,")],
)
def test_an_unknown_room_is_told_with_the_nearest(word: str, words: str, house: Settings) -> None:
    with pytest.raises(SettingsError, match=f"there is no room {word}; {words}"):
        room_called(word, house)
