"""Reads questions: shapes checked, numbers and names canonical."""

from __future__ import annotations

from datetime import date

from pydantic import ValidationError

from idp.accounts.identifiers.errors import IdentifierError, PersonNameError
from idp.accounts.identifiers.kinds import IdentifierKind
from idp.accounts.identifiers.names import canonicalise_name
from idp.accounts.identifiers.parsing import parse_identifier
from idp.registers.messages import EntityQuestion, PersonQuestion


class BadQuestionError(Exception):
    """The question cannot be answered; `reason` names the fault, without the values."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_person_question(body: bytes, today: date) -> PersonQuestion:
    """Return the question about a person; raises `BadQuestionError`."""
    try:
        question = PersonQuestion.model_validate_json(body)
        if question.kind is IdentifierKind.USCC:
            raise BadQuestionError("kind")
        number = _number(question.number, question.kind, today)
        name = canonicalise_name(question.name)
    except (ValidationError, IdentifierError, PersonNameError) as error:
        raise BadQuestionError(_reason(error)) from None
    return question.model_copy(update={"number": number, "name": name})


def read_entity_question(body: bytes, today: date) -> EntityQuestion:
    """Return the question about an entity; raises `BadQuestionError`."""
    try:
        question = EntityQuestion.model_validate_json(body)
        update: dict[str, object] = {"uscc": _number(question.uscc, IdentifierKind.USCC, today)}
        if (head := question.head) is not None:
            number = _number(head.number, head.kind, today)
            changes = {"number": number, "name": canonicalise_name(head.name)}
            update["head"] = head.model_copy(update=changes)
    except (ValidationError, IdentifierError, PersonNameError) as error:
        raise BadQuestionError(_reason(error)) from None
    return question.model_copy(update=update)


def _number(text: str, kind: IdentifierKind, today: date) -> str:
    return parse_identifier(text, kind, sandbox=True, today=today).canonical


def _reason(error: ValidationError | IdentifierError | PersonNameError) -> str:
    if isinstance(error, ValidationError):
        location = error.errors(include_input=False, include_url=False)[0]["loc"]
        return ".".join(map(str, location)) or "body"
    return f"{error.code}:{error.reason.value}"
