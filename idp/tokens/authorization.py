"""What a person allowed a client to do: the content behind a code and behind a token family."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Authorization:
    """One completed authorization request.

    `id` is claimed once when the code is redeemed. `resources` are the protected resources that
    access tokens may be for (RFC 8707); without any they are for this service itself.
    `userinfo_claims` and `id_token_claims` are the claims that were asked for and allowed, each in
    its place, by the person's decision `consent_version`; None when nothing about the person was
    asked for.
    """

    id: str
    client_id: str
    account_id: str
    session_id: str
    redirect_uri: str
    scope: str
    resources: tuple[str, ...]
    userinfo_claims: tuple[str, ...]
    id_token_claims: tuple[str, ...]
    acr: str
    amr: tuple[str, ...]
    auth_time: datetime
    issued_at: datetime
    consent_version: int | None
    nonce: str | None
    code_challenge: str | None = field(repr=False)

    def dump(self) -> bytes:
        """Write down as a JSON array in the order of the fields, which keeps codes short."""
        values = {name: getattr(self, name) for name in self.__slots__}
        for name in ("auth_time", "issued_at"):
            values[name] = (values[name] - _EPOCH) // _MICROSECOND
        return orjson.dumps(list(values.values()))

    @classmethod
    def load(cls, document: bytes) -> Authorization:
        """Read what `dump` wrote."""
        values: dict[str, Any] = dict(zip(cls.__slots__, orjson.loads(document), strict=True))
        for name in ("resources", "userinfo_claims", "id_token_claims", "amr"):
            values[name] = tuple(values[name])
        for name in ("auth_time", "issued_at"):
            values[name] = _EPOCH + values[name] * _MICROSECOND
        return cls(**values)
