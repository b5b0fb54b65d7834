"""A day on a bad line: bytes lost, flipped and added, silences and broken connections, in simulated time."""

import pickle
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from dsmr_parser.parsers import TelegramParser

from bridges.dsmr.protocol import LONGEST_TELEGRAM, Framer, decode
from bridges.dsmr.readings import Said, step
from house import messages
from house.errors import PayloadError
from tests.bridges.dsmr.fake_meter import in_pieces

pytestmark = pytest.mark.slow

START = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def telegram(minute: int) -> bytes:
    """What the meter says then: each minute a litre more of gas and a Wh more of electricity."""
    at = (START + minute * MINUTE + timedelta(hours=1)).strftime("%y%m%d%H%M%SW")
    lines = [
        "1-3:0.2.8(50)",
        f"0-0:1.0.0({at})",
        f"1-0:1.8.1({minute / 1000:010.3f}*kWh)",
        "1-0:1.8.2(000000.000*kWh)",
        "0-1:24.1.0(003)",
        "0-1:96.1.0(4730303030)",
        f"0-1:24.2.1({at})({minute / 1000:09.3f}*m3)",
    ]
    body = "\r\n".join(["/XYZ5\\MADE-UP", "", *lines]) + "\r\n!"
    return f"{body}{TelegramParser.crc16(body):04X}\r\n".encode()


def flipped(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]


def lossy(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + data[at + dice.randint(1, 40) :]


def noisy(data: bytes, dice: random.Random) -> bytes:
    return dice.randbytes(dice.randint(0, 3000)) + data


def endless(_data: bytes, dice: random.Random) -> bytes:
    return b"/" + b"x" * dice.randint(0, 20_000)


def silent(_data: bytes, _dice: random.Random) -> bytes:
    return b""


FAULTS: list[Callable[[bytes, random.Random], bytes]] = [flipped, lossy, noisy, endless, silent]


def test_in_a_day_on_a_bad_line_only_the_truth_is_said_and_the_first_whole_telegram_is_heard() -> None:
    dice, framer, said = random.Random(6), Framer(), Said()
    heard, damaged = 0, 0
    for minute in range(1440):
        is_whole = minute % 60 >= 50
        data = telegram(minute) if is_whole else dice.choice(FAULTS)(telegram(minute), dice)
        if not is_whole and dice.random() < 0.05:
            framer, said = Framer(), Said()  # the connection broke
        found: list[messages.Message | None] = []
        for piece in in_pieces(data, seed=minute):
            for whole in framer.feed(piece):
                said, outcome = step(said, decode(whole, UTC), START + minute * MINUTE, MINUTE)
                found += [publication.message for publication in outcome.publications]
            assert len(pickle.dumps((framer, said))) < LONGEST_TELEGRAM + 2000
        values = [one.value for one in found if isinstance(one, messages.GasReading | messages.ElectricityReading)]
        assert values in ([], [minute / 1000] * 2)
        assert values or not is_whole
        heard, damaged = heard + bool(values), max(damaged, framer.damaged)
    assert heard > 400
    assert damaged > 20


def test_in_a_day_of_flipped_bits_without_a_checksum_nothing_raises_but_a_refusal() -> None:
    dice, framer, refused = random.Random(8), Framer(), 0
    for minute in range(1440):
        old = telegram(minute).replace(b"1-3:0.2.8(50)\r\n", b"")
        for whole in framer.feed(flipped(flipped(old[: old.index(b"!") + 1] + b"\r\n", dice), dice)):
            try:
                decode(whole, UTC)
            except PayloadError:
                refused += 1
    assert refused < 20
