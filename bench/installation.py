"""A provider of its own for one measurement: folder, accounts, client, server process."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # psutil ships no types
import yaml

from bench.person import CLIENT_ID, REDIRECT_URI, SCOPE
from idp.accounts.identifiers.check_digits import mod_11_2

HOST = "127.0.0.1"
_CLAIMS = ("name", "birthdate", "phone_number", "phone_number_verified")
_START_SECONDS = 60.0
_STOP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Installation:
    """A running provider. `phones` are accounts that all have `password`."""

    port: int
    process: psutil.Process
    phones: tuple[str, ...]
    password: str
    client_secret: str

    def cpu_seconds(self) -> float:
        """CPU time of the server and everything it started, the embedded store included."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(sum(one.cpu_times()[:2]) for one in family)


@contextmanager
def run_installation(folder: Path, *, accounts: int, workers: int) -> Iterator[Installation]:
    """Run a provider in `folder` for the length of the block.

    IDP_STORAGE__DATABASE_URL and IDP_STORAGE__REDIS_URL are taken over where they are set, so that
    PostgreSQL and Redis can be measured; otherwise the embedded home is.
    """
    port = _free_port()
    environment = _environment(folder, port, workers)
    phones = tuple(f"138{number:08d}" for number in range(accounts))
    password, client_secret = secrets.token_urlsafe(12), secrets.token_urlsafe(32)
    environment["BENCH_CLIENT_SECRET"] = client_secret
    _write(folder / "clients.yaml", {"clients": [_client()]})
    _write(folder / "accounts.yaml", [_account(i, p, password) for i, p in enumerate(phones)])
    _idp(environment, "clients", "apply", str(folder / "clients.yaml"), "--yes")
    _idp(environment, "accounts", "import", str(folder / "accounts.yaml"))
    ready = folder / "ready.json"
    command = [sys.executable, "-m", "idp", "serve", "--ready-file", str(ready)]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(ready, server, folder / "server.log")
            process = psutil.Process(server.pid)
            yield Installation(port, process, phones, password, client_secret)
        finally:
            server.terminate()
            server.wait(_STOP_SECONDS)


def _environment(folder: Path, port: int, workers: int) -> dict[str, str]:
    return {
        **os.environ,
        "IDP_DATA_DIR": str(folder / "home"),
        "IDP_SANDBOX": "true",
        "IDP_SERVER__HOST": HOST,
        "IDP_SERVER__PORT": str(port),
        "IDP_SERVER__WORKERS": str(workers),
        "IDP_OBSERVABILITY__LOG_LEVEL": "WARNING",
        # Each person comes from an address of their own, or the limit per address would count.
        "IDP_HTTP__TRUSTED_PROXIES": json.dumps([f"{HOST}/32"]),
        # Never asked here, but a provider does not start without a register.
        "IDP_POPULATION_REGISTER__BASE_URL": "http://127.0.0.1:9",
        "IDP_POPULATION_REGISTER__KEY_ID": "bench",
        "IDP_POPULATION_REGISTER__SECRET": secrets.token_urlsafe(32),
    }


def _client() -> dict[str, object]:
    return {
        "client_id": CLIENT_ID,
        "client_name": "测量",
        "redirect_uris": [REDIRECT_URI],
        "scope": SCOPE,
        "client_secret_env": "BENCH_CLIENT_SECRET",
        # Told by law, so that nobody is stopped at the page of consent.
        "claims": [
            {
                "name": name,
                "purpose": "测量",
                "legal_basis": "statutory",
                "basis_text": "测量",
            }
            for name in _CLAIMS
        ],
    }


def _account(index: int, phone: str, password: str) -> dict[str, object]:
    body = f"10000019900101{index:03d}"
    return {
        "phone": phone,
        "password": password,
        "name": "测量",
        "id_number": body + mod_11_2(body),
    }


def _write(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def _idp(environment: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "idp", *arguments]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def _wait_for(ready: Path, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not ready.exists():
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
