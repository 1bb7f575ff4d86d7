"""An authorization request: while it is being checked, and once it is valid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from idp.client_registry.client import Client
from idp.keys.service import KeyRing
from idp.protocol.parameters import Parameters


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A valid authorization request (RFC 6749 4.1.1, OpenID Connect Core 3.1.2.1).

    `acr_values` are in order of preference; `essential_acr` must be met. `hinted_sub` is the
    subject of a genuine `id_token_hint`.
    """

    client_id: str
    redirect_uri: str
    response_type: str
    response_mode: str
    scope: str
    resources: tuple[str, ...]
    state: str | None
    nonce: str | None
    code_challenge: str | None = field(repr=False)
    prompt: tuple[str, ...]
    max_age: int | None
    acr_values: tuple[str, ...]
    essential_acr: tuple[str, ...]
    userinfo_claims: tuple[str, ...]
    id_token_claims: tuple[str, ...]
    hinted_sub: str | None
    login_hint: str | None = field(repr=False)
    ui_locales: str | None

    def dump(self) -> dict[str, Any]:
        """Return a JSON document that `load` reads."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def load(cls, document: dict[str, Any]) -> AuthorizationRequest:
        """Read what `dump` wrote, after it went through JSON."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in document.items()
        }
        return cls(**values)


@dataclass(slots=True)
class RequestDraft:
    """A request under examination; each check reads `parameters` and fills its part.
    `compatibility` is the setting of that name.

    Nothing may be sent to `redirect_uri` before the check of that name has set it.
    """

    parameters: Parameters
    client: Client
    keys: KeyRing
    compatibility: bool = False
    redirect_uri: str | None = None
    response_type: str = ""
    response_mode: str = "query"
    scope: str = ""
    resources: tuple[str, ...] = ()
    state: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    prompt: tuple[str, ...] = ()
    max_age: int | None = None
    acr_values: tuple[str, ...] = ()
    essential_acr: tuple[str, ...] = ()
    userinfo_claims: tuple[str, ...] = ()
    id_token_claims: tuple[str, ...] = ()
    hinted_sub: str | None = None
    login_hint: str | None = None
    ui_locales: str | None = None

    def finish(self) -> AuthorizationRequest:
        """Return the request once every check has passed."""
        if self.redirect_uri is None:
            raise RuntimeError("the redirect URI was never checked")
        names = [name for name in AuthorizationRequest.__slots__ if name != "client_id"]
        return AuthorizationRequest(
            client_id=self.client.client_id, **{name: getattr(self, name) for name in names}
        )
