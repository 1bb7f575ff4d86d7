"""No parameter more than once (RFC 6749 section 3.1)."""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import AuthorizationRequestError

KNOWN = frozenset(
    {
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "response_mode",
        "nonce",
        "display",
        "prompt",
        "max_age",
        "ui_locales",
        "claims_locales",
        "id_token_hint",
        "login_hint",
        "acr_values",
        "claims",
        "request",
        "request_uri",
        "registration",
        "code_challenge",
        "code_challenge_method",
    }
)


def check_repeated_parameters(draft: RequestDraft) -> None:
    """Refuse a repetition of any parameter that has a meaning here; others are ignored."""
    for name in draft.parameters.repeated():
        if name in KNOWN:
            raise AuthorizationRequestError(f"{name} was sent more than once", name)
