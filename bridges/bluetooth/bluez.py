"""What bleak leaves out of BlueZ: whether bluetoothd runs, the adapter's power, and pairing with a PIN.

One connection to the system bus. The agent is KeyboardOnly: a valve shows a number, and the host enters it.
"""

import asyncio
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusObjectPath, DBusStr, DBusUInt16, DBusUInt32
from dbus_fast.errors import DBusError
from dbus_fast.service import ServiceInterface, dbus_method

from house.errors import DeviceError

BLUEZ = "org.bluez"
AGENT_PATH = "/org/haard/agent"


class Agent(ServiceInterface):
    """Enters the PIN of the device that BlueZ asks about; every other question is refused."""

    def __init__(self) -> None:
        super().__init__("org.bluez.Agent1")
        self.pins: dict[str, str] = {}
        """By the device's path."""

    def _pin(self, device: str) -> str:
        if device not in self.pins:
            raise DBusError("org.bluez.Error.Rejected", "no PIN is known for this device")
        return self.pins[device]

    @dbus_method(name="RequestPasskey")
    def request_passkey(self, device: DBusObjectPath) -> DBusUInt32:
        return int(self._pin(device))

    @dbus_method(name="RequestPinCode")
    def request_pin_code(self, device: DBusObjectPath) -> DBusStr:
        return self._pin(device)

    @dbus_method(name="DisplayPasskey")
    def display_passkey(self, device: DBusObjectPath, passkey: DBusUInt32, entered: DBusUInt16) -> None:
        """Nobody looks at this host."""

    @dbus_method(name="RequestAuthorization")
    def request_authorization(self, device: DBusObjectPath) -> None:
        self._pin(device)

    @dbus_method(name="Cancel")
    def cancel(self) -> None:
        """BlueZ gave up; the call of Pair tells."""

    @dbus_method(name="Release")
    def release(self) -> None:
        """BlueZ ends."""


class Bluez:
    """A connection to BlueZ; use it as an asynchronous context manager.

    `running` is set while bluetoothd owns its name. Raises DeviceError where there is no system bus at all.
    """

    def __init__(self) -> None:
        self.running = asyncio.Event()
        self._agent = Agent()
        self._bus: MessageBus | None = None
        self._on_change: Callable[[], None] = lambda: None

    def on_change(self, tell: Callable[[], None]) -> None:
        """Call `tell` whenever bluetoothd comes or goes."""
        self._on_change = tell

    async def __aenter__(self) -> Self:
        self._bus = MessageBus(bus_type=BusType.SYSTEM)
        try:
            await self._bus.connect()
        except Exception as error:  # dbus-fast does not declare what it raises where there is no bus
            raise DeviceError(f"no D-Bus system bus ({error}): is dbus running?", temporary=True) from error
        self._bus.add_message_handler(self._hear)
        self._bus.export(AGENT_PATH, self._agent)
        rule = "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.bluez'"
        await self._ask_bus("AddMatch", "s", rule)
        if (await self._ask_bus("NameHasOwner", "s", BLUEZ)).body[0]:
            self.running.set()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bus is not None:
            self._bus.disconnect()

    def _hear(self, message: Message) -> None:
        if message.member != "NameOwnerChanged" or message.body[:1] != [BLUEZ]:
            return
        if message.body[2]:
            self.running.set()
        else:
            self.running.clear()
        self._on_change()

    async def _ask_bus(self, member: str, signature: str, *body: Any) -> Message:
        bus = "org.freedesktop.DBus"
        return await self._call(bus, "/org/freedesktop/DBus", bus, member, signature, *body)

    async def _call(
        self, destination: str, path: str, interface: str, member: str, signature: str = "", *body: Any
    ) -> Message:
        assert self._bus is not None
        question = Message(destination, path, interface, member, signature=signature, body=list(body))
        try:
            reply = await self._bus.call(question)
        except Exception as error:  # dbus-fast does not declare what it raises when the bus goes
            raise DeviceError(f"the D-Bus system bus is gone ({error!r})", temporary=True) from error
        if reply.message_type is MessageType.ERROR:
            raise DeviceError(f"BlueZ refused {member}: {reply.error_name} {reply.body}", temporary=True)
        return reply

    async def adapter_path(self, adapter: str | None) -> str:
        """The path of the named adapter, or of the first there is."""
        objects = await self._objects()
        paths = sorted(path for path, interfaces in objects.items() if "org.bluez.Adapter1" in interfaces)
        wanted = [path for path in paths if adapter is None or path.endswith(f"/{adapter}")]
        if not wanted:
            found = ", ".join(path.rpartition("/")[2] for path in paths) or "none"
            raise DeviceError(f"no Bluetooth adapter {adapter or ''}: found {found}; is it plugged in?", temporary=True)
        return wanted[0]

    async def _objects(self) -> Mapping[str, Mapping[str, Any]]:
        reply = await self._call(BLUEZ, "/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")
        return dict(reply.body[0])

    async def is_powered(self, path: str) -> bool:
        """Whether an adapter, by its path, is switched on."""
        return bool(await self._get(path, "org.bluez.Adapter1", "Powered"))

    async def power_cycle(self, adapter: str | None, off_s: float) -> None:
        """Switch the adapter off and on, which frees one that is locked up."""
        path = await self.adapter_path(adapter)
        await self._set(path, "org.bluez.Adapter1", "Powered", Variant("b", False))
        await asyncio.sleep(off_s)
        await self._set(path, "org.bluez.Adapter1", "Powered", Variant("b", True))

    async def _set(self, path: str, interface: str, name: str, value: Variant) -> None:
        await self._call(BLUEZ, path, "org.freedesktop.DBus.Properties", "Set", "ssv", interface, name, value)

    async def is_paired(self, device: str) -> bool:
        """Whether a device, by its path, is bonded with this host."""
        return bool(await self._get(device, "org.bluez.Device1", "Paired"))

    async def _get(self, path: str, interface: str, name: str) -> Any:
        reply = await self._call(BLUEZ, path, "org.freedesktop.DBus.Properties", "Get", "ss", interface, name)
        return reply.body[0].value

    async def pair(self, device: str, pin: str) -> None:
        """Bond with a device that shows this PIN; raises DeviceError when BlueZ or the device refuses."""
        self._agent.pins[device] = pin
        manager = "org.bluez.AgentManager1"
        await self._call(BLUEZ, "/org/bluez", manager, "RegisterAgent", "os", AGENT_PATH, "KeyboardOnly")
        try:
            await self._set(device, "org.bluez.Device1", "Trusted", Variant("b", True))
            await self._call(BLUEZ, device, "org.bluez.Device1", "Pair")
        except BaseException:
            # A valve that stays connected is deaf to everybody else.
            await self._call(BLUEZ, device, "org.bluez.Device1", "Disconnect")
            raise
        finally:
            del self._agent.pins[device]
            await self._call(BLUEZ, "/org/bluez", manager, "UnregisterAgent", "o", AGENT_PATH)
