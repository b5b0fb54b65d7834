"""What travels through the air, in whole numbers: thermometers' advertisements, the EQ3 valve's requests and answers.

One file for two radios: the Bluetooth bridge builds its values on it, and an ESP32 node runs this very file in
MicroPython (the build copies it). So it knows bytes and whole numbers only (a node's floats have 32 bits): temperatures
and humidity in hundredths, the valve's temperatures in halves, voltage in mV; and nothing but what both Pythons have.
Bytes that cannot be read are a ValueError that says what was expected.

Layouts: github.com/atc1441/ATC_MiThermometer, github.com/pvvx/ATC_MiThermometer, bthome.io/format,
github.com/Heckie75/eQ-3-radiator-thermostat, github.com/rytilahti/python-eq3bt.
"""

# --- advertisements ---------------------------------------------------------------------------------------------------

ENVIRONMENTAL = 0x181A
BTHOME = 0xFCD2
_SERVICE_DATA = 0x16

_LENGTHS = {0x00: 1, 0x01: 1, 0x02: 2, 0x03: 2, 0x04: 3, 0x05: 3, 0x0A: 3, 0x0B: 3, 0x0C: 2, 0x0D: 2, 0x0E: 2}
_LENGTHS.update({0x08: 2, 0x12: 2, 0x13: 2, 0x14: 2, 0x2E: 1, 0x2F: 1, 0x45: 2, 0x57: 1, 0x58: 1, 0x3A: 1, 0x3D: 2})
_LENGTHS.update({number: 1 for number in (0x09, 0x0F, 0x10, 0x11)})
_LENGTHS.update({number: 1 for number in range(0x15, 0x2E)})
"""Bytes of a BTHome object's value by its id; an unknown id ends the reading, since its length is not known."""

_WINDOWS = (0x2D, 0x11, 0x1A)
"""Contacts of a window, of anything that opens, of a door: the first that is there is taken."""


def service_data(advertisement: bytes) -> list[tuple[int, bytes]]:
    """The elements `(16-bit UUID, data)` of an advertisement; what follows a damaged length is left out."""
    found = []
    at = 0
    while at + 1 < len(advertisement):
        length = advertisement[at]
        if length == 0 or at + 1 + length > len(advertisement):
            break
        if advertisement[at + 1] == _SERVICE_DATA and length >= 3:
            uuid = advertisement[at + 2] | advertisement[at + 3] << 8
            found.append((uuid, bytes(advertisement[at + 4 : at + 1 + length])))
        at += 1 + length
    return found


def signed(value: int, bits: int) -> int:
    """A number in two's complement."""
    return value - (1 << bits) if value >> (bits - 1) else value


def _little(data: bytes, at: int, length: int) -> int:
    value = 0
    for place in range(length):
        value |= data[at + place] << 8 * place
    return value


def _big(data: bytes, at: int) -> int:
    return data[at] << 8 | data[at + 1]


def read_atc1441(mac: bytes, data: bytes) -> dict[str, int]:
    """Thirteen bytes; `mac` in reading order is the sender's, and must be the one inside."""
    _check_sender(mac, data[:6])
    return {
        "temperature": signed(_big(data, 6), 16) * 10,
        "humidity": data[8] * 100,
        "battery": data[9],
        "millivolts": _big(data, 10),
        "counter": data[12],
    }


def read_pvvx(mac: bytes, data: bytes) -> dict[str, int]:
    """Fifteen bytes; the flag of the reed switch is left alone: it is also set on thermometers that have none."""
    _check_sender(mac, bytes(data[5 - place] for place in range(6)))
    return {
        "temperature": signed(_little(data, 6, 2), 16),
        "humidity": _little(data, 8, 2),
        "battery": data[12],
        "millivolts": _little(data, 10, 2),
        "counter": data[13],
    }


def _check_sender(mac: bytes, named: bytes) -> None:
    if named != mac:
        raise ValueError("names " + spelled(named) + " as its sender, expected " + spelled(mac))


def spelled(data: bytes) -> str:
    """Bytes as a person writes an address: `a4:c1:38:00:00:01`."""
    return ":".join(f"{byte:02x}" for byte in data)


def read_bthome(mac: bytes, data: bytes) -> dict[str, int]:
    """BTHome v2, not encrypted; empty where it says nothing that a house needs."""
    if len(data) < 3:
        raise ValueError("BTHome of " + str(len(data)) + " bytes, expected at least 3")
    if data[0] >> 5 != 2:
        raise ValueError("BTHome version " + str(data[0] >> 5) + " in the first byte, expected 2")
    if data[0] & 1:
        raise ValueError("encrypted BTHome")
    at = 1
    if data[0] & 2:
        if len(data) < 9:
            raise ValueError("BTHome of " + str(len(data)) + " bytes, expected at least 9")
        _check_sender(mac, bytes(data[6 - place] for place in range(6)))
        at = 7
    return _from_objects(_objects(data, at))


def _objects(data: bytes, at: int) -> dict[int, int]:
    """The first value of each id, as the unsigned number that stands there."""
    found: dict[int, int] = {}
    while at < len(data):
        length = _LENGTHS.get(data[at])
        if length is None or at + 1 + length > len(data):
            break
        found.setdefault(data[at], _little(data, at + 1, length))
        at += 1 + length
    return found


def _from_objects(objects: dict[int, int]) -> dict[str, int]:
    said: dict[str, int] = {}
    if 0x02 in objects:
        said["temperature"] = signed(objects[0x02], 16)
    elif 0x45 in objects:
        said["temperature"] = signed(objects[0x45], 16) * 10
    elif 0x57 in objects:
        said["temperature"] = signed(objects[0x57], 8) * 100
    elif 0x58 in objects:
        said["temperature"] = signed(objects[0x58], 8) * 35
    if 0x03 in objects:
        said["humidity"] = objects[0x03]
    elif 0x2E in objects:
        said["humidity"] = objects[0x2E] * 100
    for number, name in ((0x01, "battery"), (0x0C, "millivolts")):
        if number in objects:
            said[name] = objects[number]
    for number in _WINDOWS:
        if number in objects and "window" not in said:
            said["window"] = int(objects[number] != 0)
    if said and 0x00 in objects:
        said["counter"] = objects[0x00]
    return said


def read_advertisement(mac: bytes, uuid: int, data: bytes) -> dict[str, int]:
    """Whatever of these three layouts it is; empty for another service or another length."""
    if uuid == BTHOME:
        return read_bthome(mac, data)
    if uuid == ENVIRONMENTAL and len(data) == 13:
        return read_atc1441(mac, data)
    if uuid == ENVIRONMENTAL and len(data) == 15:
        return read_pvvx(mac, data)
    return {}


# --- the valve --------------------------------------------------------------------------------------------------------

OFF = 9
ON = 60
"""Setpoints in halves that shut the valve for good and open it for good."""
MIDNIGHT = 144
"""Where the last slot of a day's program ends, in tens of minutes."""
SLOTS = 7

IDENTIFY = b"\x00"
SELECT_AUTO = b"\x40\x00"
SELECT_MANUAL = b"\x40\x40"
SELECT_COMFORT = b"\x43"
SELECT_ECO = b"\x44"
BOOST = b"\x45\x01"
END_BOOST = b"\x45\x00"
LOCK = b"\x80\x01"
UNLOCK = b"\x80\x00"

MANUAL, VACATION, BOOSTS, SUMMER_TIME, WINDOW_OPEN, LOCKED, BATTERY_LOW = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x80
"""The flags of a status."""


def setpoint_byte(hundredths: int) -> int:
    """To halves, but never into OFF or ON: those two a caller has to mean."""
    if hundredths in (OFF * 50, ON * 50):
        return hundredths // 50
    if not OFF * 50 < hundredths < ON * 50:
        raise ValueError("setpoint of " + str(hundredths) + " hundredths of a degree, expected 450 (off) to 3000 (on)")
    return min(max((hundredths + 25) // 50, OFF + 1), ON - 1)


def set_setpoint(halves: int) -> bytes:
    """Change the setpoint and leave the mode."""
    return bytes((0x41, halves))


def hold(halves: int) -> bytes:
    """Mode manual and the setpoint in one write."""
    return bytes((0x40, 0x40 | halves))


def hold_until(halves: int, year: int, month: int, day: int, half_hours: int) -> bytes:
    """Hold the setpoint until a half hour of a day of the valve's own wall time: vacation."""
    return bytes((0x40, 0x80 | halves, day, year % 100, half_hours, month))


def set_presets(comfort: int, eco: int) -> bytes:
    """The temperatures, in halves, behind the buttons."""
    return bytes((0x11, comfort, eco))


def set_offset(halves: int) -> bytes:
    """Correct the valve's own thermometer by -7 to 7 halves."""
    if not -7 <= halves <= 7:
        raise ValueError("offset of " + str(halves) + " halves, expected -7 to 7")
    return bytes((0x13, halves + 7))


def set_window(halves: int, five_minutes: int) -> bytes:
    """How low and for how long (times five minutes) the valve goes when it feels a window open."""
    if not 0 <= five_minutes <= 30:
        raise ValueError("window open for " + str(5 * five_minutes) + " minutes, expected 0 to 150")
    return bytes((0x14, halves, five_minutes))


def ask_status(year: int, month: int, day: int, hour: int, minute: int, second: int) -> bytes:
    """Ask for the status and set the clock (the valve's wall time), always together."""
    if not 2000 <= year <= 2098:
        raise ValueError("year " + str(year) + ", expected 2000 to 2098")
    return bytes((0x03, year % 100, month, day, hour, minute, second))


def ask_program(day: int) -> bytes:
    """Ask for the program of one day, 0 = Saturday."""
    return bytes((0x20, day))


def write_program(day: int, slots: list[tuple[int, int]]) -> bytes:
    """Replace the program of one day: `(halves, until in tens of minutes)`."""
    data = bytearray(2 + 2 * SLOTS)
    data[0], data[1] = 0x10, day
    for place, (halves, until) in enumerate(slots):
        data[2 + 2 * place], data[3 + 2 * place] = halves, until
    return bytes(data)


class Status:
    """What the valve says of itself: the flags, its opening in percent, its setpoint in halves.

    `vacation_end` is (day, year, half hours, month) while it holds until then; `settings` is (window setpoint, window
    times five minutes, comfort, eco, offset in halves), which firmware below 1.20 does not tell. Nonsense there is
    None: a valve with an offset of 90 K is a valve that can be reached.
    """

    def __init__(self, data: bytes) -> None:
        """Six bytes from old firmware, ten while it is on vacation, fifteen since 1.20; what is missing is not told."""
        if len(data) < 6:
            raise ValueError("status of " + str(len(data)) + " bytes, expected at least 6")
        self.flags, self.opening, self.setpoint = data[2], data[3], _temperature(data[5])
        if self.opening > 100:
            raise ValueError("opening " + str(self.opening) + " %, expected 0 to 100")
        self.vacation_end = bytes(data[6:10]) if len(data) >= 10 and self.flags & VACATION and any(data[6:10]) else None
        self.settings = _settings(data) if len(data) >= 15 else None


def _settings(data: bytes) -> tuple[int | None, int, int | None, int | None, int | None]:
    offset = data[14] - 7 if data[14] <= 14 else None
    return _if_sound(data[10]), data[11], _if_sound(data[12]), _if_sound(data[13]), offset


def _if_sound(halves: int) -> int | None:
    return halves if OFF <= halves <= ON else None


def _temperature(halves: int) -> int:
    if not OFF <= halves <= ON:
        raise ValueError(
            "temperature " + str(halves // 2) + (".5" if halves % 2 else ".0") + " °C, expected 4.5 to 30.0"
        )
    return halves


def read_identity(data: bytes) -> tuple[int, str]:
    """Firmware version times a hundred, and the serial number."""
    if len(data) < 15:
        raise ValueError("identity of " + str(len(data)) + " bytes, expected 15")
    serial = "".join([chr(byte - 0x30) for byte in data[4:14] if byte >= 0x30])
    if len(serial) != 10 or not all("0" <= one <= "9" or "A" <= one.upper() <= "Z" for one in serial):
        raise ValueError("serial number '" + serial + "', expected ten letters and digits")
    return data[1], serial


def read_program(data: bytes) -> tuple[int, list[tuple[int, int]]]:
    """The day and its slots `(halves, until in tens of minutes)`; what is unused or nonsense is left out."""
    if len(data) < 4 or len(data) > 2 + 2 * SLOTS or len(data) % 2:
        raise ValueError("program of " + str(len(data)) + " bytes, expected up to 16 in pairs")
    slots: list[tuple[int, int]] = []
    for place in range(2, len(data), 2):
        halves = _if_sound(data[place])
        if halves is not None and (slots[-1][1] if slots else 0) < data[place + 1] <= MIDNIGHT:
            slots.append((halves, data[place + 1]))
    if slots and slots[-1][1] < MIDNIGHT:
        slots[-1] = (slots[-1][0], MIDNIGHT)
    return data[1], slots


def is_status(data: bytes) -> bool:
    """`02 02` says that a program was written: the second byte decides."""
    return data[:2] == b"\x02\x01"
