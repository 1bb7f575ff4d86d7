"""`none`: a public client proves nothing (RFC 6749 section 2.1); PKCE protects its codes."""

from __future__ import annotations

from idp.client_registry.client import Client
from idp.protocol.client_auth.context import Context
from idp.protocol.client_auth.credentials import Credentials
from idp.protocol.request_adapter import EndpointRequest


async def verify_none(
    _request: EndpointRequest, _credentials: Credentials, _client: Client, _context: Context
) -> None:
    """Accept the name; that the client is registered as a public one was looked at before."""
