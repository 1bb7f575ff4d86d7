"""What scripts of other sites may call; no endpoint that looks at a cookie belongs in here."""

from __future__ import annotations

CROSS_ORIGIN_PATHS = frozenset(
    {
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/jwks",
        "/token",
        "/par",
        "/userinfo",
        "/revoke",
    }
)
