"""A regulator in a house of which every device obeys: bytes in, bytes out, and a broker's memory of what is retained.

Minutes pass by `pass_minutes`: each brings a reading of every room in `air` and a tick, and then the valves that are
not in `deaf` answer what they were told.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from house import messages, settings, topics
from house.settings import Settings
from regulator.snapshot import Snapshot, empty
from regulator.step import handle_bytes

M = TypeVar("M", bound=messages.Message)

MONDAY_NOON = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)  # 13:00 on the wall
LIVING_VALVE, BATH_VALVE, HALL_VALVE = "001a22000001", "001a22000002", "001a22000003"

HOUSE = """
home: {timezone: Europe/Amsterdam}
rooms:
  living:
    name: Living room
    sensors: [A4:C1:38:00:00:01, A4:C1:38:00:00:02]
    windows: [A4:C1:38:00:00:11]
    radiators: [{valve: 00:1A:22:00:00:01, power_w: 2000}]
    schedule: {daily: {"06:30": 20, "22:30": 17}}
  bath:
    sensors: [A4:C1:38:00:00:03]
    radiators: [{valve: 00:1A:22:00:00:02, power_w: 1000}]
  hall:
    radiators: [{valve: 00:1A:22:00:00:03, power_w: 500}]
"""


def wiring(law: str = "hysteresis", *, overrun_min: float = 0, moves_per_day: int = 60, **safety: float) -> Settings:
    """The house of the tests, with other limits; by default with the law whose answers are the easiest to foresee."""
    regulator = {"law": law, "moves_per_day": moves_per_day}
    sections = {"regulator": regulator, "boiler": {"overrun_min": overrun_min}, "safety": safety}
    return settings.parse(HOUSE + "".join(f"{name}: {json.dumps(one)}\n" for name, one in sections.items()))


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


class House:
    """What a test says, what the regulator answered, and what the broker keeps."""

    def __init__(self, built: Settings | None = None, at: datetime = MONDAY_NOON) -> None:
        self.wiring = built or wiring()
        self.snapshot: Snapshot = empty(self.wiring)
        self.now = at
        self.kept: dict[str, bytes] = {}
        self.air: dict[str, float] = {"living": 20.0, "bath": 20.5}
        self.deaf: set[str] = {HALL_VALVE}
        self._hung: dict[str, tuple[str, float]] = {}

    def say(self, path: str, payload: Any, *, retained: bool = False) -> list[topics.Publication]:
        """One message: bytes and text as they are, anything else as JSON; what the regulator said to it."""
        data = payload if isinstance(payload, bytes) else str(payload).encode()
        if isinstance(payload, dict | list):
            data = json.dumps(payload).encode()
        self._keep(path, data)
        self.snapshot, publications = handle_bytes(self.snapshot, path, data, retained=retained)
        for one in publications:
            self._keep(one.path, one.payload)
        return list(publications)

    def _keep(self, path: str, payload: bytes) -> None:
        name = topics.parse(path)
        if name is not None and name.topic.retained:
            self.kept[path] = payload
            if not payload:
                del self.kept[path]

    def pass_minutes(self, minutes: int = 1) -> list[topics.Publication]:
        """Time passes, a tick each minute; everything that the regulator said meanwhile."""
        said: list[topics.Publication] = []
        for _ in range(minutes):
            self.now += timedelta(minutes=1)
            said += self.tick()
        return said

    def tick(self) -> list[topics.Publication]:
        """The rooms of `air` report, the clock says the time, the valves answer."""
        said: list[topics.Publication] = []
        for room, value in self.air.items():
            said += self.measure(room, value)
        said += self.say("tick", {"at": iso(self.now)})
        return said + self.valves_answer()

    def measure(
        self, room: str, value: float, *, sensor: str = "", at: datetime | None = None
    ) -> list[topics.Publication]:
        path = f"room/{room}/temperature" + (f"/{sensor}" if sensor else "")
        hung, before = self._hung.get(path, (path, value))
        if abs(before - value) > 3:  # no room leaps like this: another thermometer is hung up
            self.say(hung, b"", retained=True)
            hung = path if hung != path else f"room/{room}/temperature/another{sensor}"
        self._hung[path] = (hung, value)
        return self.say(hung, {"value": value, "measured_at": iso(at or self.now)})

    def valves_answer(self) -> list[topics.Publication]:
        said: list[topics.Publication] = []
        for address in set(self.wiring.rooms_by_valve) - self.deaf:
            command, status = self.command(address), self.heard(topics.VALVE_STATUS, address)
            answered_at = status.reported_at if status and status.setpoint == (command and command.setpoint) else None
            in_another_time = answered_at is not None and answered_at > self.now + timedelta(hours=1)
            if command and (answered_at is None or in_another_time or answered_at < command.issued_at):
                said += self.report(address, opening=command.opening, setpoint=command.setpoint)
        return said

    def report(self, address: str, *, at: datetime | None = None, **fields: Any) -> list[topics.Publication]:
        """A valve says how it is, ten seconds from now if not told otherwise."""
        reported_at = iso(at or self.now + timedelta(seconds=10))
        return self.say(f"valve/{address}/status", {**fields, "reported_at": reported_at})

    def heard(self, topic: topics.Topic[M], *ids: str) -> M | None:
        """The message that the broker keeps on a topic."""
        payload = self.kept.get(topic.path(*ids))
        return topic.message.decode(payload) if payload is not None else None

    def command(self, address: str = LIVING_VALVE) -> messages.ValveSet | None:
        return self.heard(topics.VALVE_SET, address)

    def opening(self, address: str = LIVING_VALVE) -> float | None:
        command = self.command(address)
        assert command is not None
        return command.opening

    def status(self, room: str = "living") -> messages.RoomStatus:
        status = self.heard(topics.ROOM_STATUS, room)
        assert status is not None
        return status

    @property
    def boiler(self) -> messages.BoilerSet:
        command = self.heard(topics.BOILER_SET)
        assert command is not None
        return command


def refusal(said: list[topics.Publication]) -> str:
    """The reason of the one refusal that was said."""
    (one,) = said
    assert isinstance(one.message, messages.Rejected)
    return one.message.reason


def paths(said: list[topics.Publication]) -> list[str]:
    return [one.path for one in said]
