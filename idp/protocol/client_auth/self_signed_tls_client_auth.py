"""`self_signed_tls_client_auth` (RFC 8705 section 2.2): a certificate among the client's keys."""

from __future__ import annotations

from cryptography.hazmat.primitives.serialization import Encoding

from idp.client_registry.client import Client
from idp.protocol.client_auth.certificate import read_certificate
from idp.protocol.client_auth.context import Context
from idp.protocol.client_auth.credentials import Credentials, NotProvenError
from idp.protocol.request_adapter import EndpointRequest


async def verify_self_signed_tls_client_auth(
    request: EndpointRequest, _credentials: Credentials, client: Client, context: Context
) -> None:
    """Look for the certificate among the client's keys; raises NotProvenError.

    No chain is looked at: who completed the handshake holds the certificate's key. When the
    client's `jwks_uri` cannot be read, ClientKeysUnavailableError passes through.
    """
    certificate = read_certificate(request.certificate, context.clock.now())
    if not await context.keys.has_certificate(client, certificate.public_bytes(Encoding.DER)):
        raise NotProvenError("the certificate is not registered")
