"""A smart meter on a TCP port, the captured telegrams, and a line that cuts them anywhere."""

import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

CAPTURES = Path(__file__).parents[2] / "captures" / "dsmr"


def capture(name: str) -> bytes:
    return (CAPTURES / f"{name}.txt").read_bytes()


@contextmanager
def meter_port(*conversations: Callable[[socket.socket], None]) -> Iterator[str]:
    """A TCP port that holds one conversation after the other and closes each; the url to reach it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for conversation in conversations:
                client, _ = server.accept()
                with client:
                    conversation(client)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)
        assert not thread.is_alive()


def in_pieces(data: bytes, seed: int) -> Iterator[bytes]:
    dice = random.Random(seed)
    while data:
        size = dice.randint(1, 90)
        yield data[:size]
        data = data[size:]
