"""One number, many keyboards."""

from __future__ import annotations

from datetime import date

import pytest

from idp.accounts.identifiers.errors import IdentifierError, Reason
from idp.accounts.identifiers.kinds import IdentifierKind
from idp.accounts.identifiers.parsing import parse_identifier

TODAY = date(2026, 1, 1)
CANONICAL = "10000019900101002X"


def _refusal(text: str, kind: IdentifierKind | None = None) -> Reason:
    with pytest.raises(IdentifierError) as refusal:
        parse_identifier(text, kind, sandbox=True, today=TODAY)
    return refusal.value.reason


@pytest.mark.parametrize(
    "letter", ["\u0425", "\u03a7", "\u2715"], ids=["Cyrillic", "Greek", "cross"]
)
def test_a_lookalike_of_the_check_letter_is_refused(letter: str) -> None:
    assert _refusal(CANONICAL[:-1] + letter) is Reason.CHARACTERS


def test_digits_of_another_script_are_refused() -> None:
    arabic = "".join(chr(0x0660 + int(c)) if c.isdigit() else c for c in CANONICAL)
    assert _refusal(arabic) is Reason.CHARACTERS


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "1" * 65, "\ufdfa" * 64])
def test_empty_and_oversized_text_is_refused(text: str) -> None:
    assert _refusal(text) in {Reason.LENGTH, Reason.CHARACTERS}


def test_a_control_character_is_refused() -> None:
    assert _refusal("1000001990\x000101002X") is Reason.CHARACTERS


@pytest.mark.parametrize(
    "spelling",
    [
        "10000019900101002x",
        "  10000019900101002X\n",
        "100000 19900101 002X",
        "100000-19900101-002x",
        "１０００００１９９００１０１００２ｘ",
        "100000\u300019900101\u2014002X",
        "\u202a10000019900101002X\u202c",
        "\ufeff10000019900101\u200b002X",
    ],
)
def test_every_spelling_gives_the_canonical_number(spelling: str) -> None:
    identifier = parse_identifier(spelling, sandbox=True, today=TODAY)
    assert identifier == parse_identifier(CANONICAL, sandbox=True, today=TODAY)


def test_the_number_stays_out_of_repr_and_errors() -> None:
    identifier = parse_identifier(CANONICAL, sandbox=True, today=TODAY)
    assert "1990" not in repr(identifier)
    assert "resident_id" in repr(identifier)
    with pytest.raises(IdentifierError) as refusal:
        parse_identifier(CANONICAL[:-1] + "0", sandbox=True, today=TODAY)
    assert "1990" not in repr(refusal.value)
    assert "1990" not in str(refusal.value)
