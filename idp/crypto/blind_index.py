"""Keyed blind indexes: equality look-up over values that are stored encrypted.

HMAC-SHA-256 under a key of its own per field. A plain hash would fall to enumeration: there are
only about 10^11 ID numbers and 10^10 mobile numbers.
"""

from __future__ import annotations

import hashlib
import hmac

from idp.crypto.root_key import Purpose, RootKey


class BlindIndex:
    """Computes blind indexes; callers pass values in canonical form."""

    def __init__(self, root: RootKey) -> None:
        self._root = root
        self._keys: dict[str, bytes] = {}

    def of(self, field: str, canonical: str) -> bytes:
        """Return the 32-byte index of `canonical` within `field`."""
        key = self._keys.get(field)
        if key is None:
            key = self._keys[field] = self._root.derive(Purpose.BLIND_INDEX, field)
        return hmac.digest(key, canonical.encode(), hashlib.sha256)
