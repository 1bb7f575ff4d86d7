"""`nonce` (OpenID Connect Core section 3.1.2.1): returned unchanged in the ID token."""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import AuthorizationRequestError

_MAX_LENGTH = 512


def check_nonce(draft: RequestDraft) -> None:
    """Require `nonce` where nothing else binds the code to the browser (RFC 9700 2.1.1)."""
    nonce = draft.parameters.get("nonce")
    if nonce is not None and len(nonce) > _MAX_LENGTH:
        raise AuthorizationRequestError(f"nonce is longer than {_MAX_LENGTH} characters", "nonce")
    if nonce is None and draft.code_challenge is None:
        raise AuthorizationRequestError("nonce is required of a client without PKCE", "nonce")
    draft.nonce = nonce
