"""Authorization codes: what was allowed, sealed, and carried by the browser itself.

A code is not stored anywhere. It holds its authorization encrypted under a key of ours, so there
is nothing to lose, nothing that could come back, and no query to make one. What makes it good
only once is the claim in SQL when it is redeemed (`claim_authorization`).
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import timedelta

from idp.clock import Clock
from idp.crypto.envelope import SealBrokenError, seal, unseal
from idp.crypto.root_key import Purpose, RootKey
from idp.tokens.authorization import Authorization

_FORM = re.compile(r"[A-Za-z0-9_-]{80,7000}")
_CONTEXT = "authorization-code|v1"
# How far the clock of the host that issued a code may be ahead of ours.
_CLOCK_SKEW = timedelta(seconds=60)


class Codes:
    """Makes and reads authorization codes (RFC 6749 section 1.3.1)."""

    def __init__(self, root: RootKey, clock: Clock, life_seconds: int) -> None:
        self._clock = clock
        self._key = root.derive(Purpose.AUTHORIZATION_CODES)
        self._life = timedelta(seconds=life_seconds)

    def issue(self, authorization: Authorization) -> str:
        """Return the code of an authorization."""
        sealed = seal(self._key, authorization.dump(), _CONTEXT)
        return _write(sealed)

    def read(self, code: str) -> Authorization | None:
        """Return what a genuine code stands for, expired or not; it is not consumed by looking.

        Only the spelling that was issued is genuine. Base64 leaves bits to spare at the end, and
        who redeemed another spelling would go unnoticed when the code itself turns up: replays are
        recognised by the digest of the text.
        """
        if _FORM.fullmatch(code) is None:
            return None
        try:
            sealed = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
            authorization = Authorization.load(unseal(self._key, sealed, _CONTEXT))
        except (binascii.Error, SealBrokenError):
            return None
        return authorization if _write(sealed) == code else None

    def is_fresh(self, authorization: Authorization) -> bool:
        """Whether a code of this authorization may still be redeemed (R10: at most 60 s)."""
        age = self._clock.now() - authorization.issued_at
        return -_CLOCK_SKEW <= age < self._life


def _write(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()
