"""A person's name in one spelling, without losing a character the person really has.

Two forms: the canonical name is what is stored, shown and sent to a register; the match key folds
what two writers of the same name may differ in, and is only ever compared.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import Final

from idp.accounts.identifiers.errors import NameReason, PersonNameError

MAX_LENGTH: Final = 100
_MAX_RAW_LENGTH: Final = 400
DOT: Final = "\u00b7"
"""间隔号 between the parts of a name, U+00B7 as GB/T 15834 prescribes."""

_DOTS = "\u2022\u2027\u2219\u22c5\u30fb\u0387\uff65"
_RESPELLED: Final = {
    **dict.fromkeys(map(ord, _DOTS), DOT),
    **dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u2032"), "'"),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013"), "-"),
    # GB 18030-2005 kept eight ideographs in the private-use area; GB 18030-2022 moved them here.
    **dict(
        zip(
            (0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864),
            "\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb",
            strict=True,
        )
    ),
}
_INVISIBLE = {ord(c): None for c in "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"}
_VARIATION_SELECTORS = dict.fromkeys((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
_CONTROLS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_PUNCTUATION = frozenset(" -'.,\u00b7")
_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_SPACE_INSIDE_HAN = re.compile(rf"(?<=[{_HAN}{DOT}]) (?=[{_HAN}{DOT}])")
_SPACE_AT_DOT = re.compile(rf" ?{DOT} ?")
_FULL_STOP_AS_DOT = re.compile(rf"(?<=[{_HAN}]) ?\. ?(?=[{_HAN}])")


def canonicalise_name(text: str) -> str:
    """Return the canonical form of a person's name, 1 to 100 characters.

    NFKC except for CJK compatibility ideographs, which NFKC would replace by a different glyph;
    one kind of dot; single spaces, and none between Han characters. Every CJK extension is kept,
    including those newer than Python's own tables. Raises `PersonNameError`.
    """
    if len(text) > _MAX_RAW_LENGTH:
        raise PersonNameError(NameReason.TOO_LONG)
    visible = text.strip().translate(_INVISIBLE)
    if any(unicodedata.category(character) in _CONTROLS for character in visible):
        raise PersonNameError(NameReason.CONTROL_CHARACTER)
    spelled = _normalise(visible.translate(_RESPELLED)).translate(_RESPELLED)
    name = _tidy_spaces(spelled.translate(_VARIATION_SELECTORS))
    if not any(_is_letter(character) for character in name):
        raise PersonNameError(_first_fault(name) or NameReason.EMPTY)
    if len(name) > MAX_LENGTH:
        raise PersonNameError(NameReason.TOO_LONG)
    if fault := _first_fault(name):
        raise PersonNameError(fault)
    return name


def name_match_key(name: str) -> str:
    """Return what two spellings of one name share: letters only, case and glyph variants folded."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if _is_letter(character))


def _normalise(text: str) -> str:
    runs = groupby(text, key=_is_compatibility_ideograph)
    return "".join(
        "".join(run) if kept else unicodedata.normalize("NFKC", "".join(run)) for kept, run in runs
    )


def _tidy_spaces(text: str) -> str:
    name = _SPACE_AT_DOT.sub(DOT, " ".join(text.split()))
    return _FULL_STOP_AS_DOT.sub(DOT, _SPACE_INSIDE_HAN.sub("", name))


def _first_fault(name: str) -> NameReason | None:
    for character in name:
        if unicodedata.category(character) == "Co":
            return NameReason.PRIVATE_USE
        if not _is_letter(character) and character not in _PUNCTUATION:
            return NameReason.NOT_A_NAME_CHARACTER
    starts_or_ends_with_dot = name.startswith(DOT) or name.endswith(DOT)
    return NameReason.NOT_A_NAME_CHARACTER if starts_or_ends_with_dot else None


def _is_compatibility_ideograph(character: str) -> bool:
    return "\uf900" <= character <= "\ufaff" or "\U0002f800" <= character <= "\U0002fa1f"


def _is_letter(character: str) -> bool:
    # Planes 2 and 3 hold ideographs only; Python 3.11 does not know the newest of them yet.
    if "\U00020000" <= character <= "\U0002fffd" or "\U00030000" <= character <= "\U0003fffd":
        return True
    return unicodedata.category(character)[0] in "LM" or character == "\u3007"
