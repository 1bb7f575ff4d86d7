"""The whole provider, running: a real server on a free port of this machine, with a real SQLite
and a real Valkey, in a sandbox that each test run makes for itself."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import re
import secrets
import socket
import threading
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from pydantic import SecretStr

from idp.accounts.identifiers.check_digits import mod_11_2
from idp.app import create_app
from idp.client_registry.service import parse_registration
from idp.clock import ManualClock
from idp.crypto.passwords import PasswordHasher
from idp.enrolment.seeding import SeedAccount
from idp.launcher.http_protocol import BoundedHttpProtocol, DrainableState
from idp.observability.logging import Level
from idp.services.wiring import Services, build_services
from idp.settings import Settings
from idp.storage.metadata import metadata
from idp.worker.handlers import job_handlers
from idp.worker.job_loop import JobLoop
from tests.log_switch import SWITCH, switched_logging
from tests.servers.ports import free_port
from tests.servers.valkey import embedded_valkey

T = TypeVar("T")
PASSWORD = "correct horse battery staple"
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Citizen:
    """A verified account of the sandbox; `phone` and `id_number` both sign in."""

    account_id: str
    phone: str
    id_number: str
    name: str
    password: str = PASSWORD


def provider_settings(
    folder: Path, port: int, redis_url: str, database_url: str = "", **changes: Any
) -> Settings:
    """Return the settings of a provider that keeps everything in `folder`.

    Hashing is cheap, so that a test run pays for behaviour and not for Argon2. Requests from this
    machine may name another address, so that browsers of different tests have their own limits.
    """
    local = ("127.0.0.1", "localhost")
    clients = {"registration_allow_hosts": local, **changes.pop("clients", {})}
    values: dict[str, Any] = {
        "sandbox": True,
        "clients": clients,
        "data_dir": folder,
        "root_key": base64.b64encode(secrets.token_bytes(32)).decode(),
        "server": {"port": port},
        "storage": {
            "database_url": database_url or f"sqlite+aiosqlite:///{folder}/tongxing.db",
            "redis_url": redis_url,
        },
        "http": {"trusted_proxies": ("127.0.0.1/32",)},
        "passwords": {"memory_kib": 64, "passes": 1},
        "population_register": {
            "base_url": "http://127.0.0.1:9",
            "key_id": "tests",
            "secret": secrets.token_hex(32),
        },
        "messaging": {"provider": "file", "outbox_file": folder / "outbox.jsonl"},
        "outbound": {"allow_hosts": local, "allow_insecure_loopback": True},
    }
    return Settings(**{**values, **changes})


@dataclass
class RunningProvider:
    """A provider that answers at `url`. `clock` is its time; `log` its log file."""

    services: Services
    clock: ManualClock
    folder: Path
    log: Path
    _server: uvicorn.Server = field(repr=False)
    _loop: asyncio.AbstractEventLoop = field(repr=False)
    _password_hash: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        """The issuer, which is where the server listens."""
        return self.services.settings.issuer_url

    @property
    def port(self) -> int:
        return self.services.settings.server.port

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine of the services where they live: in the server's event loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    def register(self, document: Mapping[str, Any], secret: str | None) -> None:
        """Add or change one client, effective at once."""
        rules = self.services.settings.registration_rules
        registration = parse_registration(document, secret, rules)

        async def apply() -> None:
            async with self.services.database.write() as transaction:
                await self.services.registry.apply(transaction, [registration], prune=False)
            await self.services.directory.poll()

        self.call(apply())

    def disable(self, client_id: str) -> None:
        """Disable a client, as an administrator would, effective at once."""

        async def apply() -> None:
            async with self.services.database.write() as transaction:
                await self.services.registry.disable(transaction, client_id)
            await self.services.directory.poll()

        self.call(apply())

    def log_lines(self) -> list[dict[str, Any]]:
        """Return what the provider has logged."""
        return [json.loads(line) for line in self.log.read_bytes().splitlines()]

    def messages_to(self, phone: str) -> list[str]:
        """Return the texts that a number in E.164 has received, once all are sent."""
        self.call(self._run_jobs())
        outbox = self.folder / "outbox.jsonl"
        lines = outbox.read_text(encoding="utf-8").splitlines() if outbox.exists() else []
        sent = [json.loads(line) for line in lines]
        return [message["text"] for message in sent if message["to"] == phone]

    async def _run_jobs(self) -> None:
        """Do what a worker does, until nothing is due."""
        services = self.services
        worker = JobLoop(services.database, services.clock, job_handlers(services))
        while await worker.work():
            pass

    def code_for(self, phone: str) -> str:
        """Return the newest code that a number has received."""
        found = re.search(r"(?<!\d)\d{6}(?!\d)", self.messages_to(phone)[-1])
        if found is None:
            raise LookupError("the newest message has no code")
        return found[0]

    def citizen(self, name: str = "林知行", **changes: Any) -> Citizen:
        """Make a new verified account; `changes` are members of `SeedAccount`."""
        number = next(_NUMBERS)
        body = f"100000{19500101 + number // 999 * 10000:08d}{number % 999 + 1:03d}"
        id_number = body + mod_11_2(body)
        phone = f"139{number:08d}"
        if not self._password_hash:
            hasher = PasswordHasher(self.services.settings.passwords)
            self._password_hash = self.call(hasher.hash(PASSWORD))
        entry = SeedAccount(
            phone=phone,
            password_hash=SecretStr(self._password_hash),
            name=name,
            id_number=id_number,
            **changes,
        )
        report = self.call(self.services.enrolment.seeding.import_accounts([entry]))
        return Citizen(report.created[0], phone, id_number, name)


@contextmanager
def running_provider(
    folder: Path, *, log_level: Level = "DEBUG", clock: ManualClock | None = None, **changes: Any
) -> Iterator[RunningProvider]:
    """Run a provider with everything in `folder` until the block ends; give it a `clock` that
    others share."""
    (folder / "valkey").mkdir(parents=True)
    log = folder / "provider.log"
    with ExitStack() as stack:
        log.touch()
        stack.enter_context(switched_logging(log_level))
        redis_url = stack.enter_context(embedded_valkey(folder / "valkey"))
        settings = provider_settings(folder, free_port(), redis_url, **changes)
        clock = clock or new_clock()
        services = build_services(settings, clock)
        server, loop = stack.enter_context(_serving(services, log))
        yield RunningProvider(services, clock, folder, log, server, loop)


def new_clock() -> ManualClock:
    """Return a clock that shows today and stands still."""
    return ManualClock(datetime.now(UTC).replace(microsecond=0))


class _Server(uvicorn.Server):
    """Says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()


@contextmanager
def _serving(
    services: Services, log: Path
) -> Iterator[tuple[uvicorn.Server, asyncio.AbstractEventLoop]]:
    config = uvicorn.Config(
        create_app(services),
        host="127.0.0.1",
        port=services.settings.server.port,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        # As the launcher serves.
        http=BoundedHttpProtocol,
        ws="none",
        proxy_headers=False,
    )
    ready = threading.Event()
    server = _Server(config, ready)
    server.server_state = DrainableState()
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        async with services.database.engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        await services.keys.ensure()
        await server.serve()

    def run() -> None:
        with SWITCH.this_thread(log):
            asyncio.run(serve())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    if not ready.wait(timeout=30):
        raise RuntimeError("the provider did not start")
    try:
        yield server, loops[0]
    finally:
        server.should_exit = True
        thread.join(timeout=30)
