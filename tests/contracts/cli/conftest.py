"""An embedded home for commands, run in this process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from idp.__main__ import main


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("IDP_")]:
        monkeypatch.delenv(name)
    settings = {
        "SANDBOX": "true",
        "DATA_DIR": str(tmp_path / "home"),
        "PASSWORDS__MEMORY_KIB": "64",
        "PASSWORDS__PASSES": "1",
        "POPULATION_REGISTER__BASE_URL": "http://127.0.0.1:9",
        "POPULATION_REGISTER__KEY_ID": "tongxing",
        "POPULATION_REGISTER__SECRET": "s" * 40,
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"IDP_{name}", value)
    return tmp_path


@pytest.fixture
def idp(folder: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Done]]:
    before = os.umask(0o022)

    def run(*arguments: str) -> Done:
        capsys.readouterr()
        status = 0
        try:
            main(arguments)
        except SystemExit as left:
            status = left.code if isinstance(left.code, int) else 1
        captured = capsys.readouterr()
        return Done(status, captured.out, captured.err)

    yield run
    os.umask(before)
