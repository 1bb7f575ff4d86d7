"""Documents that lead nowhere are worse than none."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT

_FOLDERS = ("bench", "clients", "deploy", "docs", "idp", "migrations", "tests", ".ci")
_FOREIGN = {"node_modules", ".artifacts"}
_FENCE = re.compile(r"^ {0,3}```.*?^ {0,3}```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?: \"[^\"]*\")?\)")
_CODE = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_ROOMS_OF_PROTOCOLS = ("protocol", "tokens", "logout", "client_registry")
_SPECIFICATIONS_WITH_NAMES = (
    "OpenID Connect Core",
    "OpenID Connect Discovery",
    "OpenID Connect Registration",
    "Multiple Response Types",
    "Form Post",
    "RP-Initiated Logout",
    "Front-Channel Logout",
    "Back-Channel Logout",
    "Session Management",
    "Unmet Authentication Requirements",
)
_PATH = re.compile(rf"(?:{'|'.join(map(re.escape, _FOLDERS))})/[\w./-]*[\w/]")


def _documents() -> list[Path]:
    top = sorted(ROOT.glob("*.md"))
    below = [path for folder in _FOLDERS for path in sorted((ROOT / folder).rglob("*.md"))]
    return top + [path for path in below if not _FOREIGN & set(path.parts)]


DOCUMENTS = [path.relative_to(ROOT).as_posix() for path in _documents()]


@cache
def _prose(name: str) -> str:
    return _FENCE.sub("", (ROOT / name).read_text(encoding="utf-8"))


def _anchors(path: Path) -> set[str]:
    """What a heading's link is called: lower case, spaces as dashes, other signs left out."""
    headings = _HEADING.findall(_prose(path.relative_to(ROOT).as_posix()))
    return {
        re.sub(r"[^\w\- ]", "", heading.replace("`", "")).lower().replace(" ", "-")
        for heading in headings
    }


def _leads_to(path: Path, anchor: str) -> bool:
    if not path.exists() or not path.is_relative_to(ROOT):
        return False
    return not anchor or path.suffix != ".md" or anchor in _anchors(path)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_somewhere(name: str) -> None:
    dead = []
    for target in _LINK.findall(_prose(name)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        path = ((ROOT / name).parent / file if file else ROOT / name).resolve()
        if not _leads_to(path, anchor):
            dead.append(target)
    assert dead == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_is_named_exists(name: str) -> None:
    missing = []
    for code in _CODE.findall(_prose(name)):
        path = code.partition("::")[0]
        if _PATH.fullmatch(path) and not (ROOT / path).exists():
            missing.append(path)
    assert missing == []


def _rows_of_specifications() -> list[list[str]]:
    """The rows of docs/specs.md: specification, what of it, modules, tests. A row without a first
    cell goes on with the specification above it."""
    rows: list[list[str]] = []
    for line in _prose("docs/specs.md").splitlines():
        if not line.startswith("| ") or line.startswith("| specification |"):
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        rows.append([cells[0] or rows[-1][0], *cells[1:]])
    return rows


def _named_specifications(text: str) -> set[str]:
    """What a text cites, each in one spelling; `RFC 7591, 7592` cites both."""
    numbers = [
        number
        for several in re.findall(r"RFC ((?:\d+(?:, (?:and )?(?=\d{4})| and (?=\d{4}))?)+)", text)
        for number in re.findall(r"\d{4}", several)
    ]
    return {f"RFC {number}" for number in numbers} | {
        name for name in _SPECIFICATIONS_WITH_NAMES if name in text
    }


def test_every_row_of_specifications_names_a_module_and_a_test() -> None:
    faulty = []
    for specification, what, modules, tests in _rows_of_specifications():
        programs = [path for path in _CODE.findall(modules) if path.startswith("idp/")]
        proofs = [path for path in _CODE.findall(tests) if re.search(r"/test_\w+\.py$", path)]
        named = [*_CODE.findall(modules), *_CODE.findall(tests)]
        missing = [path for path in named if not (ROOT / path).is_file()]
        if not programs or not proofs or missing or named != programs + proofs:
            faulty.append((specification, what, missing))
    assert faulty == []


def test_every_specification_that_a_module_names_is_in_the_table() -> None:
    """Looks at the rooms that speak protocols, and at the first sentence of each module there."""
    listed = _named_specifications("\n".join(row[0] for row in _rows_of_specifications()))
    unlisted = []
    for room in _ROOMS_OF_PROTOCOLS:
        for path in sorted((ROOT / "idp" / room).rglob("*.py")):
            first = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n\n")[0]
            unlisted += [
                (path.relative_to(ROOT).as_posix(), name)
                for name in sorted(_named_specifications(first) - listed)
            ]
    assert unlisted == []


def test_decisions_are_numbered_without_a_gap_and_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    names = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    listed = _LINK.findall(_prose("docs/decisions/README.md"))
    assert sorted(listed) == names


def test_the_page_of_settings_says_what_the_program_says() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "idp", "settings", "--markdown"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    ).stdout
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == printed, "run: make docs"
