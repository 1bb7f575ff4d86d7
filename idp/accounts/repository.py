"""Queries of the accounts room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, insert, select, update

from idp.accounts.attributes import ALL_COLUMNS, PersonColumn
from idp.accounts.models import (
    documents,
    identity_keys,
    login_aliases,
    natural_persons,
    subject_keys,
)
from idp.storage.database import Transaction
from idp.storage.upsert import insert_into


def person_columns(
    columns: Iterable[PersonColumn] = ALL_COLUMNS,
) -> tuple[ColumnElement[Any], ...]:
    """Return what a SELECT needs for `AttributeReader.open`, with status, level and data key.

    Join with `has_subject_key()`; the row's `_mapping` goes to the reader, its `wrapped_key` too.
    """
    wanted = frozenset(columns)
    return (
        natural_persons.c.id,
        natural_persons.c.status,
        natural_persons.c.identity_level,
        natural_persons.c.level_reached_at,
        natural_persons.c.level_expires_at,
        natural_persons.c.locale,
        natural_persons.c.updated_at,
        subject_keys.c.wrapped_key,
        *(natural_persons.c[column.stored_as] for column in PersonColumn if column in wanted),
    )


def has_subject_key() -> ColumnElement[bool]:
    """The join condition between `natural_persons` and `subject_keys`."""
    return natural_persons.c.id == subject_keys.c.subject_id


async def claim_identity(
    transaction: Transaction, field: str, blind_index: bytes, account_id: str
) -> bool:
    """Take an identity for an account; False when it is taken. Waits for a rival in progress."""
    result = await transaction.execute(
        insert_into(transaction, identity_keys)
        .values(field=field, blind_index=blind_index, account_id=account_id)
        .on_conflict_do_nothing()
        .returning(identity_keys.c.account_id)
    )
    return result.one_or_none() is not None


async def claim_alias(transaction: Transaction, row: dict[str, Any]) -> bool:
    """Take a login alias for an account; False when it is taken."""
    result = await transaction.execute(
        insert_into(transaction, login_aliases)
        .values(**row)
        .on_conflict_do_nothing()
        .returning(login_aliases.c.account_id)
    )
    return result.one_or_none() is not None


async def read_identity_owner(
    transaction: Transaction, field: str, blind_index: bytes
) -> str | None:
    """Return the account that holds an identity."""
    result = await transaction.execute(
        select(identity_keys.c.account_id).where(
            and_(identity_keys.c.field == field, identity_keys.c.blind_index == blind_index)
        )
    )
    owner: str | None = result.scalar_one_or_none()
    return owner


async def read_alias_owner(
    transaction: Transaction, kind: str, blind_index: bytes
) -> Row[Any] | None:
    """Return id, status and level of the account with this alias."""
    result = await transaction.execute(
        select(
            natural_persons.c.id,
            natural_persons.c.status,
            natural_persons.c.identity_level,
            natural_persons.c.level_expires_at,
        )
        .join_from(
            login_aliases, natural_persons, natural_persons.c.id == login_aliases.c.account_id
        )
        .where(and_(login_aliases.c.kind == kind, login_aliases.c.blind_index == blind_index))
    )
    return result.one_or_none()


async def insert_person(
    transaction: Transaction, person: dict[str, Any], subject_key: dict[str, Any]
) -> None:
    """Write a person and the wrapped data key."""
    await transaction.execute(insert(natural_persons).values(**person))
    await transaction.execute(insert(subject_keys).values(**subject_key))


async def insert_document(transaction: Transaction, row: dict[str, Any]) -> None:
    """Write a document of a person."""
    await transaction.execute(insert(documents).values(**row))


async def read_person(
    transaction: Transaction, account_id: str, columns: Iterable[PersonColumn]
) -> Row[Any] | None:
    """Return a person with the requested sealed columns and the data key."""
    result = await transaction.execute(
        select(*person_columns(columns))
        .join_from(natural_persons, subject_keys, has_subject_key())
        .where(natural_persons.c.id == account_id)
    )
    return result.one_or_none()


async def read_level(transaction: Transaction, account_id: str) -> Row[Any] | None:
    """Return the columns of an account's identity level."""
    columns = natural_persons.c
    result = await transaction.execute(
        select(columns.identity_level, columns.level_reached_at, columns.level_expires_at).where(
            columns.id == account_id
        )
    )
    return result.one_or_none()


async def read_document_indexes(transaction: Transaction, account_id: str) -> list[bytes]:
    """Return the blind indexes of the documents an account holds at present."""
    result = await transaction.execute(
        select(documents.c.number_index).where(
            and_(documents.c.account_id == account_id, documents.c.replaced_at.is_(None))
        )
    )
    return list(result.scalars())


async def read_documents(transaction: Transaction, account_id: str) -> list[Row[Any]]:
    """Return the documents an account holds at present, oldest first, with the data key."""
    result = await transaction.execute(
        select(documents, subject_keys.c.wrapped_key)
        .join_from(documents, subject_keys, documents.c.account_id == subject_keys.c.subject_id)
        .where(and_(documents.c.account_id == account_id, documents.c.replaced_at.is_(None)))
        .order_by(documents.c.verified_at, documents.c.id)
    )
    return list(result.all())


async def update_person(
    transaction: Transaction, account_id: str, now: datetime, values: dict[str, Any]
) -> bool:
    """Change columns of a person; False when there is no such account."""
    result = await transaction.execute(
        update(natural_persons)
        .where(natural_persons.c.id == account_id)
        .values(updated_at=now, **values)
        .returning(natural_persons.c.id)
    )
    return result.one_or_none() is not None


async def change_status(
    transaction: Transaction, account_id: str, now: datetime, allowed: Iterable[str], status: str
) -> bool:
    """Set a status where the present one is in `allowed`; False otherwise."""
    result = await transaction.execute(
        update(natural_persons)
        .where(
            and_(natural_persons.c.id == account_id, natural_persons.c.status.in_(list(allowed)))
        )
        .values(status=status, updated_at=now)
        .returning(natural_persons.c.id)
    )
    return result.one_or_none() is not None


async def release_identities(transaction: Transaction, account_id: str) -> None:
    """Give up the identities of an account, so that the person may register anew."""
    await transaction.execute(delete(identity_keys).where(identity_keys.c.account_id == account_id))


async def shred(transaction: Transaction, account_id: str) -> None:
    """Destroy the data key and the document indexes: what was sealed is noise from now on."""
    await transaction.execute(delete(subject_keys).where(subject_keys.c.subject_id == account_id))
    await transaction.execute(delete(documents).where(documents.c.account_id == account_id))


async def delete_aliases(transaction: Transaction, account_id: str, kind: str | None) -> None:
    """Give up an account's login aliases, of one kind or all."""
    condition = login_aliases.c.account_id == account_id
    if kind is not None:
        condition = and_(condition, login_aliases.c.kind == kind)
    await transaction.execute(delete(login_aliases).where(condition))
