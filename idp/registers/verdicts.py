"""How the registers judge a claim. Nothing but yes or no leaves before the name agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto

from idp.accounts.identifiers.names import name_match_key
from idp.registers.messages import EntityQuestion, PersonQuestion, Rectified, RegisterResult
from idp.registers.records import Card, CardStatus, Document, EntityRecord, PersonRecord


@dataclass(frozen=True, slots=True)
class Verdict:
    """A result, which claimed attributes agree, and the present values where some changed."""

    result: RegisterResult
    attributes: dict[str, bool] = field(default_factory=dict)
    rectified: Rectified | None = None
    is_named: bool = False
    """Whether the caller knew the entity's name, and so may be told its state."""


class _Writing(Enum):
    CURRENT = auto()
    FORMER = auto()
    VARIANT = auto()


def judge_person(question: PersonQuestion, found: Sequence[PersonRecord], today: date) -> Verdict:
    """Return the population register's verdict; `question` holds canonical values."""
    if not found:
        return Verdict(RegisterResult.NOT_FOUND)
    named = [(p, w) for p in found if (w := _writing(question.name, p)) is not None]
    if not named:
        return Verdict(RegisterResult.MISMATCH, {"name": False})
    if len(named) > 1:
        return Verdict(RegisterResult.AMBIGUOUS, {"name": True})
    person, writing = named[0]
    if person.deceased_on is not None:
        return Verdict(RegisterResult.DECEASED, {"name": True})
    document = person.document(question.kind, question.number)
    if document is None:
        raise LookupError("the population found a person by a number the person does not have")
    verdict = _judge_document(question, document, today) or _judge_name(person, writing, document)
    if verdict.result is RegisterResult.MATCH and (question.valid_from or question.valid_until):
        verdict.attributes["validity"] = True
    return verdict


def _judge_document(question: PersonQuestion, document: Document, today: date) -> Verdict | None:
    card = _claimed_card(question, document.cards)
    if card is None:
        return Verdict(RegisterResult.MISMATCH, {"name": True, "validity": False})
    if card.status is CardStatus.LOST:
        return Verdict(RegisterResult.DOCUMENT_LOST, {"name": True})
    if card.valid_until < today:
        return Verdict(RegisterResult.DOCUMENT_EXPIRED, {"name": True})
    return None


def _claimed_card(question: PersonQuestion, cards: Sequence[Card]) -> Card | None:
    """Return the newest card with the claimed dates; without dates, the newest card."""
    for card in reversed(cards):
        if question.valid_from in {None, card.valid_from} and question.valid_until in {
            None,
            card.valid_until,
        }:
            return card
    return None


def _judge_name(person: PersonRecord, writing: _Writing, document: Document) -> Verdict:
    if writing is _Writing.VARIANT:
        return Verdict(RegisterResult.NAME_VARIANT, {"name": False})
    kind, number = document.successor or (None, None)
    former = writing is _Writing.FORMER
    attributes = {"name": not former}
    if not former and number is None:
        return Verdict(RegisterResult.MATCH, attributes)
    rectified = Rectified(name=person.name if former else None, kind=kind, number=number)
    return Verdict(RegisterResult.MATCH_RECTIFIED, attributes, rectified)


def _writing(name: str, person: PersonRecord) -> _Writing | None:
    if name == person.name:
        return _Writing.CURRENT
    if name in person.former_names:
        return _Writing.FORMER
    known = {name_match_key(n) for n in (person.name, *person.name_variants)}
    return _Writing.VARIANT if name_match_key(name) in known else None


def judge_entity(question: EntityQuestion, entity: EntityRecord | None) -> Verdict:
    """Return the legal-entity register's verdict; a wrong head is a mismatch of its own."""
    if entity is None:
        return Verdict(RegisterResult.NOT_FOUND)
    former = question.name in entity.former_names
    if question.name != entity.name and not former:
        return Verdict(RegisterResult.MISMATCH, {"name": False})
    attributes = {"name": not former}
    if (head := question.head) is not None:
        claimed = (head.kind, head.number, head.name)
        attributes["head"] = claimed == (entity.head.kind, entity.head.number, entity.head.name)
        if not attributes["head"]:
            return Verdict(RegisterResult.MISMATCH, attributes, is_named=True)
    if former:
        present = Rectified(name=entity.name)
        return Verdict(RegisterResult.MATCH_RECTIFIED, attributes, present, is_named=True)
    return Verdict(RegisterResult.MATCH, attributes, is_named=True)
