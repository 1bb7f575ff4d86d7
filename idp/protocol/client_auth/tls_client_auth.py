"""`tls_client_auth` (RFC 8705 section 2.1): a certificate of an authority, and its subject."""

from __future__ import annotations

from idp.client_registry.client import Client
from idp.client_registry.tls_subject import names_subject
from idp.protocol.client_auth.certificate import read_certificate
from idp.protocol.client_auth.context import Context
from idp.protocol.client_auth.credentials import Credentials, NotProvenError
from idp.protocol.request_adapter import EndpointRequest


async def verify_tls_client_auth(
    request: EndpointRequest, _credentials: Credentials, client: Client, context: Context
) -> None:
    """Compare the subject once the proxy has verified the chain; raises NotProvenError."""
    certificate = read_certificate(request.certificate, context.clock.now())
    if not (request.certificate and request.certificate.is_verified):
        raise NotProvenError("the proxy did not verify the certificate")
    if not names_subject(client.metadata, certificate):
        raise NotProvenError("the certificate is somebody else's")
