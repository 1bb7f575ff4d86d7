"""`resource` (RFC 8707 section 2): which protected resources the access tokens will be for.

The one parameter that may be sent several times.
"""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import InvalidTargetError


def check_resource(draft: RequestDraft) -> None:
    """Accept resources that an administrator registered for this client, byte for byte."""
    requested = draft.parameters.all("resource")
    if not set(requested) <= set(draft.client.metadata.resources):
        raise InvalidTargetError("resource is not registered for this client", "resource")
    draft.resources = tuple(uri for uri in draft.client.metadata.resources if uri in requested)
