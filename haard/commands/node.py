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
from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.console import Console

from haard import settings_file
from haard.node import declare, flash, talk
from haard.node.access import access_of, add_user, update_key
from haard.node.build import build, package_of, sources, version
from haard.node.config import node_config
from house.errors import SettingsError
from house.settings import load

CHIPS = tuple(flash.INTERPRETER_AT)


def arguments(parser: ArgumentParser) -> None:
    settings_file.option(parser)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = actions.add_parser("add", help="write a node into house.yaml, and its user into the broker's files")
    add.add_argument("node", help="what it is called: small letters, digits and _")
    add.add_argument("--sensor", action="append", default=[], metavar="ADDRESS", help="a thermometer or contact")
    add.add_argument("--valve", action="append", default=[], metavar="ADDRESS", help="a valve that it drives")
    add.add_argument("--alternative-for", action="append", default=[], metavar="NODE", help="stands in for it")
    _flash_arguments(actions.add_parser("flash", help="put firmware and settings onto a board at a USB port"))
    config = actions.add_parser("config", help="tell nodes what house.yaml says of them")
    config.add_argument("node", nargs="?", help="default: all")
    actions.add_parser("list", help="how the nodes are")
    actions.add_parser("logs", help="what a node writes, until Ctrl-C").add_argument("node")
    actions.add_parser("update", help="send new firmware to a node, and wait until it works").add_argument("node")


def _flash_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("node")
    parser.add_argument("--port", help="such as /dev/ttyUSB0")
    parser.add_argument("--ssid", required=True, help="the Wi-Fi; its password in HAARD_WIFI_PASSWORD or ..._FILE")
    parser.add_argument("--broker", required=True, help="the broker's address as the node reaches it")
    parser.add_argument("--broker-port", type=int, help="default: 1883, or 8883 with --certificate")
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="the authority's certificate: speak TLS")
    parser.add_argument("--chip", choices=CHIPS, default=CHIPS[0])
    parser.add_argument("--interpreter", type=Path, metavar="FILE", help="MicroPython's .bin, for a new board")
    parser.add_argument("--image", type=Path, metavar="FILE", help="only write the file system into a file")


def run(options: Namespace, out: Console) -> int:
    path = settings_file.find(options.settings, Path.cwd())
    return _ACTIONS[options.action](options, path, out)


def _add(options: Namespace, path: Path, out: Console) -> int:
    text = declare.with_node(
        path.read_text(encoding="utf-8"), options.node, options.sensor, options.valve, options.alternative_for
    )
    path.write_text(text, encoding="utf-8")
    out.print(f"node {options.node} stands in {path}", soft_wrap=True)
    for line in add_user(options.node, path):
        out.print(line, soft_wrap=True, markup=False, highlight=False)
    return 0


def _flash(options: Namespace, path: Path, out: Console) -> int:
    settings = load(path)
    node = declare.node_called(options.node, settings)
    access = access_of(node, options, settings, path)
    config = node_config(node, settings, talk.now()).encode()
    with tempfile.TemporaryDirectory(prefix="haard-node-") as name:
        folder = Path(name)
        data = flash.image(flash.write_tree(folder / "tree", node, access, config))
        target = options.image or folder / "flash.bin"
        target.write_bytes(data)
        if options.image:
            out.print(f"{target}: for flash at {flash.FILE_SYSTEM_AT:#x}; it holds secrets", soft_wrap=True)
            return 0
        if not options.port:
            raise SettingsError("--port names where the board is, such as /dev/ttyUSB0")
        flash.run(flash.commands(options.port, options.chip, options.interpreter, target))
    out.print(f"node {node} is flashed; `haard node list` shows it within a minute", soft_wrap=True)
    return 0


def _config(options: Namespace, path: Path, out: Console) -> int:
    settings = load(path)
    nodes = [declare.node_called(options.node, settings)] if options.node else list(settings.nodes)
    with talk.with_broker(settings) as broker:
        for node in nodes:
            talk.tell_config(broker, node, node_config(node, settings, talk.now()))
            out.print(f"node {node} is told what it hears and drives")
    return 0


def _list(options: Namespace, path: Path, out: Console) -> int:
    settings = load(path)
    with talk.with_broker(settings) as broker:
        out.print(talk.table(settings, talk.listen(broker)))
    return 0


def _logs(options: Namespace, path: Path, out: Console) -> int:
    settings = load(path)
    node = declare.node_called(options.node, settings)
    with talk.with_broker(settings) as broker:
        for line in talk.log_lines(broker, node):
            out.print(line, markup=False, highlight=False)
    return 0


def _update(options: Namespace, path: Path, out: Console) -> int:
    settings = load(path)
    node = declare.node_called(options.node, settings)
    with tempfile.TemporaryDirectory(prefix="haard-node-") as name:
        files = package_of(build(Path(name) / "tree"))
    with talk.with_broker(settings) as broker:
        said = talk.update(broker, node, version(sources()), files, update_key(node, path))
    out.print(f"node {node}: {said}")
    return 0 if said.startswith("confirmed") else 1


_ACTIONS = {"add": _add, "flash": _flash, "config": _config, "list": _list, "logs": _logs, "update": _update}
