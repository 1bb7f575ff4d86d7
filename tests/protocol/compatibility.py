"""What old portals and certification need: a provider with the compatibility setting on."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from tests.protocol.conftest import NAME, PHONE
from tests.protocol.relying_party import REDIRECT_URI, RelyingParty
from tests.provider import RunningProvider, running_provider

HYBRID_TYPES = ("code id_token", "code token", "code id_token token")
IMPLICIT_TYPES = ("id_token", "id_token token")
FRONT_CHANNEL_TYPES = (*HYBRID_TYPES, *IMPLICIT_TYPES)


@contextmanager
def compatible_provider(folder: Path, **clients: Any) -> Iterator[RunningProvider]:
    """Run a provider whose compatibility setting is on."""
    with running_provider(folder, clients={"compatibility": True, **clients}) as running:
        yield running


def old_portal(
    provider: RunningProvider, http: httpx2.Client, client_id: str, **changes: Any
) -> RelyingParty:
    """Register a portal that may use every response type and needs neither PKCE nor `nonce`."""
    metadata = {
        "client_id": client_id,
        "client_name": "老门户",
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "implicit", "refresh_token"],
        "response_types": ["code", *FRONT_CHANNEL_TYPES],
        "scope": "openid profile phone offline_access",
        "claims": [NAME, PHONE],
        "require_pkce": False,
        "require_nonce": False,
        **changes,
    }
    secret = secrets.token_urlsafe(32)
    provider.register(metadata, secret)
    return RelyingParty(provider.url, metadata, secret, http)
