"""`client_secret_post` (RFC 6749 section 2.3.1): credentials in the form body."""

from __future__ import annotations

from idp.protocol.client_auth.credentials import Credentials, MalformedCredentialsError
from idp.protocol.request_adapter import EndpointRequest


def read_client_secret_post(request: EndpointRequest) -> Credentials | None:
    """Return the credentials of the body, None when it has no secret.

    Raises MalformedCredentialsError for a secret of nobody.
    """
    client_id = request.parameters.get("client_id")
    secret = request.parameters.get("client_secret")
    if secret is None:
        return None
    if client_id is None:
        raise MalformedCredentialsError
    return Credentials(client_id, secret)
