"""How a request came: in the clear, as a request object, or pushed before (RFC 9101 section 10.5,
RFC 9126 section 6)."""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import AuthorizationRequestError, InvalidRequestObjectError


def check_request_source(draft: RequestDraft) -> None:
    """Require the way that the client registered."""
    metadata = draft.client.metadata
    if metadata.require_pushed_authorization_requests and not draft.source.is_pushed:
        raise AuthorizationRequestError("the client has to push its requests", "request_uri")
    if metadata.require_signed_request_object and not draft.source.is_signed:
        raise InvalidRequestObjectError("the client has to sign its requests", "request")
