"""`redirect_uri` (RFC 6749 section 3.1.2.3, RFC 9700 section 2.1)."""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import AuthorizationRequestError

_NAME = "redirect_uri"


def check_redirect_uri(draft: RequestDraft) -> None:
    """Require one redirect URI that is registered byte for byte.

    Also of a client that registered only one, for which RFC 6749 lets it be left out: every request
    here is one of OpenID Connect, which requires it (Core 3.1.2.1).
    """
    if draft.parameters.is_repeated(_NAME):
        raise AuthorizationRequestError("redirect_uri was sent more than once", _NAME)
    uri = draft.parameters.get(_NAME)
    if uri is None:
        raise AuthorizationRequestError("redirect_uri is missing", _NAME)
    if not draft.client.has_redirect_uri(uri):
        raise AuthorizationRequestError("redirect_uri is not registered for this client", _NAME)
    draft.redirect_uri = uri
