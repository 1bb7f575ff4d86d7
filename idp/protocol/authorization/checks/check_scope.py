"""`scope` (RFC 6749 section 3.3, OpenID Connect Core sections 5.4 and 11)."""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import InvalidScopeError
from idp.tokens.claims import SCOPES


def check_scope(draft: RequestDraft) -> None:
    """Require `openid`; refuse known scopes that the client did not register.

    Unknown values are ignored (Core 3.1.2.1). The order of scopes does not matter.
    """
    requested = set((draft.parameters.get("scope") or "").split(" "))
    if "openid" not in requested:
        raise InvalidScopeError("scope must contain openid", "scope")
    registered = set(draft.client.metadata.scope.split())
    granted = [scope for scope in SCOPES if scope in requested]
    for scope in granted:
        if scope not in registered:
            raise InvalidScopeError(f"scope {scope} is not registered for this client", "scope")
    draft.scope = " ".join(granted)
