"""Before the firmware's `main.py`: what the chip has and this interpreter lacks. Any end of the main task is fatal."""

import asyncio
import errno
import json
import sys
import time

import _sim

for name, number in (
    ("EINPROGRESS", 119),
    ("ETIMEDOUT", 116),
    ("ENOTCONN", 128),
    ("EALREADY", 120),
    ("EHOSTUNREACH", 118),
    ("ECONNABORTED", 113),
    ("EADDRINUSE", 112),
    ("ECONNRESET", 104),
):
    try:
        setattr(errno, name, number)
    except AttributeError:
        pass


class _Errno:
    """The numbers of the ESP32's newlib; `.mpy` files look them up here, `.py` files were folded by the compiler."""

    EAGAIN = 11
    ENOMEM = 12
    EBUSY = 16
    ENODEV = 19
    EINVAL = 22
    ECONNRESET = 104
    EADDRINUSE = 112
    ECONNABORTED = 113
    ETIMEDOUT = 116
    EHOSTUNREACH = 118
    EINPROGRESS = 119
    EALREADY = 120
    ENOTCONN = 128
    ENOENT = 2


sys.modules["errno"] = _Errno

EPOCH_2000 = 946684800
_time = time.time


class _Time:
    """`time` as on the chip: whole seconds since 2000 from `time()`; everything else as it is."""

    def __getattr__(self, name):
        return getattr(time, name)

    def time(self):
        return int(_time() + _ahead / 1000) - EPOCH_2000


_ahead = json.loads(_sim.option("utc_ms"))
_clock = _Time()
for _name in ("ticks_ms", "ticks_diff", "ticks_add", "ticks_us", "gmtime", "localtime", "sleep_ms", "sleep"):
    setattr(_clock, _name, getattr(time, _name))
sys.modules["time"] = _clock


def _fatal(text):
    _sim.exit(43, "sim: fatal: " + text)


def _told(error):
    import io

    text = io.StringIO()
    sys.print_exception(error, text)
    return text.getvalue()


def _run(coroutine):
    async def whole():
        try:
            await coroutine
        except BaseException as error:
            if isinstance(error, SystemExit):
                _sim.exit(42, "sim: reset")
            _fatal(_told(error))
        _fatal("the main task ended")

    asyncio.create_task(whole())


def _handle(loop, context):
    _fatal("a task died: " + _told(context["exception"]))


asyncio.run = _run
asyncio.get_event_loop().set_exception_handler(_handle)
