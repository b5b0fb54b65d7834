"""`machine`: reset, its cause, the RTC's memory, the watchdog, and one pin: the BOOT button."""

import binascii
import json

import _sim

PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
DEEPSLEEP_RESET = 4
SOFT_RESET = 5


def reset():
    _sim.exit(42, "sim: reset")


def reset_cause():
    return json.loads(_sim.option("reset_cause"))


def unique_id():
    return binascii.unhexlify(json.loads(_sim.option("unique_id")))


def freq(value=None):
    return 160000000


class RTC:
    def memory(self, data=None):
        if data is None:
            return binascii.unhexlify(_sim.rtc_read())
        if len(data) > 2048:
            raise ValueError("buffer too long")
        _sim.rtc_write(bytes(data).hex())
        return None

    def datetime(self, value=None):
        if value is None:
            return (2000, 1, 1, 5, 0, 0, 0, 0)
        if len(value) != 8:
            raise ValueError("datetime")
        print("sim: the clock is set to", value)


class WDT:
    def __init__(self, id=0, timeout=5000):
        _sim.wdt_start(timeout)

    def feed(self):
        _sim.wdt_feed()


class Pin:
    IN = 0
    OUT = 1
    PULL_UP = 2

    def __init__(self, number, mode=-1, pull=-1):
        self._number = number

    def value(self, level=None):
        return 0 if self._number == 0 and json.loads(_sim.option("boot_button")) else 1
