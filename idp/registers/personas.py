"""Reads the personas file and refuses one that could name a real person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from idp.accounts.identifiers.kinds import IdentifierKind
from idp.accounts.identifiers.names import canonicalise_name
from idp.accounts.identifiers.parsing import parse_identifier
from idp.registers.records import (
    LONG_TERM,
    Card,
    CardStatus,
    Document,
    EntityRecord,
    EntityState,
    Head,
    HeadKind,
    PersonRecord,
)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CardEntry(_Entry):
    """A printed card."""

    valid_from: date = Field(alias="from")
    valid_until: date = Field(alias="until", default=LONG_TERM)
    status: CardStatus = CardStatus.VALID


class SuccessorEntry(_Entry):
    """The number that replaced another."""

    kind: IdentifierKind
    number: str


class DocumentEntry(_Entry):
    """An identity number and its cards."""

    kind: IdentifierKind
    number: str
    cards: tuple[CardEntry, ...] = Field(min_length=1)
    successor: SuccessorEntry | None = None


class PersonEntry(_Entry):
    """A person with a story."""

    key: str
    name: str
    story_zh: str
    story_en: str
    documents: tuple[DocumentEntry, ...] = Field(min_length=1)
    former_names: tuple[str, ...] = ()
    name_variants: tuple[str, ...] = ()
    guardians: tuple[str, ...] = ()
    deceased_on: date | None = None
    fault: str | None = None


class EntityEntry(_Entry):
    """An entity headed by one of the people."""

    uscc: str
    name: str
    head_kind: HeadKind
    head: str
    state: EntityState = EntityState.ACTIVE
    former_names: tuple[str, ...] = ()


class Personas(_Entry):
    """The whole file."""

    persons: tuple[PersonEntry, ...]
    entities: tuple[EntityEntry, ...]


@dataclass(frozen=True, slots=True)
class PersonaRecords:
    """The personas as register records; entities in the order of the file."""

    entries: Personas
    persons: tuple[PersonRecord, ...]
    entities: tuple[EntityRecord, ...]


def load_personas(path: Path, today: date) -> PersonaRecords:
    """Return the personas of `path`.

    Raises `ValueError` for a file of another shape, a name or number that is not canonical, a
    number outside the sandbox, or a head or guardian that the file does not list.
    """
    entries = Personas.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    by_key = {entry.key: entry for entry in entries.persons}
    missing = {g for entry in entries.persons for g in entry.guardians} - by_key.keys()
    missing |= {entry.head for entry in entries.entities} - by_key.keys()
    if missing or len(by_key) != len(entries.persons):
        raise ValueError(f"personas: unknown or repeated keys, see {sorted(missing)}")
    persons = tuple(_person(entry, today) for entry in entries.persons)
    entities = tuple(_entity(entry, by_key[entry.head], today) for entry in entries.entities)
    return PersonaRecords(entries, persons, entities)


def _person(entry: PersonEntry, today: date) -> PersonRecord:
    for name in (entry.name, *entry.former_names, *entry.name_variants):
        if canonicalise_name(name) != name:
            raise ValueError(f"personas: a name of {entry.key} is not canonical")
    return PersonRecord(
        name=entry.name,
        documents=tuple(_document(entry.key, document, today) for document in entry.documents),
        former_names=entry.former_names,
        name_variants=entry.name_variants,
        deceased_on=entry.deceased_on,
        fault=entry.fault,
    )


def _document(key: str, entry: DocumentEntry, today: date) -> Document:
    _check_number(key, entry.number, entry.kind, today)
    if entry.successor is not None:
        _check_number(key, entry.successor.number, entry.successor.kind, today)
    return Document(
        kind=entry.kind,
        number=entry.number,
        cards=tuple(Card(c.valid_from, c.valid_until, c.status) for c in entry.cards),
        successor=(entry.successor.kind, entry.successor.number) if entry.successor else None,
    )


def _entity(entry: EntityEntry, head: PersonEntry, today: date) -> EntityRecord:
    _check_number(entry.name, entry.uscc, IdentifierKind.USCC, today)
    document = head.documents[-1]
    return EntityRecord(
        uscc=entry.uscc,
        name=entry.name,
        head_kind=entry.head_kind,
        head=Head(head.name, document.kind, document.number),
        state=entry.state,
        former_names=entry.former_names,
    )


def _check_number(key: str, number: str, kind: IdentifierKind, today: date) -> None:
    if parse_identifier(number, kind, sandbox=True, today=today).canonical != number:
        raise ValueError(f"personas: a number of {key} is not canonical")
