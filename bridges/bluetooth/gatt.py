"""One short contact with a valve over GATT: connect, listen, write and await the answers, disconnect.

bleak-retry-connector does the first retries, which are those of a radio that hiccups; spacing the next ones is the
valve's state machine. Whatever goes wrong becomes a ContactError that says whose fault it is.
"""

import asyncio
from dataclasses import dataclass

import structlog
from bleak import BleakClient
from bleak.backends.device import BLEDevice
from bleak_retry_connector import establish_connection

from bridges.bluetooth.bluez import Bluez
from bridges.bluetooth.timing import Timing
from bridges.eq3.protocol import NOTIFY, WRITE, Notification, decode
from bridges.eq3.valve import Failure
from house.errors import DeviceError, PayloadError

CONNECT_ATTEMPTS = 3
UNPAIRED = ("NotPermitted", "NotAuthorized", "Not paired", "Authentication", "Rejected")
"""What BlueZ says, in its error's name or text, where the valve wants a bond."""

log = structlog.get_logger()


class ContactError(Exception):
    """A contact came to nothing."""

    def __init__(self, failure: Failure, text: str) -> None:
        super().__init__(text)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class GattSession:
    """Makes contacts through one adapter."""

    bluez: Bluez
    timing: Timing

    async def contact(
        self, device: BLEDevice, requests: tuple[bytes, ...], pin: str | None = None
    ) -> tuple[Notification, ...]:
        """The answers, one for each request; raises ContactError."""
        if pin is not None:
            await self._pair(device, pin)
        answers: asyncio.Queue[bytes | None] = asyncio.Queue()
        client = await self._connect(device, answers)
        while not answers.empty():
            answers.get_nowait()  # an attempt that was aborted has told of its lost link
        try:
            async with asyncio.timeout(self.timing.answer_s):
                await client.start_notify(NOTIFY, lambda _, data: answers.put_nowait(bytes(data)))
            return tuple([await self._ask(client, answers, request) for request in requests])
        except ContactError:
            raise
        except Exception as error:
            raise _as_contact_error(error) from error
        finally:
            await self._disconnect(client)

    async def _pair(self, device: BLEDevice, pin: str) -> None:
        path = device.details["path"]
        try:
            async with asyncio.timeout(self.timing.pair_s):
                if not await self.bluez.is_paired(path):
                    await self.bluez.pair(path, pin)
                    log.info("paired", address=device.address)
        except TimeoutError as error:
            raise ContactError(Failure.NOT_PAIRED, f"not paired within {self.timing.pair_s:g} s") from error
        except DeviceError as error:
            raise _as_contact_error(error) from error

    async def _connect(self, device: BLEDevice, answers: "asyncio.Queue[bytes | None]") -> BleakClient:
        try:
            async with asyncio.timeout(self.timing.connect_s):
                return await establish_connection(
                    BleakClient,
                    device,
                    device.address,
                    disconnected_callback=lambda _: answers.put_nowait(None),
                    max_attempts=CONNECT_ATTEMPTS,
                )
        except TimeoutError as error:
            raise ContactError(Failure.UNREACHED, f"no connection within {self.timing.connect_s:g} s") from error
        except Exception as error:  # bleak and dbus-fast do not declare all that they raise
            raise _as_contact_error(error) from error

    async def _ask(self, client: BleakClient, answers: "asyncio.Queue[bytes | None]", request: bytes) -> Notification:
        try:
            async with asyncio.timeout(self.timing.answer_s):
                await client.write_gatt_char(WRITE, request, response=True)
                while (data := await answers.get()) is not None:
                    try:
                        return decode(data)
                    except PayloadError as error:
                        log.warning("answer refused", address=client.address, reason=str(error))
        except TimeoutError as error:
            text = f"no answer to {request.hex()} within {self.timing.answer_s:g} s; does the valve want to be paired?"
            raise ContactError(Failure.SILENT, text) from error
        raise ContactError(Failure.UNREACHED, "the link was lost before the answer")

    async def _disconnect(self, client: BleakClient) -> None:
        """A valve that stays connected is deaf to everybody else, and BlueZ would keep the link of a dead process."""
        try:
            async with asyncio.timeout(self.timing.bluez_s):
                await client.disconnect()
        except Exception as error:  # the next contact finds the link open and takes it over
            log.warning("did not disconnect in order", address=client.address, reason=repr(error))


def _as_contact_error(error: Exception) -> ContactError:
    """What BlueZ said is the cause of what others make of it."""
    said = error.__cause__ or error
    text = str(said) or type(said).__name__
    return ContactError(Failure.NOT_PAIRED if any(word in text for word in UNPAIRED) else Failure.UNREACHED, text)
