"""Subject identifiers (OpenID Connect Core section 8).

Pairwise: two sectors cannot tell from `sub` that they serve the same person. Derived from the
account, never from a document number, so a new ID card or a new name changes nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from idp.client_registry.client import Client
from idp.crypto.root_key import Purpose, RootKey


class Subjects:
    """Computes `sub` and `sid` values."""

    def __init__(self, root: RootKey) -> None:
        self._subject_key = root.derive(Purpose.SUBJECTS, "sub")
        self._session_key = root.derive(Purpose.SUBJECTS, "sid")
        self._browser_state_key = root.derive(Purpose.SUBJECTS, "browser-state")

    def sub(self, client: Client, account_id: str) -> str:
        """Return the 43-character subject of an account for a client's sector."""
        public = client.metadata.subject_type == "public"
        sector = "" if public else client.metadata.sector
        return _code(self._subject_key, f"{sector}\x00{account_id}")

    def sid(self, client: Client, session_id: str) -> str:
        """Return the session identifier that one client sees (Back-Channel Logout section 2.1).

        It differs from client to client, or `sid` would undo what pairwise subjects protect.
        """
        return _code(self._session_key, f"{client.client_id}\x00{session_id}")

    def browser_state(self, session_id: str) -> str:
        """Return what a script of ours may know of the browser's session (Session Management
        section 3.2, "OP User Agent state"): as good as random, and another one for each session.
        """
        return _code(self._browser_state_key, session_id)


def _code(key: bytes, text: str) -> str:
    value = hmac.digest(key, text.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
