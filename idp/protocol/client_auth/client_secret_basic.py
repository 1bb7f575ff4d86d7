"""`client_secret_basic` (RFC 6749 section 2.3.1): HTTP Basic with form-encoded parts."""

from __future__ import annotations

import base64
from urllib.parse import unquote_plus

from idp.protocol.client_auth.credentials import Credentials, MalformedCredentialsError
from idp.protocol.request_adapter import EndpointRequest

_MAX_LENGTH = 4096


def read_client_secret_basic(request: EndpointRequest) -> Credentials | None:
    """Return the credentials of the Authorization header, None when it has none of this kind.

    Raises MalformedCredentialsError when it tries to be of this kind and is not.
    """
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    if len(value) > _MAX_LENGTH:
        raise MalformedCredentialsError
    try:
        text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except ValueError as error:  # not base64, not ASCII, not UTF-8
        raise MalformedCredentialsError from error
    client_id, separator, secret = text.partition(":")
    if not separator or not client_id or not secret:
        raise MalformedCredentialsError
    return Credentials(unquote_plus(client_id), unquote_plus(secret))
