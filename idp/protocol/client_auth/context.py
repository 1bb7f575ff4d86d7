"""What client authentication methods verify with."""

from __future__ import annotations

from dataclasses import dataclass

from idp.client_registry.client_keys import ClientKeys
from idp.client_registry.secrets import ClientSecrets
from idp.clock import Clock
from idp.protocol.client_jwt import ClientJwts
from idp.protocol.used_jwt_ids import UsedJwtIds


@dataclass(frozen=True, slots=True)
class Context:
    """The services of verification. `token_endpoint` is the URL that the metadata publish."""

    issuer: str
    token_endpoint: str
    secrets: ClientSecrets
    keys: ClientKeys
    jwts: ClientJwts
    used_jwt_ids: UsedJwtIds
    clock: Clock
