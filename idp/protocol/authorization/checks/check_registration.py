"""`registration` (OpenID Connect Core section 7.2.1)."""

from __future__ import annotations

from idp.protocol.authorization.request import RequestDraft
from idp.protocol.errors import RegistrationNotSupportedError

_NAME = "registration"


def check_registration(draft: RequestDraft) -> None:
    """Refuse what a self-issued provider would accept."""
    if draft.parameters.get(_NAME) is not None:
        raise RegistrationNotSupportedError("registration is not supported", _NAME)
