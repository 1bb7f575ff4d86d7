"""The go-oidc kit, built once with the modules of its go.sum."""

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

KIT = KITS / "go-oidc"
_ARTIFACTS = Path(__file__).parents[1] / ".artifacts"
_BUILD_SECONDS = 300
_SOURCES = ("go.mod", "go.sum", "*.go", "*.html", "*.css")


@dataclass(frozen=True)
class GoPortal:
    """A portal that answers at `url`."""

    url: str
    log: Path

    @property
    def home(self) -> str:
        return f"{self.url}/"


@contextmanager
def go_portal(issuer: str, client: RegisteredClient, port: int) -> Iterator[GoPortal]:
    """Run the kit's program on `port` until the block ends."""
    url = f"http://127.0.0.1:{port}"
    environment = {
        "PORTAL_ISSUER": issuer,
        "PORTAL_CLIENT_ID": client.client_id,
        "PORTAL_CLIENT_SECRET": client.secret,
        "PORTAL_BASE_URL": url,
    }
    with tempfile.TemporaryDirectory(prefix="idp-go-") as folder:
        log = Path(folder) / "portal.log"
        with listening((_built_program(),), port, log, environment=environment):
            yield GoPortal(url, log)


def _built_program() -> Path:
    """Return the kit's program; builds it when a file of the kit is new."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _SOURCES for path in KIT.glob(pattern)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    target = _ARTIFACTS / f"go-oidc-{digest.hexdigest()[:16]}"
    if not target.is_dir():
        _ARTIFACTS.mkdir(exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix="go-", dir=_ARTIFACTS))
        try:
            _build(fresh / "portal")
            fresh.rename(target)
        finally:  # nothing is left there unless the build failed or another process was faster
            shutil.rmtree(fresh, ignore_errors=True)
    return target / "portal"


def _build(program: Path) -> None:
    outcome = subprocess.run(
        [require("go"), "build", "-trimpath", "-o", program, "."],
        cwd=KIT,
        # The toolchain is the one on the PATH, and go.sum is what decides about modules.
        env={**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_BUILD_SECONDS,
        check=False,
    )
    if outcome.returncode != 0:
        raise RuntimeError(f"go build failed: {outcome.stderr[-2000:]}")
