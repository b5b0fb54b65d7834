"""Real servers for tests: Mosquitto, amqtt and Postgres on loopback, each with its own folder and a free port.

A server is a context manager: the test that starts one ends it. Ready means that it answers; the wait for it ends at
once when the process dies, and then tells what the process said.
"""

import fcntl
import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg2
from psycopg2 import sql

from house.settings import Mqtt

READY_S = 30.0
STOPPED_S = 20.0
BESIDE_PATH = "/usr/sbin:/usr/local/sbin"


def program(name: str, *folders: str) -> str:
    """The path of a server's program; Debian keeps some of them outside PATH."""
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), BESIDE_PATH, *folders]))
    if found is None:
        raise RuntimeError(f"{name} is missing; `make test` installs it, or says what to type")
    return found


def postgres_program(name: str) -> str:
    newest_first = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))[::-1]
    return program(name, *map(str, newest_first))


def free_port() -> int:
    """A port of loopback that nobody has, and that no other process of tests was given, nor this one before.

    All lie below those that the kernel gives to clients (32768 and up): none of these takes it before the server is up,
    or while it restarts, and no client that waits for its server is connected to itself.
    """
    for number in _numbers:
        if _is_ours(number) and _is_free(number):
            return number
    raise AssertionError("the numbers never end")


def _is_free(number: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            return False
    return True


def _is_ours(number: int) -> bool:
    """Whether no other process was given it: each holds a lock on as many bytes of one file, until it ends.

    A server needs a moment until it has its port, and has none while it restarts.
    """
    try:
        fcntl.lockf(_given_ports(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
    except OSError:
        return False
    return True


@cache
def _given_ports() -> int:
    path = Path(tempfile.gettempdir()) / f"haard-ports-given-{os.geteuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _ports() -> Iterator[int]:
    """Round and round, begun elsewhere by each process of a test run."""
    first, count = 10_000, 22_000
    for step in itertools.count(os.getpid() * 1_009):
        yield first + step % count


_numbers = _ports()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Server:
    """One process that listens on a port of loopback, and on those of `also`; what it says goes to `log`."""

    ready_s = READY_S

    def __init__(
        self, folder: Path, arguments: Sequence[str], port: int, *, also: Sequence[int] = (), **popen: Any
    ) -> None:
        self.port = port
        self._also = also
        self.folder = folder
        self.log = folder / "log.txt"
        self._arguments, self._popen = arguments, popen
        self._process: subprocess.Popen[bytes] | None = None

    def answers(self) -> bool:
        return all(map(_listens, (self.port, *self._also)))

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self._arguments, stdout=log, stderr=log, **self._popen)
        deadline = time.monotonic() + self.ready_s
        while not self.answers():
            if self._ended_within(0.02) or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"{self._arguments[0]} does not answer; it said:\n{self.log.read_text()}")

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        """End it, if it runs, and wait until it is gone."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(with_signal)
            process.wait(STOPPED_S)

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def freeze(self) -> None:
        """It stands still with its connections open, until it is thawed."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        self.stop()
        self.start()

    def _ended_within(self, seconds: float) -> bool:
        assert self._process is not None
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Mosquitto(Server):
    """A broker; with `users` (name to password) nobody else gets in; `acl` and `extra` are lines of its own files.

    It queues as many messages as the one of a house does: a test that stands still for a moment misses none.
    """

    def __init__(self, folder: Path, *, users: Mapping[str, str] | None = None, acl: str = "", extra: str = "") -> None:
        folder.mkdir()
        port = free_port()
        lines = [
            f"listener {port} 127.0.0.1",
            f"allow_anonymous {'false' if users else 'true'}",
            "persistence true",
            f"persistence_location {folder}/",
            "max_queued_messages 10000000",
            extra,
        ]
        if os.geteuid() == 0:
            lines.append("user root")  # otherwise it would leave root and could not write its file
        if users:
            lines.append(f"password_file {password_file(folder / 'passwords', users)}")
        if acl:
            (folder / "acl").write_text(acl)
            lines.append(f"acl_file {folder / 'acl'}")
        configuration = folder / "mosquitto.conf"
        configuration.write_text("\n".join(lines) + "\n")
        super().__init__(folder, [program("mosquitto"), "-c", str(configuration)], port)

    def settings(self, **options: Any) -> Mqtt:
        return Mqtt(host="127.0.0.1", port=self.port, **options)

    def forget(self) -> None:
        """Lose the file with the retained messages and the sessions; while it is stopped."""
        (self.folder / "mosquitto.db").unlink(missing_ok=True)


def password_file(path: Path, users: Mapping[str, str]) -> Path:
    path.touch(mode=0o600)
    for name, password in users.items():
        subprocess.run([program("mosquitto_passwd"), "-b", str(path), name, password], check=True, capture_output=True)
    return path


class Amqtt(Server):
    """The embedded broker of the try-out, which speaks MQTT 3.1.1 only."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        port = free_port()
        configuration = folder / "amqtt.yaml"
        configuration.write_text(
            f"listeners: {{default: {{type: tcp, bind: '127.0.0.1:{port}'}}}}\n"
            "plugins: {amqtt.plugins.authentication.AnonymousAuthPlugin: {allow_anonymous: true}}\n"
        )
        command = [sys.executable, "-m", "amqtt.scripts.broker_script", "-c", str(configuration)]
        super().__init__(folder, command, port)

    def settings(self, **options: Any) -> Mqtt:
        return Mqtt(host="127.0.0.1", port=self.port, **options)


class Postgres(Server):
    """A database server with one superuser, `haard`, and no password; it trusts loopback.

    Tests need no data after a power cut, and are several times as quick when the server is not `durable`.
    """

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        port = free_port()
        fsync = "on" if durable else "off"
        options = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": fsync}
        if not durable:
            options["autovacuum"] = "off"  # it would hold a lock, or change a plan, in some runs and not in others
        arguments = [postgres_program("postgres"), "-D", str(folder / "data")]
        for name, value in options.items():
            arguments += ["-c", f"{name}={value}"]
        super().__init__(folder, arguments, port, cwd=folder, **_not_as_root())
        self.url = f"postgresql+psycopg2://haard@127.0.0.1:{port}/postgres"

    def connect(self, user: str = "haard") -> Any:
        """A psycopg2 connection."""
        return psycopg2.connect(host="127.0.0.1", port=self.port, user=user, dbname="postgres")

    def empty(self) -> None:
        """Everybody is thrown out, and what databases and roles there were is gone."""
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, user="haard", dbname="template1")
        connection.autocommit = True
        with closing(connection), connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS postgres WITH (FORCE)")
            cursor.execute(
                "SELECT rolname FROM pg_roles WHERE rolname NOT LIKE 'pg!_%' ESCAPE '!' AND rolname <> 'haard'"
            )
            for (role,) in cursor.fetchall():
                cursor.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
            cursor.execute("CREATE DATABASE postgres TEMPLATE template0")

    def answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def stop(self, with_signal: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends the connections and stops; SIGTERM would wait for the clients to leave."""
        super().stop(with_signal)

    def freeze(self) -> None:
        """With all its processes, as when its disk does not answer: whoever asks waits until it is thawed."""
        super().freeze()
        for one in self._children():
            os.kill(one, signal.SIGSTOP)

    def thaw(self) -> None:
        for one in self._children():
            os.kill(one, signal.SIGCONT)
        super().thaw()

    def _children(self) -> list[int]:
        assert self._process is not None
        pid = self._process.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill(self) -> None:
        """As a crash: SIGQUIT stops without tidying up, and leaves no children behind as SIGKILL would."""
        self.stop(signal.SIGQUIT)


def _not_as_root() -> dict[str, Any]:
    """Postgres refuses to run as root; then it runs as Debian's user for it."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


@contextmanager
def postgres_folder() -> Iterator[Path]:
    """A folder that Postgres's user may enter; pytest's own are closed to everybody but root."""
    with tempfile.TemporaryDirectory(prefix="haard-postgres-") as name:
        if os.geteuid() == 0:
            shutil.chown(name, "postgres", "postgres")
        yield Path(name)


def initialise(folder: Path) -> None:
    """Make an empty cluster in `folder`/data, to be copied for each server."""
    command = [postgres_program("initdb"), "-D", str(folder / "data"), "-U", "haard", "--auth=trust", "--no-sync"]
    locale = ["--encoding=UTF8", "--locale=C"]
    subprocess.run([*command, *locale], check=True, capture_output=True, cwd=folder, **_not_as_root())


def copy_cluster(template: Path, folder: Path) -> None:
    subprocess.run(["cp", "-a", str(template / "data"), str(folder / "data")], check=True)


def version(name: str, find: Callable[[str], str] = program) -> str:
    """The first line of what a server says of its version; for the head of the report."""
    try:
        path = find(name)
    except RuntimeError as error:
        return str(error)
    option = "-h" if name == "mosquitto" else "--version"
    said = subprocess.run([path, option], check=False, capture_output=True, text=True).stdout
    return said.partition("\n")[0]
