"""The page of a try-out: its built files on a port of loopback, and where the broker's websockets are.

Only files are served, from one folder; everything that lives comes to the page from the broker itself.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from haard.tryout.broker import LOOPBACK

FOLDER = Path(__file__).parents[1] / "page"
"""Where `make web` puts the built page, and where a package has it."""
PORT = 8081


def is_built() -> bool:
    """Whether there is a page to serve."""
    return (FOLDER / "index.html").is_file()


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, place: bytes, *arguments: Any, **options: Any) -> None:
        self._place = place
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        """A file, or where the broker is."""
        if self.path.split("?")[0] != "/config.json":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self._place)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(self._place)

    def log_message(self, *_: Any) -> None:
        """A page that is read is no news."""


@contextmanager
def served(port: int, page_port: int, root: str) -> Iterator[str]:
    """The page on a port, for as long as this lasts; its address."""
    place = json.dumps({"broker": f"ws://{{host}}:{page_port}", "root": root}).encode()
    handler = partial(_Handler, place, directory=str(FOLDER))
    with ThreadingHTTPServer((LOOPBACK, port), handler) as http:
        http.daemon_threads = True
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield f"http://localhost:{http.server_address[1]}/"
        finally:
            http.shutdown()
            thread.join()
