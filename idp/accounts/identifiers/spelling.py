"""The one spelling of a number, whatever keyboard, form or clipboard it came from."""

from __future__ import annotations

import unicodedata

from idp.accounts.identifiers.errors import IdentifierError, Reason

MAX_RAW_LENGTH = 64
"""Longer input is refused before it is normalised; no identifier with separators is longer."""

_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
_DROPPED = {ord(character): None for character in _DASHES + _INVISIBLE}


def normalise_spelling(text: str) -> str:
    """Return `text` by NFKC, without spaces, dashes and invisible marks, in ASCII upper case.

    Raises `IdentifierError(LENGTH)` for empty or oversized text and `CHARACTERS` for anything
    that is not ASCII afterwards, such as a Cyrillic `Х` posing as a check digit.
    """
    if len(text) > MAX_RAW_LENGTH:
        raise IdentifierError(Reason.LENGTH)
    folded = unicodedata.normalize("NFKC", text).translate(_DROPPED)
    compact = "".join(folded.split())
    if not compact:
        raise IdentifierError(Reason.LENGTH)
    if not compact.isascii() or not compact.isprintable():
        raise IdentifierError(Reason.CHARACTERS)
    return compact.upper()
