"""`python -m haard.tryout.embedded_broker PORT [PAGE_PORT]`: a small broker for a machine without Mosquitto.

It speaks MQTT 3.1.1 and forgets everything at its end; the services heal it by saying again what they know. For the
try-out only.
"""

import asyncio
import logging
import signal
import sys

from amqtt.broker import Broker


async def serve(port: int, page_port: int | None = None) -> None:
    """Serve on loopback until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    listeners = {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}}
    if page_port is not None:
        listeners["page"] = {"type": "ws", "bind": f"127.0.0.1:{page_port}"}
    broker = Broker(
        {
            "listeners": listeners,
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        }
    )
    await broker.start()
    await stop.wait()
    await broker.shutdown()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    asyncio.run(serve(*map(int, sys.argv[1:3])))
