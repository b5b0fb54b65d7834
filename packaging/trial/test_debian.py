"""`make test-install`: the package in a fresh Debian 12 and 13, from nothing to a heated house, and what it keeps."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.build_deb import build
from packaging.trial.older import build_older
from packaging.trial.record import Record
from packaging.trial.tree import Tree

MOST_COMMANDS = 6
BRIDGES = ("simulated", "clock", "bluetooth", "dsmr", "zigbee2mqtt", "nefit", "notify")
UNITS = ("regulator", "recorder", "analyst", *BRIDGES)
BROKER = "mosquitto.service"
QUESTION = "Remove this house's settings and history too? [yes/no]"
POSTGRES = "postgresql+psycopg2://haard@localhost/haard"
ASKED_AS_ANALYST = (
    'PGPASSWORD=$(cat /etc/haard/secrets/database_analyst) psql -h localhost -U haard_analyst -At haard -c "{}"'
)
# But what runs when loaded, what only Alembic loads, and the broker for a computer without Mosquitto, which comes here.
EVERY_MODULE = """
import importlib, pkgutil
import bridges, haard, house, recorder, regulator, simulation
names = [
    one.name
    for package in (bridges, haard, house, recorder, regulator, simulation)
    for one in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    if not one.name.endswith(("__main__", "migrations.env", "embedded_broker"))
]
for name in names:
    importlib.import_module(name)
print(len(names))
"""
OF_THE_HOUSE = ("etc/haard", "var/lib/haard", "var/backups/haard")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("amd64", tmp_path_factory.mktemp("package"), compression=("-Zgzip", "-z1"))


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_older(tmp_path_factory.mktemp("older"))


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def debian(request: pytest.FixtureRequest, package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    """A Debian in which an owner has typed what the README says, and then booted."""
    with Tree(request.param, tmp_path_factory.mktemp("debian")) as tree:
        (tree.root / package.name).write_bytes(package.read_bytes())
        tree.type(f"apt-get install -y -qq --no-install-recommends /{package.name}")
        tree.type("haard init --yes --demo --no-doctor")
        tree.boot([BROKER, *enabled(tree)])
        yield tree


def enabled(tree: Tree) -> list[str]:
    return sorted(path.name for path in (tree.root / "etc/systemd/system/haard.target.wants").iterdir())


def test_a_room_is_heated_after_at_most_six_commands(debian: Tree) -> None:
    debian.type("timeout 60 sh -c 'until haard rooms | grep heating; do sleep 1; done'")
    assert len(debian.commands) <= MOST_COMMANDS, debian.commands
    debian.do_until("haard why living | grep -q heat")
    assert re.search(r"boiler \.\.\. ok: burning", debian.do_until("haard doctor | grep boiler"))


def test_the_doctor_finds_nothing_amiss_but_the_clock_of_a_tree_without_systemd(debian: Tree) -> None:
    said = debian.do_until("haard doctor")
    assert " 0 failed" in said, said


def test_systemd_understands_every_unit(debian: Tree) -> None:
    names = [*(f"haard@{one}.service" for one in UNITS), "haard.target", "haard-backup.service", "haard-backup.timer"]
    names += ["haard-replay.service", "haard-replay.timer"]
    paths = " ".join(f"/lib/systemd/system/{name}" for name in names)
    said = debian.do(f"systemd-analyze verify {paths}")
    assert "haard" not in said, said


def test_everything_that_came_with_haard_can_be_loaded_by_the_python_of_this_debian(debian: Tree) -> None:
    modules = debian.do(f"/usr/lib/haard/python -c '{EVERY_MODULE}'")
    assert int(modules) > 200
    version = debian.do("basename $(readlink -f /usr/bin/python3)").strip().removeprefix("python")
    said = debian.do(f"find /usr/lib/haard/{version} -name '*.so*' -exec ldd {{}} \\;")
    assert "not found" not in said, said


def test_the_services_are_nobody_special(debian: Tree) -> None:
    said = debian.do("systemd-analyze security --offline=true haard@regulator.service | tail -n 1")
    exposure = re.search(r"regulator\.service: ([0-9.]+)", said)
    assert exposure, said
    assert float(exposure[1]) < 2


def test_a_second_init_changes_nothing_and_loses_nothing(debian: Tree) -> None:
    before = debian.do("cat /etc/haard/house.yaml /etc/haard/secrets/* /etc/mosquitto/haard.*")
    assert "all files are as they should be" in debian.do("haard init --yes --no-doctor")
    assert debian.do("cat /etc/haard/house.yaml /etc/haard/secrets/* /etc/mosquitto/haard.*") == before


def test_a_backup_is_made_while_the_house_runs(debian: Tree) -> None:
    debian.do("haard backup --secrets /var/backups/haard")
    assert debian.do("ls /var/backups/haard").count("tar.gz") == 1
    said = debian.do_until("haard status")
    assert "last backup" in said
    assert "haard doctor" not in said


def test_an_upgrade_and_a_removal_keep_settings_secrets_and_history(debian: Tree, package: Path) -> None:
    debian.stop()
    kept = "find /etc/haard /var/lib/haard -type f -not -name '*-wal' -not -name '*-shm' | sort | xargs md5sum"
    before = debian.do(kept)
    debian.do(f"apt-get install -y -qq --reinstall /{package.name}")
    assert debian.do(kept) == before
    debian.do("apt-get remove -y -qq haard")
    assert debian.do(kept) == before
    assert not (debian.root / "usr/lib/haard").exists()
    debian.do(f"apt-get install -y -qq --no-install-recommends /{package.name}")
    debian.boot([BROKER, *enabled(debian)])
    debian.do_until("haard rooms | grep -q heating")


def test_a_purge_asks_and_keeps_everything_when_told_no(debian: Tree) -> None:
    debian.stop()
    kept = f"find {places()} -type f | sort | xargs md5sum"
    before = debian.do(kept)
    debian.answer("apt-get purge -y -qq haard", QUESTION, "no")
    assert debian.do(kept) == before
    assert not (debian.root / "etc/mosquitto/conf.d/haard.conf").exists()


def test_a_new_computer_becomes_the_house_of_the_backup(debian: Tree, package: Path) -> None:
    before = debian.do("cat /etc/haard/house.yaml /etc/haard/secrets/mqtt_*")
    debian.do(
        "mv /var/backups/haard/*.tar.gz /root/house.tar.gz && rm -r /etc/haard /var/lib/haard /var/lib/mosquitto/*"
    )
    debian.do(f"apt-get install -y -qq --no-install-recommends /{package.name}")
    debian.do(
        "haard restore /root/house.tar.gz", may_fail=True
    )  # systemd, which does not run here, would start the broker
    debian.boot([BROKER])
    debian.do_until("haard restore /root/house.tar.gz")
    assert debian.do("cat /etc/haard/house.yaml /etc/haard/secrets/mqtt_*") == before
    debian.stop()
    debian.boot([BROKER, *enabled(debian)])
    debian.do_until("haard status")
    debian.do_until("haard rooms | grep -q idle")


def test_a_purge_asks_and_takes_everything_when_told_yes(debian: Tree) -> None:
    debian.stop()
    debian.answer("apt-get purge -y -qq haard", QUESTION, "yes")
    assert [one for one in OF_THE_HOUSE if (debian.root / one).exists()] == []


def places() -> str:
    return " ".join(f"/{one}" for one in OF_THE_HOUSE)


def test_a_house_of_the_version_before_is_upgraded_while_it_runs(debian: Tree, older: Path, package: Path) -> None:
    (debian.root / older.name).write_bytes(older.read_bytes())
    debian.do(f"apt-get install -y -qq --no-install-recommends /{older.name}")
    debian.do("haard init --yes --demo --no-doctor")
    debian.boot([BROKER, *enabled(debian)])
    debian.do_until("haard rooms | grep -q heating")
    debian.do("haard mode study off")
    debian.do("find /etc/haard -type f | xargs md5sum > /root/before")
    database = debian.root / "var/lib/haard/haard.db"
    with Record(database) as record:
        before = record.messages_once_more_than(100)
        assert record.form == "0003"
    debian.do(f"apt-get install -y -qq --no-install-recommends /{package.name}")
    debian.do("md5sum --check --quiet /root/before")
    debian.stop()
    debian.boot([BROKER, *enabled(debian)])
    debian.do_until("haard rooms | grep -i study | grep -q off")
    debian.do_until('haard doctor | grep " 0 failed"')
    with Record(database) as record:
        assert record.messages_once_more_than(len(before))[: len(before)] == before
        assert record.form > "0003"


def test_a_purge_that_nobody_was_asked_about_keeps_history(debian: Tree) -> None:
    debian.stop()
    debian.do("apt-get purge -y -qq haard")
    assert (debian.root / "var/lib/haard/haard.db").exists()
    assert not (debian.root / "etc/mosquitto/conf.d/haard.conf").exists()


def test_with_postgres_the_recorder_writes_and_the_analyst_only_reads(debian: Tree, package: Path) -> None:
    debian.stop()
    debian.do(f"dpkg --purge haard && rm -rf {places()} /var/lib/mosquitto/*")
    debian.do(f"apt-get install -y -qq --no-install-recommends postgresql /{package.name}")
    debian.boot([])
    debian.do("pg_ctlcluster $(ls /etc/postgresql) main start --skip-systemctl-redirect")
    try:
        debian.do(f"haard init --yes --demo --database {POSTGRES} --no-doctor")
        debian.boot([BROKER, *enabled(debian)])
        debian.do_until("haard rooms | grep -q heating")
        debian.do_until('haard doctor | grep " 0 failed"')
        debian.do_until(f"test $({ASKED_AS_ANALYST.format('SELECT count(*) FROM message')}) -gt 100")
        running = "SELECT count(*) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()"
        assert int(debian.do(ASKED_AS_ANALYST.format(running))) > 0
        refused = debian.do(f"{ASKED_AS_ANALYST.format('DELETE FROM message')} 2>&1", may_fail=True)
        assert "permission denied" in refused
        debian.do("haard backup --secrets /root/postgres.tar.gz && haard log living && haard export /root/all.gz")
        assert int(debian.do("zcat /root/all.gz | wc -l")) > 100
        assert "record" in debian.do_until("haard status")
    finally:
        debian.stop()
        debian.do("pg_ctlcluster $(ls /etc/postgresql) main stop --skip-systemctl-redirect")
