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
    subject of a genuine `id_token_hint`. `once` names a pushed request or a request object that is
    answered once.
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
    once: str | None = field(repr=False)

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


@dataclass(frozen=True, slots=True)
class RequestSource:
    """The parameters that count, and how they came. `once` names what may be answered once."""

    parameters: Parameters
    is_pushed: bool = False
    is_signed: bool = False
    once: bytes | None = field(default=None, repr=False)


@dataclass(slots=True)
class RequestDraft:
    """A request under examination; each check reads `parameters` and fills its part.
    `compatibility` is the setting of that name.

    Nothing may be sent to `redirect_uri` before the check of that name has set it.
    """

    source: RequestSource
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

    @property
    def parameters(self) -> Parameters:
        """The parameters that count."""
        return self.source.parameters

    @property
    def once(self) -> str | None:
        """What may be answered once, in a form that goes through JSON."""
        return self.source.once.hex() if self.source.once else None

    def finish(self) -> AuthorizationRequest:
        """Return the request once every check has passed."""
        if self.redirect_uri is None:
            raise RuntimeError("the redirect URI was never checked")
        names = [name for name in AuthorizationRequest.__slots__ if name != "client_id"]
        return AuthorizationRequest(
            client_id=self.client.client_id, **{name: getattr(self, name) for name in names}
        )
