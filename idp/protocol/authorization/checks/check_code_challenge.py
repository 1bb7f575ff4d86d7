"""`code_challenge` and `code_challenge_method` (RFC 7636, RFC 9700 section 2.1.1)."""

from __future__ import annotations

import re

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import AuthorizationRequestError

_NAME = "code_challenge"
_S256 = re.compile(r"[A-Za-z0-9_-]{43}")
CODE_CHALLENGE_METHODS = ("S256",)


def check_code_challenge(draft: RequestDraft) -> None:
    """Require an S256 challenge for a code, but of a client that was exempted."""
    challenge = draft.parameters.get(_NAME)
    method = draft.parameters.get("code_challenge_method")
    if challenge is None:
        brings_code = "code" in draft.response_type.split(" ")
        is_required = brings_code and draft.client.metadata.require_pkce
        if method is not None or is_required:
            raise AuthorizationRequestError("code_challenge is missing; PKCE is required", _NAME)
        return
    if method not in CODE_CHALLENGE_METHODS:
        raise AuthorizationRequestError(
            "code_challenge_method must be S256", "code_challenge_method"
        )
    if _S256.fullmatch(challenge) is None:
        raise AuthorizationRequestError("code_challenge is not a SHA-256 in base64url", _NAME)
    draft.code_challenge = challenge
