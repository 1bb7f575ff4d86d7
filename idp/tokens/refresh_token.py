"""The refresh token's form: `rt1.<family>.<generation>.<tag>`.

The tag is a MAC under a key that is not in the database, so a copy of the database yields no
token, a guess costs no query, and a retried request can be given the same token again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

from idp.crypto.root_key import Purpose, RootKey

_FORM = re.compile(r"rt1\.([0-9a-f]{32})\.(0|[1-9][0-9]{0,8})\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class RefreshTokenClaim:
    """Which step of which family a genuine refresh token stands for."""

    family_id: str
    generation: int


class RefreshTokens:
    """Makes and reads refresh tokens."""

    def __init__(self, root: RootKey) -> None:
        self._key = root.derive(Purpose.REFRESH_TOKENS)

    def make(self, family_id: str, generation: int) -> str:
        """Return the token for one generation of a family."""
        return f"rt1.{family_id}.{generation}.{self._tag(family_id, generation)}"

    def read(self, token: str) -> RefreshTokenClaim | None:
        """Return what a genuine token stands for, None for anything else."""
        match = _FORM.fullmatch(token)
        if match is None:
            return None
        family_id, generation = match[1], int(match[2])
        if not hmac.compare_digest(match[3], self._tag(family_id, generation)):
            return None
        return RefreshTokenClaim(family_id, generation)

    def _tag(self, family_id: str, generation: int) -> str:
        value = hmac.digest(self._key, f"{family_id}.{generation}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
