"""The foundation: connections, keys, and the rooms that everybody needs."""

from __future__ import annotations

from dataclasses import dataclass

import httpx2
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from idp.audit.service import AuditLog
from idp.client_registry.client_http import ClientHttp
from idp.client_registry.client_keys import ClientKeys
from idp.client_registry.directory import ClientDirectory
from idp.client_registry.published_keys import PublishedKeys
from idp.client_registry.secrets import ClientSecrets
from idp.clock import Clock
from idp.crypto.root_key import RootKey
from idp.crypto.root_key_file import ROOT_KEY_FILE, load_root_key
from idp.keys.service import KeyRing
from idp.observability import metrics
from idp.observability.request_context import current_trace_id
from idp.outbound.client import create_client
from idp.settings import Settings
from idp.storage.database import Database
from idp.storage.ephemeral import Ephemeral
from idp.storage.statement_metrics import meter_statements
from idp.tokens.subject import Subjects


@dataclass(frozen=True, slots=True)
class Foundation:
    """What everything else is built on."""

    settings: Settings
    clock: Clock
    root: RootKey
    database: Database
    ephemeral: Ephemeral
    http: httpx2.AsyncClient
    audit: AuditLog
    keys: KeyRing
    directory: ClientDirectory
    secrets: ClientSecrets
    published_keys: PublishedKeys
    client_http: ClientHttp
    client_keys: ClientKeys
    subjects: Subjects
    register_engine: AsyncEngine | None

    async def close(self) -> None:
        """Give back every connection."""
        await self.http.aclose()
        await self.client_http.close()
        await self.ephemeral.close()
        await self.database.close()
        if self.register_engine is not None:
            await self.register_engine.dispose()


def build_foundation(settings: Settings, clock: Clock) -> Foundation:
    configured = settings.root_key.get_secret_value() if settings.root_key else None
    root = load_root_key(configured, settings.data_dir / ROOT_KEY_FILE)
    database = Database.from_settings(settings.storage)
    meter_statements(database.engine)
    audit = AuditLog(root, clock, current_trace_id)
    url = settings.population_register_view_url
    http = create_client(settings.outbound)
    listed = {"allow_hosts": settings.clients.registration_allow_hosts}
    client_http = ClientHttp(
        for_operators_clients=create_client(settings.outbound),
        for_strangers=create_client(settings.outbound.model_copy(update=listed)),
    )
    return Foundation(
        settings=settings,
        clock=clock,
        root=root,
        database=database,
        ephemeral=Ephemeral(
            settings.storage.redis_url,
            on_failure=metrics.DEPENDENCY_FAILURES.labels("ephemeral").inc,
        ),
        http=http,
        audit=audit,
        keys=KeyRing(database, audit, root, clock, settings.keys),
        directory=ClientDirectory(database, clock),
        secrets=ClientSecrets(root),
        published_keys=PublishedKeys(http, clock),
        client_http=client_http,
        client_keys=ClientKeys(client_http, clock),
        subjects=Subjects(root),
        register_engine=create_async_engine(url.get_secret_value()) if url else None,
    )
