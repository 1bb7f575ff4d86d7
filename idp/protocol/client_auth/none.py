"""`none`: a public client names itself (RFC 6749 section 3.2.1)."""

from __future__ import annotations

from idp.protocol.client_auth.credentials import Credentials
from idp.protocol.request_adapter import EndpointRequest


def read_none(request: EndpointRequest) -> Credentials | None:
    """Return the client id of a request that carries no credentials at all."""
    client_id = request.parameters.get("client_id")
    has_secret = request.parameters.get("client_secret") is not None
    if client_id is None or has_secret or request.headers.get("authorization"):
        return None
    return Credentials(client_id)
