"""The words of the glossary's last column stand nowhere that people read: pages, texts of programs, dashboards."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = ("bridges", "grafana", "haard", "house", "recorder", "regulator")


def forbidden() -> list[str]:
    rows = [line.split("|") for line in (ROOT / "docs/glossary.md").read_text().splitlines() if line.startswith("| ")]
    words = [word.strip() for row in rows[2:] for word in row[3].split(",")]
    return [word for word in words if word]


def texts(path: Path) -> Iterator[str]:
    """What a program may print: its string literals that are no docstrings."""
    tree = ast.parse(path.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def pages() -> Iterator[tuple[str, str]]:
    """What people read, by the file that it stands in; decisions of the past keep their words."""
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs/bridges").glob("*.md")):
        if page.name != "glossary.md":
            yield str(page.relative_to(ROOT)), page.read_text()
    for folder in PROGRAMS:
        for program in (ROOT / folder).rglob("*.py"):
            yield str(program.relative_to(ROOT)), "\n".join(texts(program))


@pytest.mark.slow
def test_people_never_read_a_word_that_the_glossary_rules_out() -> None:
    words = forbidden()
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, words))})\b")
    found = {f"{name}: {word}" for name, text in pages() for word in pattern.findall(text)}
    assert sorted(found) == []
