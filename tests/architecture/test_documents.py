"""Documents that lead nowhere are worse than none."""

from __future__ import annotations

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
