"""Applying a client file: validated as a whole, shown as a diff, idempotent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import ValidationError

from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.client_registry import repository
from idp.client_registry.client import OPERATOR
from idp.client_registry.client_metadata import SECRET_METHODS, ClientMetadata
from idp.client_registry.errors import ClientMetadataError
from idp.client_registry.promises import RegistrationRules, check_promises
from idp.client_registry.secrets import MINIMUM_LENGTH, ClientSecrets
from idp.clock import Clock
from idp.crypto.identifiers import new_secret
from idp.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Registration:
    """One client of a file. `secret` is given by the operator or None to have one made."""

    metadata: ClientMetadata
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """What applying does to one client; `issued_secret` is shown once and kept nowhere."""

    client_id: str
    kind: Literal["create", "update", "unchanged", "disable"]
    members: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    secret_changes: bool = False
    issued_secret: str | None = field(default=None, repr=False)


def parse_registration(
    document: Mapping[str, Any], secret: str | None, rules: RegistrationRules
) -> Registration:
    """Validate one client of a file; raises ClientMetadataError that names the member."""
    try:
        metadata = ClientMetadata.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "client"
        raise ClientMetadataError(f"{where}: {first['msg']}") from error
    check_promises(metadata, rules)
    if metadata.software_statement is not None:
        raise ClientMetadataError("software_statement: is for clients that register themselves")
    if secret is not None and len(secret) < MINIMUM_LENGTH:
        raise ClientMetadataError(f"client_secret: shorter than {MINIMUM_LENGTH} characters")
    return Registration(metadata, secret)


class ClientRegistry:
    """Changes the registry; every change is audited and raises the client's version."""

    def __init__(self, audit: AuditLog, secrets: ClientSecrets, clock: Clock) -> None:
        self._audit = audit
        self._secrets = secrets
        self._clock = clock

    async def plan(
        self, transaction: Transaction, registrations: Sequence[Registration], *, prune: bool
    ) -> list[Change]:
        """Say what `apply` would do. With `prune`, clients that the file omits are disabled."""
        stored = {row.client_id: row for row in await repository.read_clients(transaction)}
        changes = [
            self._compare(item, stored.get(item.metadata.client_id)) for item in registrations
        ]
        if prune:
            named = {item.metadata.client_id for item in registrations}
            changes += [
                Change(client_id, "disable")
                for client_id, row in stored.items()
                if client_id not in named
                and row.status == repository.ACTIVE
                and row.source == OPERATOR
            ]
        return changes

    def _compare(self, item: Registration, row: Any) -> Change:
        client_id = item.metadata.client_id
        wanted = item.metadata.document()
        if row is None:
            return Change(client_id, "create", {k: (None, v) for k, v in wanted.items()}, True)
        current = dict(row.client_metadata)
        if row.status != repository.ACTIVE:
            current["status"] = row.status
        if row.source != OPERATOR:
            current["source"], wanted["source"] = row.source, OPERATOR
        members = {
            name: (current.get(name), wanted.get(name))
            for name in sorted(current.keys() | wanted.keys())
            if current.get(name) != wanted.get(name)
        }
        secret_changes = self._secret_changes(item, row)
        kind: Literal["update", "unchanged"] = (
            "update" if members or secret_changes else "unchanged"
        )
        return Change(client_id, kind, members, secret_changes)

    def _secret_changes(self, item: Registration, row: Any) -> bool:
        if item.metadata.token_endpoint_auth_method not in SECRET_METHODS:
            return row.secret_hash is not None
        if item.metadata.needs_sealed_secret and row.secret_sealed is None:
            return True
        if item.secret is None:
            return row.secret_hash is None
        return not self._secrets.is_right(item.metadata.client_id, item.secret, row.secret_hash)

    async def apply(
        self, transaction: Transaction, registrations: Sequence[Registration], *, prune: bool
    ) -> list[Change]:
        """Make the registry equal to the file; returns the changes with any secrets made."""
        by_id = {item.metadata.client_id: item for item in registrations}
        if len(by_id) != len(registrations):
            raise ClientMetadataError("a client_id appears twice in the file")
        planned = await self.plan(transaction, registrations, prune=prune)
        return [await self._carry_out(transaction, c, by_id.get(c.client_id)) for c in planned]

    async def _carry_out(
        self, transaction: Transaction, change: Change, item: Registration | None
    ) -> Change:
        if change.kind == "unchanged":
            return change
        if item is None:
            await self.disable(transaction, change.client_id)
            return change
        issued = self._new_secret(change, item)
        values = self._values(change, item, issued)
        if change.kind == "create":
            values |= {"client_id": change.client_id, "created_at": self._clock.now(), "version": 1}
            await repository.insert_client(transaction, values)
        else:
            row = await repository.read_client(transaction, change.client_id)
            values["version"] = (row.version if row else 0) + 1
            await repository.update_client(transaction, change.client_id, values)
        tag = Tag.CLIENT_CREATED if change.kind == "create" else Tag.CLIENT_UPDATED
        self._record(transaction, tag, change.client_id, sorted(change.members))
        if change.secret_changes:
            self._record(transaction, Tag.CLIENT_SECRET_ISSUED, change.client_id, [])
        return Change(change.client_id, change.kind, change.members, change.secret_changes, issued)

    def _new_secret(self, change: Change, item: Registration) -> str | None:
        has_secret = item.metadata.token_endpoint_auth_method in SECRET_METHODS
        if not has_secret or not change.secret_changes or item.secret is not None:
            return None
        return new_secret()

    def _values(self, change: Change, item: Registration, issued: str | None) -> dict[str, Any]:
        values: dict[str, Any] = {
            "client_metadata": item.metadata.document(),
            "status": repository.ACTIVE,
            "updated_at": self._clock.now(),
            # A client that registered itself is the operator's from now on, and his alone.
            "source": OPERATOR,
            "registration_token_hash": None,
        }
        if change.secret_changes:
            values |= self._secrets.columns(item.metadata, issued or item.secret)
        elif not item.metadata.needs_sealed_secret:
            values["secret_sealed"] = None
        return values

    async def disable(self, transaction: Transaction, client_id: str) -> bool:
        """End a client and everything that was granted to it; returns whether it was active."""
        row = await repository.read_client(transaction, client_id, lock=True)
        if row is None or row.status != repository.ACTIVE:
            return False
        values = {
            "status": repository.DISABLED,
            "updated_at": self._clock.now(),
            "not_before": self._clock.now(),
            "version": row.version + 1,
        }
        await repository.update_client(transaction, client_id, values)
        self._record(transaction, Tag.CLIENT_DISABLED, client_id, [])
        return True

    async def renew_secret(self, transaction: Transaction, client_id: str) -> str:
        """Replace a client's secret and return the new one, which is shown once.

        The old one is worth nothing as soon as the servers notice. Raises ClientMetadataError for a
        client that is not active or has no secret.
        """
        row = await repository.read_client(transaction, client_id, lock=True)
        if row is None or row.status != repository.ACTIVE or row.secret_hash is None:
            raise ClientMetadataError(f"{client_id}: no active client with a secret")
        metadata = ClientMetadata.model_validate(row.client_metadata)
        secret = new_secret()
        values = {"updated_at": self._clock.now(), "version": row.version + 1}
        values |= self._secrets.columns(metadata, secret)
        await repository.update_client(transaction, client_id, values)
        self._record(transaction, Tag.CLIENT_SECRET_ISSUED, client_id, [])
        return secret

    def _record(
        self, transaction: Transaction, tag: Tag, client_id: str, members: list[str]
    ) -> None:
        event = AuditEvent(tag, client_id=client_id, detail={"members": members})
        self._audit.record(transaction, event)
