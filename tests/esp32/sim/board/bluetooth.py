"""`bluetooth` as the ESP32's MicroPython has it, over a socket to the simulated radio (tests/esp32/air.py).

What its C source does and a firmware can fall over is kept: one instance; nothing before `active(True)`; no receive
buffer to set; buffers that are gone after the handler; a connect that ends the scan; an exception in it is the end.
"""

import asyncio
import binascii
import errno
import json
import socket

import _sim

FLAG_READ = 2
FLAG_NOTIFY = 16
_ENODEV, _EBUSY, _ENOTCONN, _EALREADY = 19, 16, 128, 120


class UUID:
    def __init__(self, value):
        if isinstance(value, UUID):
            self._value = value._value
        else:
            self._value = str(value).lower().encode() if isinstance(value, (str, int)) else bytes(value)

    def __eq__(self, other):
        return isinstance(other, UUID) and self._value == other._value

    def __hash__(self):
        return hash(self._value)

    def __bytes__(self):
        return self._value


class BLE:
    _only = None

    def __new__(cls):
        if BLE._only is None:
            BLE._only = object.__new__(cls)
            BLE._only._set_up()
        return BLE._only

    def __init__(self):
        pass

    def _set_up(self):
        self._active = self._scanning = self._connecting = False
        self._handler = None
        self._connections = {}
        self._bonds = set()
        self._lines = b""
        self._socket = None
        self._buffer = bytearray(64)
        self._waits_for_passkey = False

    def active(self, on=None):
        if on is None:
            return self._active
        if on and not self._active:
            self._socket = socket.socket()
            self._socket.setblocking(False)
            try:
                self._socket.connect(("127.0.0.1", json.loads(_sim.option("air_port"))))
            except OSError as error:
                if error.errno not in (119, errno.EINPROGRESS):
                    raise
            self._out = []
            self._task = asyncio.create_task(self._run(self._socket))
        if not on and self._active:
            self._socket.close()
            self._socket = None
            self._scanning = self._connecting = False
            self._connections = {}
        self._active = bool(on)
        return self._active

    def irq(self, handler):
        self._handler = handler

    def config(self, *names, **options):
        for name in options:
            if name not in ("gap_name", "mtu", "bond", "mitm", "io", "le_secure", "addr_mode"):
                raise ValueError("unknown config param")

    def _check(self):
        if not self._active:
            raise OSError(_ENODEV)

    def _send(self, **message):
        self._out.append(json.dumps(message) + "\n")

    def gap_scan(self, duration_ms, interval_us=1280000, window_us=11250, active=False):
        self._check()
        if duration_ms is None:
            if self._scanning:
                self._scanning = False
                self._send(do="scan_stop")
                self._raise(6, None)
            return
        if self._connecting:
            raise OSError(_EBUSY)
        if self._scanning:
            raise OSError(_EALREADY)
        self._scanning = True
        self._send(do="scan", active=bool(active))

    def gap_connect(
        self, addr_type, addr=None, scan_duration_ms=2000, min_conn_interval_us=None, max_conn_interval_us=None
    ):
        self._check()
        if addr_type is None:
            if not self._connecting:
                raise OSError(_EALREADY)
            self._send(do="cancel")
            return
        if self._connecting:
            raise OSError(_EBUSY)
        if self._scanning:
            self._scanning = False
            self._send(do="scan_stop")
            self._raise(6, None)
        self._connecting = True
        self._send(do="connect", type=addr_type, addr=bytes(addr).hex(), ms=scan_duration_ms)

    def gap_disconnect(self, connection):
        self._check()
        if connection not in self._connections:
            return False
        self._send(do="disconnect", conn=connection)
        return True

    def gattc_discover_services(self, connection, uuid=None):
        self._need(connection)
        self._send(do="services", conn=connection)

    def gattc_discover_characteristics(self, connection, start, end, uuid=None):
        self._need(connection)
        self._send(do="characteristics", conn=connection)

    def gattc_write(self, connection, handle, data, mode=0):
        self._need(connection)
        self._send(do="write", conn=connection, handle=handle, data=bytes(data).hex(), mode=mode)

    def gap_pair(self, connection):
        self._need(connection)
        self._send(do="pair", conn=connection)

    def gap_passkey(self, connection, action, passkey):
        self._need(connection)
        if not self._waits_for_passkey:
            raise OSError(_EALREADY)
        self._waits_for_passkey = False
        self._send(do="passkey", conn=connection, passkey=passkey)

    def _need(self, connection):
        self._check()
        if connection not in self._connections:
            raise OSError(_ENOTCONN)

    # --- the stack's own task ----------------------------------------------------------------------------------------

    async def _run(self, one):
        while self._socket is one:
            while self._out:
                data = self._out[0].encode()
                sent = one.write(data)
                if sent is None:
                    break
                self._out[0] = self._out[0][sent:]
                if not self._out[0]:
                    self._out.pop(0)
            part = one.read(1024)
            if part == b"":
                _sim.exit(71, "sim: the simulated radio is gone")
            if part:
                self._lines += part
                while b"\n" in self._lines:
                    line, self._lines = self._lines.split(b"\n", 1)
                    self._take(json.loads(line))
            await asyncio.sleep_ms(2)

    def _take(self, said):
        event = said["ev"]
        if event == "adv":
            if self._scanning:
                self._raise(5, (0, self._lend(said["addr"]), 0, said["rssi"], self._lend(said["data"], 8)))
        elif event == "conn":
            self._connecting = False
            self._connections[said["conn"]] = said["addr"]
            self._raise(7, (said["conn"], 0, self._lend(said["addr"])))
        elif event == "cfail":
            self._connecting = False
            self._raise(8, (65535, 255, self._lend("000000000000")))
        elif event == "disc":
            address = self._connections.pop(said["conn"], "000000000000")
            self._raise(8, (said["conn"], 0, self._lend(address)))
        elif event == "service":
            self._raise(9, (said["conn"], said["start"], said["end"], UUID(said["uuid"])))
        elif event == "services_done":
            self._raise(10, (said["conn"], 0))
        elif event == "characteristic":
            self._raise(11, (said["conn"], 0xFFFF, said["handle"], 0x10, UUID(said["uuid"])))
        elif event == "characteristics_done":
            self._raise(12, (said["conn"], 0))
        elif event == "wdone":
            self._raise(17, (said["conn"], said["handle"], said["status"]))
        elif event == "ntf":
            self._raise(18, (said["conn"], said["handle"], self._lend(said["data"])))
        elif event == "passkey":
            self._waits_for_passkey = True
        elif event == "enc":
            self._raise(28, (said["conn"], said["ok"], said["ok"], False, 16))

    def _lend(self, hexadecimal, at=0):
        data = binascii.unhexlify(hexadecimal)
        self._buffer[at : at + len(data)] = data
        return memoryview(self._buffer)[at : at + len(data)]

    def _raise(self, event, data):
        if self._handler is not None:
            try:
                self._handler(event, data)
            except Exception as error:
                _sim.exit(43, "sim: fatal: in the handler of the radio: " + repr(error))
        for at in range(len(self._buffer)):
            self._buffer[at] = 0xEE
