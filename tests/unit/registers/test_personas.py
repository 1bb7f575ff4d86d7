"""The personas file: complete, canonical, and without a real person's number."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from idp.accounts.identifiers.ages import is_minor, is_under_14
from idp.accounts.identifiers.kinds import IdentifierKind
from idp.accounts.identifiers.parsing import parse_identifier
from idp.registers.faults import FaultKind, parse_fault
from idp.registers.personas import load_personas
from idp.registers.records import EntityState, HeadKind

TODAY = date(2026, 1, 1)
FILE = Path("idp/registers/personas.yaml")
if not FILE.exists():
    FILE = Path(__file__).parents[3] / FILE
PERSONAS = load_personas(FILE, TODAY)
PERSON = """
persons:
  - key: a
    name: {name}
    story_zh: 甲
    story_en: A
    documents: [{{kind: resident_id, number: "{number}", cards: [{{from: 2016-05-01}}]}}]
entities:
  - {{uscc: 91990000MA0TE5T163, name: 同行, head_kind: legal_representative, head: {head}}}
"""


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"number": "11010519491231002X"}, "sandbox_range"),
        ({"number": "10000019900307771 1"}, "not canonical"),
        ({"name": "张 伟"}, "not canonical"),
        ({"head": "nobody"}, "unknown or repeated"),
    ],
)
def test_an_unacceptable_file_is_refused(
    tmp_path: Path, changes: dict[str, str], complaint: str
) -> None:
    values = {"name": "张伟", "number": "100000199003077711", "head": "a"} | changes
    path = tmp_path / "personas.yaml"
    path.write_text(PERSON.format(**values), encoding="utf-8")
    with pytest.raises(ValueError, match=complaint):
        load_personas(path, TODAY)


def test_every_story_is_told_in_both_languages() -> None:
    for entry in PERSONAS.entries.persons:
        assert entry.story_zh.endswith("。")
        assert entry.story_en.endswith(".")


def test_every_kind_of_document_but_the_passport_has_a_holder() -> None:
    kinds = {document.kind for person in PERSONAS.persons for document in person.documents}
    assert kinds == set(IdentifierKind) - {IdentifierKind.PASSPORT, IdentifierKind.USCC}


def test_there_are_a_child_and_a_minor_and_both_have_guardians() -> None:
    ages = []
    for entry in PERSONAS.entries.persons:
        number = entry.documents[0].number
        birth = parse_identifier(number, sandbox=True, today=TODAY).birthdate
        if entry.guardians and birth:
            ages.append((is_under_14(birth, TODAY), is_minor(birth, TODAY)))
    assert ages == [(True, True), (False, True)]


def test_every_fault_has_a_persona() -> None:
    faults = {parse_fault(person.fault).kind for person in PERSONAS.persons if person.fault}
    assert faults == set(FaultKind)


def test_entities_cover_every_state_and_kind_of_head() -> None:
    assert {entity.state for entity in PERSONAS.entities} == set(EntityState)
    assert {entity.head_kind for entity in PERSONAS.entities} == set(HeadKind)


@pytest.mark.parametrize("text", ["delay", "delay=31", "delay=-1", "delay=x", "500=1", "explode"])
def test_an_unknown_fault_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_fault(text)
