"""Kits in Python: each in a virtual environment with exactly the versions of its lock file."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.interop.processes import listening
from tests.interop.registration import KITS

_ARTIFACTS = Path(__file__).parents[1] / ".artifacts"
_INSTALL_SECONDS = 150


@contextmanager
def python_program(
    kit: str, program: str, port: int, environment: Mapping[str, str]
) -> Iterator[Path]:
    """Run `program` of a kit until the block ends; yields its log. It has to listen on `port`."""
    python = _interpreter(kit)
    with tempfile.TemporaryDirectory(prefix=f"idp-{kit}-") as folder:
        for source in (KITS / kit).glob("*.py"):
            shutil.copy(source, folder)
        log = Path(folder) / "program.log"
        log.touch()
        command = (python, Path(folder) / program)
        with listening(command, port, log, environment={"PATH": os.defpath, **environment}):
            yield log


def _interpreter(kit: str) -> Path:
    """Return the Python that has the kit's packages; installs them when new."""
    lock = KITS / kit / "requirements.txt"
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:16]
    target = _ARTIFACTS / f"{kit}-{digest}"
    if not target.is_dir():
        _install(lock, target)
    return target / "bin" / "python"


def _install(lock: Path, target: Path) -> None:
    _ARTIFACTS.mkdir(exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="python-", dir=_ARTIFACTS))
    try:
        _run(sys.executable, "-m", "venv", fresh)
        _run(
            fresh / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check",
            "--only-binary", ":all:", "--require-hashes", "-r", lock,
        )  # fmt: skip
        fresh.rename(target)
    except OSError:
        if not target.is_dir():  # else another test process was faster
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _run(*command: str | Path) -> None:
    outcome = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_INSTALL_SECONDS,
        check=False,
    )
    if outcome.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {outcome.stderr[-2000:]}")
