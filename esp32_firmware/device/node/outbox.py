"""What is to be said, until the broker has it: of each topic the latest word, of events a few in their order.

How valves and the node are is remembered and said again to every new session, since a broker may have lost its memory;
thermometers speak again by themselves within the minute.
"""

import asyncio
from collections import deque

_MOST_TOPICS = 96
_PASSING = ("room/", "sensor/")


class Outbox:
    """`client` says it; `prefix` stands before every path."""

    def __init__(self, board, client, prefix):
        self._board, self._client, self._prefix = board, client, prefix
        self._retained, self._waiting = {}, []
        self._events = deque((), 16)
        self.sent = self.dropped = 0

    def say(self, path, payload, retain):
        """Say it as soon as it can be said."""
        if not retain:
            self._events.append((path, payload))
            return
        if path not in self._retained and len(self._retained) >= _MOST_TOPICS:
            self.dropped += 1
            return
        self._retained[path] = payload
        if path not in self._waiting:
            self._waiting.append(path)

    def say_all_again(self, first):
        """To a session that has just begun; `first` before all."""
        self._waiting = [first] + [path for path in self._retained if path != first]

    def is_empty(self):
        return not self._events and not self._waiting

    async def run(self, alive):
        """Say what waits, for ever."""
        while True:
            alive()
            if not self._client.connected or self.is_empty():
                await asyncio.sleep_ms(20)
                continue
            try:
                await self._say_next()
                self.sent += 1
            except OSError as error:
                self._board.log("outbox: " + str(error))
                await asyncio.sleep_ms(200)

    async def _say_next(self):
        if self._events:
            path, payload = self._events[0]
            await self._client.publish(self._prefix + path, payload, False)
            self._events.popleft()
            return
        path = self._waiting[0]
        payload = self._retained[path]
        await self._client.publish(self._prefix + path, payload, True)
        if self._retained[path] is payload:
            self._waiting.remove(path)
            if path.startswith(_PASSING):
                del self._retained[path]
