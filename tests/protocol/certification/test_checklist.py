"""Nothing of the list is forgotten."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.protocol.certification.page import Certification

_FOLDER = Path(__file__).parent
_CITED = re.compile(r"(\d+)\. (.+)", re.DOTALL)
_SPECIFICATION = re.compile(
    r"OpenID Connect (Core|Discovery|Registration)|RFC \d{4}|Multiple Response Types|Form Post"
    r"|(RP-Initiated|Front-Channel|Back-Channel) Logout|Session Management|BCP 47"
)


def cited() -> Iterator[tuple[str, int, str]]:
    """The tests of this folder: name, number of the line, and what follows it."""
    for file in sorted(_FOLDER.glob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found = _CITED.match(ast.get_docstring(node) or "")
                if found is not None:
                    yield node.name, int(found[1]), found[2]
                elif file != Path(__file__):
                    yield node.name, 0, ""


def test_every_line_of_the_checklist_has_a_test(certification: Certification) -> None:
    assert list(certification.lines) == list(range(1, 49))
    assert {number for _, number, _ in cited()} == set(certification.lines)


def test_every_test_cites_a_section_of_a_specification() -> None:
    assert [name for name, _, text in cited() if not _SPECIFICATION.match(text)] == []
