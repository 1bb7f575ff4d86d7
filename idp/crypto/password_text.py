"""The one form of a password's characters, before it is hashed or compared.

OpaqueString of RFC 8265 section 4.2, with one difference: NFKC in place of NFC, one of the two
forms that NIST SP 800-63B section 3.1.1.2 asks for. Chinese input methods write full-width
letters and digits where a phone writes ASCII, and the same person types on both. Case and spaces
are kept; nothing is trimmed or cut.
"""

from __future__ import annotations

import unicodedata

from idp.errors import TongxingError

MAX_PASSWORD_CHARACTERS = 1024
"""Far above what anybody types; bounds the work that one request can cause."""

_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Cn", "Co"})


class PasswordTextError(TongxingError, ValueError):
    """The text cannot be a password: empty, too long, or with characters that cannot be typed."""

    code = "invalid_password"


def normalise_password(text: str) -> str:
    """Return the form of `text` that is hashed; raises PasswordTextError.

    Non-ASCII spaces become U+0020. Control characters, lone surrogates, private-use and
    unassigned code points are refused: another device may send them differently.
    """
    if not 0 < len(text) <= MAX_PASSWORD_CHARACTERS:
        raise PasswordTextError("the password is empty or too long")
    folded = unicodedata.normalize("NFKC", text)
    spaced = "".join(" " if unicodedata.category(c) == "Zs" else c for c in folded)
    if len(spaced) > MAX_PASSWORD_CHARACTERS:  # NFKC can make one character into eighteen
        raise PasswordTextError("the password is empty or too long")
    if any(unicodedata.category(c) in _REFUSED_CATEGORIES for c in spaced):
        raise PasswordTextError("the password has a character that cannot be used")
    return spaced
