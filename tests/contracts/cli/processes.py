"""The provider as a process of its own, in a sandbox in one folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.ports import free_port
from tests.unit.launcher.conftest import wait_for

ROOT = Path(__file__).parents[3]


def environment(folder: Path, **own: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("IDP_")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "IDP_SANDBOX": "true",
        "IDP_DATA_DIR": str(folder / "home"),
        "IDP_SERVER__PORT": str(free_port()),
        "IDP_POPULATION_REGISTER__BASE_URL": "http://127.0.0.1:9",
        "IDP_POPULATION_REGISTER__KEY_ID": "tongxing",
        "IDP_POPULATION_REGISTER__SECRET": "s" * 40,
        **own,
    }


def run(*arguments: str, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "idp", *arguments],
        env=settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )


@contextmanager
def serving(settings: dict[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    ready = folder / "ready.json"
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "idp", "serve", "--ready-file", str(ready)],
            env=settings,
            stderr=log,
        )
    try:
        wait_for(lambda: ready.exists() or process.poll() is not None, 60)
        assert process.poll() is None, (folder / "log").read_text()
        assert json.loads(ready.read_text())["pid"] == process.pid
        yield process
    finally:
        process.terminate()
        assert process.wait(30) == 0
