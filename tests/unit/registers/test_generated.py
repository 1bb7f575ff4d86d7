"""The generated people and entities: repeatable, distinct, valid, and nobody's."""

from __future__ import annotations

import time
from datetime import date

import pytest

from idp.accounts.identifiers.errors import IdentifierError
from idp.accounts.identifiers.kinds import IdentifierKind, Sex
from idp.accounts.identifiers.names import canonicalise_name
from idp.accounts.identifiers.parsing import parse_identifier
from idp.registers.generated_entities import GeneratedEntities
from idp.registers.generated_persons import GeneratedPersons
from idp.registers.records import CardStatus, EntityState

TODAY = date(2026, 1, 1)
PERSONS = GeneratedPersons("tongxing-1", 100_000)
ENTITIES = GeneratedEntities("tongxing-1", 10_000, PERSONS)


def test_outside_the_register_there_is_nobody() -> None:
    for index in (-1, 100_000):
        with pytest.raises(IndexError):
            PERSONS.by_index(index)
    assert PERSONS.by_number(IdentifierKind.RESIDENT_ID, "100000199003077711") is None
    assert PERSONS.by_number(IdentifierKind.PASSPORT, "P/UTO/L898902C3") is None
    assert ENTITIES.by_uscc("91990000MA0TE5T163") is None


def test_a_neighbouring_number_belongs_to_nobody() -> None:
    number = PERSONS.by_index(77).documents[0].number
    assert PERSONS.by_number(IdentifierKind.RESIDENT_ID, number[:-1] + "?") is None


def test_every_number_is_distinct_and_found_again() -> None:
    numbers = set()
    for index in range(0, 100_000, 97):
        person = PERSONS.by_index(index)
        number = person.documents[0].number
        numbers.add(number)
        assert PERSONS.by_number(IdentifierKind.RESIDENT_ID, number) == person
    assert len(numbers) == len(range(0, 100_000, 97))


def test_numbers_and_names_are_valid_in_a_sandbox_and_refused_in_production() -> None:
    for index in range(0, 100_000, 997):
        person = PERSONS.by_index(index)
        number = person.documents[0].number
        identifier = parse_identifier(number, sandbox=True, today=TODAY)
        assert identifier.canonical == number
        assert canonicalise_name(person.name) == person.name
        with pytest.raises(IdentifierError, match="sandbox_range"):
            parse_identifier(number, sandbox=False, today=TODAY)


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    assert GeneratedPersons("tongxing-1", 10).by_index(3) == PERSONS.by_index(3)
    assert GeneratedPersons("another", 10).by_index(3) != PERSONS.by_index(3)


def test_the_people_are_varied() -> None:
    people = [PERSONS.by_index(index) for index in range(0, 100_000, 25)]
    sexes = [parse_identifier(p.documents[0].number, sandbox=True, today=TODAY).sex for p in people]
    assert 0.4 < sexes.count(Sex.MALE) / len(sexes) < 0.6
    assert len({p.name for p in people}) > 2000
    assert any(p.deceased_on for p in people)
    assert any(p.former_names for p in people)
    assert any(p.documents[0].cards[0].status is CardStatus.LOST for p in people)
    assert any(p.documents[0].cards[0].valid_until < TODAY for p in people)


def test_cards_are_issued_after_birth_and_before_they_expire() -> None:
    for index in range(0, 100_000, 41):
        document = PERSONS.by_index(index).documents[0]
        birth = parse_identifier(document.number, sandbox=True, today=TODAY).birthdate
        card = document.cards[0]
        assert birth is not None
        assert birth <= card.valid_from < card.valid_until


def test_entities_are_headed_by_people_of_the_population_register() -> None:
    states = set()
    for index in range(0, 10_000, 11):
        entity = ENTITIES.by_index(index)
        assert ENTITIES.by_uscc(entity.uscc) == entity
        identifier = parse_identifier(entity.uscc, sandbox=True, today=TODAY)
        assert identifier.kind is IdentifierKind.USCC
        assert identifier.warnings == ()
        head = PERSONS.by_number(entity.head.kind, entity.head.number)
        assert head is not None
        assert head.name == entity.head.name
        states.add(entity.state)
    assert states == set(EntityState)


def test_a_register_is_ready_at_once() -> None:
    started = time.perf_counter()
    persons = GeneratedPersons("tongxing-1", 100_000)
    GeneratedEntities("tongxing-1", 10_000, persons).by_index(9_999)
    assert time.perf_counter() - started < 1
