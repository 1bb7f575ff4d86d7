"""Ties a decision to what was shown, and to whom (PIPL article 14: informed consent).

The page of notice carries a MAC over all that it tells. A decision that comes back after the
registration was changed, or after somebody else signed in in another tab, does not match.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

import orjson

from idp.client_registry.client import Client
from idp.consents.service import ConsentState
from idp.consents.terms import fingerprint
from idp.crypto.root_key import Purpose, RootKey
from idp.http.consent_view import receiver_view
from idp.i18n.language import Language

FIELD = "shown"


class ConsentBinding:
    """Makes and checks the hidden field of one page: a session's view of one interaction."""

    def __init__(
        self,
        root: RootKey,
        *,
        session_id: str,
        interaction_id: str,
        client: Client,
        state: ConsentState,
        scope: str,
    ) -> None:
        key = root.derive(Purpose.CSRF, "consent")
        # In both languages: the language may be switched between the page and the decision.
        told = [
            session_id,
            interaction_id,
            scope,
            [(receiver_view(client, one), client.retention(one.value)) for one in Language],
            [(policy.name, fingerprint(policy), policy.purpose_en) for policy in state.policies],
        ]
        mac = hmac.digest(key, orjson.dumps(told, option=orjson.OPT_SORT_KEYS), hashlib.sha256)
        self.value = base64.urlsafe_b64encode(mac).rstrip(b"=").decode()

    def fits(self, sent: str | None) -> bool:
        """Whether the page that `sent` came from told the same to the same person."""
        return sent is not None and hmac.compare_digest(sent.encode(), self.value.encode())
