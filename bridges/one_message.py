"""The last net of a bridge: around one message, so that nothing that arrives ends a bridge."""

from collections.abc import Iterator
from contextlib import contextmanager

from house.errors import HaardError
from house.mqtt import Link, Received


@contextmanager
def one_message(link: Link, received: Received) -> Iterator[None]:
    """Whatever goes wrong with a message is told with its topic, and the bridge goes on; our own errors pass."""
    try:
        yield
    except HaardError:
        raise
    except Exception as error:  # a device may say anything, and libraries raise what they like about it
        link.reject(received, f"cannot be used: {error!r}"[:200])
