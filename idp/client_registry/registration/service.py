"""Registering, reading, replacing and deleting a client by itself (RFC 7591, RFC 7592).

Whatever is fetched is fetched before the transaction begins; each change and its audit events are
one transaction.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from typing import Any

import httpx2

from idp.client_registry import repository
from idp.client_registry.client import SELF_REGISTERED, Client
from idp.client_registry.client_metadata import CLIENT_ID_PATTERN, SECRET_METHODS, ClientMetadata
from idp.client_registry.errors import (
    ClientMetadataError,
    RegistrationClosedError,
    RegistrationTokenError,
)
from idp.client_registry.registration.client_information import client_information
from idp.client_registry.registration.initial_access_tokens import InitialAccessTokens
from idp.client_registry.registration.requested_metadata import RequestedMetadata
from idp.client_registry.registration.sector_document import (
    SectorDocuments,
    check_same_sector,
)
from idp.client_registry.registration.statements import StatementReader, with_statement
from idp.client_registry.registration.stored_clients import StoredClients, needs_new_secret
from idp.client_registry.settings import ClientRegistrySettings
from idp.crypto.identifiers import digest, new_id, new_secret
from idp.storage.database import Database, Transaction

_CLIENT_ID = re.compile(CLIENT_ID_PATTERN)


class SelfRegistration:
    """The registration endpoint and the configuration endpoints, without HTTP."""

    def __init__(
        self,
        *,
        issuer: str,
        settings: ClientRegistrySettings,
        database: Database,
        stored: StoredClients,
        initial_access_tokens: InitialAccessTokens,
        requested: RequestedMetadata,
        statements: StatementReader,
        http: httpx2.AsyncClient,
    ) -> None:
        self._issuer = issuer
        self._settings = settings
        self._database = database
        self._stored = stored
        self._initial_access_tokens = initial_access_tokens
        self._requested = requested
        self._statements = statements
        self._sectors = SectorDocuments(http)

    def check_open(self) -> None:
        """Raise RegistrationClosedError when the policy lets nobody register."""
        if self._settings.registration == "closed":
            raise RegistrationClosedError("Clients are not registered over the network here")

    async def register(
        self, document: Mapping[str, Any], initial_token: str | None
    ) -> dict[str, Any]:
        """Register a client and return its information, with what is shown once.

        Raises RegistrationClosedError, RegistrationTokenError, ClientMetadataError,
        UnavailableError.
        """
        self.check_open()
        needs_token = self._settings.registration == "initial_access_token"
        if needs_token:
            # Strangers make us neither fetch nor compute.
            async with self._database.read() as transaction:
                await self._initial_access_tokens.check(transaction, initial_token)
        metadata = await self._judge(document, new_id())
        secret = new_secret() if metadata.token_endpoint_auth_method in SECRET_METHODS else None
        token = new_secret()
        async with self._database.write() as transaction:
            spent = None
            if needs_token:
                spent = await self._initial_access_tokens.spend(transaction, initial_token)
            issued_at = await self._stored.insert(transaction, metadata, secret, token, spent)
        return client_information(self._issuer, metadata, issued_at, token, secret)

    async def read(self, client_id: str, token: str | None) -> dict[str, Any]:
        """Return a client's information without its secret, of which only a hash is kept.

        Raises RegistrationTokenError.
        """
        async with self._database.read() as transaction:
            row = await self._authenticate(transaction, client_id, token)
        metadata = Client.from_row(row).metadata
        return client_information(self._issuer, metadata, row.created_at, str(token), None)

    async def replace(
        self, client_id: str, token: str | None, document: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Replace all that a client registered (RFC 7592 section 2.2); a secret is issued when it
        needs one that it does not have.

        Raises RegistrationTokenError, RegistrationClosedError, ClientMetadataError,
        UnavailableError.
        """
        async with self._database.read() as transaction:
            await self._authenticate(transaction, client_id, token)
        self.check_open()
        if document.get("client_id") != client_id:
            raise ClientMetadataError("client_id: must be there and the client's own")
        known_secret = document.get("client_secret")
        members = {k: v for k, v in document.items() if k not in ("client_id", "client_secret")}
        metadata = await self._judge(members, client_id)
        async with self._database.write() as transaction:
            row = await self._authenticate(transaction, client_id, token, lock=True)
            if known_secret is not None and not self._stored.is_secret(row, known_secret):
                raise ClientMetadataError("client_secret: is not the client's")
            check_same_sector(Client.from_row(row).metadata, metadata)
            secret = new_secret() if needs_new_secret(metadata, row) else None
            await self._stored.update(transaction, row, metadata, secret)
        return client_information(self._issuer, metadata, row.created_at, str(token), secret)

    async def delete(self, client_id: str, token: str | None) -> None:
        """End a client and everything that was granted to it (RFC 7592 section 2.3).

        Raises RegistrationTokenError.
        """
        async with self._database.write() as transaction:
            row = await self._authenticate(transaction, client_id, token, lock=True)
            await self._stored.delete(transaction, row)

    async def _judge(self, document: Mapping[str, Any], client_id: str) -> ClientMetadata:
        is_required = self._settings.require_software_statement
        stated = await with_statement(document, self._statements, is_required=is_required)
        metadata = self._requested.judge(stated, client_id)
        await self._sectors.check(metadata)
        return metadata

    async def _authenticate(
        self, transaction: Transaction, client_id: str, token: str | None, *, lock: bool = False
    ) -> Any:
        """Return the client's row; an unknown client and a wrong token look the same."""
        if token is None:
            raise RegistrationTokenError("A registration access token is needed", missing=True)
        row = None
        if _CLIENT_ID.fullmatch(client_id) is not None:
            row = await repository.read_client(transaction, client_id, lock=lock)
        known = row.registration_token_hash if row is not None else None
        is_right = hmac.compare_digest(digest(token), known or b"")
        is_living = row is not None and row.status == repository.ACTIVE
        if not (is_right and is_living and row is not None and row.source == SELF_REGISTERED):
            raise RegistrationTokenError("The registration access token is not valid")
        return row
