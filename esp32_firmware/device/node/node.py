"""One node: what arrives from broker and air, to the part that it is for; what those say, to the broker."""

import asyncio
import sys

import slots

from node import VERSION, config, moments, sensors, words
from node.driver import Driver
from node.health import Health
from node.mqtt import Client
from node.outbox import Outbox
from node.radio import Radio, address_bytes, address_text


class Node:
    """The parts, and what joins them. In `safe` mode there is no radio: only what is needed to mend the node."""

    def __init__(self, board, settings, pace, wifi, safe):
        self._board, self._settings, self._pace, self._wifi = board, settings, pace, wifi
        self.id, self._safe = settings["id"], safe
        self._prefix = settings.get("root", "home") + "/"
        self._mine = "node/" + self.id + "/"
        self._client = Client(self._link(), board, self._hear, self._topics, self._begin)
        self._outbox = Outbox(board, self._client, self._prefix)
        self._clock = moments.HouseClock(board)
        self._radio = Radio(board, pace, self._hear_advertisement)
        self._driver = Driver(board, pace, self._clock, self._radio, self._outbox.say, self._reject)
        self._driver.pins = settings.get("pins") or {}
        self._update, self._update_state = None, None
        self._health = Health(board, pace, self._say_own)
        self._health.notes = self._notes
        self._sensors, self._config = {}, {"valves": {}}
        self._refused_config = None
        self._listened_to = ()

    def _link(self):
        user = self._settings.get("user")
        chip = "".join(["{:02x}".format(byte) for byte in self._board.unique_id()])
        return {
            "host": self._settings["broker"],
            "port": int(self._settings.get("port") or 1883),
            "user": user,
            "password": self._settings.get("password"),
            "client_id": "haard-" + self.id + "-" + chip[-6:],
            "keepalive_s": int(self._settings.get("keepalive_s") or 60),
            "will": (self._prefix + self._availability(), b"offline"),
            "ca": self._settings.get("ca"),
            "name": self._settings.get("name"),
        }

    def _availability(self):
        return "service/node_" + self.id + "/availability"

    # --- running ------------------------------------------------------------------------------------------------------

    async def run(self):
        """For ever; any task that ends is the end of the node, which then starts anew."""
        self._driver.restore()
        self._board.before_reset = self._driver.keep
        if not self._safe:
            self._configure(self._board.read("node.json"))
            self._radio.start()
        watch = self._health.watch
        tasks = [
            self._wifi.run(watch("wifi")),
            self._client.run(),
            self._outbox.run(watch("outbox")),
            self._say_lines(),
            self._health.run(self._client, None if self._safe else self._radio, self._driver.keep),
        ]
        if not self._safe:
            tasks += [self._radio.pump(watch("radio")), self._driver.run(watch("driver")), self._confirm()]
        try:
            await asyncio.gather(*tasks)
        except Exception as error:
            sys.print_exception(error)
            self._board.reset("crash: " + repr(error)[:100])

    async def _confirm(self):
        """New firmware has shown what it must: it reached the broker, and heard the air if it has something to hear."""
        if not slots.is_trial():
            return
        while not self._client.connected or (self._sensors and not self._radio.advertised):
            await asyncio.sleep_ms(200)
        slots.confirm()
        self._update_state = "confirmed " + VERSION
        self._board.log("update: " + VERSION + " works and stays")
        self._health.say_status()

    # --- from the broker ----------------------------------------------------------------------------------------------

    def _topics(self):
        paths = ["tick", self._mine + "config", self._mine + "update"]
        for address in self._config["valves"]:
            paths += ["valve/" + address + "/" + last for last in ("set", "command", "status")]
        for other in self._others():
            paths.append("service/node_" + other + "/availability")
        self._listened_to = [self._prefix + path for path in paths]
        return self._listened_to

    def _others(self):
        found = [one.get("standby_for") for one in self._config["valves"].values()]
        return sorted({one for one in found if one})

    def _begin(self):
        """A session stands: online, and all that is retained once more."""
        self._outbox.say(self._availability(), b"online", True)
        self._outbox.say_all_again(self._availability())
        self._health.say_status()

    def _hear(self, topic, payload, retained):
        path = topic[len(self._prefix) :]
        try:
            self._hear_path(path, payload, retained)
        except (ValueError, KeyError, TypeError) as error:
            reason = str(error.args[0] if error.args else error)
            self._board.log(path + ": " + reason)
            self._reject(path, payload, reason)

    def _reject(self, path, payload, reason):
        """Aloud, as every service does: the whole topic, the payload (cut), why, and who says so."""
        pairs = (("topic", self._prefix + path), ("payload", repr(payload[:100])[2:-1]), ("reason", reason[:200]))
        self._outbox.say("rejected", words.encode(pairs + (("service", "node_" + self.id),)), False)

    def _hear_path(self, path, payload, retained):
        parts = path.split("/")
        if path == "tick":
            said = words.decode(payload)
            self._clock.hear(moments.read(said.get("at", said.get(""))))
        elif path == self._mine + "config":
            self._hear_config(payload)
        elif path == self._mine + "update":
            self._hear_update(payload, retained)
        elif parts[0] == "valve" and parts[1] in self._driver.valves:
            self._hear_valve(parts[1], parts[2], payload, retained)
        elif parts[0] == "service":
            self._driver.hear_other(parts[1][len("node_") :], payload == b"online")

    def _hear_update(self, payload, retained):
        """The part for updates is taken into memory when it is needed, which is once a year."""
        if retained:
            return
        if self._update is None:
            from node.update import Update

            self._update = Update(self._board, self.id, words.from_hex(self._settings.get("update_key") or ""))
        try:
            if self._update.hear(payload):
                self._board.reset("update")
        finally:
            if self._update.state != self._update_state:
                self._update_state = self._update.state
                self._health.say_status()

    def _hear_valve(self, address, last, payload, retained):
        if last == "set":
            self._driver.hear_set(address, payload)
        elif last == "command" and not retained:
            self._driver.hear_command(address, payload)
        elif last == "status" and retained and payload:
            self._driver.hear_status(address, payload, self._board.dice(100))

    def _hear_config(self, payload):
        if payload == self._board.read("node.json") or not payload:
            return
        try:
            config.read(payload)
        except ValueError as error:
            self._refused_config = str(error)
            raise
        self._refused_config = None
        self._board.write("node.json", payload)
        self._configure(payload)
        before = self._listened_to
        new = [topic for topic in self._topics() if topic not in before]
        if new and self._client.connected:
            asyncio.create_task(self._listen_to(new))

    async def _listen_to(self, topics):
        """A session that ends meanwhile listens to all of them in the next."""
        try:
            await self._client.subscribe(topics)
        except OSError as error:
            self._board.log("mqtt: " + str(error))

    def _configure(self, payload):
        if not payload:
            return
        try:
            self._config = config.read(payload)
        except ValueError as error:
            self._board.log(str(error))
            return
        self._driver.configure(self._config)
        before = self._sensors
        self._sensors = {}
        for address, options in self._config.pop("sensors").items():
            self._sensors[address_bytes(address)] = sensors.Sensor(address, options)
        for mac, one in self._sensors.items():
            if mac in before and before[mac].room == one.room:
                one.remember(before[mac])
        self._radio.know(self._sensors)

    # --- from the air -------------------------------------------------------------------------------------------------

    def _hear_advertisement(self, mac, rssi, data):
        one = self._sensors.get(mac)
        if one is None:
            return
        said, complaint = one.hear(mac, rssi, data, self._board.uptime_s(), self._pace["sensor_said_s"])
        now = self._clock.now()
        for what in ("temperature", "humidity", "window"):
            if what in said:
                path = "room/" + one.room + "/" + what + "/" + address_text(mac)
                self._outbox.say(path, sensors.reading(said[what], now), True)
        if "status" in said:
            self._outbox.say("sensor/" + address_text(mac) + "/status", one.status(said["status"], now), True)
        if complaint:
            self._board.log(complaint)

    # --- about itself -------------------------------------------------------------------------------------------------

    def _say_own(self, last, payload, retain):
        self._outbox.say(self._mine + last, payload, retain)

    def _notes(self):
        """What the status says beside uptime and heap."""
        now = self._clock.now()
        return (
            ("version", VERSION),
            ("rssi", self._wifi.rssi()),
            ("address", self._wifi.address()),
            ("reset_cause", self._board.cause()),
            ("joins", self._wifi.joins),
            ("sessions", self._client.sessions),
            ("advertisements", self._radio.advertised),
            ("contacts", self._driver.contacts),
            ("failures", self._driver.failures),
            ("radio_resets", self._radio.resets),
            ("sensors", len(self._sensors)),
            ("valves", len(self._config["valves"])),
            ("safe_mode", self._safe or None),
            ("update", self._update_state or _told(slots.refused())),
            ("alert", self._refused_config),
            ("reported_at", None if now is None else moments.spelled(now)),
        )

    async def _say_lines(self):
        """The log, for whoever listens; lines of before a session are kept for it, as far as they fit."""
        while True:
            if self._client.connected and self._board.lines and self._outbox.is_empty():
                self._say_own("log", words.encode((("line", self._board.lines.pop(0)),)), False)
            await asyncio.sleep_ms(100)


def _told(version):
    return None if version is None else "went back: " + version + " did not work"
