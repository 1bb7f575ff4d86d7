"""The columns of the read-only view, and its rows.

One row for each card of a document and each writing of its holder's name. A document without a
card has one row with both dates NULL.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Boolean, Date, Select, String, TableClause, column, select, table

from idp.accounts.identifiers.kinds import IdentifierKind

MAX_ROWS: Final = 500


class CardStatus(StrEnum):
    """Column `card_status`."""

    VALID = "valid"
    LOST = "lost"


class Writing(StrEnum):
    """Column `writing`: how `written_name` stands to the person's present name."""

    CURRENT = "current"
    FORMER = "former"
    VARIANT = "variant"


class Row(BaseModel):
    """One row of the view."""

    model_config = ConfigDict(frozen=True)

    person_ref: str = Field(repr=False)
    """Anything that is equal for the rows of one person and of nobody else."""
    written_name: str = Field(repr=False)
    writing: Writing
    current_name: str = Field(repr=False)
    valid_from: date | None = Field(repr=False)
    valid_until: date | None = Field(repr=False)
    """NULL: 长期."""
    card_status: CardStatus
    current_kind: IdentifierKind
    """Kind of the document that stands for this one today."""
    current_number: str = Field(repr=False)
    """Its number: the same as asked about, unless it was replaced."""
    is_deceased: bool = Field(repr=False)


def person_view(name: str) -> TableClause:
    """Return the view called `name`, with or without a schema."""
    schema, _, bare = name.rpartition(".")
    return table(
        bare,
        column("document_kind", String),
        column("document_number", String),
        column("person_ref", String),
        column("written_name", String),
        column("writing", String),
        column("current_name", String),
        column("valid_from", Date),
        column("valid_until", Date),
        column("card_status", String),
        column("current_kind", String),
        column("current_number", String),
        column("is_deceased", Boolean),
        schema=schema or None,
    )


def select_rows(
    view: TableClause, kind: IdentifierKind, number: str
) -> Select[*tuple[object, ...]]:
    """Return the one statement of this connector."""
    return (
        select(*(view.c[name] for name in Row.model_fields))
        .where(view.c.document_kind == kind.value, view.c.document_number == number)
        .limit(MAX_ROWS)
    )
