"""Authorization codes: their payload rests in the ephemeral store, their claim in SQL.

If the ephemeral store loses a code, the person signs in again. If it brings one back, from a
snapshot or a replica, the SQL claim has been taken and the code is worth nothing.
"""

from __future__ import annotations

from datetime import timedelta

from idp.crypto.envelope import SealBrokenError, seal, unseal
from idp.crypto.identifiers import digest, new_secret
from idp.crypto.root_key import Purpose, RootKey
from idp.storage.ephemeral import Ephemeral
from idp.tokens.authorization import Authorization


class Codes:
    """Issues and finds authorization codes of 256 random bits."""

    def __init__(self, ephemeral: Ephemeral, root: RootKey, life_seconds: int) -> None:
        self._ephemeral = ephemeral
        self._key = root.derive(Purpose.EPHEMERAL, "authorization-code")
        self._life = timedelta(seconds=life_seconds)

    async def issue(self, authorization: Authorization) -> str:
        """Store the authorization for a short time and return its code."""
        code = new_secret()
        name = _name(code)
        sealed = seal(self._key, authorization.dump(), name)
        await self._ephemeral.put(name, sealed, self._life)
        return code

    async def find(self, code: str) -> Authorization | None:
        """Return what a code stands for; it is not consumed by looking."""
        name = _name(code)
        sealed = await self._ephemeral.get(name)
        if sealed is None:
            return None
        try:
            return Authorization.load(unseal(self._key, sealed, name))
        except SealBrokenError:
            return None

    async def forget(self, code: str) -> None:
        """Drop a redeemed code early; correctness does not depend on it."""
        await self._ephemeral.delete(_name(code))


def _name(code: str) -> str:
    return f"code:{digest(code).hex()}"
