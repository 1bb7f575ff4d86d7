"""Is a Cookie header one that can be read in one way only (RFC 6265 section 5.4)?"""

from __future__ import annotations

import re

MAX_COOKIE_BYTES = 16 * 1024
_NOT_TEXT = re.compile(rb"[^\x09\x20-\x7e]")
# RFC 6265 section 4.1.1, cookie-octet.
_VALUE = re.compile(rb"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")
_OURS = (b"__host-", b"__secure-")


def is_clean_cookie_header(raw: bytes) -> bool:
    """Refuse unprintable bytes and ambiguous or odd cookies with a `__Host-` or `__Secure-` prefix.

    Odd cookies of other names are tolerated: sites of neighbouring domains set them in the same
    browser, and their mistakes must not lock a citizen out.
    """
    if len(raw) > MAX_COOKIE_BYTES or _NOT_TEXT.search(raw):
        return False
    seen: set[bytes] = set()
    for pair in raw.split(b";"):
        name, _, value = pair.strip().partition(b"=")
        # Browsers match the prefix without regard to case, so a look-alike counts as the same name.
        name = name.strip().lower()
        if not name.startswith(_OURS):
            continue
        if name in seen or not _VALUE.fullmatch(value.strip()):
            return False
        seen.add(name)
    return True
