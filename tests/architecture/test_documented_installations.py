"""What the documents tell operators to type is run by a shell and judged as `idp serve` would."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
from pathlib import Path

import pytest

from idp.crypto.root_key_file import new_root_key
from idp.settings import Settings, check_settings
from tests.architecture.source_tree import ROOT

COUNTY = [("README.md", 5), ("README.zh-CN.md", 5), ("docs/operations.md", 5)]
_BLOCK = re.compile(r"(?:^    .+\n)+", re.MULTILINE)


def _lines(document: str, first: str) -> list[str]:
    """Return the indented block whose first line begins with `first`."""
    text = (ROOT / document).read_text(encoding="utf-8")
    blocks = [block.split("\n    ") for block in _BLOCK.findall(text)]
    (found,) = [block for block in blocks if block[0].strip().startswith(first)]
    return [line.strip() for line in found]


def _settings(lines: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Let a shell export what the lines say, with drawn secrets in the files that they name."""
    for name in set(re.findall(r"\$\(cat ([\w.]+)\)", "\n".join(lines))):
        drawn = new_root_key() if name == "root.secret" else secrets.token_urlsafe(32)
        (folder / name).write_text(drawn, encoding="ascii")
    script = "\n".join(["set -eu", *lines, "env -0"])
    exported = subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=folder,
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    variables = dict(entry.split("=", 1) for entry in exported.rstrip("\0").split("\0"))
    for name in [name for name in os.environ if name.startswith("IDP_")]:
        monkeypatch.delenv(name)
    for name, value in variables.items():
        if name.startswith("IDP_"):
            monkeypatch.setenv(name, value)
    return Settings()


@pytest.mark.parametrize(("document", "count"), COUNTY)
def test_a_county_starts_with_five_lines(
    document: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = _lines(document, "export IDP_ISSUER=")
    assert len(lines) == count
    assert lines[-1] == "idp serve"
    settings = _settings(lines[:-1], tmp_path, monkeypatch)
    check_settings(settings)
    assert settings.is_embedded
    assert not settings.sandbox


def test_the_documents_agree_on_the_five_lines() -> None:
    assert len({tuple(_lines(document, "export IDP_ISSUER=")) for document, _ in COUNTY}) == 1


def test_production_starts_with_the_documented_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = _lines("docs/operations.md", "export IDP_HOME=production")
    monkeypatch.chdir(tmp_path)
    settings = _settings(lines, tmp_path, monkeypatch)
    check_settings(settings)
    assert not settings.is_embedded
