"""`acr_values` (OpenID Connect Core section 3.1.2.1): a wish, never an error."""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft

_MAX_VALUES = 20


def check_acr_values(draft: RequestDraft) -> None:
    """Keep the wishes in their order; the client's defaults count when the request is silent."""
    text = draft.parameters.get("acr_values")
    if text is None:
        draft.acr_values = draft.client.metadata.default_acr_values
        return
    draft.acr_values = tuple(text.split()[:_MAX_VALUES])
