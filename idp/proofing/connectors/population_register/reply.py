"""Reads a reply proven to be the register's own, and refuses one that contradicts itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from idp.accounts.identifiers.errors import PersonNameError
from idp.accounts.identifiers.kinds import IdentifierKind
from idp.accounts.identifiers.names import canonicalise_name
from idp.proofing.connectors.population_register.connector import (
    Cause,
    RectifiedValues,
    RegisterResult,
)
from idp.proofing.connectors.population_register.failures import unavailable
from idp.proofing.connectors.population_register.wire import Question

_Text = Annotated[str, Field(max_length=128)]
_Number = Annotated[str, Field(pattern=r"^[A-Z0-9/]{5,32}$")]


class _Rectified(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str | None = Field(default=None, repr=False)
    kind: IdentifierKind | None = None
    number: _Number | None = Field(default=None, repr=False)


class Reply(BaseModel):
    """The body of a 200 reply; members added later are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    request_id: _Text
    subject: _Text
    result: Literal[
        RegisterResult.MATCH,
        RegisterResult.MATCH_RECTIFIED,
        RegisterResult.NAME_VARIANT,
        RegisterResult.NOT_FOUND,
        RegisterResult.AMBIGUOUS,
        RegisterResult.MISMATCH,
        RegisterResult.DECEASED,
        RegisterResult.DOCUMENT_EXPIRED,
        RegisterResult.DOCUMENT_LOST,
    ]
    attributes: dict[str, bool] = Field(default_factory=dict)
    rectified: _Rectified | None = None
    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


def read_reply(body: bytes, question: Question) -> Reply:
    """Return the reply; raises `NoAnswerError` when it is malformed or contradicts itself."""
    try:
        reply = Reply.model_validate_json(body)
    except ValidationError:
        raise unavailable(Cause.MALFORMED) from None
    if reply.request_id != question.request_id or not _agrees(reply, question):
        raise unavailable(Cause.MALFORMED)
    return reply


def _agrees(reply: Reply, question: Question) -> bool:
    if reply.result is RegisterResult.MATCH:
        # A register that overlooks a claimed value must not be taken to have confirmed it.
        asked = {"name", "validity"} if question.claims_validity else {"name"}
        return asked <= reply.attributes.keys() and all(reply.attributes.values())
    has_values = read_rectified(reply) is not None
    return has_values is (reply.result is RegisterResult.MATCH_RECTIFIED)


def read_rectified(reply: Reply) -> RectifiedValues | None:
    """Return the present values, or None without any; raises `NoAnswerError` for half a number."""
    present = reply.rectified
    if present is None or (present.name is None and present.number is None):
        return None
    if (present.kind is None) is not (present.number is None):
        raise unavailable(Cause.MALFORMED)
    try:
        name = None if present.name is None else canonicalise_name(present.name)
    except PersonNameError:
        raise unavailable(Cause.MALFORMED) from None
    return RectifiedValues(name, present.kind, present.number)
