"""ESP32 nodes: small boards that hear thermometers and drive valves where this computer's Bluetooth does not reach.

examples:
  haard node add attic --sensor A4:C1:38:00:00:05 --valve 00:1A:22:00:00:05
  haard node add cellar --alternative-for attic        drives attic's valves while attic is offline
  haard node flash attic --port /dev/ttyUSB0 --ssid home --broker 192.168.1.10 --interpreter micropython.bin
  haard node config            tells each node what house.yaml says of it
  haard node list              how they are
  haard node logs attic        what it writes, as it writes it
  haard node update attic      new firmware over the air
"""

import tempfile
from pathlib import Path
from typing import Annotated, Literal

import typer

from haard import settings_file
from haard.node import declare, flash, talk
from haard.node.access import Network, access_of, add_user, update_key
from haard.node.build import build, package_of, sources, version
from haard.node.config import node_config
from haard.options import JsonOption, SettingsOption
from haard.output import console, write_json
from house.errors import SettingsError
from house.settings import load

Chip = Literal["esp32", "esp32s3"]

app = typer.Typer()
NodeArgument = Annotated[str, typer.Argument(metavar="NODE", help="What it is called.", show_default=False)]


@app.command()
def add(
    node: Annotated[str, typer.Argument(metavar="NODE", help="Its name: small letters, digits and _.")],
    sensor: Annotated[
        list[str] | None, typer.Option(metavar="ADDRESS", help="A thermometer or contact; any number.")
    ] = None,
    valve: Annotated[list[str] | None, typer.Option(metavar="ADDRESS", help="A valve that it drives.")] = None,
    alternative_for: Annotated[list[str] | None, typer.Option(metavar="NODE", help="Stands in for it.")] = None,
    settings: SettingsOption = None,
) -> int:
    """Write a node into house.yaml, and its user into the broker's files."""
    path, out = _settings(settings), console()
    text = declare.with_node(path.read_text(encoding="utf-8"), node, sensor or [], valve or [], alternative_for or [])
    path.write_text(text, encoding="utf-8")
    out.print(f"node {node} stands in {path}", soft_wrap=True)
    for line in add_user(node, path):
        out.print(line, soft_wrap=True)
    return 0


@app.command(name="flash")
def flash_(
    node: NodeArgument,
    ssid: Annotated[
        str, typer.Option(help="The Wi-Fi; its password in HAARD_WIFI_PASSWORD or ..._FILE.", show_default=False)
    ],
    broker: Annotated[
        str, typer.Option(metavar="HOST", help="The broker's address as the node reaches it.", show_default=False)
    ],
    port: Annotated[str | None, typer.Option(help="Such as /dev/ttyUSB0.")] = None,
    broker_port: Annotated[
        int | None, typer.Option(metavar="PORT", help="Default: 1883, or 8883 with --certificate.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The authority's certificate: speak TLS.")
    ] = None,
    chip: Annotated[Chip, typer.Option(help="The board's processor.")] = "esp32",
    interpreter: Annotated[
        Path | None, typer.Option(metavar="FILE", help="MicroPython's .bin, for a new board.")
    ] = None,
    image: Annotated[Path | None, typer.Option(metavar="FILE", help="Only write the file system into a file.")] = None,
    settings: SettingsOption = None,
) -> int:
    """Put firmware and settings onto a board at a USB port."""
    path, out = _settings(settings), console()
    house = load(path)
    name = declare.node_called(node, house)
    access = access_of(name, Network(ssid, broker, broker_port, certificate), house, path)
    config = node_config(name, house, talk.now()).encode()
    with tempfile.TemporaryDirectory(prefix="haard-node-") as temporary:
        folder = Path(temporary)
        data = flash.image(flash.write_tree(folder / "tree", name, access, config))
        target = image or folder / "flash.bin"
        target.write_bytes(data)
        if image:
            out.print(f"{target}: for flash at {flash.FILE_SYSTEM_AT:#x}; it holds secrets", soft_wrap=True)
            return 0
        if not port:
            raise SettingsError("--port names where the board is, such as /dev/ttyUSB0")
        flash.run(flash.commands(port, chip, interpreter, target))
    out.print(f"node {name} is flashed; `haard node list` shows it within a minute")
    return 0


@app.command()
def config(
    node: Annotated[str | None, typer.Argument(metavar="[NODE]", help="Default: all.")] = None,
    settings: SettingsOption = None,
) -> int:
    """Tell nodes what house.yaml says of them."""
    house = load(_settings(settings))
    nodes = [declare.node_called(node, house)] if node else list(house.nodes)
    with talk.with_broker(house) as link:
        for one in nodes:
            talk.tell_config(link, one, node_config(one, house, talk.now()))
            console().print(f"node {one} is told what it hears and drives")
    return 0


@app.command(name="list")
def list_(settings: SettingsOption = None, as_json: JsonOption = False) -> int:
    """How the nodes are."""
    house = load(_settings(settings))
    with talk.with_broker(house) as link:
        heard = talk.listen(link)
    if as_json:
        write_json({node: talk.values(node, heard) for node in house.nodes})
    else:
        console().print(talk.table(house, heard))
    return 0


@app.command()
def logs(node: NodeArgument, settings: SettingsOption = None) -> int:
    """What a node writes, until Ctrl-C."""
    house, out = load(_settings(settings)), console()
    name = declare.node_called(node, house)
    with talk.with_broker(house) as link:
        for line in talk.log_lines(link, name):
            out.print(line, soft_wrap=True)
    return 0


@app.command()
def update(node: NodeArgument, settings: SettingsOption = None) -> int:
    """Send new firmware to a node, and wait until it works."""
    path = _settings(settings)
    house = load(path)
    name = declare.node_called(node, house)
    with tempfile.TemporaryDirectory(prefix="haard-node-") as folder:
        files = package_of(build(Path(folder) / "tree"))
    with talk.with_broker(house) as link:
        said = talk.update(link, name, version(sources()), files, update_key(name, path))
    console().print(f"node {name}: {said}")
    return 0 if said.startswith("confirmed") else 1


def _settings(given: Path | None) -> Path:
    return settings_file.find(given, Path.cwd())
