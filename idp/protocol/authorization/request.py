"""An authorization request: while it is being checked, and once it is valid."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, TypeAlias

from idp.client_registry.client import Client
from idp.keys.service import KeyRing
from idp.protocol.parameters import Parameters

WantedValue: TypeAlias = tuple[str, str, tuple[str, ...]]
"""Where a claim was asked for (`userinfo` or `id_token`), which one, and the values that will do,
each as a JSON text (OpenID Connect Core section 5.5.1)."""


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
    wanted_values: tuple[WantedValue, ...] = field(repr=False)
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
        values["wanted_values"] = tuple(
            (place, name, tuple(texts)) for place, name, texts in document["wanted_values"]
        )
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
    wanted_values: tuple[WantedValue, ...] = ()
    hinted_sub: str | None = None
    login_hint: str | None = None
    ui_locales: str | None = None

    @property
    def parameters(self) -> Parameters:
        """The parameters that count."""
        return self.source.parameters

    @property
    def once(self) -> str | None:
        """What may be answered once, after the parameter that brought it, as a text for JSON."""
        if self.source.once is None:
            return None
        return f"{'request_uri' if self.source.is_pushed else 'request'}:{self.source.once.hex()}"

    def finish(self) -> AuthorizationRequest:
        """Return the request once every check has passed."""
        if self.redirect_uri is None:
            raise RuntimeError("the redirect URI was never checked")
        return AuthorizationRequest(self.client.client_id, *_read_checked(self))


# Every field of a request but the first, which is the client's id.
_read_checked = attrgetter(*AuthorizationRequest.__slots__[1:])
