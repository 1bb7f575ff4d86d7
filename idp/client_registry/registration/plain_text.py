"""What a stranger's document must not hold, whichever member it stands in."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from idp.client_registry.errors import ClientMetadataError

_MAX_DEPTH = 8
# Controls, and what turns or hides the text that follows: a name is shown to citizens.
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters, marks and a symbol by category that show nothing: those of Unicode's property
# Default_Ignorable_Code_Point (DerivedCoreProperties.txt) outside of these categories, and the
# blank Braille pattern.
_INVISIBLE = frozenset(
    map(
        chr,
        (
            0x034F,
            *range(0x115F, 0x1161),
            *range(0x17B4, 0x17B6),
            *range(0x180B, 0x1810),
            0x2800,
            0x3164,
            *range(0xFE00, 0xFE10),
            0xFFA0,
            *range(0xE0100, 0xE01F0),
        ),
    )
)


def check_plain(document: Mapping[str, Any]) -> None:
    """Refuse nested depths and invisible characters; raises ClientMetadataError that names the
    member."""
    for name, value in document.items():
        waiting: list[tuple[Any, int]] = [(value, 0)]
        while waiting:
            each, depth = waiting.pop()
            if depth > _MAX_DEPTH:
                raise ClientMetadataError(f"{name}: is nested too deeply")
            if isinstance(each, str) and not _is_plain(each):
                raise ClientMetadataError(f"{name}: has a control or an invisible character")
            if isinstance(each, dict):
                waiting += [(part, depth + 1) for pair in each.items() for part in pair]
            elif isinstance(each, list):
                waiting += [(part, depth + 1) for part in each]


def _is_plain(text: str) -> bool:
    return (text.isascii() and text.isprintable()) or not any(map(_is_refused, text))


def _is_refused(character: str) -> bool:
    return character in _INVISIBLE or unicodedata.category(character) in _REFUSED
