"""Authorization responses (RFC 6749 sections 4.1.2, 4.2.2 and 4.1.2.1, RFC 9207, Form Post)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from idp.protocol.authorization.request import AuthorizationRequest
from idp.protocol.errors import AuthorizationRequestError

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AuthorizationResponse:
    """What goes back to the client: to where, how, and which fields in which order."""

    redirect_uri: str
    response_mode: str
    fields: Fields

    @property
    def location(self) -> str:
        """The redirect target of response modes `query` and `fragment`; the URI's own query is
        kept."""
        # The names are ours and need no encoding.
        encoded = "&".join(f"{name}={quote(value, safe='')}" for name, value in self.fields)
        if self.response_mode == "fragment":
            return f"{self.redirect_uri}#{encoded}"
        separator = "&" if "?" in self.redirect_uri else "?"
        return f"{self.redirect_uri}{separator}{encoded}"


def success(issuer: str, request: AuthorizationRequest, granted: Fields) -> AuthorizationResponse:
    """Carry back what was granted."""
    fields = (*granted, *_state(request.state), ("iss", issuer))
    return AuthorizationResponse(request.redirect_uri, request.response_mode, fields)


def failure(
    issuer: str,
    redirect_uri: str,
    response_mode: str,
    state: str | None,
    error: AuthorizationRequestError,
) -> AuthorizationResponse:
    """Carry an error back."""
    fields = (
        ("error", error.error),
        ("error_description", error.description),
        *_state(state),
        ("iss", issuer),
    )
    return AuthorizationResponse(redirect_uri, response_mode, fields)


def _state(state: str | None) -> Fields:
    return () if state is None else (("state", state),)
