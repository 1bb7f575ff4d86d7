"""How a browser signs in at each contender. The load needs this and nothing else of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bench.contenders.keycloak.sign_in import sign_in as at_keycloak
from bench.contenders.oidc_provider.sign_in import sign_in as at_oidc_provider
from bench.contenders.tongxing.sign_in import sign_in as at_tongxing
from bench.load.visitor import Visitor

SignIn = Callable[[Visitor], Awaitable[str]]

SIGN_INS: dict[str, SignIn] = {
    "tongxing": at_tongxing,
    "oidc-provider": at_oidc_provider,
    "oidc-provider-memory": at_oidc_provider,
    "keycloak": at_keycloak,
}
"""Each signs in the visitor's account and returns the code that the portal gets."""
