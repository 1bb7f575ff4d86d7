"""Client authentication methods, listed by hand (RFC 6749 section 2.3).

Each reads the credentials of one method from a request. A client has exactly one method.
"""

from __future__ import annotations

from collections.abc import Callable

from idp.protocol.client_auth.client_secret_basic import read_client_secret_basic
from idp.protocol.client_auth.client_secret_post import read_client_secret_post
from idp.protocol.client_auth.credentials import Credentials
from idp.protocol.client_auth.none import read_none
from idp.protocol.request_adapter import EndpointRequest

METHODS: dict[str, Callable[[EndpointRequest], Credentials | None]] = {
    "client_secret_basic": read_client_secret_basic,
    "client_secret_post": read_client_secret_post,
    "none": read_none,
}
