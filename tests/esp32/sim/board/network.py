"""`network`: a station whose access point is there or not, as the test says; an unknown option is refused."""

import json

import _sim

STA_IF = 0
AP_IF = 1
AUTH_WPA2_PSK = 3
_OPTIONS = (
    "ssid",
    "essid",
    "password",
    "authmode",
    "hostname",
    "txpower",
    "pm",
    "channel",
    "max_clients",
    "security",
    "key",
    "mac",
    "reconnects",
)


def hostname(name=None):
    return name


def country(code=None):
    return code


class WLAN:
    PM_NONE = 0
    PM_PERFORMANCE = 1
    IF_STA = 0
    IF_AP = 1

    def __init__(self, interface):
        self._interface = interface
        self._active = False
        self._wanted = False

    def active(self, on=None):
        if on is not None:
            self._active = bool(on)
            if not on:
                self._wanted = False
        return self._active

    def connect(self, ssid=None, key=None, *, bssid=None):
        if not self._active:
            raise OSError(0x3002)
        if self._wanted:
            raise OSError(0x3007)
        self._wanted = True

    def disconnect(self):
        self._wanted = False

    def isconnected(self):
        if self._interface == AP_IF:
            return self._active
        return self._active and self._wanted and json.loads(_sim.option("wifi"))

    def status(self, what=None):
        if what == "rssi":
            return -61
        return 1010 if self.isconnected() else 1001

    def ifconfig(self, settings=None):
        return ("192.168.4.1" if self._interface == AP_IF else "127.0.0.1", "255.0.0.0", "127.0.0.1", "127.0.0.1")

    def config(self, *names, **options):
        for name in options:
            if name not in _OPTIONS:
                raise ValueError("unknown config param")
            if name == "pm" and options[name] == self.PM_NONE:
                _sim.exit(43, "sim: fatal: Wi-Fi without power save while Bluetooth is on: the chip aborts")
        return None
