"""`state` (RFC 6749 section 4.1.1): returned unchanged, also in errors."""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import AuthorizationRequestError

_MAX_LENGTH = 2048


def check_state(draft: RequestDraft) -> None:
    """Keep `state` for the response."""
    if draft.parameters.is_repeated("state"):
        raise AuthorizationRequestError("state was sent more than once", "state")
    state = draft.parameters.get("state")
    if state is not None and len(state) > _MAX_LENGTH:
        raise AuthorizationRequestError(f"state is longer than {_MAX_LENGTH} characters", "state")
    draft.state = state
