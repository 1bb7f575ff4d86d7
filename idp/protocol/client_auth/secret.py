"""Verifying a secret that was sent as it is (RFC 6749 section 2.3.1)."""

from __future__ import annotations

from idp.client_registry.client import Client
from idp.protocol.client_auth.context import Context
from idp.protocol.client_auth.credentials import Credentials, NotProvenError
from idp.protocol.request_adapter import EndpointRequest


async def verify_secret(
    _request: EndpointRequest, credentials: Credentials, client: Client, context: Context
) -> None:
    """Compare in constant time; raises NotProvenError."""
    if not context.secrets.is_right(client.client_id, credentials.proof, client.secret_hash):
        raise NotProvenError("wrong secret")
