import ssl
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from difflib import ndiff
from pathlib import Path

import pytest
from cryptography import x509

from haard.__main__ import main
from haard.install import computer, files
from haard.install.additions import with_additions
from haard.install.answers import Answers, house_yaml, room, room_id
from haard.install.certificates import issue
from haard.install.layout import Layout
from haard.install.passwords import is_of, password, password_file
from haard.install.questions import ask_all
from haard.settings_file import example
from house.errors import DeviceError, SettingsError
from house.services import services
from house.settings import parse

LIVING = "Living room, A4:C1:38:00:00:01, 00:1A:22:00:00:01=2100"


class Heard:
    address, kind, says = "00:1A:22:00:00:07", "valve", "CC-RT-BLE"


# --- house.yaml -----------------------------------------------------------------------------------------------------


def test_a_room_in_one_line_becomes_a_room_of_house_yaml() -> None:
    house = parse(house_yaml(Answers(rooms=(room(LIVING),), boiler="emsesp", database="sqlite:////tmp/h.db")))
    assert house.rooms["living_room"].name == "Living room"
    assert house.rooms["living_room"].thermometers == ("a4c138000001",)
    assert [(one.valve, one.power_w) for one in house.rooms["living_room"].radiators] == [("001a22000001", 2100)]
    assert {"emsesp", "clock", "bluetooth", "openmeteo"} <= set(services(house))


@pytest.mark.parametrize("boiler", ["nefit", "emsesp", "otgw", "relay", "simulated"])
def test_every_boiler_makes_settings_that_can_be_used(boiler: str) -> None:
    text = house_yaml(Answers(rooms=(room("Attic"),), boiler=boiler, meter="tcp://p1:2001"))  # type: ignore[arg-type]
    assert parse(text).boiler.driver == boiler


def test_a_room_whose_valve_is_not_known_yet_is_marked() -> None:
    assert "put the valve's address here" in house_yaml(Answers(rooms=(room("Attic"),)))


@pytest.mark.parametrize(("name", "id_"), [("Child's room", "childs_room"), ("Küche 2", "kuche_2")])
def test_a_rooms_id_comes_from_its_name(name: str, id_: str) -> None:
    assert room_id(name) == id_


@pytest.mark.parametrize("text", ["", ", A4:C1:38:00:00:01", "Attic, valve=warm"])
def test_what_is_no_room_is_refused_with_a_word_how_it_is_written(text: str) -> None:
    with pytest.raises(SettingsError, match="should"):
        room(text)


def test_no_rooms_and_rooms_of_one_name_are_refused() -> None:
    with pytest.raises(SettingsError, match="--room"):
        house_yaml(Answers())
    with pytest.raises(SettingsError, match="differ"):
        house_yaml(Answers(rooms=(room("Study"), room("study"))))


def test_questions_place_what_bluetooth_hears() -> None:
    said = {"Which rooms": "Study, Bath", "00:1A:22": "study", "Its radiator": "900", "The boiler": "relay"}

    def ask(question: str, usual: str) -> str:
        return next((word for start, word in said.items() if question.startswith(start)), usual)

    found = ask_all(Answers(), ask, lambda: [Heard()])
    assert [one.name for one in found.rooms] == ["Study", "Bath"]
    assert found.rooms[0].valves == (("00:1A:22:00:00:07", 900.0),)
    assert (found.boiler, found.boiler_at) == ("relay", "boiler")


# --- a house that is there ------------------------------------------------------------------------------------------


def test_a_new_room_is_added_and_every_other_line_stays() -> None:
    text = with_additions(example(), [room("Attic, 00:1A:22:00:00:77=900")])
    assert parse(text).rooms["attic"].radiators[0].valve == "001a22000077"
    assert not [line for line in ndiff(example().splitlines(), text.splitlines()) if line.startswith("- ")]


def test_a_new_valve_and_thermometer_join_their_room() -> None:
    text = with_additions(example(), [room("Living, A4:C1:38:00:00:77, 00:1A:22:00:00:77=900")])
    living = parse(text).rooms["living"]
    assert living.thermometers == ("a4c138000001", "a4c138000077")
    assert [one.valve for one in living.radiators] == ["001a22000001", "001a22000002", "001a22000077"]


def test_a_room_without_thermometer_gets_its_first_one() -> None:
    text = with_additions(house_yaml(Answers(rooms=(room("Attic"),))), [room("Attic, A4:C1:38:00:00:77")])
    assert parse(text).rooms["attic"].thermometers == ("a4c138000077",)


def test_what_is_there_already_is_not_added_again() -> None:
    once = with_additions(example(), [room("Attic, 00:1A:22:00:00:77=900")])
    assert with_additions(once, [room("Attic, 00:1A:22:00:00:77=900")]) == once


def test_rooms_in_one_line_are_left_to_their_writer() -> None:
    with pytest.raises(SettingsError, match="by hand"):
        with_additions("rooms: {a: {radiators: [{valve: v, power_w: 1}]}}", [room("Attic")])


# --- the whole command ----------------------------------------------------------------------------------------------


def init(folder: Path, *more: str) -> int:
    return main(["init", "--folder", str(folder), *more])


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_a_second_run_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init(tmp_path, "--yes", "--demo", "--certificates") == 0
    before = contents(tmp_path)
    assert init(tmp_path, "--yes") == 0
    assert contents(tmp_path) == before
    assert "all files are as they should be" in capsys.readouterr().out


def test_secrets_are_closed_to_others_and_stand_in_no_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init(tmp_path, "--yes", "--demo")
    said = capsys.readouterr().out
    for file in (tmp_path / "secrets").iterdir():
        assert not stat.S_IMODE(file.stat().st_mode) & 0o007, file
        if file.name.startswith("mqtt_"):
            assert file.read_text().strip() not in said


def test_a_later_room_is_shown_before_it_is_done_and_keeps_passwords(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init(tmp_path, "--yes", "--demo")
    before = contents(tmp_path)
    assert init(tmp_path, "--yes", "--room", "Attic, 00:1A:22:00:00:77=900") == 0
    after = contents(tmp_path)
    assert "+  attic:" in capsys.readouterr().out
    assert "attic" in after["house.yaml"]
    assert "001a22000077" in after["mosquitto/haard.acl"]
    secrets = [name for name in before if name.startswith("secrets/")]
    assert [before[name] for name in secrets] == [after[name] for name in secrets]


def test_nothing_is_written_where_nobody_can_be_asked(tmp_path: Path) -> None:
    assert init(tmp_path, "--demo") == 2
    assert contents(tmp_path) == {}


def test_settings_that_cannot_be_used_stop_it_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text("rooms: {}")
    assert init(tmp_path, "--yes") == 2
    assert list(contents(tmp_path)) == ["house.yaml"]


def test_own_lines_of_the_acl_are_kept(tmp_path: Path) -> None:
    init(tmp_path, "--yes", "--demo")
    acl = tmp_path / "mosquitto/haard.acl"
    acl.write_text(acl.read_text() + "user lamp\ntopic readwrite lamp/#\n")
    init(tmp_path, "--yes", "--room", "Attic, 00:1A:22:00:00:77=900")
    assert acl.read_text().endswith("user lamp\ntopic readwrite lamp/#\n")


def test_an_address_for_alerts_is_a_secret_and_brings_the_service(tmp_path: Path) -> None:
    init(tmp_path, "--yes", "--demo")
    for _ in range(2):
        assert init(tmp_path, "--yes", "--notify", "ntfy://ntfy.example/house") == 0
    found = contents(tmp_path)
    assert "ntfy.example" not in found["house.yaml"]
    assert found["secrets/notify"].count("ntfy.example/house") == 1
    assert "notify" in services(parse(found["house.yaml"]))
    assert "secrets/mqtt_notify" in found


# --- passwords, certificates, the computer --------------------------------------------------------------------------


def test_a_password_that_is_still_the_same_keeps_its_line() -> None:
    once = password_file({"a": "one", "b": "two"})
    again = password_file({"a": "one", "b": "three"}, once)
    assert again.splitlines()[0] == once.splitlines()[0]
    assert again.splitlines()[1] != once.splitlines()[1]
    assert len({password() for _ in range(100)}) == 100


def test_hashes_are_those_of_mosquitto_passwd() -> None:
    # What mosquitto_passwd 2.0.11 wrote for `secret`.
    digest = "7eQqlGHLeWySBoa6HUvwPUscPrZNnIr9gdRVMChKFVhoWUmaEeHvZfmcu3i+vNGudRGarCj1GulPNVEsbK7iWw=="
    line = f"$7$101$8Hp/5yLesWEZlcVe${digest}"
    assert is_of(line, "secret")
    assert not is_of(line, "secrets")


def test_the_brokers_certificate_is_by_the_houses_own_authority() -> None:
    made = issue(["house.local", "127.0.0.1"], datetime(2026, 1, 12, tzinfo=UTC))
    certificate = x509.load_pem_x509_certificate(made.certificate.encode())
    authority = x509.load_pem_x509_certificate(made.authority.encode())
    certificate.verify_directly_issued_by(authority)
    ssl.create_default_context(cadata=made.authority)


def test_a_local_postgres_is_told_of_role_and_database_and_another_is_not() -> None:
    local = parse(house_yaml(Answers(rooms=(room("Attic"),), database="postgresql+psycopg2://haard@localhost/haard")))
    (step,) = computer.database_steps(local, "it's", "hers")
    assert "it''s" in step.standard_input
    assert "it's" not in " ".join(step.command)
    assert """ALTER ROLE "haard_analyst" LOGIN PASSWORD 'hers'""" in step.standard_input
    far = parse(house_yaml(Answers(rooms=(room("Attic"),), database="postgresql+psycopg2://haard@db.lan/haard")))
    assert computer.database_steps(far, "x", "y") == []


def test_a_step_that_fails_says_what_the_program_said_and_what_a_person_can_do() -> None:
    script = r"printf 'no socket\n\tis it running?\n' >&2; exit 2"
    step = computer.Step("database", ["sh", "-c", script], hint="; install it")
    with pytest.raises(DeviceError, match=r"database: no socket is it running\?; install it"):
        computer.run(step)
    computer.run(computer.Step("backup", step.command, may_fail=True))


DEBIAN = Layout()


def test_the_analyst_has_a_role_of_its_own_where_the_database_is_ours_and_is_the_recorder_elsewhere() -> None:
    def words(database: str, kept: Mapping[str, str], layout: Layout = DEBIAN) -> dict[str, str]:
        text = house_yaml(Answers(rooms=(room("Attic"),), database=database))
        there = {layout.secret(name): f"{word}\n" for name, word in kept.items()}
        made = files.wanted(parse(text), text, layout, there.get, None)
        return {one.path.name: one.text.strip() for one in made if one.path.name.startswith("database")}

    ours, far = "postgresql+psycopg2://haard@localhost/haard", "postgresql+psycopg2://somebody@db.lan/haard"
    new = words(ours, {})
    assert new["database_analyst_user"] == "haard_analyst"
    assert new["database_analyst"] != new["database"]
    assert words(ours, new) == new
    assert words(far, new) == {**new, "database_analyst_user": "", "database_analyst": new["database"]}
    again = words(ours, words(far, new))
    assert again["database_analyst"] not in (again["database"], "")
    assert words(far.replace("db.lan", "database"), {}, Layout.below(Path("/house")))["database_analyst_user"] != ""


def test_services_that_the_house_no_longer_has_are_ended() -> None:
    steps = computer.service_steps(parse(example()), ["haard@nefit.service", "haard@regulator.service"])
    assert ["systemctl", "disable", "--now", "haard@nefit.service"] in [list(one.command) for one in steps]
