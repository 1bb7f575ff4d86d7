"""The openid-client kit, installed from the npm registry once and run by Node."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.interop.processes import listening
from tests.interop.registration import KITS, RegisteredClient
from tests.servers.requirements import require

KIT = KITS / "openid-client"
_ARTIFACTS = Path(__file__).parents[1] / ".artifacts"
_INSTALL_SECONDS = 120


@dataclass(frozen=True)
class NodePortal:
    """A portal that answers at `url`."""

    url: str
    log: Path

    @property
    def home(self) -> str:
        return f"{self.url}/"


@contextmanager
def node_portal(issuer: str, client: RegisteredClient, port: int) -> Iterator[NodePortal]:
    """Run the kit's server on `port` until the block ends."""
    node = require("node")
    url = f"http://127.0.0.1:{port}"
    environment = {
        "PATH": os.defpath,
        "PORTAL_ISSUER": issuer,
        "PORTAL_CLIENT_ID": client.client_id,
        "PORTAL_CLIENT_SECRET": client.secret,
        "PORTAL_BASE_URL": url,
    }
    # Below the installed packages, where Node looks for them.
    with tempfile.TemporaryDirectory(prefix="run-", dir=_installed_packages()) as folder:
        for source in (*KIT.glob("*.mjs"), *KIT.glob("*.css")):
            shutil.copy(source, folder)
        log = Path(folder) / "portal.log"
        command = (node, Path(folder) / "server.mjs")
        with listening(command, port, log, environment=environment):
            yield NodePortal(url, log)


def _installed_packages() -> Path:
    """Return a folder with the packages of the kit's lock file; installs them when new."""
    lock = (KIT / "package-lock.json").read_bytes()
    target = _ARTIFACTS / f"openid-client-{hashlib.sha256(lock).hexdigest()[:16]}"
    if target.is_dir():
        return target
    npm = require("npm")
    _ARTIFACTS.mkdir(exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="npm-", dir=_ARTIFACTS))
    for name in ("package.json", "package-lock.json"):
        shutil.copy(KIT / name, fresh)
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
