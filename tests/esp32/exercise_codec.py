"""Drives the shared codec through pseudo-random frames and says the digest of all that it answered.

CPython and MicroPython run this same file, so it has only what both have; the generator is its own.
"""

import binascii
import hashlib


def numbers(seed):
    """An endless row of whole numbers below 2**31, the same everywhere."""
    while True:
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        yield seed >> 8


def frames_of(count):
    """Pseudo-random bytes, most of them shaped like what devices send."""
    row = numbers(20260112)
    heads = (b"\x02\x01", b"\x02\x02", b"\x01x", b"!\x03", b"\x40\x00", b"\x44\x02", b"", b"\xa4\xc1\x38\x00\x00\x01")
    lengths = (6, 10, 13, 15, 15, 15, 3, 8, 16, 20)
    for _ in range(count):
        head = heads[next(row) % len(heads)]
        length = lengths[next(row) % len(lengths)]
        yield (head + bytes([next(row) & 0xFF for _ in range(20)]))[:length]


def answers(codec, data):
    """What every part of the codec makes of some bytes."""
    mac = b"\xa4\xc1\x38\x00\x00\x01"
    first = (data + bytes(4))[:4]
    parts = (
        lambda: sorted(codec.read_advertisement(mac, codec.BTHOME, data).items()),
        lambda: sorted(codec.read_advertisement(mac, codec.ENVIRONMENTAL, mac + data[6:]).items()),
        lambda: codec.service_data(data),
        lambda: status(codec.Status(data)),
        lambda: codec.read_identity(data),
        lambda: codec.read_program(data),
        lambda: codec.hold(codec.setpoint_byte(first[3] << 4)),
        lambda: codec.hold_until(
            first[0] & 63, 2000 + first[1] % 99, 1 + first[2] % 12, 1 + first[2] % 28, first[2] % 48
        ),
        lambda: codec.set_offset(first[0] - 128) + codec.set_window(first[1] & 63, first[2]),
        lambda: codec.ask_status(1990 + first[0], 1, 2, 3, 4, 5),
    )
    for part in parts:
        try:
            yield repr(part())
        except ValueError as error:
            yield str(error)


def status(said):
    return said.flags, said.opening, said.setpoint, said.vacation_end, said.settings


def digest(codec, count):
    """The SHA-256 of all answers, as hexadecimal digits."""
    total = hashlib.sha256()
    for data in frames_of(count):
        for answer in answers(codec, data):
            total.update(answer.encode())
    return binascii.hexlify(total.digest()).decode()
