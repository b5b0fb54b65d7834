"""A fake org.bluez on a private D-Bus: what bleak and our own code ask of BlueZ, with the faults that it has in life.

It lives in a thread with an event loop of its own, so a test drives it as it would a device on the table. Objects are
plain dictionaries of properties; methods are a table. An advertisement reaches clients only while somebody scans, and
a device's services appear after Connect, then ServicesResolved turns true.
"""

import asyncio
import os
import subprocess
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from devtools.servers import program
from tests.virtual_eq3 import CONTROL_SERVICE, NOTIFY, WRITE, VirtualEq3

ADAPTER = "/org/bluez/hci0"
PROPERTIES = "org.freedesktop.DBus.Properties"
MANAGER = "org.freedesktop.DBus.ObjectManager"
ANSWER_S = 0.02
T = TypeVar("T")

Handler = Callable[[Message], Awaitable[tuple[str, list[Any]] | None]]


class BluezError(Exception):
    """Answered as a D-Bus error of this name, with this text."""

    def __init__(self, name: str, text: str = "") -> None:
        super().__init__(text)
        self.name = name


@contextmanager
def private_bus(folder: Path) -> Iterator[str]:
    """A dbus-daemon of one's own, as the system bus of this process; yields its address."""
    command = [program("dbus-daemon"), "--session", "--print-address=1", "--nofork", f"--address=unix:dir={folder}"]
    daemon = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert daemon.stdout is not None
    before = os.environ.get("DBUS_SYSTEM_BUS_ADDRESS")
    try:
        address = daemon.stdout.readline().strip()
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = address
        yield address
    finally:
        if before is None:
            os.environ.pop("DBUS_SYSTEM_BUS_ADDRESS", None)
        else:
            os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = before
        daemon.terminate()
        daemon.wait(10)
        daemon.stdout.close()


class FakeBluez:
    """bluetoothd with one adapter and these valves; a context manager.

    `connect_faults` are taken one for each Connect (`ok`, `hang`, or the text of an error); when they are used up,
    `failing` of all connects fail at random.
    """

    def __init__(self, address: str, valves: Iterable[VirtualEq3] = (), seed: int = 1) -> None:
        self.valves = {path_of(valve.address): valve for valve in valves}
        self.connect_faults: list[str] = []
        self.failing = 0.0
        self.connect_s = ANSWER_S
        self.scan_faults: list[str] = []
        self.locked_up = False
        """Nothing is heard or connected, and no error comes, until the adapter is switched off and on."""
        self.on_air = True
        """Whether the valves can be heard."""
        self.scans_refused_until_powered = False
        self.drop_link_on_write = 0
        self.power_cycles = 0
        self.scans = 0
        self.cures: list[str] = []
        """Each start of a scan and each switching on, in order."""
        self.connects = 0
        self.most_links = 0
        self.connected = threading.Event()
        self._address = address
        self._random = Random(seed)
        self._objects: dict[str, dict[str, dict[str, Variant]]] = {}
        self._agent: tuple[str, str] | None = None
        self._aborted: dict[str, asyncio.Event] = {}
        self._patterns: dict[str, list[tuple[int, bytes]]] = {}
        """Of every registered monitor: the type of the field, and how it should begin."""
        self._bus: MessageBus | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="bluetoothd")

    # --- what a test does ---------------------------------------------------------------------------------------------

    def __enter__(self) -> "FakeBluez":
        self._thread.start()
        self._do(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._leave())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def crash(self) -> None:
        """bluetoothd dies: its links and scans are gone."""
        self._do(self._leave())

    def start(self) -> None:
        """bluetoothd comes back, and knows nothing of before."""
        self._do(self._start())

    def switch_off(self) -> None:
        """Somebody switched the adapter off."""

        async def off() -> None:
            self._change(ADAPTER, "org.bluez.Adapter1", {"Powered": _FALSE})

        self._do(off())

    def advertise(self, address: str, uuid: str, data: bytes, rssi: int = -70) -> None:
        """A thermometer sends service data."""
        field = (0x16, bytes.fromhex(uuid[4:8])[::-1] + data)
        self._do(self._advertise(address, field, {"ServiceData": Variant("a{sv}", {uuid: Variant("ay", data)})}, rssi))

    def advertise_valves(self) -> None:
        """Every valve that is not connected says that it is there."""

        async def all_of_them() -> None:
            for path, valve in self.valves.items():
                if self.on_air and not self._is_connected(path):
                    nobody = {"ManufacturerData": Variant("a{qv}", {0: Variant("ay", bytes(9))})}
                    answer = {"Name": Variant("s", "CC-RT-BLE")} if self.discovering else {}
                    await self._advertise(valve.address, (0xFF, bytes(11)), nobody | answer, -60)

        self._do(all_of_them())

    def leave_connected(self) -> None:
        """A process that crashed left its links behind."""

        async def leave() -> None:
            for path in self.valves:
                self._set_connected(path, True)

        self._do(leave())

    @property
    def discovering(self) -> bool:
        return bool(self._objects.get(ADAPTER, {}).get("org.bluez.Adapter1", {}).get("Discovering", _FALSE).value)

    @property
    def links(self) -> int:
        return sum(self._is_connected(path) for path in self.valves)

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    # --- life ---------------------------------------------------------------------------------------------------------

    async def _start(self) -> None:
        self._objects = {
            "/org/bluez": {"org.bluez.AgentManager1": {}},
            ADAPTER: {
                "org.bluez.Adapter1": {
                    "Address": Variant("s", "00:00:00:00:00:01"),
                    "Powered": Variant("b", True),
                    "Discovering": Variant("b", False),
                    "Roles": Variant("as", ["central", "peripheral"]),
                },
                "org.bluez.AdvertisementMonitorManager1": {},
            },
        }
        self._bus = await MessageBus(bus_address=self._address).connect()
        self._bus.add_message_handler(self._handle)
        await self._bus.request_name("org.bluez")

    async def _leave(self) -> None:
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._agent, self._patterns = None, {}
        for path in self.valves:
            if self._is_connected(path):
                self.valves[path].link_closed()
        self._objects = {}
        if self._bus is not None:
            bus, self._bus = self._bus, None
            bus.disconnect()
            await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]

    async def _advertise(
        self, address: str, field: tuple[int, bytes], properties: dict[str, Variant], rssi: int
    ) -> None:
        if self.locked_up or not (self.discovering or self._is_monitored(*field)):
            return
        path = path_of(address)
        news = {**properties, "RSSI": Variant("n", rssi)}
        if path in self._objects:
            self._change(path, "org.bluez.Device1", news)
            return
        valve = self.valves.get(path)
        device = {
            "Adapter": Variant("o", ADAPTER),
            "Address": Variant("s", address),
            "Alias": Variant("s", address),
            "UUIDs": Variant("as", []),
            "Connected": Variant("b", False),
            "Paired": Variant("b", valve.paired if valve else False),
            "Trusted": Variant("b", False),
            "ServicesResolved": Variant("b", False),
        }
        self._add(path, "org.bluez.Device1", device | news)

    def _is_monitored(self, kind: int, data: bytes) -> bool:
        patterns = [pattern for monitor in self._patterns.values() for pattern in monitor]
        return any(kind == wanted and data.startswith(start) for wanted, start in patterns)

    # --- objects ------------------------------------------------------------------------------------------------------

    def _signal(self, path: str, interface: str, member: str, signature: str, body: list[Any]) -> None:
        if self._bus is not None:
            self._bus.send(Message.new_signal(path, interface, member, signature, body))

    def _add(self, path: str, interface: str, properties: dict[str, Variant]) -> None:
        self._objects[path] = {interface: properties}
        self._signal("/", MANAGER, "InterfacesAdded", "oa{sa{sv}}", [path, {interface: properties}])

    def _change(self, path: str, interface: str, changed: dict[str, Variant]) -> None:
        if path in self._objects:
            self._objects[path][interface].update(changed)
            self._signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", [interface, changed, []])

    def _is_connected(self, path: str) -> bool:
        return bool(self._objects.get(path, {}).get("org.bluez.Device1", {}).get("Connected", _FALSE).value)

    def _set_connected(self, path: str, connected: bool) -> None:
        if self._is_connected(path) == connected:
            return
        valve = self.valves[path]
        if connected:
            valve.connections += 1
            self._add_services(path)
        self._change(path, "org.bluez.Device1", {"Connected": Variant("b", connected)})
        self._change(path, "org.bluez.Device1", {"ServicesResolved": Variant("b", connected)})
        self.most_links = max(self.most_links, self.links)
        if connected:
            self.connected.set()
            return
        for inner in [one for one in self._objects if one.startswith(f"{path}/")]:
            interfaces = list(self._objects.pop(inner))
            self._signal("/", MANAGER, "InterfacesRemoved", "oas", [inner, interfaces])
        valve.link_closed()

    def _add_services(self, path: str) -> None:
        service = {"UUID": Variant("s", CONTROL_SERVICE), "Primary": Variant("b", True), "Device": Variant("o", path)}
        self._add(f"{path}/service0400", "org.bluez.GattService1", service)
        for name, uuid, flag in (("char0410", WRITE, "write"), ("char0420", NOTIFY, "notify")):
            characteristic = {
                "UUID": Variant("s", uuid),
                "Service": Variant("o", f"{path}/service0400"),
                "Value": Variant("ay", b""),
                "Notifying": Variant("b", False),
                "Flags": Variant("as", [flag]),
            }
            self._add(f"{path}/service0400/{name}", "org.bluez.GattCharacteristic1", characteristic)

    # --- methods ------------------------------------------------------------------------------------------------------

    def _handle(self, message: Message) -> bool | None:
        if message.message_type is not MessageType.METHOD_CALL or message.interface is None:
            return None
        handler = self._methods().get((message.interface.rpartition(".")[2], message.member or ""))
        if handler is None:
            return None
        task = self._loop.create_task(self._answer(message, handler))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return True

    def _methods(self) -> dict[tuple[str, str], Handler]:
        return {
            ("ObjectManager", "GetManagedObjects"): self._managed_objects,
            ("Properties", "Get"): self._get,
            ("Properties", "Set"): self._set,
            ("Adapter1", "SetDiscoveryFilter"): _nothing,
            ("Adapter1", "StartDiscovery"): self._start_discovery,
            ("Adapter1", "StopDiscovery"): self._stop_discovery,
            ("AdvertisementMonitorManager1", "RegisterMonitor"): self._register_monitor,
            ("AdvertisementMonitorManager1", "UnregisterMonitor"): self._unregister_monitor,
            ("AgentManager1", "RegisterAgent"): self._register_agent,
            ("AgentManager1", "UnregisterAgent"): self._unregister_agent,
            ("Device1", "Connect"): self._connect,
            ("Device1", "Disconnect"): self._disconnect,
            ("Device1", "Pair"): self._pair,
            ("GattCharacteristic1", "StartNotify"): self._start_notify,
            ("GattCharacteristic1", "StopNotify"): _nothing,
            ("GattCharacteristic1", "WriteValue"): self._write_value,
        }

    async def _answer(self, message: Message, handler: Handler) -> None:
        try:
            if message.path not in self._objects and message.path != "/":
                raise BluezError("org.freedesktop.DBus.Error.UnknownObject", "no such object")
            signature, body = await handler(message) or ("", [])
            reply = Message.new_method_return(message, signature, body)
        except BluezError as error:
            reply = Message.new_error(message, error.name, str(error))
        if self._bus is not None:
            self._bus.send(reply)

    async def _managed_objects(self, _: Message) -> tuple[str, list[Any]]:
        return "a{oa{sa{sv}}}", [self._objects]

    async def _get(self, message: Message) -> tuple[str, list[Any]]:
        interface, name = message.body
        return "v", [self._objects[str(message.path)][interface][name]]

    async def _set(self, message: Message) -> None:
        interface, name, value = message.body
        self._change(str(message.path), interface, {name: value})
        if name != "Powered":
            return
        if value.value:
            self.power_cycles += 1
            self.cures.append("power")
            self.locked_up = self.scans_refused_until_powered = False
        else:
            self._change(ADAPTER, interface, {"Discovering": Variant("b", False)})
            for path in self.valves:
                self._set_connected(path, False)

    async def _start_discovery(self, _: Message) -> None:
        if self.scans_refused_until_powered:
            raise BluezError("org.bluez.Error.InProgress", "Operation already in progress")
        if self.scan_faults and (fault := self.scan_faults.pop(0)) != "ok":
            raise BluezError(f"org.bluez.Error.{fault}", fault)
        self.scans += 1
        self.cures.append("scan")
        self._change(ADAPTER, "org.bluez.Adapter1", {"Discovering": Variant("b", True)})

    async def _stop_discovery(self, _: Message) -> None:
        if not self.discovering:
            raise BluezError("org.bluez.Error.Failed", "No discovery started")
        self._change(ADAPTER, "org.bluez.Adapter1", {"Discovering": Variant("b", False)})

    async def _register_monitor(self, message: Message) -> None:
        """The client exports its monitor only after this call has returned."""
        task = self._loop.create_task(self._fetch_patterns(str(message.sender), message.body[0]))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _fetch_patterns(self, client: str, path: str) -> None:
        await asyncio.sleep(ANSWER_S)
        assert self._bus is not None
        body = ["org.bluez.AdvertisementMonitor1", "Patterns"]
        reply = await self._bus.call(Message(client, path, PROPERTIES, "Get", signature="ss", body=body))
        self._patterns[path] = [(kind, bytes(start)) for _, kind, start in reply.body[0].value]

    async def _unregister_monitor(self, message: Message) -> None:
        self._patterns.pop(message.body[0], None)

    async def _register_agent(self, message: Message) -> None:
        path, capability = message.body
        assert capability == "KeyboardOnly"
        self._agent = (str(message.sender), path)

    async def _unregister_agent(self, _: Message) -> None:
        self._agent = None

    async def _connect(self, message: Message) -> None:
        self.connects += 1
        fault = self.connect_faults.pop(0) if self.connect_faults else "ok"
        if fault == "ok" and self._random.random() < self.failing:
            fault = self._random.choice(
                ["le-connection-abort-by-local", "Software caused connection abort", "InProgress"]
            )
        await self._take(str(message.path), 3600 if fault == "hang" or self.locked_up else self.connect_s)
        if fault == "le-connection-abort-by-local":  # in life the link is up for a moment
            self._set_connected(str(message.path), True)
            self._set_connected(str(message.path), False)
        if fault != "ok":
            name = fault if fault == "InProgress" else "Failed"
            raise BluezError(f"org.bluez.Error.{name}", fault)
        self._set_connected(str(message.path), True)

    async def _take(self, path: str, seconds: float) -> None:
        """Let a connection take its time; as in life, Disconnect ends it before."""
        self._aborted[path] = asyncio.Event()
        try:
            async with asyncio.timeout(seconds):
                await self._aborted[path].wait()
        except TimeoutError:
            return
        raise BluezError("org.bluez.Error.Failed", "le-connection-abort-by-local")

    async def _disconnect(self, message: Message) -> None:
        self._aborted.setdefault(str(message.path), asyncio.Event()).set()
        await asyncio.sleep(ANSWER_S)
        self._set_connected(str(message.path), False)

    async def _pair(self, message: Message) -> None:
        path = str(message.path)
        valve = self.valves[path]
        if self._agent is None:
            raise BluezError("org.bluez.Error.AuthenticationFailed", "no agent")
        sender, agent = self._agent
        assert self._bus is not None
        ask = Message(sender, agent, "org.bluez.Agent1", "RequestPasskey", signature="o", body=[path])
        reply = await self._bus.call(ask)
        if reply.message_type is MessageType.ERROR or f"{reply.body[0]:06}" != valve.pin:
            raise BluezError("org.bluez.Error.AuthenticationFailed", "Authentication Failed")
        valve.paired = True
        self._set_connected(path, True)
        self._change(path, "org.bluez.Device1", {"Paired": Variant("b", True)})

    async def _start_notify(self, message: Message) -> None:
        self._check_bond(message)

    async def _write_value(self, message: Message) -> None:
        path = str(message.path).partition("/service")[0]
        self._check_bond(message)
        if self.drop_link_on_write:
            self.drop_link_on_write -= 1
            self._set_connected(path, False)
            raise BluezError("org.bluez.Error.Failed", "Not connected")
        answer = self.valves[path].write(bytes(message.body[0]))
        if answer is not None:
            self._loop.call_later(ANSWER_S, self._notify, path, answer)

    def _notify(self, path: str, answer: bytes) -> None:
        self._change(f"{path}/service0400/char0420", "org.bluez.GattCharacteristic1", {"Value": Variant("ay", answer)})

    def _check_bond(self, message: Message) -> None:
        valve = self.valves[str(message.path).partition("/service")[0]]
        if valve.pin is not None and not valve.paired:
            raise BluezError("org.bluez.Error.NotPermitted", "Not paired")


async def _nothing(_: Message) -> None:
    """Taken, without effect."""


_FALSE = Variant("b", False)


def path_of(address: str) -> str:
    return f"{ADAPTER}/dev_{address.replace(':', '_').upper()}"
