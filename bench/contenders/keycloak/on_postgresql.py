"""Keycloak on PostgreSQL."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.contenders.contender import Contender, Running, Site
from bench.contenders.keycloak.installation import home_in, install
from bench.contenders.keycloak.realm import REALM, copy_people, create_realm
from bench.contenders.keycloak.server import keycloak
from bench.load.target import Endpoints, Target
from bench.machinery.postgres import PostgresHome
from bench.machinery.processors import Placement
from bench.machinery.waiting import HOST

_PROTOCOL = f"/realms/{REALM}/protocol/openid-connect"
ENDPOINTS = Endpoints(
    f"{_PROTOCOL}/auth", f"{_PROTOCOL}/token", f"{_PROTOCOL}/userinfo",
    f"{_PROTOCOL}/token/introspect",
)  # fmt: skip


class KeycloakOnPostgresql(Contender):
    """In production mode, one node."""

    name = "keycloak"
    settings = (
        "Keycloak in production mode, one node with local caches, on the same PostgreSQL with the "
        "same settings; its start script's memory options; access and ID tokens are JWTs (ES256); "
        "refresh tokens rotate at each use; Argon2id at our cost; user sessions in PostgreSQL as "
        "by default, codes and login state in memory; events are off, its default. A worker is a "
        "processor: it has threads, not processes"
    )

    def install(self, artifacts: Path) -> str:
        self._home = home_in(artifacts)
        return install(artifacts)

    @contextmanager
    def filled(self, folder: Path, accounts: int) -> Iterator[Site]:
        folder.mkdir(parents=True, exist_ok=True)
        postgres = PostgresHome()
        try:
            site = _Site(self._home, folder, accounts, postgres)
            site.fill()
            yield site
        finally:
            postgres.remove()


class _Site(Site):
    def __init__(self, home: Path, folder: Path, accounts: int, postgres: PostgresHome) -> None:
        self._home, self._log, self._accounts = home, folder / "server.log", accounts
        self._postgres = postgres
        self._client_secret = secrets.token_urlsafe(32)

    def fill(self) -> None:
        """Make schema, realm, client and people."""
        admin = secrets.token_urlsafe(16)
        with self._postgres.running() as database:
            with keycloak(self._home, self._log, database, (), admin) as (port, _):
                create_realm(port, admin, self._client_secret)
            asyncio.run(copy_people(database.url, self._accounts))

    @contextmanager
    def serving(self, workers: int, placement: Placement) -> Iterator[Running]:
        with (
            self._postgres.running(placement.servers) as database,
            keycloak(self._home, self._log, database, placement.servers) as (port, pid),
        ):
            target = Target("keycloak", HOST, port, self._client_secret, self._accounts, ENDPOINTS)
            yield Running(target, {"provider": pid, "database": database.pid})
