"""A server on loopback that takes JSON, as webhooks and ntfy do."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue

import pytest


@pytest.fixture
def webhook() -> Iterator[tuple[int, Queue[dict[str, str]]]]:
    """A port that takes JSON, and what came there."""
    came: Queue[dict[str, str]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Not into the tests' output."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port, came
    server.shutdown()
    thread.join()
    server.server_close()
