"""`offline_access` (OpenID Connect Core section 11)."""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft
from idp.tokens.claims import Scope


def check_offline_access(draft: RequestDraft) -> None:
    """Ignore the wish for access without the person unless the person is asked about it now, and
    unless there is a code to get it with.

    Without `prompt=consent` a remembered decision, made when nobody spoke of it, would be taken
    for an agreement to tokens that outlive the sign-in.
    """
    if "consent" not in draft.prompt or "code" not in draft.response_type.split(" "):
        scopes = draft.scope.split(" ")
        draft.scope = " ".join(scope for scope in scopes if scope != Scope.OFFLINE_ACCESS)
