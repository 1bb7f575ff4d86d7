"""Client authentication methods, listed by hand (RFC 6749 section 2.3).

Each is a way to show credentials and a way to verify them. A client has exactly one method.
"""

from __future__ import annotations

from idp.protocol.client_auth.assertion import read_assertion
from idp.protocol.client_auth.client_name import read_client_name
from idp.protocol.client_auth.client_secret_basic import read_client_secret_basic
from idp.protocol.client_auth.client_secret_jwt import verify_client_secret_jwt
from idp.protocol.client_auth.client_secret_post import read_client_secret_post
from idp.protocol.client_auth.method import Method
from idp.protocol.client_auth.none import verify_none
from idp.protocol.client_auth.private_key_jwt import verify_private_key_jwt
from idp.protocol.client_auth.secret import verify_secret
from idp.protocol.client_auth.self_signed_tls_client_auth import verify_self_signed_tls_client_auth
from idp.protocol.client_auth.tls_client_auth import verify_tls_client_auth

METHODS: dict[str, Method] = {
    "client_secret_basic": Method(read_client_secret_basic, verify_secret),
    "client_secret_post": Method(read_client_secret_post, verify_secret),
    "client_secret_jwt": Method(read_assertion, verify_client_secret_jwt),
    "private_key_jwt": Method(read_assertion, verify_private_key_jwt),
    "tls_client_auth": Method(read_client_name, verify_tls_client_auth),
    "self_signed_tls_client_auth": Method(read_client_name, verify_self_signed_tls_client_auth),
    "none": Method(read_client_name, verify_none),
}
