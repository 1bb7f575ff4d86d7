"""The kits for Node: their packages, installed from the npm registry once, and their servers."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.interop.processes import listening
from tests.interop.registration import KITS, RegisteredClient
from tests.servers.requirements import require

_ARTIFACTS = Path(__file__).parents[1] / ".artifacts"
_INSTALL_SECONDS = 120
_NO_EDITS: Mapping[str, str] = {}


@dataclass(frozen=True)
class NodePortal:
    """A portal that answers at `url`."""

    url: str
    log: Path

    @property
    def home(self) -> str:
        return f"{self.url}/"


@contextmanager
def node_portal(
    kit: str, issuer: str, client: RegisteredClient, port: int, **environment: str
) -> Iterator[NodePortal]:
    """Run a kit's `server.mjs` on `port` until the block ends."""
    url = f"http://127.0.0.1:{port}"
    given = {
        "PORTAL_ISSUER": issuer,
        "PORTAL_CLIENT_ID": client.client_id,
        "PORTAL_BASE_URL": url,
        **({"PORTAL_CLIENT_SECRET": client.secret} if client.secret else {}),
        **environment,
    }
    with node_program(kit, "server.mjs", port, given) as log:
        yield NodePortal(url, log)


@contextmanager
def node_program(
    kit: str,
    program: str,
    port: int,
    environment: Mapping[str, str],
    edits: Mapping[str, str] = _NO_EDITS,
) -> Iterator[Path]:
    """Run a program of a kit that listens on `port`; yields its log.

    `edits` are the words that a department replaces in the kit's JSON files.
    """
    node = require("node")
    # Below the installed packages, where Node looks for them.
    with tempfile.TemporaryDirectory(prefix="run-", dir=_installed_packages(kit)) as above:
        folder = Path(above) / kit
        shutil.copytree(KITS / kit, folder, ignore=shutil.ignore_patterns("node_modules"))
        for file in folder.rglob("*.json"):
            _edit(file, edits)
        log = Path(above) / "program.log"
        variables = {"PATH": os.defpath, **environment}
        with listening((node, folder / program), port, log, environment=variables):
            yield log


def _edit(file: Path, edits: Mapping[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for before, after in edits.items():
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")


def _installed_packages(kit: str) -> Path:
    """Return a folder with the packages of the kit's lock file; installs them when new."""
    lock = (KITS / kit / "package-lock.json").read_bytes()
    target = _ARTIFACTS / f"{kit}-{hashlib.sha256(lock).hexdigest()[:16]}"
    if target.is_dir():
        return target
    npm = require("npm")
    _ARTIFACTS.mkdir(exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="npm-", dir=_ARTIFACTS))
    for name in ("package.json", "package-lock.json"):
        shutil.copy(KITS / kit / name, fresh)
    outcome = subprocess.run(
        [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=fresh,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_INSTALL_SECONDS,
        check=False,
    )
    if outcome.returncode != 0:
        shutil.rmtree(fresh)
        raise RuntimeError(f"npm ci failed: {outcome.stderr[-2000:]}")
    try:
        fresh.rename(target)
    except OSError:  # another test process was faster
        shutil.rmtree(fresh)
    return target
