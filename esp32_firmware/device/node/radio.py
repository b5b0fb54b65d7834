"""The Bluetooth radio and its one owner: it listens, and for one valve at a time it stops to connect.

The stack calls `_interrupt` between any two bytecodes of the loop, with buffers that are its own: there it is only
looked whether the sender is known, copied and noted. All else happens in the pump, every 10 ms. Wi-Fi's power saving
stays on: without it the chip aborts when Bluetooth runs.
"""

import asyncio
from collections import deque

import bluetooth

from node import frames
from node.valve import NOT_PAIRED, SILENT, UNREACHED

_SCAN_RESULT, _SCAN_DONE = 5, 6
_CONNECTED, _DISCONNECTED = 7, 8
_SERVICE, _SERVICES_DONE = 9, 10
_CHARACTERISTIC, _CHARACTERISTICS_DONE = 11, 12
_WRITE_DONE, _NOTIFY = 17, 18
_ENCRYPTION = 28

_PUMP_MS = 10
_WRITE_HANDLE, _NOTIFY_HANDLE = 0x0411, 0x0421
_SERVICE_UUID = "3e135142-654f-9090-134a-a6ff5bb77046"
_WRITE_UUID = "3fa4585a-ce4a-3bad-db4b-b8df8179ea09"
_NOTIFY_UUID = "d0e8434d-cd29-0996-af41-6c90f4e0eb2a"
_SCAN_INTERVAL_US, _SCAN_WINDOW_US = 60000, 30000
_PAIRING_ERRORS = (5, 8, 15, 0x105, 0x108, 0x10F)


class ContactError(Exception):
    """`(failure, text)`: a contact came to nothing; which failure of `node.valve` it is, and why in words."""


class Radio:
    """`heard(address, rssi, advertisement)` is called for each advertisement of a known device."""

    def __init__(self, board, pace, heard):
        self._board, self._pace, self._heard = board, pace, heard
        self._ble = bluetooth.BLE()
        self._known = ()
        self._advertisements = deque((), 32)
        self._events = deque((), 64)
        self._connection = None
        self._is_linked = self._was_linked = self._is_scanning = self._is_busy = False
        self._written = self._encrypted = self._ended = None
        self._answers, self._handles, self._found = [], {}, []
        self.heard_ms = 0
        self.advertised = self.resets = 0

    def start(self):
        """Switch the radio on; nothing may be asked of the stack before."""
        self._ble.active(True)
        self._ble.irq(self._interrupt)
        self.heard_ms = self._board.ticks_ms()
        self.listen()

    def restart(self):
        """The stack is said to die after days: off and on again. Not while a valve is visited: then False."""
        if self._is_busy:
            return False
        self._ble.active(False)
        self._connection, self._is_linked, self._is_scanning = None, False, False
        self.resets += 1
        self._ble.active(True)
        self._ble.irq(self._interrupt)
        self.listen()
        return True

    def expects(self):
        """Whether anything that is known sends by itself."""
        return bool(self._known)

    def know(self, addresses):
        """Which devices matter, by address in six bytes; all others are dropped at once."""
        self._known = frozenset(addresses)

    def listen(self):
        """Begin to listen, passively; the chip ends a scan when it connects."""
        if self._is_busy:
            return
        try:
            self._ble.gap_scan(0, _SCAN_INTERVAL_US, _SCAN_WINDOW_US, False)
            self._is_scanning = True
        except OSError as error:
            self._board.log("radio: scan: " + str(error))

    def listen_anew(self):
        """A scan may have died in silence."""
        if not self._is_busy:
            self._ble.gap_scan(None)
            self.listen()

    # --- between two bytecodes ----------------------------------------------------------------------------------------

    def _interrupt(self, event, data):
        if event == _SCAN_RESULT:
            address = bytes(data[1])
            if address in self._known:
                self._advertisements.append((address, data[3], bytes(data[4])))
        elif event in (_NOTIFY, _CONNECTED, _DISCONNECTED):
            self._events.append((event, data[0], bytes(data[2])))
        elif event in (_WRITE_DONE, _ENCRYPTION):
            self._events.append((event, data[0], data[2] if event == _WRITE_DONE else data[1]))
        elif event == _SERVICE:
            self._events.append((event, data[0], (data[1], data[2])))
        elif event == _CHARACTERISTIC:
            self._events.append((event, data[0], (data[2], bluetooth.UUID(data[4]))))
        else:
            self._events.append((event, 0, None))

    # --- every 10 ms --------------------------------------------------------------------------------------------------

    async def pump(self, alive):
        """Take in what was noted, for ever."""
        while True:
            alive()
            while self._advertisements:
                address, rssi, data = self._advertisements.popleft()
                self.heard_ms = self._board.ticks_ms()
                self.advertised += 1
                self._heard(address, rssi, data)
            while self._events:
                self._take(*self._events.popleft())
            await asyncio.sleep_ms(_PUMP_MS)

    def _take(self, event, connection, value):
        if event == _CONNECTED:
            self._connection, self._is_linked, self._was_linked = connection, True, True
        elif event == _DISCONNECTED:
            if connection in (self._connection, 65535):
                self._connection, self._is_linked, self._ended = None, False, self._board.ticks_ms()
        elif event == _NOTIFY:
            self._answers.append(value)
        elif event == _WRITE_DONE:
            self._written = value
        elif event == _ENCRYPTION:
            self._encrypted = bool(value)
        elif event in (_SERVICE, _CHARACTERISTIC):
            self._found.append(value)
        elif event in (_SERVICES_DONE, _CHARACTERISTICS_DONE):
            self._found.append(None)
        elif event == _SCAN_DONE:
            self._is_scanning = False

    # --- one valve ----------------------------------------------------------------------------------------------------

    async def contact(self, address, requests, pin=None):
        """One short visit to a valve: each request and the notification that answers it. Raises ContactError."""
        self._is_busy = True
        began = self._board.ticks_ms()
        try:
            write = await self._open(address, pin)
            answers = []
            for request in requests:
                answers.append(await self._ask(write, request))
                if self._since(began) > self._pace["job_ms"]:
                    raise ContactError(SILENT, "it takes too long")
            await asyncio.sleep_ms(self._pace["linger_ms"])
            return answers
        except OSError as error:
            raise ContactError(UNREACHED, "radio: " + str(error))
        finally:
            await self._disconnect()
            self._is_busy = False
            self.listen()

    async def _open(self, address, pin):
        """The handle to write to. A link that dies before anything was asked is tried again at once."""
        for attempt in range(3):
            try:
                await self._connect(address)
                if pin:
                    await self._pair(pin)
                write, notify = await self._handles_of(address)
                await self._subscribe(notify)
                return write
            except (ContactError, OSError) as error:
                if isinstance(error, OSError):  # the stack knows of a loss before its event is taken in
                    await self._until(lambda: not self._is_linked, self._pace["answer_ms"])
                if self._is_linked or not self._was_linked or error.args[0] == NOT_PAIRED or attempt == 2:
                    raise
        raise ContactError(UNREACHED, "the link is lost as soon as it stands")

    async def _connect(self, address):
        self._ended, self._was_linked = None, False
        self._ble.gap_connect(0, address, self._pace["connect_ms"])
        await self._until(lambda: self._is_linked or self._ended is not None, self._pace["connect_ms"] + 2000)
        if self._is_linked:
            return
        if self._ended is None:
            self._ble.gap_connect(None)
            await self._until(lambda: self._ended is not None, 2000)
        raise ContactError(UNREACHED, "no connection: is it near, and does a phone hold it?")

    async def _pair(self, pin):
        """The stack never says that it waits for the number: offered until it takes it. Not proven on hardware."""
        self._encrypted = None
        self._ble.config(bond=True, mitm=True, le_secure=True, io=2)
        self._ble.gap_pair(self._connection)
        began = self._board.ticks_ms()
        while self._encrypted is None:
            if not self._is_linked or self._since(began) > self._pace["job_ms"]:
                raise ContactError(NOT_PAIRED, "pairing came to nothing")
            try:
                self._ble.gap_passkey(self._connection, 2, int(pin))
            except OSError:  # it does not wait for the number yet
                await asyncio.sleep_ms(60)
            await asyncio.sleep_ms(_PUMP_MS)
        if not self._encrypted:
            raise ContactError(NOT_PAIRED, "the valve refuses this PIN")

    async def _handles_of(self, address):
        """Looked up once a valve; where that fails those of every firmware seen so far are used."""
        if address in self._handles:
            return self._handles[address]
        write, notify = _WRITE_HANDLE, _NOTIFY_HANDLE
        service = bluetooth.UUID(_SERVICE_UUID)
        services = await self._discover(lambda one: self._ble.gattc_discover_services(one, service))
        if services:
            first, last = services[0]
            found = await self._discover(lambda one: self._ble.gattc_discover_characteristics(one, first, last))
            for handle, uuid in found:
                if uuid == bluetooth.UUID(_WRITE_UUID):
                    write = handle
                elif uuid == bluetooth.UUID(_NOTIFY_UUID):
                    notify = handle
        self._linked()
        self._handles[address] = (write, notify)
        return write, notify

    async def _discover(self, ask):
        self._found.clear()
        ask(self._linked())
        await self._until(lambda: None in self._found or not self._is_linked, self._pace["answer_ms"])
        return [one for one in self._found if one is not None]

    async def _subscribe(self, notify):
        """Some firmware notifies without being asked and refuses to be asked."""
        await self._write(notify + 1, b"\x01\x00")

    async def _ask(self, handle, request):
        self._answers.clear()
        status = await self._write(handle, request)
        if status in _PAIRING_ERRORS:
            raise ContactError(NOT_PAIRED, "it wants to be paired")
        if status:
            raise ContactError(UNREACHED, "write refused with " + str(status))
        await self._until(lambda: self._answers or not self._is_linked, self._pace["answer_ms"])
        if self._answers:
            return self._answers.pop(0)
        if not self._is_linked:
            raise ContactError(UNREACHED, "the link was lost")
        raise ContactError(SILENT, "no answer")

    async def _write(self, handle, data):
        self._written = None
        self._ble.gattc_write(self._linked(), handle, data, 1)
        await self._until(lambda: self._written is not None or not self._is_linked, self._pace["answer_ms"])
        if not self._is_linked:
            raise ContactError(UNREACHED, "the link was lost on writing")
        if self._written is None:
            raise ContactError(SILENT, "the write is not acknowledged")
        return self._written

    def _linked(self):
        if not self._is_linked:
            raise ContactError(UNREACHED, "the link was lost")
        return self._connection

    async def _disconnect(self):
        """The next may connect only when this one is gone."""
        if self._is_linked:
            try:
                self._ble.gap_disconnect(self._connection)
            except OSError as error:
                self._board.log("radio: disconnect: " + str(error))
            await self._until(lambda: not self._is_linked, self._pace["answer_ms"])
            self._is_linked = False

    async def _until(self, happened, patience_ms):
        began = self._board.ticks_ms()
        while not happened() and self._since(began) < patience_ms:
            await asyncio.sleep_ms(_PUMP_MS)

    def _since(self, ticks):
        return self._board.ticks_diff(self._board.ticks_ms(), ticks)


def address_bytes(text):
    """`001a22000001` as six bytes."""
    return bytes([int(text[at : at + 2], 16) for at in range(0, 12, 2)])


def address_text(address):
    return frames.spelled(address).replace(":", "")
