"""The air of a house for tests: a server on loopback in which nodes scan and connect, and the devices that live there.

It speaks lines of JSON with the fake `bluetooth` of each node (tests/esp32/sim/board/bluetooth.py). The valves are the
virtual ones of the Bluetooth bridge's tests; what can go wrong with one of them is a `Trouble`.
"""

import json
import socketserver
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from tests.virtual_eq3 import CONTROL_SERVICE, NOTIFY, WRITE, VirtualEq3

WRITE_HANDLE, NOTIFY_HANDLE = 0x0411, 0x0421
LINK = 1


@dataclass
class Trouble:
    """What goes wrong with a valve: out of reach for good, or a number of times; answers lost; links dropped."""

    gone: bool = False
    refuse_connections: int = 0
    lose_answers: int = 0
    drop_on_write: int = 0
    drop_early: int = 0
    attribute_error: int = 0


@dataclass
class _Place:
    valve: VirtualEq3
    trouble: Trouble = field(default_factory=Trouble)
    holder: Any = None


class _Node(socketserver.StreamRequestHandler):
    """One node's radio."""

    server: "_Server"

    def setup(self) -> None:
        super().setup()
        self.is_scanning = False
        self.place: _Place | None = None
        self.address = ""
        self.is_encrypted = False

    def handle(self) -> None:
        with self.server.air.lock:
            self.server.air.nodes.append(self)
        try:
            for line in self.rfile:
                self.take(json.loads(line))
        except ConnectionError:
            return
        finally:
            with self.server.air.lock:
                self.server.air.nodes.remove(self)
                self.close_link()

    def say(self, event: str, **more: Any) -> None:
        try:
            self.wfile.write(json.dumps({"ev": event, **more}).encode() + b"\n")
        except (ConnectionError, ValueError):
            self.is_scanning = False

    def take(self, said: dict[str, Any]) -> None:
        with self.server.air.lock:
            handler: Callable[[dict[str, Any]], None] = getattr(self, f"do_{said['do']}")
            handler(said)

    def do_scan(self, _: dict[str, Any]) -> None:
        self.is_scanning = True
        self.server.air.scans += 1

    def do_scan_stop(self, _: dict[str, Any]) -> None:
        self.is_scanning = False

    def do_connect(self, said: dict[str, Any]) -> None:
        place = self.server.air.places.get(said["addr"])
        if place is None or place.trouble.gone or place.holder is not None:
            self.say("cfail")
        elif place.trouble.refuse_connections:
            place.trouble.refuse_connections -= 1
            self.say("cfail")
        else:
            self.place, place.holder, self.address, self.is_encrypted = place, self, said["addr"], False
            place.valve.connections += 1
            self.say("conn", conn=LINK, addr=said["addr"])
            if place.trouble.drop_early:
                place.trouble.drop_early -= 1
                self.do_disconnect({})

    def do_cancel(self, _: dict[str, Any]) -> None:
        self.say("cfail")

    def do_disconnect(self, _: dict[str, Any]) -> None:
        if self.place is not None:
            self.close_link()
            self.say("disc", conn=LINK)

    def do_services(self, _: dict[str, Any]) -> None:
        self.say("service", conn=LINK, start=0x0400, end=0x0430, uuid=CONTROL_SERVICE)
        self.say("services_done", conn=LINK)

    def do_characteristics(self, _: dict[str, Any]) -> None:
        for handle, uuid in ((WRITE_HANDLE, WRITE), (NOTIFY_HANDLE, NOTIFY)):
            self.say("characteristic", conn=LINK, handle=handle, uuid=uuid)
        self.say("characteristics_done", conn=LINK)

    def do_pair(self, _: dict[str, Any]) -> None:
        self.say("passkey", conn=LINK)

    def do_passkey(self, said: dict[str, Any]) -> None:
        assert self.place is not None
        self.is_encrypted = f"{said['passkey']:06}" == self.place.valve.pin
        self.say("enc", conn=LINK, ok=self.is_encrypted)

    def do_write(self, said: dict[str, Any]) -> None:
        place = self.place
        if place is None:
            return
        if place.trouble.drop_on_write:
            place.trouble.drop_on_write -= 1
            self.do_disconnect({})
            return
        if said["handle"] != WRITE_HANDLE:  # asks for notifications; this firmware sends them anyway
            self.say("wdone", conn=LINK, handle=said["handle"], status=3)
            return
        if place.trouble.attribute_error or (place.valve.pin and not self.is_encrypted):
            self.say("wdone", conn=LINK, handle=said["handle"], status=place.trouble.attribute_error or 5)
            return
        answer = place.valve.write(bytes.fromhex(said["data"]))
        self.say("wdone", conn=LINK, handle=said["handle"], status=0)
        if place.trouble.lose_answers:
            place.trouble.lose_answers -= 1
        elif answer is not None:
            self.say("ntf", conn=LINK, handle=NOTIFY_HANDLE, data=answer.hex())

    def close_link(self) -> None:
        if self.place is not None:
            self.place.holder = None
            self.place.valve.link_closed()
            self.place = None


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    air: "Air"


class Air:
    """A context manager; `advertise` sends to every node that listens."""

    def __init__(self, valves: Iterable[VirtualEq3] = ()) -> None:
        self.lock = threading.RLock()
        self.nodes: list[_Node] = []
        self.places = {valve.address: _Place(valve) for valve in valves}
        self.scans = 0
        self._ended = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Node)
        self._server.air = self
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def trouble(self, address: str) -> Trouble:
        return self.places[address].trouble

    def advertise(self, address: str, service: int, data: bytes, rssi: int = -70) -> int:
        """Say it to all that listen; how many those were."""
        element = bytes([len(data) + 3, 0x16, service & 0xFF, service >> 8]) + data
        payload = bytes([2, 1, 6]) + element
        with self.lock:
            listening = [node for node in self.nodes if node.is_scanning]
            for node in listening:
                node.say("adv", addr=address, rssi=rssi, data=payload.hex())
        return len(listening)

    def hum(self, address: str, service: int, data: bytes) -> None:
        """Say it each half second until the end, with a counter in the last byte, as a thermometer does."""

        def again() -> None:
            counter = data[-1]
            while not self._ended.wait(0.5):
                counter = (counter + 1) & 0xFF
                self.advertise(address, service, data[:-1] + bytes([counter]))

        threading.Thread(target=again, daemon=True).start()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
