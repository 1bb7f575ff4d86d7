"""A registered client as the other rooms see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from idp.client_registry.client_metadata import ClientMetadata
from idp.client_registry.redirect_uris import is_registered

OPERATOR = "operator"
"""The source of clients that came from a file; `prune` looks at no others."""
SELF_REGISTERED = "registration"
"""The source of clients that registered themselves over the network."""


@dataclass(frozen=True, slots=True)
class Client:
    """A client that may be used. Its secret is known only as a keyed hash, and sealed where the
    client computes MACs with it."""

    metadata: ClientMetadata
    version: int
    secret_hash: bytes | None = field(repr=False)
    secret_sealed: bytes | None = field(default=None, repr=False)
    not_before: datetime | None = None
    """When the client was last disabled: nothing that was granted earlier counts."""
    is_self_registered: bool = False
    """Whether nobody but the client vouches for what it says of itself."""

    @classmethod
    def from_row(cls, row: Row[Any]) -> Client:
        return cls(
            metadata=ClientMetadata.model_validate(row.client_metadata),
            version=row.version,
            secret_hash=row.secret_hash,
            secret_sealed=row.secret_sealed,
            not_before=row.not_before,
            is_self_registered=row.source == SELF_REGISTERED,
        )

    @property
    def client_id(self) -> str:
        return self.metadata.client_id

    def may_use(self, granted_at: datetime) -> bool:
        """Whether what was granted at this moment still counts."""
        return self.not_before is None or granted_at >= self.not_before

    @property
    def is_public(self) -> bool:
        """Whether the client has no way to authenticate (RFC 6749 section 2.1)."""
        return self.metadata.token_endpoint_auth_method == "none"

    def has_redirect_uri(self, uri: str) -> bool:
        """Whether `uri` is registered, byte for byte."""
        native = self.metadata.application_type == "native"
        return is_registered(uri, self.metadata.redirect_uris, native=native)

    def name(self, language: str) -> str:
        """The client's name in the reader's language."""
        english = self.metadata.client_name_en
        return english if language == "en" and english else self.metadata.client_name

    def department(self, language: str) -> str | None:
        """The department that answers for the client, in the reader's language."""
        english = self.metadata.department_en
        return english if language == "en" and english else self.metadata.department

    def retention(self, language: str) -> str | None:
        """How long the department keeps what it receives, in the reader's language."""
        english = self.metadata.retention_en
        return english if language == "en" and english else self.metadata.retention
