"""What the chip does not forgive and no interpreter on a computer shows: looked for in the text of the firmware."""

import ast
from pathlib import Path

import pytest

from haard.node.build import CODEC, modules, sources

FILES = [*modules(sources()), sources() / "main.py", sources() / "slots.py"]
ON_THE_CHIP = {
    *("asyncio", "binascii", "bluetooth", "collections", "errno", "gc", "hashlib", "json", "machine", "network"),
    *("node", "os", "random", "select", "slots", "socket", "ssl", "sys", "time"),
}
ALL = pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)


def _nodes(file: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))


@ALL
def test_only_modules_that_the_chip_has_are_imported(file: Path) -> None:
    found = set()
    for node in _nodes(file):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).partition(".")[0])
    assert found <= ON_THE_CHIP


@ALL
def test_nothing_blocks_the_one_loop(file: Path) -> None:
    calls = [ast.unparse(node.func) for node in _nodes(file) if isinstance(node, ast.Call)]
    assert not {"time.sleep", "time.sleep_ms", "input"} & set(calls)


@ALL
def test_no_option_is_set_that_crashes_the_chip(file: Path) -> None:
    """Wi-Fi without power saving beside Bluetooth, and a receive buffer for events that have none."""
    keywords = {node.arg for node in _nodes(file) if isinstance(node, ast.keyword)}
    assert not {"pm", "rxbuf"} & keywords


@ALL
def test_the_bytecode_is_the_same_for_every_chip(file: Path) -> None:
    decorators = [ast.unparse(one) for node in _nodes(file) for one in getattr(node, "decorator_list", ())]
    assert not [one for one in decorators if "native" in one or "viper" in one]


def test_the_codec_has_no_floats() -> None:
    assert not [node for node in _nodes(CODEC) if isinstance(node, ast.Constant) and isinstance(node.value, float)]
    divisions = [node for node in _nodes(CODEC) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)]
    assert divisions == []


def test_the_handler_between_two_bytecodes_only_copies_and_notes() -> None:
    tree = ast.parse((sources() / "node" / "radio.py").read_text(encoding="utf-8"))
    handler = next(one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name == "_interrupt")
    calls = {ast.unparse(one.func) for one in ast.walk(handler) if isinstance(one, ast.Call)}
    assert calls <= {"bytes", "bluetooth.UUID", "self._advertisements.append", "self._events.append"}
