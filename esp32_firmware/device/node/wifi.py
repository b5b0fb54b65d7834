"""Wi-Fi as a station. Power saving stays as it is: without it the chip aborts while Bluetooth runs."""

import asyncio

import network

_TRY_MS = 30000


class Wifi:
    """Joins the network, and joins again."""

    def __init__(self, board, pace, config):
        self._board, self._pace, self._config = board, pace, config
        self._station = network.WLAN(network.STA_IF)
        self._lost_ms = board.ticks_ms()
        self.joins = 0

    def start(self):
        network.hostname("haard-" + self._config.get("id", "node"))
        self._station.active(True)

    def is_connected(self):
        return self._station.isconnected()

    def rssi(self):
        return self._station.status("rssi") if self.is_connected() else None

    def address(self):
        return self._station.ifconfig()[0] if self.is_connected() else None

    async def run(self, alive):
        """Stay joined, for ever."""
        while True:
            alive()
            if self._station.isconnected():
                self._lost_ms = self._board.ticks_ms()
            elif (
                not self.joins
                and self._board.ticks_diff(self._board.ticks_ms(), self._lost_ms) > self._pace["unjoined_ms"]
            ):
                self._board.count("unjoined")
                self._board.reset("wifi: it could not join")
            else:
                await self._join(alive)
            await asyncio.sleep_ms(500)

    async def _join(self, alive):
        self._station.disconnect()
        try:
            self._station.connect(self._config["ssid"], self._config.get("psk") or "")
        except OSError as error:
            self._board.log("wifi: " + str(error))
        began = self._board.ticks_ms()
        while not self._station.isconnected():
            alive()
            if self._board.ticks_diff(self._board.ticks_ms(), began) > min(_TRY_MS, self._pace["unjoined_ms"]):
                self._board.log("wifi: " + self._config["ssid"] + " is not there, or refuses")
                return
            await asyncio.sleep_ms(100)
        self.joins += 1
        self._board.forget("unjoined")
        self._board.log("wifi: joined as " + str(self.address()))
