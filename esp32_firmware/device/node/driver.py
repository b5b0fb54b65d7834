"""Looks after the valves: takes levels and commands from the house, makes one contact at a time, says what came of it.

The rules are the machine's (node.valve). Here a level outlives a restart: in the RTC's memory with the time that is
left of it, and its fallback on flash, so that with the broker gone every valve still ends at its fallback.
"""

import asyncio
import json

from node import frames, moments, valve, words
from node.radio import ContactError, address_bytes
from node.valve import Level, Valve


class Driver:
    """The valves of this node. `say(path, payload, retain)` publishes, `reject(path, payload, reason)` refuses."""

    def __init__(self, board, pace, clock, radio, say, reject):
        self._board, self._pace, self._clock = board, pace, clock
        self._radio, self._say, self._reject = radio, say, reject
        self.pins = {}
        self._offsets = ()
        self._saved = {}
        self._away = {}
        self._levels = {}
        self.valves = {}
        self.contacts = self.failures = 0

    def configure(self, config):
        """Take in which valves are this node's; those that stay keep what is known of them."""
        before, self.valves = self.valves, {}
        self._offsets = config["offsets"]
        for address, options in config["valves"].items():
            one = before.get(address)
            if one is None:
                one = Valve(address, options["room"], options, self._pace, self._wall_time)
                self._recall_level(one)
            one.room, one.options = options["room"], options
            self.valves[address] = one

    # --- what the house says ------------------------------------------------------------------------------------------

    def hear_set(self, address, payload):
        """A level of the regulator; an empty payload takes it back. Raises ValueError."""
        one = self.valves[address]
        if not payload:
            one.hear_level(None, self.now())
            return
        said = words.decode(payload)
        try:
            setpoint = frames.setpoint_byte(words.hundredths(said["setpoint"]))
            fallback = frames.setpoint_byte(words.hundredths(said["fallback"]))
            opening = said.get("opening")
            level = Level(setpoint, fallback, moments.read(said["expires_at"]), opening)
        except KeyError as error:
            raise ValueError("expected " + str(error.args[0]))
        one.hear_level(level, self.now())
        if self._saved.get(address) != fallback:
            self._saved[address] = fallback
            self._board.write("fallbacks.json", json.dumps(self._saved).encode())

    def hear_command(self, address, payload):
        """What a person asks of a valve, once. Raises ValueError for what it cannot do."""
        said = words.decode(payload)
        do, setpoint, until = said.get("do", said.get("")), said.get("setpoint"), said.get("until")
        if do not in ("auto", "manual", "boost", "boost_off"):
            raise ValueError("do: expected auto, manual, boost or boost_off, which is what a node can do")
        if setpoint is not None and do != "manual":
            raise ValueError("setpoint: goes with manual only")
        if until is not None and setpoint is None:
            raise ValueError("until: needs a setpoint")
        halves = None if setpoint is None else frames.setpoint_byte(words.hundredths(setpoint))
        ends_at = None if until is None else moments.read(until)
        if ends_at is not None and not 0 < ends_at - self.now() <= 366 * 86400:
            raise ValueError("until: should lie ahead, by at most a year")
        self.valves[address].hear_command((do, halves, ends_at), self.now())

    def hear_status(self, address, payload, chance):
        """What this valve's topic kept, after a restart of the node."""
        said = words.decode(payload)
        one = self.valves[address]
        reported_at, setpoint = said.get("reported_at"), said.get("setpoint")
        if reported_at and said.get("reachable") and one.report is None:
            halves = None if setpoint is None else frames.setpoint_byte(words.hundredths(setpoint))
            one.recall(halves, said.get("mode"), moments.read(reported_at), chance)

    def hear_other(self, node, is_online):
        """Another node came or went; a valve that is ours only while it is gone is driven from then on."""
        if is_online:
            self._away.pop(node, None)
        elif node not in self._away:
            self._away[node] = self._board.uptime_s()

    # --- time ---------------------------------------------------------------------------------------------------------

    def now(self):
        """The house's time; while it is not known, the seconds since the start, which lie far before it."""
        now = self._clock.now()
        return self._board.uptime_s() if now is None else now

    def _wall_time(self, instant):
        """As the valve's clock should show it; None where the time or the house's offset is not known."""
        if self._clock.now() is None or not self._offsets:
            return None
        minutes = self._offsets[0][1]
        for since, offset in self._offsets:
            if instant >= since:
                minutes = offset
        return moments.to_civil(instant + minutes * 60)

    # --- what outlives a restart --------------------------------------------------------------------------------------

    def keep(self):
        """Note the levels with the seconds that are left of them in the RTC's memory."""
        now, levels = self.now(), {}
        for address, one in self.valves.items():
            level = one.level
            if level is not None:
                levels[address] = (level.setpoint, level.fallback, max(level.expires_at - now, 0))
        self._board.memory["levels"] = levels
        self._board.keep_memory()

    def restore(self):
        """Read what was kept, before the valves are configured."""
        try:
            levels = self._board.memory.get("levels") or {}
            for address, (setpoint, fallback, left_s) in levels.items():
                self._levels[address] = Level(setpoint, fallback, self._board.uptime_s() + left_s, kept=True)
        except (ValueError, TypeError):
            self._levels = {}
        try:
            self._saved = json.loads(self._board.read("fallbacks.json") or b"{}")
        except ValueError:
            self._saved = {}

    def _recall_level(self, one):
        """A level of before the restart; else, if the fallback is known, one that is over in ten minutes."""
        level = self._levels.pop(one.address, None)
        if level is None and one.address in self._saved:
            fallback = self._saved[one.address]
            level = Level(fallback, fallback, self._board.uptime_s() + self._pace["orphan_s"], kept=True)
        if self._clock.now() is None:
            one.level = level

    # --- contacts -----------------------------------------------------------------------------------------------------

    async def run(self, alive):
        """Look after the valves, for ever."""
        while True:
            alive()
            for one in self.valves.values():
                one.drop_command(self.now())
                self._say_refusals(one)
            found = self._next()
            if found is None:
                await asyncio.sleep_ms(200)
                continue
            await self._perform(found[0], found[1], alive)
            await asyncio.sleep_ms(self._pace["between_ms"])

    def _next(self):
        """The most urgent task of all valves that are ours at this moment."""
        now, best = self.now(), None
        for one in self.valves.values():
            if not self._is_ours(one) or not self._may_act(one):
                continue
            task = one.next_task(now)
            if task is not None and (best is None or one.urgency(task) < best[0].urgency(best[1])):
                best = (one, task)
        return best

    def _may_act(self, one):
        """Without the time only a level that a restart kept is known to be over, or any after a while."""
        if self._clock.now() is not None:
            return True
        if one.level is not None and not one.level.kept and self._board.uptime_s() > self._pace["orphan_s"]:
            one.level = Level(one.level.fallback, one.level.fallback, self._board.uptime_s(), kept=True)
        return one.level is not None and one.level.kept

    def _is_ours(self, one):
        other = one.options.get("standby_for")
        if not other:
            return True
        gone_s = self._away.get(other)
        return gone_s is not None and self._board.uptime_s() - gone_s >= self._pace["take_over_s"]

    async def _perform(self, one, task, alive):
        self.contacts += 1
        contact = asyncio.create_task(self._contact(one, task))
        while not contact.done():
            alive()
            await asyncio.sleep_ms(100)

    async def _contact(self, one, task):
        chance = self._board.dice(100)
        was_reachable = one.is_reachable()
        try:
            answers = await self._radio.contact(address_bytes(one.address), task[1], self.pins.get(one.address))
            knob = one.answered(task, answers, self.now(), chance)
        except (ContactError, ValueError) as error:
            self.failures += 1
            failure = error.args[0] if isinstance(error, ContactError) else valve.SILENT
            one.failed(task[0], failure, self.now(), chance, task[3])
            self._board.log("valve " + one.address + " in " + one.room + ": " + str(error.args[-1]))
            if was_reachable and not one.is_reachable():
                self._say_status(one)
            return
        if knob is not None:  # before the status, which would make the regulator repeat its own command
            wish = words.encode((("value", words.Bare(words.decimal(knob * 50))),))
            self._say("room/" + one.room + "/setpoint/set", wish, False)
        self._say_status(one)
        self._say_refusals(one)

    # --- what is said -------------------------------------------------------------------------------------------------

    def _say_status(self, one):
        self._say("valve/" + one.address + "/status", status_of(one), True)

    def _say_refusals(self, one):
        refused, one.refused = one.refused, []
        for (do, _, _), reason in refused:
            self._reject("valve/" + one.address + "/command", do.encode(), reason)


def status_of(one):
    """The payload of `valve/<address>/status`: its last report, and whether it can be reached."""
    report = one.report
    tail = (("reachable", one.is_reachable()), ("alert", one.alert))
    if report is None:
        return words.encode(tail)
    flags = report.flags
    is_dated = one.reported_at > moments.FIRST
    return words.encode(
        (
            ("opening", report.opening),
            ("setpoint", words.Bare(words.decimal(report.setpoint * 50))),
            ("mode", _mode(flags)),
            ("battery_low", bool(flags & frames.BATTERY_LOW)),
            ("window", bool(flags & frames.WINDOW_OPEN)),
            ("locked", bool(flags & frames.LOCKED)),
            ("reachable", one.is_reachable()),
            ("reported_at", moments.spelled(one.reported_at) if is_dated else None),
            ("alert", one.alert),
        )
    )


def _mode(flags):
    if flags & frames.BOOSTS:
        return "boost"
    if flags & frames.VACATION:
        return "vacation"
    return "manual" if flags & frames.MANUAL else "auto"
