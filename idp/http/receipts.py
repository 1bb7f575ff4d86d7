"""Receipts of logouts: a link to the ledger that only whoever signed out has."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from idp.crypto.root_key import Purpose, RootKey

_FORM = re.compile(r"([0-9a-f]{32})\.([A-Za-z0-9_-]{43})")


class Receipts:
    """Issues and reads receipts."""

    def __init__(self, root: RootKey) -> None:
        self._key = root.derive(Purpose.LOGOUT_RECEIPTS)

    def issue(self, logout_id: str) -> str:
        """Return the receipt of a logout."""
        return f"{logout_id}.{self._tag(logout_id)}"

    def read(self, receipt: str) -> str | None:
        """Return the logout of a genuine receipt."""
        match = _FORM.fullmatch(receipt)
        if match is None or not hmac.compare_digest(match[2], self._tag(match[1])):
            return None
        return match[1]

    def _tag(self, logout_id: str) -> str:
        mac = hmac.digest(self._key, logout_id.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
