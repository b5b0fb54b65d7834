"""When the maintenance is set going, and that it ends with the recorder."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from recorder.housekeeping import AGAIN_AFTER, FIRST_AFTER, Housekeeping

BEGAN = datetime(2026, 6, 15, 12, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


class FakeWorker:
    """Ends when it is told its status."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.heard: list[str] = []
        self.is_stubborn = False

    def poll(self) -> int | None:
        return self.status

    def terminate(self) -> None:
        self.heard.append("terminate")

    def kill(self) -> None:
        self.heard.append("kill")
        self.is_stubborn = False

    def wait(self, timeout: float | None = None) -> int:
        if self.is_stubborn:
            raise subprocess.TimeoutExpired("worker", timeout or 0)
        return 0


class Office:
    """Everybody who was set to work, and with which options."""

    def __init__(self) -> None:
        self.workers: list[FakeWorker] = []
        self.options: list[list[str]] = []
        self.housekeeping = Housekeeping(self._start, BEGAN)

    def _start(self, options: Sequence[str]) -> FakeWorker:
        self.options.append(list(options))
        self.workers.append(FakeWorker())
        return self.workers[-1]

    def live(self, until: datetime, status: int = 0) -> None:
        """Minute by minute; whoever works ends within that time."""
        now = BEGAN
        while now <= until:
            self.housekeeping.turn(now)
            if self.workers:
                self.workers[-1].status = status
            now += timedelta(minutes=1)


@pytest.fixture
def office() -> Office:
    return Office()


def test_the_recorder_has_its_start_to_itself(office: Office) -> None:
    office.housekeeping.turn(BEGAN + FIRST_AFTER / 2)
    assert office.options == []
    office.housekeeping.turn(BEGAN + FIRST_AFTER)
    assert office.options == [["--daily"]]


def test_each_hour_is_added_up_and_each_day_once_what_is_old_is_deleted(office: Office) -> None:
    office.live(BEGAN + 24 * HOUR)
    assert [number for number, one in enumerate(office.options) if one == ["--daily"]] == [0, 12]
    assert len(office.options) == 25


def test_nobody_is_set_to_work_while_somebody_works(office: Office) -> None:
    for minute in range(300):
        office.housekeeping.turn(BEGAN + FIRST_AFTER + timedelta(minutes=minute))
    assert len(office.options) == 1


def test_what_failed_is_tried_again_after_a_while(office: Office) -> None:
    office.live(BEGAN + FIRST_AFTER + 3 * AGAIN_AFTER, status=1)
    assert office.options == 3 * [["--daily"]]


@pytest.mark.parametrize("is_stubborn", [False, True])
def test_whoever_works_is_sent_home_with_the_recorder(office: Office, is_stubborn: bool) -> None:
    office.housekeeping.leave()
    office.housekeeping.turn(BEGAN + FIRST_AFTER)
    office.workers[0].is_stubborn = is_stubborn
    office.housekeeping.leave()
    assert office.workers[0].heard == (["terminate", "kill"] if is_stubborn else ["terminate"])


@pytest.mark.slow
def test_the_maintenance_ends_when_it_is_done(tmp_path: Path) -> None:
    house = tmp_path / "house.yaml"
    house.write_text(f"rooms: {{living: {{}}}}\ndatabase: {{url: 'sqlite:///{tmp_path}/haard.db'}}\n")
    for action in (["migrate"], ["maintain"], ["maintain", "--daily"]):
        command = [sys.executable, "-m", "recorder", *action, "--settings", str(house)]
        assert subprocess.run(command, check=False, timeout=60).returncode == 0
