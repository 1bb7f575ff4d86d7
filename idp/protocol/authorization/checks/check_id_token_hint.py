"""`id_token_hint` (OpenID Connect Core section 3.1.2.1)."""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import AuthorizationRequestError
from idp.tokens import id_token, jws

_NAME = "id_token_hint"


def check_id_token_hint(draft: RequestDraft) -> None:
    """Accept an ID token of ours for this client, expired or not; its subject is expected."""
    hint = draft.parameters.get(_NAME)
    if hint is None:
        return
    try:
        claims = id_token.read_hint(draft.keys, hint)
    except jws.NotOurTokenError as error:
        raise AuthorizationRequestError(
            "id_token_hint is not an ID token of this issuer", _NAME
        ) from error
    if claims.get("aud") != draft.client.client_id:
        raise AuthorizationRequestError("id_token_hint was issued to another client", _NAME)
    if draft.hinted_sub not in (None, claims["sub"]):
        # Core section 5.5.1: both are to be met, and nobody can be two persons.
        raise AuthorizationRequestError("id_token_hint is not about the sub of claims", _NAME)
    draft.hinted_sub = str(claims["sub"])
