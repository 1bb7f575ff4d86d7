"""A person's attributes, sealed at rest and opened one by one.

Each column is encrypted under the person's own data key, bound to
`natural_persons|<column>|<account id>`: a value moved to another row or column does not open, and
destroying the data key destroys them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import RowMapping

from idp.crypto.envelope import SubjectKeys, seal, unseal


class PersonColumn(StrEnum):
    """The sealed columns of `natural_persons`, named without the suffix `_sealed`."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    BIRTHDATE = "birthdate"
    SEX = "sex"
    DOCUMENT = "document"
    PROFILE = "profile"

    @property
    def stored_as(self) -> str:
        """The name of the column."""
        return f"{self.value}_sealed"


ALL_COLUMNS = frozenset(PersonColumn)


@dataclass(frozen=True, slots=True)
class PersonAttributes:
    """What is known about a person; None where unknown or not asked for.

    `phone` is E.164, `sex` is `male` or `female`, `profile` holds further standard claims of
    OpenID Connect Core section 5.1. Nothing of it shows in `repr`.
    """

    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    birthdate: date | None = field(default=None, repr=False)
    sex: str | None = field(default=None, repr=False)
    document_kind: str | None = field(default=None, repr=False)
    document_number: str | None = field(default=None, repr=False)
    profile: Mapping[str, Any] = field(default_factory=dict, repr=False)


class AttributeSealer:
    """Encrypts attributes for one person."""

    def __init__(self, account_id: str, key: bytes) -> None:
        self._account_id = account_id
        self._key = key

    def seal(self, column: PersonColumn, text: str) -> bytes:
        """Return the sealed form of one value."""
        return seal(self._key, text.encode(), _context(column, self._account_id))

    def seal_all(self, person: PersonAttributes) -> dict[str, bytes | None]:
        """Return every sealed column by its name in the table."""
        plain = _to_texts(person)
        return {
            column.stored_as: self.seal(column, text) if text is not None else None
            for column, text in plain.items()
        }

    def seal_document_number(self, document_id: str, number: str) -> bytes:
        """Return the sealed number of one row of `documents`."""
        return seal(self._key, number.encode(), _document_context(document_id))


class AttributeReader:
    """Opens sealed attributes, and of them only those that are asked for."""

    def __init__(self, subject_keys: SubjectKeys) -> None:
        self._subject_keys = subject_keys

    def open(
        self,
        row: Mapping[str, Any] | RowMapping,
        wrapped_key: bytes,
        columns: Iterable[PersonColumn] = ALL_COLUMNS,
    ) -> PersonAttributes:
        """Return the requested attributes of a row that has `id` and the sealed columns.

        Raises SealBrokenError when a value or the key was altered or belongs elsewhere.
        """
        account_id: str = row["id"]
        key = self._subject_keys.unwrap(account_id, wrapped_key)
        opened: dict[str, Any] = {}
        for column in columns:
            sealed: bytes | None = row[column.stored_as]
            if sealed is not None:
                text = unseal(key, sealed, _context(column, account_id)).decode()
                opened |= _from_text(column, text)
        return PersonAttributes(**opened)

    def open_document_number(self, account_id: str, row: RowMapping) -> str:
        """Return the number of one row of `documents` that was read with its `wrapped_key`."""
        key = self._subject_keys.unwrap(account_id, row["wrapped_key"])
        return unseal(key, row["number_sealed"], _document_context(row["id"])).decode()


def _document_context(document_id: str) -> str:
    return f"documents|number|{document_id}"


def _context(column: PersonColumn, account_id: str) -> str:
    return f"natural_persons|{column.value}|{account_id}"


def _to_texts(person: PersonAttributes) -> dict[PersonColumn, str | None]:
    document = {"kind": person.document_kind, "number": person.document_number}
    return {
        PersonColumn.NAME: person.name,
        PersonColumn.PHONE: person.phone,
        PersonColumn.EMAIL: person.email,
        PersonColumn.BIRTHDATE: person.birthdate.isoformat() if person.birthdate else None,
        PersonColumn.SEX: person.sex,
        PersonColumn.DOCUMENT: orjson.dumps(document).decode() if person.document_number else None,
        PersonColumn.PROFILE: orjson.dumps(dict(person.profile)).decode()
        if person.profile
        else None,
    }


def _from_text(column: PersonColumn, text: str) -> dict[str, Any]:
    match column:
        case PersonColumn.BIRTHDATE:
            return {"birthdate": date.fromisoformat(text)}
        case PersonColumn.DOCUMENT:
            document = orjson.loads(text)
            return {"document_kind": document["kind"], "document_number": document["number"]}
        case PersonColumn.PROFILE:
            return {"profile": orjson.loads(text)}
        case _:
            return {column.value: text}
