"""`private_key_jwt` (OpenID Connect Core section 9): an assertion signed by the client's key."""

from __future__ import annotations

from idp.client_registry.client import Client
from idp.protocol.client_auth.assertion import accept_assertion
from idp.protocol.client_auth.context import Context
from idp.protocol.client_auth.credentials import Credentials, NotProvenError
from idp.protocol.client_jwt import UntrustworthyJwtError
from idp.protocol.request_adapter import EndpointRequest


async def verify_private_key_jwt(
    request: EndpointRequest, credentials: Credentials, client: Client, context: Context
) -> None:
    """Verify the signature, then use the assertion up; raises NotProvenError.

    When the client's `jwks_uri` cannot be read and no copy is left, ClientKeysUnavailableError
    passes through and is answered 503 with Retry-After: whether the credentials are right is not
    known, and `invalid_client` would tell the client to change something that may be in order.
    """
    registered = client.metadata.token_endpoint_auth_signing_alg
    try:
        claims = await context.jwts.verify_signature(client, credentials.proof, registered)
    except UntrustworthyJwtError as error:
        raise NotProvenError(str(error)) from error
    await accept_assertion(request, claims, client, context)
