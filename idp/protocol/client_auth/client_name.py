"""A client that only says its name: what proves it, if anything does, is not in the message."""

from __future__ import annotations

from idp.protocol.client_auth.credentials import CREDENTIAL_PARAMETERS, Credentials
from idp.protocol.request_adapter import EndpointRequest


def read_client_name(request: EndpointRequest) -> Credentials | None:
    """Return the client id of a request that carries no credentials at all (RFC 6749 section
    3.2.1, RFC 8705 section 2). A certificate beside it makes no difference: it may be there to
    bind tokens to it."""
    client_id = request.parameters.get("client_id")
    proofs = map(request.parameters.get, CREDENTIAL_PARAMETERS)
    has_credentials = any(proof is not None for proof in proofs)
    if client_id is None or has_credentials or request.headers.get("authorization"):
        return None
    return Credentials(client_id)
