"""Authorization responses (RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207, Form Post)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from idp.protocol.errors import AuthorizationRequestError


@dataclass(frozen=True, slots=True)
class AuthorizationResponse:
    """What goes back to the client: to where, how, and which fields in which order."""

    redirect_uri: str
    response_mode: str
    fields: tuple[tuple[str, str], ...]

    @property
    def location(self) -> str:
        """The redirect target of response mode `query`; the URI's own query is kept."""
        separator = "&" if "?" in self.redirect_uri else "?"
        return f"{self.redirect_uri}{separator}{urlencode(self.fields, quote_via=quote)}"


def success(
    issuer: str, redirect_uri: str, response_mode: str, state: str | None, code: str
) -> AuthorizationResponse:
    """Carry a code back."""
    fields = [("code", code), *_state(state), ("iss", issuer)]
    return AuthorizationResponse(redirect_uri, response_mode, tuple(fields))


def failure(
    issuer: str,
    redirect_uri: str,
    response_mode: str,
    state: str | None,
    error: AuthorizationRequestError,
) -> AuthorizationResponse:
    """Carry an error back."""
    fields = [
        ("error", error.error),
        ("error_description", error.description),
        *_state(state),
        ("iss", issuer),
    ]
    return AuthorizationResponse(redirect_uri, response_mode, tuple(fields))


def _state(state: str | None) -> list[tuple[str, str]]:
    return [] if state is None else [("state", state)]
