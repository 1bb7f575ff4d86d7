"""A registered client in the form that Authlib asks for."""

from __future__ import annotations

from dataclasses import dataclass

from idp.client_registry.client import Client


@dataclass(frozen=True, slots=True)
class ProtocolClient:
    """Answers Authlib's `ClientMixin` questions from the registry's client."""

    client: Client

    @property
    def client_id(self) -> str:
        return self.client.client_id

    def check_grant_type(self, grant_type: str) -> bool:
        """Whether the client registered the grant type."""
        return grant_type in self.client.metadata.grant_types
