"""The web server's files: a browser reaches page and broker by one address and one port."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from devtools.servers import Server, free_port, program
from haard.settings_file import example
from house.settings import parse
from tests.haard.install.conftest import wait_for
from tests.haard.install.test_real_broker import Broker

pytestmark = pytest.mark.system

PACKAGING = Path(__file__).parents[2] / "packaging"
FRAME = """\
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
{user}
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {site}
}}
"""


def configuration(folder: Path, site: str) -> Path:
    file = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    file.write_text(FRAME.format(folder=folder, site=site, user=user))
    return file


@pytest.mark.parametrize("file", ["nginx/haard.conf", "docker/nginx.conf"])
def test_nginx_takes_the_file(tmp_path: Path, file: str) -> None:
    command = [program("nginx"), "-t", "-c", str(configuration(tmp_path, (PACKAGING / file).read_text()))]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_browser_gets_the_page_and_hears_the_house_by_one_port(tmp_path: Path) -> None:
    (tmp_path / "broker").mkdir()
    (tmp_path / "web").mkdir()
    (tmp_path / "web/index.html").write_text("the page")
    with Broker(tmp_path / "broker", parse(example())) as broker:
        port = free_port()
        site = (PACKAGING / "nginx/haard.conf").read_text()
        for old, new in {
            "listen 8080;": f"listen 127.0.0.1:{port};",
            "listen [::]:8080;": "",
            "/usr/share/haard/web": str(tmp_path / "web"),
            "127.0.0.1:9001": f"127.0.0.1:{broker.ports.page}",
        }.items():
            assert old in site
            site = site.replace(old, new)
        command = [program("nginx"), "-c", str(configuration(tmp_path, site))]
        with Server(tmp_path, command, port):
            assert "the page" in ask(port, "GET / HTTP/1.0\r\n\r\n", until="the page")
            # Mosquitto opens its websockets last.
            wait_for(lambda: ask(port, UPGRADE).startswith("HTTP/1.1 101"))
            assert "sec-websocket-protocol: mqtt" in ask(port, UPGRADE).lower()


UPGRADE = (
    "GET /mqtt HTTP/1.1\r\nHost: house\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n"
)


def ask(port: int, request: str, until: str = "\r\n\r\n") -> str:
    """What the server answers, up to these words or its end."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.sendall(request.encode())
        while until.encode() not in answer and (piece := connection.recv(10_000)):
            answer += piece
    return answer.decode(errors="replace")
