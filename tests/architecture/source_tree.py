"""The project's Python sources, parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One module. `name`: its path from the root, with slashes."""

    name: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """Number of lines."""
        return self.text.count("\n")

    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones included."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def calls(self, name: str) -> Iterator[ast.Call]:
        """Every call of the function `name`, or, written `.name`, of any method of that name."""
        kind = ast.Attribute if name.startswith(".") else ast.Name
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, kind):
                continue
            if _last_name(node.func) == name.removeprefix("."):
                yield node


def _last_name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Return the modules below `folders`, in order of their names."""
    found = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if ".artifacts" in path.parts:  # what tests have installed
                continue
            text = path.read_text(encoding="utf-8")
            name = path.relative_to(ROOT).as_posix()
            found.append(Source(name, text, ast.parse(text, name)))
    return tuple(found)
