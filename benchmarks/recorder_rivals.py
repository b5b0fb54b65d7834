"""Who stores messages: the recorder, the pipe of C programs that is the limit, and one INSERT with paho per message.

    python -m benchmarks.recorder_rivals PORT URL

is the last of them.
"""

import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass

import psycopg2
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.recorder_stage import Stage, cpu_s, peak_mb, query
from devtools.servers import postgres_program, program
from recorder import migrations
from recorder.dedup_journal import MARK_BYTES
from recorder.postgres import Postgres

FILTER = "home/room/#"
TABLE = "CREATE TABLE rival (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, topic text, payload text)"
SETTINGS = """
mqtt: {{host: 127.0.0.1, port: {port}}}
database: {{url: "{url}"}}
recorder: {{linger_s: {linger_s}}}
rooms: {{living: {{radiators: [{{valve: "00:1A:22:00:00:01", power_w: 2100}}]}}}}
"""
EACH_ALONE = "COPY rival (topic, payload) FROM STDIN;\\n%t\\t%p\\n\\\\."  # a format of mosquitto_sub


@dataclass(frozen=True)
class Rival:
    """`commands`: programs, each of which reads what the one before it says; `progress`: a quick query of how many
    messages are committed, `numbers` one of those that the publisher has said.
    """

    name: str
    prepare: Callable[[Stage], None]
    commands: Callable[[Stage], Sequence[Sequence[str]]]
    progress: str = "SELECT coalesce(max(id), 0) FROM rival"
    numbers: str = "SELECT payload FROM rival"


def recorder(linger_s: float) -> Rival:
    def command(stage: Stage) -> Sequence[Sequence[str]]:
        settings = stage.folder / "house.yaml"
        url = stage.postgres.url
        settings.write_text(SETTINGS.format(port=stage.broker.port, url=url, linger_s=linger_s))
        return [[sys.executable, "-m", "recorder", "--settings", str(settings)]]

    numbers = (
        "SELECT convert_from(payload, 'UTF8') AS payload FROM message JOIN topic ON topic_id = topic.id "
        "WHERE name LIKE 'home/room/%'"
    )
    progress = f"SELECT coalesce(max(start + octet_length(marks) / {MARK_BYTES}), 0) FROM journal"
    return Rival("recorder", _empty_tables, command, progress, numbers)


def limit(batch: int, ends_after: int | None = None) -> Rival:
    """mosquitto_sub | psql: one COPY for each `batch` messages, acknowledged to the broker before it is committed.

    What it prints waits in a buffer for more, as is fastest, if it ends after a number of messages.
    """

    def commands(stage: Stage) -> Sequence[Sequence[str]]:
        copy = "COPY rival (topic, payload) FROM STDIN;"
        chunks = f'NR % {batch} == 1 {{ print "{copy}" }} {{ print }} NR % {batch} == 0 {{ print "\\\\."; fflush() }}'
        each = ["-F", EACH_ALONE if batch == 1 else "%t\\t%p"]
        session = ["-i", "limit", "-c", "-q", "1", "-V", "mqttv5", "-x", "3600"]
        port = ["-p", str(stage.broker.port)]
        client = [program("mosquitto_sub"), *port, *session, "-t", FILTER, *each]
        client = ["stdbuf", "-oL", *client] if ends_after is None else [*client, "-C", str(ends_after)]
        database = [postgres_program("psql"), "-q", "-X", "-h", "127.0.0.1", "-p", str(stage.postgres.port)]
        between = [] if batch == 1 else [["mawk", chunks]]
        return [client, *between, [*database, "-U", "haard", "postgres"]]

    return Rival("mosquitto_sub | psql COPY", _empty_rival, commands)


def one_insert() -> Rival:
    def command(stage: Stage) -> Sequence[Sequence[str]]:
        return [[sys.executable, "-m", "benchmarks.recorder_rivals", str(stage.broker.port), str(stage.postgres.port)]]

    return Rival("paho, INSERT + commit each", _empty_rival, command)


def _empty_tables(stage: Stage) -> None:
    migrations.upgrade(Postgres(stage.postgres.url.replace("+psycopg2", "")))
    query(stage.postgres, "TRUNCATE message, topic, journal RESTART IDENTITY CASCADE")


def _empty_rival(stage: Stage) -> None:
    query(stage.postgres, f"DROP TABLE IF EXISTS rival; {TABLE}")


class Running:
    """A rival at work on a stage."""

    def __init__(self, rival: Rival, stage: Stage) -> None:
        self._rival, self._stage = rival, stage
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        commands, heard = self._rival.commands(self._stage), None
        with (self._stage.folder / "rival.txt").open("ab") as log:
            for command in commands:
                is_last = command is commands[-1]
                said = log if is_last else subprocess.PIPE
                process = subprocess.Popen(command, stdin=heard, stdout=said, stderr=log)
                if heard is not None:
                    heard.close()
                heard = process.stdout
                self._processes.append(process)

    def end(self) -> None:
        """SIGTERM to the first, and the others end with it."""
        self._processes[0].terminate()
        for process in self._processes:
            process.wait(60)
        self._processes.clear()

    def kill(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait(60)
        self._processes.clear()

    def ids(self) -> list[int]:
        return [one.pid for one in self._processes]

    def cpu_s(self) -> float:
        return cpu_s(self.ids())

    def peak_mb(self) -> float:
        return peak_mb(self.ids())


def _insert_each(port: int, database_port: int) -> None:
    connection = psycopg2.connect(host="127.0.0.1", port=database_port, user="haard", dbname="postgres")
    client = Client(CallbackAPIVersion.VERSION2, "one-insert", clean_session=False, manual_ack=True)

    def store(_client: Client, _data: object, message: MQTTMessage) -> None:
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO rival (topic, payload) VALUES (%s, %s)", (message.topic, message.payload.decode())
            )
        client.ack(message.mid, message.qos)

    def subscribe(*_: object) -> None:
        client.subscribe(FILTER, 1)

    client.on_message = store
    client.on_connect = subscribe
    client.connect("127.0.0.1", port)
    with closing(connection), suppress(KeyboardInterrupt):
        client.loop_forever()


if __name__ == "__main__":
    _insert_each(int(sys.argv[1]), int(sys.argv[2]))
