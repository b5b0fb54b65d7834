"""Time without a clock of one's own: instants are whole seconds since 2000 (UTC), and the house's tick says what it is.

Between two ticks the chip's own counter goes on. A tick that leaps ahead by more than a quarter of an hour is believed
when two more agree with it, since one wrong clock must not end everything that is timed.
"""

_LEAP_S = 900
_AGREE_S = 120
_DAY_S = 86400
_DAYS_BEFORE_2000 = 730425
FIRST = 788918400
"""The year 2025: a clock before this has not been set yet, and would be written into every valve."""


def from_civil(year, month, day, hour=0, minute=0, second=0):
    """The instant of a date and a time of the Gregorian calendar, from 2000 on."""
    shifted = year - (month <= 2)
    years, months = shifted % 400, (month + 9) % 12
    days = shifted // 400 * 146097 + years * 365 + years // 4 - years // 100 + (153 * months + 2) // 5 + day - 1
    return (days - _DAYS_BEFORE_2000) * _DAY_S + hour * 3600 + minute * 60 + second


def to_civil(instant):
    """(year, month, day, hour, minute, second)."""
    days, rest = instant // _DAY_S + _DAYS_BEFORE_2000, instant % _DAY_S
    era, of_era = days // 146097, days % 146097
    years = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * years + years // 4 - years // 100)
    months = (5 * of_year + 2) // 153
    day, month = of_year - (153 * months + 2) // 5 + 1, (months + 2) % 12 + 1
    return years + era * 400 + (month <= 2), month, day, rest // 3600, rest // 60 % 60, rest % 60


def read(text):
    """An instant such as 2026-01-12T06:30:00Z; also with a part of a second, and with an offset instead of Z."""
    try:
        numbers = [int(text[a:b]) for a, b in ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19))]
        rest = text[19:]
        if rest[:1] == ".":
            rest = rest[1:].lstrip("0123456789")
        if (text[4], text[7], text[10], text[13], text[16]) != ("-", "-", "T", ":", ":"):
            raise ValueError(text)
        instant = from_civil(*numbers)
        if rest in ("Z", "z"):
            return instant
        sign = {"+": -1, "-": 1}[rest[0]]
        return instant + sign * (int(rest[1:3]) * 3600 + int(rest[4:6]) * 60)
    except (ValueError, IndexError, KeyError):
        raise ValueError("'" + str(text)[:40] + "': expected an instant such as 2026-01-12T06:30:00Z")


def spelled(instant):
    """2026-01-12T06:30:00Z."""
    return "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}Z".format(*to_civil(instant))


class HouseClock:
    """The time as the ticks say it; None until one was heard."""

    def __init__(self, board):
        self._board = board
        self._base_s = None
        self._base_ms = 0
        self._doubted_s = None
        self._agreed = 0

    def now(self):
        """The instant; also what keeps the chip's counter from going round unseen."""
        if self._base_s is None:
            return None
        elapsed = self._board.ticks_diff(self._board.ticks_ms(), self._base_ms)
        if elapsed >= 60000:
            whole_s = elapsed // 1000
            self._base_s += whole_s
            self._base_ms = self._board.ticks_add(self._base_ms, whole_s * 1000)
            elapsed -= whole_s * 1000
        return self._base_s + elapsed // 1000

    def hear(self, instant):
        """Take in a tick."""
        now = self.now()
        if instant < FIRST:
            return
        if now is not None and instant - now > _LEAP_S and not self._is_agreed(instant):
            return
        self._base_s, self._base_ms = instant, self._board.ticks_ms()
        self._doubted_s, self._agreed = None, 0

    def _is_agreed(self, instant):
        """The first that leaps is doubted; two more that follow it are enough."""
        follows = self._doubted_s is not None and 0 <= instant - self._doubted_s <= _AGREE_S
        self._agreed = self._agreed + 1 if follows else 0
        self._doubted_s = instant
        return self._agreed >= 2
