"""From what a thermometer sends to what the house hears: what is new, plausible and no leap becomes a reading.

A repetition has the bytes of the frame before it (each layout counts). A leap of more than 5 K a minute is not believed
until it is slow enough. Battery and signal change with every frame, so they are said every five minutes only.
"""

from node import frames, moments, words

_FASTEST_PER_MIN = 500
_COMPLAIN_S = 3600
_PLAUSIBLE = {"temperature": (-4000, 6000), "humidity": (0, 10000), "battery": (0, 100), "millivolts": (500, 5000)}


class Sensor:
    """One thermometer or contact: where it stands, and what must be remembered of it."""

    def __init__(self, address, options):
        self.address, self.room = address, options["room"]
        self.calibration = options.get("calibration", 0)
        self.is_thermometer, self.is_contact = options.get("thermometer", True), options.get("contact", False)
        self._last = {}
        self._temperature = None
        self._measured_s = self._said_s = self._complained_s = None
        self._battery = self._millivolts = None
        self.refused = 0
        self.heard_s = None

    def remember(self, before):
        """Take over what was known of it under another configuration."""
        self._last, self._temperature, self._measured_s = before._last, before._temperature, before._measured_s
        self._battery, self._millivolts, self.refused = before._battery, before._millivolts, before.refused

    def hear(self, mac, rssi, advertisement, uptime_s, said_every_s):
        """What one advertisement says (`temperature`, `humidity`, `window`, `status`), and a complaint or None."""
        for uuid, data in frames.service_data(advertisement):
            if self._last.get(uuid) == data:
                continue
            self._last[uuid] = data
            try:
                values = frames.read_advertisement(mac, uuid, data)
                if values:
                    return self._take(values, rssi, uptime_s, said_every_s), None
            except ValueError as error:
                return {}, self._refuse(str(error), uptime_s)
        return {}, None

    def _take(self, values, rssi, uptime_s, said_every_s):
        for name, (lowest, highest) in _PLAUSIBLE.items():
            if name in values and not lowest <= values[name] <= highest:
                if name == "temperature":
                    raise ValueError(name + " " + str(values[name]) + " is not plausible")
                del values[name]  # what else cannot be costs only itself
        if "temperature" in values:
            self._check_leap(values["temperature"], uptime_s)
            self._temperature, self._measured_s = values["temperature"], uptime_s
        self.heard_s = uptime_s
        self._battery = values.get("battery", self._battery)
        self._millivolts = values.get("millivolts", self._millivolts)
        said = {}
        if self.is_thermometer and "temperature" in values:
            said["temperature"] = words.Bare(words.decimal(values["temperature"] + self.calibration))
        if self.is_thermometer and "humidity" in values:
            said["humidity"] = words.Bare(words.decimal(values["humidity"]))
        if self.is_contact and "window" in values:
            said["window"] = "open" if values["window"] else "closed"
        if self._said_s is None or uptime_s - self._said_s >= said_every_s:
            self._said_s = uptime_s
            said["status"] = rssi
        return said

    def _check_leap(self, temperature, uptime_s):
        if self._temperature is None:
            return
        minutes_60ths = max(uptime_s - self._measured_s, 60)
        if abs(temperature - self._temperature) * 60 > _FASTEST_PER_MIN * minutes_60ths:
            text = "a leap from " + words.decimal(self._temperature) + " to " + words.decimal(temperature)
            raise ValueError(text + " in " + str(minutes_60ths // 60) + " min")

    def _refuse(self, text, uptime_s):
        self.refused += 1
        if self._complained_s is not None and uptime_s - self._complained_s < _COMPLAIN_S:
            return None
        self._complained_s = uptime_s
        return self.address + " in " + self.room + ": " + text + " (refused so far: " + str(self.refused) + ")"

    def status(self, rssi, now):
        """The payload of `sensor/<address>/status`."""
        voltage = None if self._millivolts is None else words.Bare(_thousandths(self._millivolts))
        measured_at = None if now is None else moments.spelled(now)
        pairs = (("battery", self._battery), ("voltage", voltage), ("rssi", rssi), ("measured_at", measured_at))
        return words.encode(pairs)


def _thousandths(value):
    return (str(value // 1000) + "." + "{:03d}".format(value % 1000)).rstrip("0").rstrip(".")


def reading(value, now):
    """The payload of a reading; without the time where that is not known."""
    return words.encode((("value", value), ("measured_at", None if now is None else moments.spelled(now))))
