"""`request`, `request_uri`, `registration` (OpenID Connect Core sections 6 and 7.2.1).

They change the meaning of a request, so one that carries them must not be answered as if they
were not there.
"""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import (
    RegistrationNotSupportedError,
    RequestNotSupportedError,
    RequestUriNotSupportedError,
)


def check_request_objects(draft: RequestDraft) -> None:
    """Refuse request objects and self-issued registration."""
    if draft.parameters.get("request") is not None:
        raise RequestNotSupportedError("request objects are not supported", "request")
    if draft.parameters.get("request_uri") is not None:
        raise RequestUriNotSupportedError("request_uri is not supported", "request_uri")
    if draft.parameters.get("registration") is not None:
        raise RegistrationNotSupportedError("registration is not supported", "registration")
