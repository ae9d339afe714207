"""The sizes of our modules: printed for whoever asks (`pytest -s`), failing only where a file hides a noun."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LARGEST = 350
MODULES = sorted(path for floor in ("engine", "web") for path in (ROOT / floor).rglob("*.py")
                 if "node_modules" not in path.parts and "static" not in path.parts)


def name(path):
    return str(path.relative_to(ROOT))


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_module_hides_a_second_noun():
    sizes = sorted(((lines(path), name(path)) for path in MODULES), reverse=True)
    report = [f"{len(sizes)} modules, {sum(size for size, _ in sizes)} lines, median {sizes[len(sizes) // 2][0]}"]
    print("", *report, *(f"{size:5} {path}" for size, path in sizes[:20]), sep="\n")  # noqa: T201 — the report
    assert [(size, path) for size, path in sizes if size > LARGEST] == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_module_says_what_it_owns(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body
