"""A whole installation as real processes: `idp serve` with two workers and its servers.

`production` runs PostgreSQL and Redis with the settings of a real site (an https issuer, keys from
outside), `embedded` is one folder with SQLite and its own Valkey. People and clients are there
before it starts.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psutil  # type: ignore[import-untyped]  # psutil ships no types

from idp.accounts.identifiers.check_digits import mod_11_2
from idp.client_registry.promises import RegistrationRules
from idp.client_registry.service import parse_registration
from idp.crypto.root_key_file import new_root_key
from idp.enrolment.seeding import SeedAccount
from idp.services.wiring import Services, build_services
from idp.settings import Settings
from idp.storage import migrations
from tests.faults.stores import EmbeddedStore, RedisStore, Store
from tests.faults.waiting import wait_for
from tests.servers.ports import free_port
from tests.servers.postgres import PostgresServer, create_database, postgres, sqlalchemy_url

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery staple"
WORKERS = 2
PORTAL = {
    "client_id": "tax",
    "client_name": "税务服务",
    "redirect_uris": ["https://tax.example/callback"],
    "scope": "openid profile phone",
    "grant_types": ["authorization_code", "refresh_token"],
    "claims": [
        {"name": "name", "purpose": "核对", "legal_basis": "statutory", "basis_text": "税收征管法"}
    ],
}
PORTAL_SECRET = secrets.token_urlsafe(32)
# Signing keys are looked up every second, so that an outage of the database is soon noticed.
# A guess costs little, so that tests pay for behaviour; 64 KiB is the least that settings allow.
_COMMON = {
    "IDP_SERVER__WORKERS": str(WORKERS),
    "IDP_SERVER__RUN_JOBS": "false",
    "IDP_SERVER__METRICS_PORT": "0",
    "IDP_KEYS__CACHE_SECONDS": "1",
    "IDP_PASSWORDS__MEMORY_KIB": "64",
    "IDP_PASSWORDS__PASSES": "1",
    "IDP_HTTP__SIGN_INS_PER_MINUTE": "100000",
    "IDP_OBSERVABILITY__LOG_LEVEL": "WARNING",
    # No sandbox, so messages need a gateway; nothing is sent to it.
    "IDP_MESSAGING__PROVIDER": "gateway",
    "IDP_MESSAGING__GATEWAY_URL": "https://sms.example/send",
    "IDP_MESSAGING__GATEWAY_SECRET": secrets.token_hex(32),
    "IDP_POPULATION_REGISTER__BASE_URL": "http://127.0.0.1:9",
    "IDP_POPULATION_REGISTER__KEY_ID": "tests",
    "IDP_POPULATION_REGISTER__SECRET": secrets.token_hex(32),
}


def phone_of(number: int) -> str:
    """Return the phone of seeded person `number`, with which they sign in."""
    return f"139{number:08d}"


@dataclass
class Fleet:
    """An installation. `environment` is all that `idp serve` gets to know."""

    name: str
    folder: Path
    environment: dict[str, str] = field(repr=False)
    store: Store = field(init=False)
    postgres: PostgresServer | None = None
    _process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        return int(self.environment["IDP_SERVER__PORT"])

    @property
    def url(self) -> str:
        """Where the workers listen; the issuer may be another address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def start(self) -> float:
        """Start `idp serve`; return the seconds until it was ready."""
        ready = self.folder / "ready.json"
        started = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "idp", "serve", "--ready-file", str(ready)],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], **self.environment},
                stdout=log,
                stderr=log,
            )
        process = self._process
        wait_for(lambda: ready.exists() or process.poll() is not None, "ready", 30)
        assert process.poll() is None, self.log.read_text()
        assert json.loads(ready.read_text())["port"] == self.port
        return time.monotonic() - started

    def stop(self) -> None:
        """End it as an operator would."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        finally:
            self._process = None

    def restart(self) -> None:
        """End all processes and start them again."""
        self.stop()
        self.start()

    def launcher(self) -> psutil.Process:
        """The supervising process."""
        assert self._process is not None
        return psutil.Process(self._process.pid)

    def workers(self) -> list[psutil.Process]:
        """The processes that serve requests."""
        return [child for child in self.launcher().children() if _is_worker(child)]

    def crash_workers(self) -> None:
        """Kill all workers at once and return when new ones serve."""
        old = self.workers()
        for worker in old:
            worker.kill()
        self.wait_for_workers(without={worker.pid for worker in old})

    def wait_for_workers(self, without: Collection[int]) -> None:
        """Return once all workers are other ones than `without` and each of them serves."""
        wait_for(
            lambda: len({w.pid for w in self.workers()} - set(without)) == WORKERS, "new workers"
        )
        for worker in self.workers():
            others = [other for other in self.workers() if other.pid != worker.pid]
            for other in others:
                other.suspend()
            try:
                wait_for(self._is_served, "a new worker serves")
            finally:
                for other in others:
                    other.resume()

    def _is_served(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/healthz/live", timeout=5).status_code == 200
        except httpx2.TransportError:
            return False

    def serving_workers(self) -> int:
        """How many workers have an established connection of a client now."""
        return sum(
            any(
                link.status == psutil.CONN_ESTABLISHED and link.laddr.port == self.port
                for link in worker.net_connections(kind="tcp")
            )
            for worker in self.workers()
        )

    @asynccontextmanager
    async def services(self) -> AsyncIterator[Services]:
        """Services of this installation, in a process that is not its server."""
        services = build_services(self._seeding_settings())
        try:
            yield services
        finally:
            await services.close()

    async def seed(self, people: int) -> None:
        """Make the tables, the portal and `people` people."""
        await migrations.upgrade(self._seeding_settings().storage.database_url)
        registration = parse_registration(PORTAL, PORTAL_SECRET, RegistrationRules())
        async with self.services() as services:
            await services.keys.ensure()
            async with services.database.write() as transaction:
                await services.registry.apply(transaction, [registration], prune=False)
            await services.enrolment.seeding.import_accounts(_people(people))

    def _seeding_settings(self) -> Settings:
        """The same keys and databases, but a sandbox: only there may people be made up."""
        return Settings(
            sandbox=True,
            data_dir=self.folder,
            root_key=self.environment["IDP_ROOT_KEY"],
            storage={
                "database_url": self.environment["IDP_STORAGE__DATABASE_URL"],
                "redis_url": self.store.url,
            },
            passwords={"memory_kib": 64, "passes": 1},
            population_register={
                "base_url": "http://127.0.0.1:9",
                "key_id": "tests",
                "secret": secrets.token_hex(32),
            },
        )


def _is_worker(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and process.name() != "valkey-server"
    except psutil.NoSuchProcess:
        return False


def _people(count: int) -> Sequence[SeedAccount]:
    def person(number: int) -> SeedAccount:
        body = f"10000019900307{number:03d}"
        return SeedAccount(
            phone=phone_of(number), password=PASSWORD, name="张伟", id_number=body + mod_11_2(body)
        )

    return [person(number) for number in range(1, count + 1)]


@contextmanager
def production(folder: Path, *, people: int, **variables: Any) -> Iterator[Fleet]:
    """Run an installation on PostgreSQL and Redis for the length of the block."""
    folder.mkdir(parents=True)
    with ExitStack() as stack:
        server = stack.enter_context(postgres(folder))
        store = RedisStore(folder / "redis")
        stack.callback(store.stop)
        url = sqlalchemy_url(asyncio.run(create_database(server)))
        fleet = Fleet(
            "production",
            folder,
            _COMMON
            | {
                "IDP_HOME": "production",
                "IDP_ISSUER": "https://id.example",
                "IDP_ROOT_KEY": new_root_key(),
                "IDP_DATA_DIR": str(folder / "var"),
                "IDP_SERVER__PORT": str(free_port()),
                "IDP_STORAGE__DATABASE_URL": url,
                "IDP_STORAGE__REDIS_URL": store.url,
            }
            | variables,
            postgres=server,
        )
        fleet.store = store
        asyncio.run(fleet.seed(people))
        fleet.start()
        stack.callback(fleet.stop)
        yield fleet


@contextmanager
def embedded(folder: Path, *, people: int, **variables: Any) -> Iterator[Fleet]:
    """Run an installation in one folder for the length of the block."""
    home = folder / "var"
    home.mkdir(parents=True, mode=0o700)
    fleet = Fleet(
        "embedded",
        folder,
        _COMMON
        | {
            "IDP_ROOT_KEY": new_root_key(),
            "IDP_DATA_DIR": str(home),
            "IDP_SERVER__PORT": str(free_port()),
            "IDP_STORAGE__DATABASE_URL": f"sqlite+aiosqlite:///{home / 'tongxing.db'}",
        }
        | variables,
    )
    fleet.store = EmbeddedStore(home, fleet.launcher)
    asyncio.run(fleet.seed(people))
    fleet.start()
    try:
        yield fleet
    finally:
        fleet.stop()
