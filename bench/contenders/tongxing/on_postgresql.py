"""This provider on PostgreSQL and Redis."""

from __future__ import annotations

import asyncio
import importlib.metadata
import platform
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.contenders.contender import Contender, Running, Site
from bench.contenders.tongxing.loader import load
from bench.contenders.tongxing.rows import decode_root_key
from bench.contenders.tongxing.settings import SECRET_VARIABLE, environment, write_clients
from bench.load.target import PASSWORD, Endpoints, Target
from bench.machinery.postgres import Postgres, PostgresHome
from bench.machinery.processors import Placement, on
from bench.machinery.redis import FORGETFUL, redis
from bench.machinery.waiting import HOST, free_port, stop, wait_for
from idp.crypto.password_settings import PasswordHashingSettings
from idp.crypto.passwords import PasswordHasher
from idp.crypto.root_key_file import ROOT_KEY_FILE

ENDPOINTS = Endpoints("/authorize", "/token", "/userinfo", "/introspect")
READY = b"GET /healthz/ready HTTP/1.1\r\nHost: localhost\r\n\r\n"


class TongxingOnPostgresql(Contender):
    """As a large installation runs."""

    name = "tongxing"
    settings = (
        "this provider with its default settings on PostgreSQL (every commit is synced) and Redis "
        "(limits by network address only, nothing kept on disk); access tokens are JWTs (ES256); "
        "every authorization, token and userinfo answer has its audit event committed first"
    )

    def install(self, artifacts: Path) -> str:
        version = importlib.metadata.version("tongxing")
        return f"Tongxing {version} on Python {platform.python_version()}"

    @contextmanager
    def filled(self, folder: Path, accounts: int) -> Iterator[Site]:
        postgres = PostgresHome()
        try:
            site = TongxingSite(folder, accounts, postgres)
            with postgres.running() as database:
                site.fill(database)
            yield site
        finally:
            postgres.remove()


class TongxingSite(Site):
    """A filled installation."""

    def __init__(self, folder: Path, accounts: int, postgres: PostgresHome) -> None:
        self._folder, self._accounts, self._postgres = folder, accounts, postgres
        self._home = folder / "home"
        self._client_secret = secrets.token_urlsafe(32)
        self._environment = environment(self._home) | {SECRET_VARIABLE: self._client_secret}

    def fill(self, database: Postgres) -> None:
        """Make schema, client and accounts."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._use(database)
        write_clients(self._folder / "clients.yaml")
        self._idp("db", "upgrade")
        self._idp("clients", "apply", str(self._folder / "clients.yaml"), "--yes")
        root_key = decode_root_key((self._home / ROOT_KEY_FILE).read_text())
        load(database.url, self._accounts, root_key, _hash())

    @contextmanager
    def serving(self, workers: int, placement: Placement) -> Iterator[Running]:
        with ExitStack() as stack:
            database = stack.enter_context(self._postgres.running(placement.servers))
            store = stack.enter_context(redis(self._folder / "redis", FORGETFUL, placement.servers))
            self._use(database)
            self._environment["IDP_STORAGE__REDIS_URL"] = store.url
            port = free_port()
            server = self._start(port, workers, placement.servers)
            stack.callback(stop, server)
            wait_for(server, port, self._folder / "server.log", READY, b" 200 ")
            target = Target("tongxing", HOST, port, self._client_secret, self._accounts, ENDPOINTS)
            roles = {"provider": server.pid, "database": database.pid, "redis": store.pid}
            yield Running(target, roles)

    def _start(
        self, port: int, workers: int, processors: tuple[int, ...]
    ) -> subprocess.Popen[bytes]:
        environment = self._environment | {
            "IDP_SERVER__PORT": str(port), "IDP_SERVER__WORKERS": str(workers),
        }  # fmt: skip
        command = on(processors, [sys.executable, "-m", "idp", "serve"])
        with (self._folder / "server.log").open("wb") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def _use(self, database: Postgres) -> None:
        url = database.url.replace("postgresql://", "postgresql+asyncpg://", 1)
        self._environment["IDP_STORAGE__DATABASE_URL"] = url

    def _idp(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "idp", *arguments]
        subprocess.run(command, env=self._environment, check=True, stdout=subprocess.DEVNULL)


def _hash() -> str:
    hasher = PasswordHasher(PasswordHashingSettings())
    try:
        return asyncio.run(hasher.hash(PASSWORD))
    finally:
        hasher.close()
