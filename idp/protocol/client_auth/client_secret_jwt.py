"""`client_secret_jwt` (OpenID Connect Core section 9): an assertion with a MAC by the secret."""

from __future__ import annotations

from idp.client_registry.client import Client
from idp.protocol.client_auth.assertion import accept_assertion
from idp.protocol.client_auth.context import Context
from idp.protocol.client_auth.credentials import Credentials, NotProvenError
from idp.protocol.client_jwt import UntrustworthyJwtError
from idp.protocol.request_adapter import EndpointRequest


async def verify_client_secret_jwt(
    request: EndpointRequest, credentials: Credentials, client: Client, context: Context
) -> None:
    """Verify the MAC, then use the assertion up; raises NotProvenError."""
    registered = client.metadata.token_endpoint_auth_signing_alg
    try:
        claims = context.jwts.verify_mac(client, credentials.proof, registered)
    except UntrustworthyJwtError as error:
        raise NotProvenError(str(error)) from error
    await accept_assertion(request, claims, client, context)
