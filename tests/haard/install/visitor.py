"""Somebody who logs in with MQTT 5, which tells what is refused."""

import socket

from house import packets
from house.packets import FAILURE, MQTT_5, Connected, Published, Subscribed

PATIENCE_S = 20


class Visitor:
    """One connection, driven packet by packet; raises PermissionError when it is not let in."""

    def __init__(self, port: int, user: str, *, password: str = "secret", client_id: str = "") -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = packets.PacketReader(MQTT_5)
        self._heard: list[packets.Publish] = []
        answer = self._ask(_greeting(user, password, client_id or f"visitor-{user}"))
        if not isinstance(answer, Connected) or answer.reason:
            self.close()
            raise PermissionError(f"{user}: {answer}")

    def _ask(self, packet: bytes) -> packets.Word:
        self._socket.sendall(packet)
        while True:
            received = self._socket.recv(100_000)
            if not received:
                raise ConnectionError("the broker has ended the connection")
            messages, words = self._reader.feed(received)
            self._heard += messages
            if messages:
                self._socket.sendall(packets.acknowledge(one.packet_id for one in messages if one.qos))
            if words:
                if isinstance(words[0], packets.Disconnected):
                    raise ConnectionError("the broker has ended the connection")
                return words[0]

    def may_say(self, topic: str, payload: bytes = b"1", *, retain: bool = False) -> bool:
        answer = self._ask(packets.publish(topic, payload, 1, MQTT_5, retain=retain))
        assert isinstance(answer, Published)
        return answer.reason < FAILURE

    def say_much(self, topic: str, size: int) -> None:
        """Send a large message piece by piece; raises ConnectionError when the broker wants no more of it."""
        whole = packets.publish(topic, bytes(size), 1, MQTT_5, retain=False)
        for start in range(0, len(whole), 2**20):
            self._socket.sendall(whole[start : start + 2**20])
        self._ask(packets.PING)

    def listen(self, topic_filter: str) -> None:
        assert isinstance(self._ask(packets.subscribe([topic_filter], 1, MQTT_5)), Subscribed)

    def all_heard(self) -> set[str]:
        """Every topic heard until nothing more comes: the broker sends so many ahead of their acknowledgement."""
        before = -1
        while before != len(self._heard):
            before = len(self._heard)
            self._ask(packets.PING)
        return {message.topic for message in self._heard}

    def close(self) -> None:
        self._socket.close()


def _greeting(user: str, password: str, client_id: str) -> bytes:
    return packets.connect(
        client_id,
        MQTT_5,
        keep_alive_s=0,
        will=("nowhere", b""),
        session_expiry_s=0,
        receive_maximum=1_000,
        user=user or None,
        password=password if user else None,
    )
