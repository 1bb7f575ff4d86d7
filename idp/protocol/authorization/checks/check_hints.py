"""`login_hint`, `ui_locales`, `display`, `claims_locales` (OpenID Connect Core 3.1.2.1).

Wishes about appearance: they never make a request fail.
"""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft

_MAX_LENGTH = 256


def check_hints(draft: RequestDraft) -> None:
    """Keep the hints that the pages use, cut to a sensible length."""
    hint = draft.parameters.get("login_hint")
    draft.login_hint = hint[:_MAX_LENGTH] if hint else None
    locales = draft.parameters.get("ui_locales")
    draft.ui_locales = locales[:_MAX_LENGTH] if locales else None
