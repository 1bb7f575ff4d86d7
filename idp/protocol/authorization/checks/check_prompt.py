"""`prompt` (OpenID Connect Core section 3.1.2.1)."""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import AuthorizationRequestError

PROMPT_VALUES = ("none", "login", "consent", "select_account")


def check_prompt(draft: RequestDraft) -> None:
    """Accept known values; `none` stands alone."""
    values = tuple((draft.parameters.get("prompt") or "").split())
    if any(value not in PROMPT_VALUES for value in values):
        raise AuthorizationRequestError("prompt has an unknown value", "prompt")
    if "none" in values and len(values) > 1:
        raise AuthorizationRequestError("prompt=none excludes other values", "prompt")
    draft.prompt = values
