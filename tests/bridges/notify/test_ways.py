"""Each way that the documentation names reaches a real server of its kind."""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from queue import Queue

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from bridges.notify import bridge
from bridges.notify.protocol import Text
from devtools.servers import free_port

PATIENCE_S = 30
TEXT = Text("Terrace house: a room stays cold", "Kitchen: 15.2 °C for two hours")

pytestmark = pytest.mark.filterwarnings("ignore:.imghdr.:DeprecationWarning")  # apprise looks for it, and does without


class Mailbox:
    """What a mail server takes, or refuses, as `answer` says."""

    def __init__(self) -> None:
        self.answer = "250 OK"
        self.came: Queue[tuple[list[str], EmailMessage]] = Queue()

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.came.put((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=default)))
        return self.answer


@pytest.fixture
def mailbox() -> Iterator[tuple[int, Mailbox]]:
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port(), ready_timeout=PATIENCE_S)
    server.start()
    yield server.port, box
    server.stop()


def mail(port: int) -> str:
    return (
        f"mailto://haard.example?smtp=127.0.0.1&port={port}&mode=insecure&from=haard@haard.example&to=me@haard.example"
    )


def test_ntfy_is_told(webhook: tuple[int, Queue[dict[str, str]]]) -> None:
    port, came = webhook
    assert bridge.sender((f"ntfy://127.0.0.1:{port}/our-house",))(TEXT)
    said = came.get(timeout=PATIENCE_S)
    assert (said["topic"], said["title"], said["message"]) == ("our-house", TEXT.title, TEXT.body)


def test_an_e_mail_is_written(mailbox: tuple[int, Mailbox]) -> None:
    port, box = mailbox
    assert bridge.sender((mail(port),))(TEXT)
    to, said = box.came.get(timeout=PATIENCE_S)
    body = said.get_body(("plain",))
    assert (to, said["subject"]) == (["me@haard.example"], TEXT.title)
    assert body is not None
    assert body.get_content().strip() == TEXT.body


def test_who_refuses_it_was_not_told(mailbox: tuple[int, Mailbox]) -> None:
    port, box = mailbox
    box.answer = "554 no"
    assert not bridge.sender((mail(port),))(TEXT)


def test_everybody_is_told_though_one_is_not_reached(webhook: tuple[int, Queue[dict[str, str]]]) -> None:
    port, came = webhook
    assert not bridge.sender((f"json://127.0.0.1:{free_port()}", f"json://127.0.0.1:{port}/haard"))(TEXT)
    assert came.get(timeout=PATIENCE_S)["message"] == TEXT.body
