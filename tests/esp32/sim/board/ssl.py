"""`ssl` with the signatures of MicroPython 1.27; a certificate not believed raises ValueError, as mbedTLS does."""

import io

import _sim

PROTOCOL_TLS_CLIENT = 0
CERT_NONE = 0
CERT_REQUIRED = 2


class SSLContext:
    def __init__(self, protocol):
        if protocol != PROTOCOL_TLS_CLIENT:
            raise ValueError("protocol")
        self.verify_mode = CERT_NONE
        self._ca = ""

    def load_verify_locations(self, cafile=None, cadata=None):
        if cafile is not None:
            with open(cafile, "rb") as file:
                cadata = file.read()
        self._ca = cadata if isinstance(cadata, str) else str(bytes(cadata), "utf-8")

    def wrap_socket(
        self, sock, server_side=False, do_handshake_on_connect=True, suppress_ragged_eofs=True, server_hostname=None
    ):
        if do_handshake_on_connect:
            raise RuntimeError("a blocking handshake")
        if self.verify_mode == CERT_REQUIRED and server_hostname is None:
            raise ValueError("CERT_REQUIRED requires server_hostname")
        _sim.tls_wrap(sock._id, self._ca, server_hostname or "", self.verify_mode == CERT_REQUIRED)
        return _Secure(sock)


class _Secure(io.IOBase):
    def __init__(self, sock):
        self._sock = sock

    def setblocking(self, blocking):
        self._sock.setblocking(blocking)

    def _check(self):
        text = _sim.sock_error_text(self._sock._id)
        if text:
            raise ValueError(text)

    def readinto(self, buffer, count=None):
        self._check()
        return self._sock.readinto(buffer) if count is None else self._sock.readinto(buffer, count)

    def read(self, count):
        self._check()
        return self._sock.read(count)

    def write(self, data, count=None):
        self._check()
        return self._sock.write(data) if count is None else self._sock.write(data, count)

    def close(self):
        self._sock.close()

    def ioctl(self, request, argument):
        return self._sock.ioctl(request, argument)
