"""A registered client in the form that Authlib asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from idp.client_registry.client import Client
from idp.client_registry.secrets import ClientSecrets


@dataclass(frozen=True, slots=True)
class ProtocolClient:
    """Answers Authlib's `ClientMixin` questions from the registry's client."""

    client: Client
    secrets: ClientSecrets

    @property
    def client_id(self) -> str:
        return self.client.client_id

    @property
    def client_metadata(self) -> dict[str, Any]:
        return self.client.metadata.model_dump(mode="json", by_alias=True)

    def get_client_id(self) -> str:
        return self.client.client_id

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether the secret is right, in constant time."""
        return self.secrets.is_right(self.client.client_id, client_secret, self.client.secret_hash)

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Whether this is the one method the client registered (R24: no downgrade)."""
        return self.client.metadata.token_endpoint_auth_method == method

    def check_grant_type(self, grant_type: str) -> bool:
        """Whether the client registered the grant type."""
        return grant_type in self.client.metadata.grant_types
