"""Check characters of the identifier standards; every function takes canonical text."""

from __future__ import annotations

from typing import Final

_MOD_11_2_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MOD_11_2_CHARACTERS: Final = "10X98765432"

USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100 section 5: no I, O, S, V, Z, which are read as digits or other letters."""
_USCC_VALUES: Final = {character: value for value, character in enumerate(USCC_ALPHABET)}
_USCC_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_GB_11714_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ICAO_WEIGHTS: Final = (7, 3, 1)


def mod_11_2(body: str) -> str:
    """Return the check character of 17 digits (ISO 7064 MOD 11-2, GB 11643 section 4.2.4)."""
    total = sum(int(d) * w for d, w in zip(body, _MOD_11_2_WEIGHTS, strict=True))
    return _MOD_11_2_CHARACTERS[total % 11]


def uscc_check(body: str) -> str:
    """Return the check character of the first 17 characters of a USCC (GB 32100 section 5.5)."""
    total = sum(_USCC_VALUES[c] * w for c, w in zip(body, _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def gb_11714_check(body: str) -> str:
    """Return the check character of an 8-character organisation code (GB 11714)."""
    total = sum(int(c, 36) * w for c, w in zip(body, _GB_11714_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def icao_9303(body: str) -> str:
    """Return the 7-3-1 check digit of a machine-readable zone field (ICAO 9303-3 section 4.9)."""
    total = sum(int(c, 36) * _ICAO_WEIGHTS[i % 3] for i, c in enumerate(body))
    return str(total % 10)
