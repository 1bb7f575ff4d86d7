"""What a person allowed a client to do: the content behind a code and behind a token family."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Authorization:
    """One completed authorization request.

    `id` is claimed once when the code is redeemed. `userinfo_claims` and `id_token_claims` are
    the claims that were asked for and allowed, each in its place.
    """

    id: str
    client_id: str
    account_id: str
    session_id: str
    redirect_uri: str
    scope: str
    userinfo_claims: tuple[str, ...]
    id_token_claims: tuple[str, ...]
    acr: str
    amr: tuple[str, ...]
    auth_time: datetime
    issued_at: datetime
    nonce: str | None
    code_challenge: str | None = field(repr=False)

    def dump(self) -> bytes:
        """Serialise for the ephemeral store."""
        document = {name: getattr(self, name) for name in self.__slots__}
        return orjson.dumps(document)

    @classmethod
    def load(cls, document: bytes) -> Authorization:
        """Read what `dump` wrote."""
        value: dict[str, Any] = orjson.loads(document)
        for name in ("userinfo_claims", "id_token_claims", "amr"):
            value[name] = tuple(value[name])
        for name in ("auth_time", "issued_at"):
            value[name] = datetime.fromisoformat(value[name]).astimezone(UTC)
        return cls(**value)
