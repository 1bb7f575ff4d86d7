"""`response_type` (RFC 6749 section 3.1.1): only `code` is offered (R3)."""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import AuthorizationRequestError, UnsupportedResponseTypeError

RESPONSE_TYPES = ("code",)


def check_response_type(draft: RequestDraft) -> None:
    """Require the response type `code`."""
    response_type = draft.parameters.get("response_type")
    if response_type is None:
        raise AuthorizationRequestError("response_type is missing", "response_type")
    if response_type not in RESPONSE_TYPES:
        raise UnsupportedResponseTypeError("response_type must be code", "response_type")
    draft.response_type = response_type
