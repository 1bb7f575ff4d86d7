"""The client information response (RFC 7591 section 3.2.1, RFC 7592 section 3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from idp.client_registry.client_metadata import ClientMetadata
from idp.client_registry.registration.privileged_members import PRIVILEGED

PATH = "/clients"
"""Where clients register; each then has an address of its own below."""


def client_information(
    issuer: str,
    metadata: ClientMetadata,
    issued_at: datetime,
    registration_token: str,
    secret: str | None,
) -> dict[str, Any]:
    """Return all that a client has registered, and what was made for it.

    `secret` is there when it was made just now: only a keyed hash of it is kept, so it is shown
    once (R24). The registration token comes back as the client sent it.
    """
    registered = metadata.model_dump(mode="json", by_alias=True, exclude_none=True)
    members = {
        name: value
        for name, value in registered.items()
        if name not in PRIVILEGED and value not in ([], {})
    }
    # RFC 7591 section 3.2.1: 0 is for a secret that does not expire.
    issued = {} if secret is None else {"client_secret": secret, "client_secret_expires_at": 0}
    return {
        **members,
        **issued,
        "client_id_issued_at": int(issued_at.timestamp()),
        "registration_access_token": registration_token,
        "registration_client_uri": f"{issuer}{PATH}/{metadata.client_id}",
    }
