"""`session_state` of authorization responses (OpenID Connect Session Management 1.0, section 3.2).

    base64url(SHA-256(client_id " " origin " " browser state " " salt)) "." salt

The page in `idp/web/static/check_session.js` computes the same from the cookie that it finds.
"""

from __future__ import annotations

import base64
import hashlib
from ipaddress import IPv6Address
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def session_state(client_id: str, origin: str, browser_state: str, salt: str) -> str:
    """Return the value for one client; `browser_state` is empty where nobody is signed in, and a
    `salt` of its own for each response keeps clients from comparing theirs."""
    text = f"{client_id} {origin} {browser_state} {salt}"
    hashed = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
    return f"{hashed.rstrip(b'=').decode()}.{salt}"


def origin_of(redirect_uri: str) -> str | None:
    """Return the web origin from which a client's frame will ask, as `MessageEvent.origin` spells
    it (HTML, "ASCII serialization of an origin"); None for an app, which has no frames."""
    parts = urlsplit(redirect_uri)
    if parts.scheme not in _DEFAULT_PORTS or parts.hostname is None:
        return None
    # Browsers spell an IPv6 address in its shortest form.
    host = f"[{IPv6Address(parts.hostname)}]" if ":" in parts.hostname else parts.hostname
    if parts.port is None or parts.port == _DEFAULT_PORTS[parts.scheme]:
        return f"{parts.scheme}://{host}"
    return f"{parts.scheme}://{host}:{parts.port}"
