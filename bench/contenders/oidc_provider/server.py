"""oidc-provider's installation from npm and its process."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
from joserfc.jwk import ECKey

from bench.load.target import Endpoints, Target
from bench.machinery.processors import Placement, on
from bench.machinery.waiting import HOST, free_port, stop, wait_for

ENDPOINTS = Endpoints("/auth", "/token", "/me", "/token/introspection")
_SOURCES = Path(__file__).parent
_READY = b"GET /.well-known/openid-configuration HTTP/1.1\r\nHost: localhost\r\n\r\n"


def install(artifacts: Path) -> str:
    """Install the packages of package-lock.json beside copies of our modules."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise FileNotFoundError("node or npm is missing: apt-get install nodejs npm")
    folder = installed_in(artifacts)
    folder.mkdir(parents=True, exist_ok=True)
    lock = (_SOURCES / "package-lock.json").read_bytes()
    seen = folder / "package-lock.json"
    is_current = seen.exists() and seen.read_bytes() == lock and (folder / "node_modules").exists()
    for source in (*_SOURCES.glob("*.mjs"), *_SOURCES.glob("package*.json")):
        shutil.copy(source, folder)
    if not is_current:
        command = [npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    manifest = orjson.loads((folder / "node_modules/oidc-provider/package.json").read_bytes())
    version = subprocess.run([node, "--version"], check=True, capture_output=True, text=True).stdout
    return f"oidc-provider {manifest['version']} on Node {version.strip()}"


def installed_in(artifacts: Path) -> Path:
    """The folder of the installation."""
    return artifacts / "oidc-provider"


class Server:
    """What stays the same between starts: the secrets and the number of accounts."""

    def __init__(self, name: str, program: Path, log: Path, accounts: int) -> None:
        self._name, self._program, self._log, self._accounts = name, program, log, accounts
        self._client_secret = secrets.token_urlsafe(32)
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True)
        self._secrets = {
            "clientSecret": self._client_secret,
            "cookieKey": secrets.token_urlsafe(32),
            "jwk": key.as_dict(private=True),
        }

    @contextmanager
    def running(
        self, workers: int, placement: Placement, redis_url: str
    ) -> Iterator[tuple[Target, int]]:
        """Run the server; yields the target and its process id."""
        port = free_port()
        environment = {
            "PATH": os.environ["PATH"],
            "NODE_ENV": "production",
            "BENCH_PORT": str(port),
            "BENCH_WORKERS": str(workers),
            "BENCH_REDIS_URL": redis_url,
            "BENCH_ACCOUNTS": str(self._accounts),
            "BENCH_SECRETS": orjson.dumps(self._secrets).decode(),
        }
        command = on(placement.servers, ["node", str(self._program / "server.mjs")])
        with self._log.open("wb") as log:
            server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            wait_for(server, port, self._log, _READY, b" 200 ")
            target = Target(
                self._name,
                HOST,
                port,
                self._client_secret,
                self._accounts,
                ENDPOINTS,
                has_passwords=False,
            )
            yield target, server.pid
        finally:
            stop(server)
