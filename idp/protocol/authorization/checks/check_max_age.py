"""`max_age` (OpenID Connect Core section 3.1.2.1)."""

from __future__ import annotations

import re

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import AuthorizationRequestError

_SECONDS = re.compile(r"[0-9]{1,9}")


def check_max_age(draft: RequestDraft) -> None:
    """Read seconds; the client's `default_max_age` counts when the request is silent."""
    text = draft.parameters.get("max_age")
    if text is None:
        draft.max_age = draft.client.metadata.default_max_age
        return
    if _SECONDS.fullmatch(text) is None:
        raise AuthorizationRequestError("max_age must be a number of seconds", "max_age")
    draft.max_age = int(text)
