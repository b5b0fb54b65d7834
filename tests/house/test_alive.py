import socket
import threading
from pathlib import Path

import pytest

from devtools.servers import free_port
from house.alive import Pulse
from house.mqtt import Link
from house.settings import Mqtt


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """What hears a service's pulse."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(str(tmp_path / "notify"))
    listener.settimeout(5)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    return listener


def test_systemd_hears_that_a_service_is_alive_but_not_with_each_turn(systemd: socket.socket) -> None:
    pulse = Pulse()
    pulse.beat()
    pulse.beat()
    assert systemd.recv(100) == b"WATCHDOG=1"
    systemd.setblocking(False)
    with pytest.raises(BlockingIOError):
        systemd.recv(100)
    systemd.close()


def test_a_service_whose_broker_is_away_is_alive(systemd: socket.socket) -> None:
    with Link(Mqtt(host="127.0.0.1", port=free_port()), "clock", stop=threading.Event()) as link:
        link.receive(0.01)
    assert systemd.recv(100) == b"WATCHDOG=1"
    systemd.close()


def test_a_health_check_sees_when_a_service_was_last_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAARD_ALIVE_FILE", str(tmp_path / "alive"))
    Pulse().beat()
    assert (tmp_path / "alive").exists()


def test_without_systemd_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    Pulse().beat()


def test_a_systemd_that_has_gone_does_not_end_a_service(systemd: socket.socket) -> None:
    systemd.close()
    Pulse().beat()
