"""`response_type` (RFC 6749 section 3.1.1, Multiple Response Types sections 3 and 5).

Everybody may use `code` (R3). The implicit and hybrid types exist only where the compatibility
setting is on, for clients that registered them.
"""

from __future__ import annotations

from idp.client_registry.response_types import CODE, RESPONSE_TYPES, canonical_response_type
from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import (
    AuthorizationRequestError,
    UnauthorizedClientError,
    UnsupportedResponseTypeError,
)

_NAME = "response_type"


def offered_response_types(*, compatibility: bool) -> tuple[str, ...]:
    """Return the response types of this installation."""
    return RESPONSE_TYPES if compatibility else (CODE,)


def check_response_type(draft: RequestDraft) -> None:
    """Require a response type that is offered and that the client registered."""
    requested = draft.parameters.get(_NAME)
    if requested is None:
        raise AuthorizationRequestError("response_type is missing", _NAME)
    try:
        response_type = canonical_response_type(requested)
    except ValueError as error:
        raise UnsupportedResponseTypeError("response_type is not supported", _NAME) from error
    if response_type not in offered_response_types(compatibility=draft.compatibility):
        raise UnsupportedResponseTypeError("response_type must be code", _NAME)
    if response_type not in draft.client.metadata.response_types:
        raise UnauthorizedClientError("response_type is not registered for this client", _NAME)
    draft.response_type = response_type
