"""nefit-easy-http-server with a Nefit Easy behind it, as captured: its answers, its lies and its silences."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

CAPTURES = json.loads((Path(__file__).parents[2] / "captures" / "nefit.json").read_text())
EXCHANGES = {exchange["id"]: exchange for exchange in CAPTURES["exchanges"]}

JSON, HTML = "application/json; charset=utf-8", "text/html; charset=utf-8"


@dataclass(frozen=True)
class Reply:
    """An HTTP answer: status, reason phrase, content type, body."""

    status: int
    reason: str
    content_type: str
    body: bytes


def captured_failure(id_: str) -> Reply:
    exchange = EXCHANGES[id_]
    return Reply(exchange["status"], exchange["reason"], exchange["content_type"], exchange["body_text"].encode())


@dataclass
class FakeEasy:
    """The thermostat's state, and what is wrong with it at the moment."""

    mode: str = "clock"
    manual: float = 15.0
    override: float = 21.0
    program: float = 20.0
    room: float = 20.5
    is_hot_water_running: bool = False
    values: dict[str, str] = field(default_factory=dict)
    """Overrides of single fields of uiStatus."""
    ignores_writes: bool = False
    refused: frozenset[str] = frozenset()
    failure: Reply | None = None
    pressure: float = 1.6
    seconds: int = 0
    """The Easy's own clock; it advances with each request unless it is stuck."""
    is_stuck: bool = False
    requests: list[tuple[str, str, Any]] = field(default_factory=list)

    @property
    def setpoint(self) -> float:
        return self.manual if self.mode == "manual" else self.program

    @property
    def heats(self) -> bool:
        return self.setpoint > self.room

    def reply(self, method: str, path: str, content_type: str, body: bytes) -> Reply:
        self.seconds += 0 if self.is_stuck else 1
        self.requests.append((method, path, json.loads(body)["value"] if body else None))
        if self.failure is not None:
            return self.failure
        if path in self.refused:
            return captured_failure("endpoint-refused")
        return self._write(path, content_type, body) if method == "POST" else self._read(path)

    def _write(self, path: str, content_type: str, body: bytes) -> Reply:
        if not self.ignores_writes and content_type.startswith("application/json"):
            value = json.loads(body)["value"]
            match path.rsplit("/hc1/", 1)[-1]:
                case "usermode":
                    self.mode = value
                case "temperatureRoomManual":
                    self.manual = float(value)
                case "manualTempOverride/temperature":
                    self.override = float(value)
        return _ok(EXCHANGES["set-manual-setpoint"]["body"])

    def _read(self, path: str) -> Reply:
        match path:
            case "/bridge/ecus/rrc/uiStatus":
                return _ok(self._ui_status())
            case "/api/pressure":
                return _ok(EXCHANGES["pressure-unknown"]["body"] | {"pressure": self.pressure})
            case "/api/supplyTemperature":
                return _ok(EXCHANGES["supply"]["body"])
            case "/api/displayCode":
                return _ok(EXCHANGES["display"]["body"])
        return Reply(404, "Not Found", HTML, b"<!DOCTYPE html><pre>Cannot GET</pre>")

    def _ui_status(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(json.dumps(EXCHANGES["uiStatus"]["body"]))
        burner = "HW" if self.is_hot_water_running else "CH" if self.heats else "No"
        minutes, seconds = divmod(self.seconds, 60)
        body["value"] |= {
            "UMD": self.mode,
            "MMT": f"{self.manual:.1f}",
            "TOT": f"{self.override:.1f}",
            "TSP": f"{self.setpoint:.1f}",
            "IHT": f"{self.room:.2f}",
            "BAI": burner,
            "CTD": f"2017-05-29T{17 + minutes // 60:02}:{minutes % 60:02}:{seconds:02}+01:00 Mo",
        } | self.values
        return body


def _ok(body: Any) -> Reply:
    return Reply(200, "OK", JSON, json.dumps(body).encode())


class Server:
    """The fake on a port of loopback; `hold` lets no answer out until it is released, `hold_writes` none to a write."""

    def __init__(self, easy: FakeEasy) -> None:
        self.easy = easy
        self.hold = threading.Event()
        self.hold_writes = threading.Event()
        self.hold.set()
        self.hold_writes.set()
        self.changed = threading.Condition()
        self.in_flight = self.most_in_flight = 0
        self.url = ""

    def wait_for(self, holds: Any, patience_s: float = 20.0) -> None:
        with self.changed:
            assert self.changed.wait_for(holds, patience_s), self.easy.requests[-6:]

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        with self.changed:
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            reply = self.easy.reply(handler.command, handler.path, handler.headers.get("Content-Type", ""), body)
            self.changed.notify_all()
        self.hold.wait(60)
        if handler.command == "POST":
            self.hold_writes.wait(60)
        with self.changed:
            self.in_flight -= 1
        handler.send_response(reply.status, reply.reason)
        handler.send_header("Content-Type", reply.content_type)
        handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        handler.wfile.write(reply.body)


@contextmanager
def serving(easy: FakeEasy, port: int = 0) -> Iterator[Server]:
    server = Server(easy)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.serve(self)

        def do_POST(self) -> None:
            server.serve(self)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as http:
        server.url = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.hold.set()
            server.hold_writes.set()
            http.shutdown()
            thread.join()
