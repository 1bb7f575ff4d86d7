"""`state` (RFC 6749 section 4.1.1): returned unchanged, also in errors."""

from __future__ import annotations

import re

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import AuthorizationRequestError

_MAX_LENGTH = 2048
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def check_state(draft: RequestDraft) -> None:
    """Keep `state` for the response. More characters than those of RFC 6749 appendix A.5 are
    kept, but none that a header, a log or a form would change on the way."""
    if draft.parameters.is_repeated("state"):
        raise AuthorizationRequestError("state was sent more than once", "state")
    state = draft.parameters.get("state")
    if state is not None and len(state) > _MAX_LENGTH:
        raise AuthorizationRequestError(f"state is longer than {_MAX_LENGTH} characters", "state")
    if state is not None and _CONTROL.search(state):
        raise AuthorizationRequestError("state has a control character", "state")
    draft.state = state
