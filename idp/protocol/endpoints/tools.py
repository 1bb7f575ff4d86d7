"""What the endpoints beside the token endpoint work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from idp.client_registry.client import Client
from idp.client_registry.directory import ClientDirectory
from idp.clock import Clock
from idp.keys.service import KeyRing
from idp.storage.database import Transaction
from idp.tokens.access import AccessTokens
from idp.tokens.service import Tokens
from idp.tokens.subject import Subjects


class DeliveryPages(Protocol):
    """The ledger of logouts, kept by a room above this one."""

    async def page(
        self, transaction: Transaction, client: Client, cursor: str | None
    ) -> dict[str, Any] | None:
        """Return a page of a client's deliveries; None when the cursor is no good."""
        ...


@dataclass(frozen=True, slots=True)
class EndpointTools:
    """The services of the endpoints."""

    issuer: str
    clock: Clock
    keys: KeyRing
    directory: ClientDirectory
    subjects: Subjects
    access_tokens: AccessTokens
    tokens: Tokens
    logout_ledger: DeliveryPages
