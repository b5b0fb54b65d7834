"""Looks after the valves: takes wishes from the house, makes one contact at a time, tells the house what came of it.

The rules are the pure machine's (bridges.eq3.valve); here are the clock, the dice, the radio and the log.
"""

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from bleak.backends.device import BLEDevice
from bleak_retry_connector import close_stale_connections_by_address

from bridges.bluetooth.gatt import ContactError, GattSession
from bridges.bluetooth.scanner import Radio, is_on_the_air
from bridges.eq3 import valve as machine
from bridges.eq3.program import points_of, week_of
from bridges.eq3.protocol import Day, DayProgram, ProgramWritten
from bridges.eq3.report import status_of
from bridges.eq3.scheduling import next_up
from bridges.eq3.valve import Failure, Kind, Task, Valve
from house import topics
from house.messages import Schedule, SetpointWish, ValveCommand, ValveSet, ValveStatus
from house.settings import Settings
from house.settings.radio import ValveOptions
from house.settings.section import spelled

Say = Callable[[topics.Publication], None]
Refuse = Callable[[str, ValveCommand, str], None]
"""Tells that a command for the valve of this address came to nothing, and why."""
Clock = Callable[[], datetime]

log = structlog.get_logger()


def valves_of(settings: Settings) -> dict[str, Valve]:
    """The valves that this radio drives: those with a Bluetooth address that nothing else drives."""
    found = {}
    for address, room in settings.rooms_by_valve.items():
        options = settings.bluetooth.valves.get(address, ValveOptions())
        if is_on_the_air(address) and not options.elsewhere and address not in settings.zigbee2mqtt.devices:
            found[address] = Valve(address, room, options, program=week_of(settings.rooms[room].schedule))
    return found


class ValveDriver:
    """The valves of one radio and what is known of them."""

    def __init__(
        self,
        valves: Mapping[str, Valve],
        zone: ZoneInfo,
        caller: GattSession,
        pins: Mapping[str, str],
        say: Say,
        refuse: Refuse,
        clock: Clock,
    ) -> None:
        self.devices: dict[str, tuple[BLEDevice, float]] = {}
        """The valves that were heard, as BlueZ knows them, and when (monotonic seconds)."""
        self._valves = dict(valves)
        self._zone, self._caller, self._pins, self._clock = zone, caller, pins, clock
        self._say, self._refuse = say, refuse
        self._pace = caller.timing.pace

    def hear_set(self, address: str, wish: ValveSet | None) -> None:
        """A new level for a valve; None takes it back."""
        self._valves[address] = machine.wished(self._valves[address], wish, self._clock())

    def hear_command(self, address: str, wish: ValveCommand) -> None:
        """What a person asks of a valve."""
        self._valves[address] = machine.commanded(self._valves[address], wish, self._clock(), self._pace)

    def hear_schedule(self, room: str, schedule: Schedule) -> None:
        """The room's week as the house has it now."""
        for address, valve in self._valves.items():
            if valve.room == room:
                self._valves[address] = replace(valve, program=week_of(schedule.points))

    def recall(self, address: str, status: ValveStatus) -> None:
        """What the broker kept of this bridge's own reports."""
        self._valves[address] = machine.recalled(self._valves[address], status, self._pace, random.random())

    async def run(self, radio: Radio) -> None:
        """Look after the valves until cancelled."""
        try:
            await self._look_after(radio)
        finally:
            self._drop_commands(lambda valve: "the bluetooth bridge was stopped before the valve did it")

    async def _look_after(self, radio: Radio) -> None:
        freed = 0.0
        while True:
            self._drop_commands(lambda valve: machine.refusal(valve, self._clock()))
            if not radio.listening.is_set():
                await asyncio.sleep(self._caller.timing.idle_s)
                continue
            if freed != radio.listening_since:
                freed = radio.listening_since
                await self._free_leftovers()
            in_grace = time.monotonic() - radio.listening_since < self._caller.timing.grace_s
            candidates = [one for one in self._valves.values() if self._device(one.address, radio) or not in_grace]
            task = next_up(candidates, self._clock(), self._zone)
            if task is None:
                await asyncio.sleep(self._caller.timing.idle_s)
                continue
            await self._perform(task, radio)

    def _drop_commands(self, reason_for: Callable[[Valve], str | None]) -> None:
        """Between contacts, so that a command on its way has come to something before anything is said of it."""
        for address, before in self._valves.items():
            reason = reason_for(before)
            valve = before if reason is None else machine.dropped(before, reason)
            self._valves[address] = replace(valve, refused=())
            for one in valve.refused:
                self._refuse(address, one.command.wish, one.reason)

    async def _free_leftovers(self) -> None:
        """BlueZ keeps the links of a process that crashed, and a connected valve is deaf and silent."""
        for address in self._valves:
            try:
                await close_stale_connections_by_address(spelled(address))
            except Exception as error:  # bleak and dbus-fast do not declare all that they raise
                log.warning("could not look for a link left over", address=address, reason=repr(error))

    def _device(self, address: str, radio: Radio) -> BLEDevice | None:
        """The valve as BlueZ knows it, if it was heard since the scan began; a restarted BlueZ has forgotten it."""
        device, heard_at = self.devices.get(address, (None, 0.0))
        return device if heard_at >= radio.listening_since else None

    async def _perform(self, task: Task, radio: Radio) -> None:
        try:
            device = self._device(task.address, radio)
            if device is None:
                raise ContactError(Failure.UNREACHED, "not heard: is it near, and its Bluetooth on?")
            answers = await self._caller.contact(device, task.requests, self._pins.get(task.address))
        except ContactError as error:
            if radio.listening.is_set():
                self._failed(task, error)
            return
        before = self._valves[task.address]
        after, knob = machine.answered(before, task, answers, self._clock(), self._pace, random.random())
        self._valves[task.address] = after
        if knob is not None:
            log.info("setpoint changed at the valve", address=task.address, room=knob.room, setpoint=knob.setpoint)
            # Before the status, which would make the regulator repeat its own command.
            wish = SetpointWish(value=knob.setpoint)
            self._say(topics.publication(topics.ROOM_SETPOINT_WISH, knob.room, message=wish))
        self._report(after)
        if any(isinstance(answer, DayProgram | ProgramWritten) for answer in answers):
            self._report_program(after)
        self._log_contact(task, after)

    def _log_contact(self, task: Task, after: Valve) -> None:
        if task.command is not None:
            if task.command not in [one.command for one in after.refused]:
                log.info("command carried out", address=task.address, room=after.room, command=task.command.wish.do)
        elif after.failures:
            log.warning("valve holds something else than it was told", address=task.address, room=after.room)
        elif task.target is not None:
            log.info("valve target sent", address=task.address, room=after.room, setpoint=task.target.setpoint)
        elif task.kind in (Kind.OPTIONS, Kind.PROGRAM):
            written = [request.hex() for request in task.requests]
            log.info("upkeep", address=task.address, kind=task.kind.name.lower(), requests=written)

    def _failed(self, task: Task, error: ContactError) -> None:
        before = self._valves[task.address]
        now, chance = self._clock(), random.random()
        after = machine.failed(before, task.kind, error.failure, now, self._pace, chance, task.command)
        self._valves[task.address] = after
        log.warning("valve failed", address=task.address, room=after.room, times=after.failures, reason=str(error))
        if before.reachable and not after.reachable:
            log.error("valve unreachable", address=task.address, room=after.room, hint=after.alert or str(error))
            self._report(after)

    def _report(self, valve: Valve) -> None:
        self._say(topics.publication(topics.VALVE_STATUS, valve.address, message=status_of(valve)))

    def _report_program(self, valve: Valve) -> None:
        if {program.day for program in valve.held_program} == set(Day):
            week = Schedule(points=points_of(valve.held_program))
            self._say(topics.publication(topics.VALVE_PROGRAM, valve.address, message=week))
