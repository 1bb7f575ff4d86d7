"""`nonce` (OpenID Connect Core sections 3.1.2.1 and 3.2.2.1): returned unchanged in ID tokens."""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import AuthorizationRequestError

_NAME = "nonce"
_MAX_LENGTH = 512


def check_nonce(draft: RequestDraft) -> None:
    """Require `nonce` where an ID token comes through the browser (Core 3.2.2.1), and where nothing
    else binds the code to the browser (RFC 9700 section 2.1.1)."""
    nonce = draft.parameters.get(_NAME)
    if nonce is not None and len(nonce) > _MAX_LENGTH:
        raise AuthorizationRequestError(f"nonce is longer than {_MAX_LENGTH} characters", _NAME)
    if nonce is None and "id_token" in draft.response_type.split(" "):
        raise AuthorizationRequestError("nonce is required for this response_type", _NAME)
    if nonce is None and draft.code_challenge is None and _is_required(draft):
        raise AuthorizationRequestError("nonce is required of a client without PKCE", _NAME)
    draft.nonce = nonce


def _is_required(draft: RequestDraft) -> bool:
    return draft.client.metadata.require_nonce or not draft.compatibility
