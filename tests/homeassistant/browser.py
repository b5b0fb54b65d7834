"""Debian's Chromium, driven by its own debugging protocol: enough to log in, look, and take a picture."""

import base64
import json
import time
from pathlib import Path
from typing import Any

import requests
from websockets.sync.client import connect

from devtools.servers import Server, free_port, program

PATIENCE_S = 60.0


class Browser(Server):
    """A context manager; one page at a time."""

    ready_s = 110.0

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        port = free_port()
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-proxy-server", "--hide-scrollbars"]
        places = [f"--user-data-dir={folder}", f"--remote-debugging-port={port}"]
        super().__init__(folder, [program("chromium"), *options, *places, "about:blank"], port)

    def look(self, url: str, *, storage: dict[str, str], wait_for: str, picture: Path, size: tuple[int, int]) -> Any:
        """Open a page with this local storage, wait until an expression is true, take a picture; its value."""
        [page] = [one for one in self._pages() if one["type"] == "page"]
        with connect(page["webSocketDebuggerUrl"], max_size=2**26, proxy=None) as socket:
            self._do(socket, "Emulation.setDeviceMetricsOverride", **_screen(size))
            remember = "".join(f"localStorage.setItem({json.dumps(k)}, {json.dumps(v)});" for k, v in storage.items())
            self._do(socket, "Page.enable")
            self._do(socket, "Page.addScriptToEvaluateOnNewDocument", source=remember)
            self._do(socket, "Page.navigate", url=url)
            deadline, value = time.monotonic() + PATIENCE_S, None
            while not value and time.monotonic() < deadline:
                time.sleep(0.2)  # the page tells nobody when its components have drawn themselves
                answer = self._do(socket, "Runtime.evaluate", expression=wait_for, returnByValue=True)
                value = answer["result"].get("value")
            shot = self._do(socket, "Page.captureScreenshot", format="png")
            picture.write_bytes(base64.b64decode(shot["data"]))
        return value

    def _pages(self) -> list[dict[str, Any]]:
        session = requests.Session()
        session.trust_env = False
        pages: list[dict[str, Any]] = session.get(f"http://127.0.0.1:{self.port}/json", timeout=20).json()
        return pages

    @staticmethod
    def _do(socket: Any, method: str, **params: Any) -> dict[str, Any]:
        socket.send(json.dumps({"id": 1, "method": method, "params": params}))
        while True:
            answer = json.loads(socket.recv(timeout=PATIENCE_S))
            if answer.get("id") == 1:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result


def _screen(size: tuple[int, int]) -> dict[str, Any]:
    width, height = size
    return {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
