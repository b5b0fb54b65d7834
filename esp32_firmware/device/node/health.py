"""How the node is, and what it does about it: tasks that stand still, a radio that went deaf, a broker that is gone.

The watchdog is fed only while every task has moved lately. The ladder for the radio: listen anew, switch it off and on,
start the node anew. Nothing is heard where nothing is known, so a node without thermometers climbs no ladder.
"""

import asyncio

from node import words

_STUCK_MS = 25000
_LONG_ENOUGH_S = 300


class Health:
    """Watches the tasks, the radio and the broker; says how the node is each minute."""

    def __init__(self, board, pace, say):
        self._board, self._pace, self._say = board, pace, say
        self._moved = {}
        self._rung = 0
        self._broker_ms = board.ticks_ms()
        self._said_ms = None
        self.notes = lambda: ()

    def watch(self, name):
        """A function that a task calls whenever it moves."""
        self._moved[name] = self._board.ticks_ms()

        def alive():
            self._moved[name] = self._board.ticks_ms()

        return alive

    def stuck(self):
        """The tasks that have stood still for too long."""
        return [name for name, at in self._moved.items() if self._since(at) > _STUCK_MS]

    async def run(self, client, radio, keep):
        """Look after the node, for ever; `radio` is None where there is none to look after."""
        while True:
            stuck = self.stuck()
            if stuck:
                self._board.reset("stuck: " + ", ".join(stuck))
            self._board.feed()
            self._check_broker(client)
            if radio is not None:
                self._check_radio(radio)
            if self._said_ms is None or self._since(self._said_ms) >= self._pace["status_ms"]:
                self._said_ms = self._board.ticks_ms()
                keep()
                self._board.tidy()
                await asyncio.sleep_ms(1)
                self.say_status()
                if self._board.uptime_s() > _LONG_ENOUGH_S:
                    self._board.forget("boots")
            await asyncio.sleep_ms(250)

    def say_status(self):
        used, free = self._board.heap()
        pairs = (("uptime_s", self._board.uptime_s()), ("heap_used", used), ("heap_free", free))
        self._say("status", words.encode(pairs + tuple(self.notes())), True)

    def _check_broker(self, client):
        if client.connected:
            self._broker_ms = self._board.ticks_ms()
        elif self._since(self._broker_ms) > self._pace["no_broker_ms"]:
            self._board.reset("no broker")

    def _check_radio(self, radio):
        silent_ms = self._since(radio.heard_ms)
        if silent_ms < self._pace["scan_again_ms"] or not radio.expects():
            self._rung = 0
        elif self._rung == 0:
            self._rung = 1
            self._board.log("health: no thermometer heard, listening anew")
            radio.listen_anew()
        elif self._rung == 1 and silent_ms >= self._pace["radio_again_ms"]:
            if radio.restart():
                self._rung = 2
        elif self._rung == 2 and silent_ms >= self._pace["reset_ms"]:
            self._board.reset("deaf")

    def _since(self, ticks):
        return self._board.ticks_diff(self._board.ticks_ms(), ticks)
