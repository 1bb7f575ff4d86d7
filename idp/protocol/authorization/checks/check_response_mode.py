"""`response_mode` (OAuth 2.0 Multiple Response Types section 2.1, Form Post Response Mode)."""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import AuthorizationRequestError

_NAME = "response_mode"
RESPONSE_MODES = ("query", "fragment", "form_post")
_TOKENS = frozenset({"token", "id_token"})


def check_response_mode(draft: RequestDraft) -> None:
    """Accept a response mode. Comes before the response type is judged, since it says how errors
    travel: what would bring tokens never goes into a query, nor does the refusal of it."""
    if draft.parameters.is_repeated(_NAME):
        raise AuthorizationRequestError("response_mode was sent more than once", _NAME)
    brings_tokens = bool(_TOKENS & set((draft.parameters.get("response_type") or "").split(" ")))
    draft.response_mode = "fragment" if brings_tokens else "query"
    mode = draft.parameters.get(_NAME) or draft.response_mode
    if mode not in RESPONSE_MODES:
        raise AuthorizationRequestError("response_mode is not supported", _NAME)
    if brings_tokens and mode == "query":
        raise AuthorizationRequestError("tokens must not travel in a query", _NAME)
    draft.response_mode = mode
