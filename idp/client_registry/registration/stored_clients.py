"""What is kept of a client that registered itself; every change is audited."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.client_registry import repository
from idp.client_registry.client import SELF_REGISTERED
from idp.client_registry.client_metadata import SECRET_METHODS, ClientMetadata
from idp.client_registry.secrets import ClientSecrets
from idp.clock import Clock
from idp.crypto.identifiers import digest
from idp.storage.database import Transaction


def needs_new_secret(metadata: ClientMetadata, row: Any) -> bool:
    """Whether a client that is stored as `row` needs a secret for its new registration."""
    if metadata.token_endpoint_auth_method not in SECRET_METHODS:
        return False
    is_sealed = row.secret_sealed is not None
    return row.secret_hash is None or (metadata.needs_sealed_secret and not is_sealed)


class StoredClients:
    """Rows of clients that registered themselves."""

    def __init__(self, audit: AuditLog, secrets: ClientSecrets, clock: Clock) -> None:
        self._audit = audit
        self._secrets = secrets
        self._clock = clock

    async def insert(
        self,
        transaction: Transaction,
        metadata: ClientMetadata,
        secret: str | None,
        token: str,
        initial_access_token_id: str | None,
    ) -> datetime:
        """Store a new client and return when; with which initial access token goes on record."""
        now = self._clock.now()
        row = {
            "client_id": metadata.client_id,
            "client_metadata": metadata.document(),
            **self._secrets.columns(metadata, secret),
            "source": SELF_REGISTERED,
            "registration_token_hash": digest(token),
            "status": repository.ACTIVE,
            "version": 1,
            "created_at": now,
            "updated_at": now,
        }
        await repository.insert_client(transaction, row)
        detail = {
            "members": sorted(metadata.document()),
            "invitation": initial_access_token_id,
        }
        event = AuditEvent(Tag.CLIENT_SELF_REGISTERED, client_id=metadata.client_id, detail=detail)
        self._audit.record(transaction, event)
        return now

    def is_secret(self, row: Any, secret: object) -> bool:
        """Whether `secret` is the client's."""
        return isinstance(secret, str) and self._secrets.is_right(
            row.client_id, secret, row.secret_hash
        )

    async def update(
        self, transaction: Transaction, row: Any, metadata: ClientMetadata, secret: str | None
    ) -> None:
        """Replace a client's registration, and its secret when a new one is given."""
        document = metadata.document()
        values = {
            "client_metadata": document,
            "updated_at": self._clock.now(),
            "version": row.version + 1,
        }
        if secret is not None or metadata.token_endpoint_auth_method not in SECRET_METHODS:
            values |= self._secrets.columns(metadata, secret)
        elif not metadata.needs_sealed_secret:
            values["secret_sealed"] = None
        await repository.update_client(transaction, row.client_id, values)
        before = row.client_metadata
        changed = [
            name
            for name in sorted(before.keys() | document.keys())
            if before.get(name) != document.get(name)
        ]
        self._record(transaction, Tag.CLIENT_SELF_UPDATED, row.client_id, changed)
        if secret is not None:
            self._record(transaction, Tag.CLIENT_SECRET_ISSUED, row.client_id, [])

    async def delete(self, transaction: Transaction, row: Any) -> None:
        """Disable a client for ever: its tokens are worth nothing, and nobody can change it."""
        now = self._clock.now()
        values = {
            "status": repository.DISABLED,
            "registration_token_hash": None,
            "updated_at": now,
            "not_before": now,
            "version": row.version + 1,
        }
        await repository.update_client(transaction, row.client_id, values)
        self._record(transaction, Tag.CLIENT_SELF_DELETED, row.client_id, [])

    def _record(
        self, transaction: Transaction, tag: Tag, client_id: str, members: list[str]
    ) -> None:
        event = AuditEvent(tag, client_id=client_id, detail={"members": members})
        self._audit.record(transaction, event)
