"""Names: one spelling, no lost characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts.identifiers.errors import NameReason, PersonNameError
from idp.accounts.identifiers.names import MAX_LENGTH, canonicalise_name, name_match_key


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", NameReason.EMPTY),
        ("\u3000 ", NameReason.EMPTY),
        ("张\x00三", NameReason.CONTROL_CHARACTER),
        ("张\n三", NameReason.CONTROL_CHARACTER),
        ("张\x1f三", NameReason.CONTROL_CHARACTER),
        ("\u202e张三", NameReason.CONTROL_CHARACTER),
        ("张\u2028三", NameReason.CONTROL_CHARACTER),
        ("张\ue000", NameReason.PRIVATE_USE),
        ("张３", NameReason.NOT_A_NAME_CHARACTER),
        ("<张三>", NameReason.NOT_A_NAME_CHARACTER),
        ("·", NameReason.NOT_A_NAME_CHARACTER),
        ("阿依古丽·", NameReason.NOT_A_NAME_CHARACTER),
        ("张" * (MAX_LENGTH + 1), NameReason.TOO_LONG),
        ("张" * 1000, NameReason.TOO_LONG),
    ],
)
def test_what_is_not_a_name_is_refused(text: str, reason: NameReason) -> None:
    with pytest.raises(PersonNameError) as refusal:
        canonicalise_name(text)
    assert refusal.value.reason is reason


@pytest.mark.parametrize("dot", "\u00b7\u2022\u2027\u30fb\uff65\u0387\u2219\u22c5.．")
def test_every_dot_between_name_parts_becomes_one_dot(dot: str) -> None:
    assert canonicalise_name(f"古丽 {dot}买买提") == "古丽\u00b7买买提"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("张 三", "张三"),
        ("　王　伟 ", "王伟"),
        ("ＪＯＨＮ　Ｓｍｉｔｈ", "JOHN Smith"),
        ("Mary  Ann   O’Brien", "Mary Ann O'Brien"),
        ("Jose\u0301", "José"),
        ("SMITH, JOHN Q.", "SMITH, JOHN Q."),
        ("Suharto", "Suharto"),
        ("\u2f08", "人"),
        ("张\ufeff三", "张三"),
        ("葛\U000e0100", "葛"),
    ],
)
def test_spellings_become_one(text: str, canonical: str) -> None:
    assert canonicalise_name(text) == canonical


@pytest.mark.parametrize(
    "name",
    ["𬱖", "㙍", "\U0002ebf0", "\U000323a0", "李〇", "﨑", "\uf92c", "\ufa0c"],
    ids=["extension E", "A", "I", "H", "zero", "FA11", "compatibility F92C", "FA0C"],
)
def test_a_rare_character_survives(name: str) -> None:
    assert canonicalise_name(name) == name


def test_a_character_moved_out_of_the_private_use_area_is_moved() -> None:
    assert canonicalise_name("张\ue81e") == "张\u9fb4"


def test_a_compatibility_ideograph_differs_in_writing_and_agrees_in_the_match_key() -> None:
    assert canonicalise_name("\uf92c") != canonicalise_name("郎")
    assert name_match_key("\uf92c") == name_match_key("郎")


def test_a_missing_dot_or_another_case_leaves_the_match_key_alone() -> None:
    assert name_match_key("古丽·买买提") == name_match_key("古丽买买提")
    assert name_match_key("SMITH, JOHN") == name_match_key("Smith John")
    assert name_match_key("张三") != name_match_key("张山")


@given(st.text(max_size=120))
def test_the_canonical_form_is_its_own_canonical_form(text: str) -> None:
    try:
        name = canonicalise_name(text)
    except PersonNameError:
        return
    assert canonicalise_name(name) == name
    assert 1 <= len(name) <= MAX_LENGTH
