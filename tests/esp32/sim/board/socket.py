"""`socket` as the firmware may use it: without blocking. Whatever would block raises RuntimeError."""

import errno
import io
import json

import _sim

# The compiler folds `errno.X` of a `.py` file into this interpreter's numbers; a `.mpy` file looks them up.
_OWN = {119: errno.EINPROGRESS, 116: errno.ETIMEDOUT, 118: errno.EHOSTUNREACH, 112: errno.EADDRINUSE, 11: errno.EAGAIN}
_OWN[104] = errno.ECONNRESET
_IS_COMPILED = json.loads(_sim.option("compiled"))


def _error(number):
    return OSError(number if _IS_COMPILED else _OWN.get(number, number))


AF_INET = 2
SOCK_STREAM = 1
SOL_SOCKET = 0xFFF
SO_REUSEADDR = 4
IPPROTO_TCP = 6
TCP_NODELAY = 1


def getaddrinfo(host, port, family=0, kind=0, proto=0, flags=0):
    return [(AF_INET, SOCK_STREAM, 0, "", (host, port))]


class socket(io.IOBase):
    def __init__(self, family=AF_INET, kind=SOCK_STREAM, proto=0, _id=None):
        self._id = _sim.sock_new() if _id is None else _id
        self._free = False
        self._connecting = False

    def _check(self):
        if not self._free:
            raise RuntimeError("a blocking socket: the node has one loop for everything")

    def setblocking(self, blocking):
        self._free = not blocking

    def setsockopt(self, level, name, value):
        pass

    def connect(self, address):
        self._check()
        _sim.sock_connect(self._id, address[0], address[1])
        raise _error(119)

    def bind(self, address):
        _sim.sock_bind(self._id, address[1])

    def listen(self, backlog=1):
        _sim.sock_listen(self._id)

    def accept(self):
        self._check()
        found = _sim.sock_accept(self._id)
        if found < 0:
            raise _error(11)
        return socket(_id=found), ("127.0.0.1", 0)

    def readinto(self, buffer, count=None):
        self._check()
        said = _sim.sock_recv(self._id, len(buffer) if count is None else count)
        if said is None:
            return None
        if said[:1] == "!":
            raise _error(int(said[1:]))
        data = bytes.fromhex(said)
        buffer[: len(data)] = data
        return len(data)

    def read(self, count):
        buffer = bytearray(count)
        length = self.readinto(buffer)
        return None if length is None else bytes(buffer[:length])

    recv = read

    def write(self, data, count=None):
        self._check()
        sent = _sim.sock_send(self._id, bytes(data if count is None else data[:count]).hex())
        if sent < 0:
            raise _error(-sent)
        return sent or None

    def send(self, data):
        sent = self.write(data)
        if sent is None:
            raise _error(11)
        return sent

    def close(self):
        if self._id:
            _sim.sock_close(self._id)
            self._id = 0

    def ioctl(self, request, argument):
        if request == 3:
            if not self._id:
                return 32
            return _sim.sock_poll(self._id) & (argument | 8 | 16)
        if request == 4:
            self.close()
        return 0
