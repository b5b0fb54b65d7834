"""An MQTT 3.1.1 client for one loop with Bluetooth: nothing blocks, and nothing that a broker does ends it.

Every wait looks at the socket each 20 ms. A peer that went silent is found by a ping that is not answered; whatever
goes wrong ends the session, and a new one begins after a while that grows to 30 s. A message too large for the memory
is passed over, and acknowledged, so that it does not come again.
"""

import asyncio
import errno
import select
import socket
import ssl

_STEP_MS = 20
_CONNECT_MS = 10000
_WRITE_MS = 10000
_ACK_MS = 10000
_MOST_BODY = 4096
_CHUNK = 256
_LONGEST_WAIT_MS = 30000

_CONNACK, _PUBLISH, _PUBACK, _SUBACK, _PINGRESP = 0x20, 0x30, 0x40, 0x90, 0xD0

_REFUSALS = {
    1: "the broker does not speak MQTT 3.1.1",
    2: "the broker refuses this client id",
    3: "the broker is not ready",
    4: "the broker refuses the user or the password",
    5: "the broker refuses the user or the password",
}


class Client:
    """One connection, made again for ever.

    `link` names host, port, user, password, client_id, keepalive_s, will (topic, payload), ca (a file) and name (of the
    broker's certificate); `hear(topic, payload, retained)` takes in what arrives; `topics()` is what to subscribe to;
    `begin()` is called when a session stands. `board` gives ticks_ms, ticks_diff, a die and a log.
    """

    def __init__(self, link, board, hear, topics, begin):
        self._link, self._board = link, board
        self._hear, self._topics, self._begin = hear, topics, begin
        self._lock = asyncio.Lock()
        self._body = bytearray(_MOST_BODY)
        self._chunk = bytearray(_CHUNK)
        self._socket = self._poll = None
        self._packet_id = 0
        self._acked = set()
        self._wrote_at = self._read_at = self._pinged_at = 0
        self._is_pinged = False
        self.connected = False
        self.sessions = 0
        self.trouble = ""

    async def run(self):
        """Be connected, for ever."""
        wait_ms = 500
        while True:
            try:
                await self._connect()
                wait_ms = 500
                while True:
                    await self._receive()
            except (OSError, ValueError, MemoryError) as error:
                self.trouble = str(error)
                self._board.log("mqtt: " + (self.trouble or repr(error)))
            self.close()
            await asyncio.sleep_ms(wait_ms // 2 + self._board.dice(wait_ms))
            wait_ms = min(wait_ms * 2, _LONGEST_WAIT_MS)

    async def publish(self, topic, payload, retain):
        """Say it, and wait until the broker has it; an OSError where it may not have."""
        if not self.connected:
            raise OSError(errno.ENOTCONN)
        session, packet_id = self.sessions, self._next_id()
        await self._write(_publish(topic, payload, packet_id, retain))
        asked_at = self._board.ticks_ms()
        while packet_id not in self._acked:
            if session != self.sessions or not self.connected:
                raise OSError(errno.ECONNRESET)
            if self._since(asked_at) > _ACK_MS:
                self.close()
                raise OSError(errno.ETIMEDOUT)
            await asyncio.sleep_ms(_STEP_MS)
        self._acked.discard(packet_id)

    async def subscribe(self, topics):
        """Hear these topics too, for this session."""
        await self._write(_subscribe(self._next_id(), topics))

    def close(self):
        """End the session, if there is one; `run` begins the next."""
        self.connected = False
        self._acked.clear()
        one, self._socket, self._poll = self._socket, None, None
        if one is not None:
            try:
                one.close()
            except OSError as error:
                self._board.log("mqtt: close: " + str(error))

    # --- one session --------------------------------------------------------------------------------------------------

    async def _connect(self):
        link = self._link
        address = socket.getaddrinfo(link["host"], link["port"])[0][-1]
        plain = socket.socket()
        self._socket = plain
        plain.setblocking(False)
        try:
            plain.connect(address)
        except OSError as error:
            if error.errno not in (errno.EINPROGRESS, errno.EALREADY):
                raise
        self._watch(plain)
        await self._until_writable()
        if link.get("ca"):
            await self._secure(plain)
        await self._greet()

    def _watch(self, one):
        self._poll = select.poll()
        self._poll.register(one, select.POLLIN | select.POLLOUT)

    async def _until_writable(self):
        began = self._board.ticks_ms()
        while True:
            for _, flags in self._poll.poll(0):
                if flags & (select.POLLERR | select.POLLHUP):
                    raise OSError(errno.ECONNRESET)
                if flags & select.POLLOUT:
                    return
            if self._since(began) > _CONNECT_MS:
                raise OSError(errno.ETIMEDOUT)
            await asyncio.sleep_ms(_STEP_MS)

    async def _secure(self, plain):
        """The frozen `ssl` believes any certificate unless told otherwise."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.verify_mode = ssl.CERT_REQUIRED
        with open(self._link["ca"], "rb") as file:
            context.load_verify_locations(cadata=file.read())
        name = self._link.get("name") or self._link["host"]
        self._socket = context.wrap_socket(plain, do_handshake_on_connect=False, server_hostname=name)
        self._socket.setblocking(False)
        self._watch(self._socket)

    async def _greet(self):
        self._wrote_at = self._read_at = self._board.ticks_ms()
        self._is_pinged = False
        await self._write(_connect(self._link))
        kind, length = await self._header()
        if kind != _CONNACK or length != 2:
            raise OSError(errno.ECONNRESET)
        await self._fill(self._body, 2)
        if self._body[1]:
            raise ValueError(_REFUSALS.get(self._body[1], "the broker refuses: " + str(self._body[1])))
        self.sessions += 1
        await self.subscribe(self._topics())
        self.connected = True
        self.trouble = ""
        self._board.log("mqtt: connected to " + self._link["host"])
        self._begin()

    async def _receive(self):
        kind, length = await self._header()
        if length > _MOST_BODY:
            await self._pass_over(kind, length)
            return
        await self._fill(self._body, length)
        if kind & 0xF0 == _PUBLISH:
            await self._take(kind, length)
        elif kind == _PUBACK:
            self._acked.add(self._body[0] << 8 | self._body[1])
        elif kind == _SUBACK:
            if max(self._body[2:length]) >= 0x80:
                self._board.log("mqtt: a subscription is refused: the node's lines in the acl?")
        elif kind == _PINGRESP:
            self._is_pinged = False

    async def _take(self, kind, length):
        topic_end = 2 + (self._body[0] << 8 | self._body[1])
        if topic_end + 2 > length:
            raise OSError(errno.ECONNRESET)
        topic = str(self._body[2:topic_end], "utf-8")
        start = topic_end + (2 if kind & 0x06 else 0)
        packet_id = self._body[topic_end] << 8 | self._body[topic_end + 1]
        self._hear(topic, bytes(self._body[start:length]), bool(kind & 1))
        if kind & 0x06:
            await self._write(bytes((_PUBACK, 2, packet_id >> 8, packet_id & 0xFF)))

    async def _pass_over(self, kind, length):
        """Only the head is kept: the topic's length and the topic, then the number to acknowledge."""
        head = min(length, _MOST_BODY)
        await self._fill(self._body, head)
        topic_end = 2 + (self._body[0] << 8 | self._body[1])
        left = length - head
        while left:
            part = min(left, _CHUNK)
            await self._fill(self._chunk, part)
            left -= part
        topic = str(self._body[2:topic_end], "utf-8")
        self._board.log("mqtt: " + topic + ": " + str(length) + " bytes are too many, passed over")
        if kind & 0x06:
            await self._write(bytes((_PUBACK, 2, self._body[topic_end], self._body[topic_end + 1])))

    async def _header(self):
        await self._fill(self._chunk, 1)
        kind, length, shift = self._chunk[0], 0, 0
        while True:
            await self._fill(self._chunk, 1)
            length |= (self._chunk[0] & 0x7F) << shift
            if not self._chunk[0] & 0x80:
                return kind, length
            shift += 7
            if shift > 21:
                raise OSError(errno.ECONNRESET)

    # --- bytes --------------------------------------------------------------------------------------------------------

    async def _fill(self, buffer, length):
        """Exactly so many bytes; while waiting the broker is asked whether it is still there."""
        view, have = memoryview(buffer), 0
        while have < length:
            if self._socket is None:
                raise OSError(errno.ECONNRESET)
            count = self._socket.readinto(view[have : min(length, have + _CHUNK)])
            if count == 0:
                raise OSError(errno.ECONNRESET)
            if count:
                have += count
                self._read_at = self._board.ticks_ms()
            else:
                await self._keep_alive()
                await asyncio.sleep_ms(_STEP_MS)

    async def _keep_alive(self):
        half_ms = self._link["keepalive_s"] * 500
        if self._is_pinged:
            if self._since(self._pinged_at) > half_ms:
                raise OSError(errno.ETIMEDOUT)
        elif self._since(self._wrote_at) > half_ms or self._since(self._read_at) > half_ms:
            if self._lock.locked():
                return
            self._is_pinged, self._pinged_at = True, self._board.ticks_ms()
            await self._write(b"\xc0\x00")

    async def _write(self, data):
        async with self._lock:
            began, at = self._board.ticks_ms(), 0
            while at < len(data):
                if self._socket is None:
                    raise OSError(errno.ECONNRESET)
                count = self._socket.write(data[at:] if at else data)
                at += count or 0
                if count:
                    self._wrote_at = self._board.ticks_ms()
                elif self._since(began) > _WRITE_MS:
                    self.close()
                    raise OSError(errno.ETIMEDOUT)
                else:
                    await asyncio.sleep_ms(_STEP_MS)

    def _next_id(self):
        self._packet_id = self._packet_id % 65535 + 1
        return self._packet_id

    def _since(self, ticks):
        return self._board.ticks_diff(self._board.ticks_ms(), ticks)


def _text(text):
    data = text.encode() if isinstance(text, str) else text
    return bytes((len(data) >> 8, len(data) & 0xFF)) + data


def _packet(kind, body):
    length, head = len(body), bytearray((kind,))
    while True:
        head.append(length & 0x7F | (0x80 if length > 0x7F else 0))
        length >>= 7
        if not length:
            return bytes(head) + body


def _connect(link):
    topic, payload = link["will"]
    flags = 0x02 | 0x04 | 0x08 | 0x20
    tail = b""
    if link.get("user"):
        flags |= 0xC0
        tail = _text(link["user"]) + _text(link.get("password") or "")
    keepalive = link["keepalive_s"]
    head = b"\x00\x04MQTT\x04" + bytes((flags, keepalive >> 8, keepalive & 0xFF))
    return _packet(0x10, head + _text(link["client_id"]) + _text(topic) + _text(payload) + tail)


def _publish(topic, payload, packet_id, retain):
    head = _text(topic) + bytes((packet_id >> 8, packet_id & 0xFF))
    return _packet(0x32 | (1 if retain else 0), head + payload)


def _subscribe(packet_id, topics):
    body = bytes((packet_id >> 8, packet_id & 0xFF))
    return _packet(0x82, body + b"".join([_text(topic) + b"\x01" for topic in topics]))
