"""`response_mode` (OAuth 2.0 Multiple Response Types, OAuth 2.0 Form Post Response Mode)."""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import AuthorizationRequestError

RESPONSE_MODES = ("query", "form_post")


def check_response_mode(draft: RequestDraft) -> None:
    """Accept a response mode that a code may travel by."""
    if draft.parameters.is_repeated("response_mode"):
        raise AuthorizationRequestError("response_mode was sent more than once", "response_mode")
    mode = draft.parameters.get("response_mode") or "query"
    if mode not in RESPONSE_MODES:
        raise AuthorizationRequestError("response_mode is not supported", "response_mode")
    draft.response_mode = mode
