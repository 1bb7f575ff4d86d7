"""Queries of the tokens room. Each hot path is one statement here; see docs/architecture.md."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, and_, bindparam, exists, func, literal, select, update

from idp.accounts.attributes import PersonColumn
from idp.accounts.models import natural_persons, subject_keys
from idp.accounts.repository import has_subject_key
from idp.consents.models import consents
from idp.consents.terms import DecisionKind
from idp.sessions.models import sessions
from idp.sessions.repository import is_live
from idp.storage.database import Database, Transaction
from idp.storage.metadata import UtcDateTime
from idp.storage.prepared import Prepared
from idp.storage.purging import delete_in_batches
from idp.storage.upsert import insert_for, insert_into
from idp.tokens.family import TokenFamily
from idp.tokens.models import revoked_access_tokens, token_families

Condition: TypeAlias = ColumnElement[bool]
"""Which families are meant; made by the functions below and by nobody else."""


_CLAIM = Prepared(
    lambda dialect: (
        insert_for(dialect, token_families).on_conflict_do_nothing().returning(token_families.c.id)
    )
)


async def claim_authorization(transaction: Transaction, row: dict[str, Any]) -> bool:
    """Insert the family of an authorization; False when it was claimed before."""
    return await transaction.fetch_one(_CLAIM, row) is not None


_PRINCIPAL = (
    natural_persons.c.status.label("account_status"),
    *(natural_persons.c[column.stored_as] for column in PersonColumn),
    subject_keys.c.wrapped_key,
)


_NOW = bindparam("now", type_=UtcDateTime)
_OF_ACCOUNT = natural_persons.c.id == bindparam("account")


def _session_is_live(session_id: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(and_(sessions.c.id == session_id, is_live(_NOW)))


_READ_PRINCIPAL = Prepared(
    select(
        natural_persons.c.id.label("account_id"),
        *_PRINCIPAL,
        _session_is_live(bindparam("session")).label("session_live"),
    )
    .join(subject_keys, has_subject_key())
    .where(_OF_ACCOUNT)
)
_HOLD_PRINCIPAL = Prepared(
    select(
        natural_persons.c.id.label("account_id"),
        *_PRINCIPAL,
        literal(True).label("session_live"),
    )
    .join(subject_keys, has_subject_key())
    .join(sessions, sessions.c.id == bindparam("session"))
    .where(and_(_OF_ACCOUNT, is_live(_NOW)))
    .with_for_update(read=True, of=sessions)
)


async def read_principal(
    transaction: Transaction, account_id: str, session_id: str, now: datetime
) -> Row[Any] | None:
    """Return the account with `session_live`, in one statement."""
    values = {"account": account_id, "session": session_id, "now": now}
    return await transaction.fetch_one(_READ_PRINCIPAL, values)


async def hold_principal(
    transaction: Transaction, account_id: str, session_id: str, now: datetime
) -> Row[Any] | None:
    """Return the same while the session lives, and keep it from ending before the transaction
    does: whoever ends it then finds what this transaction made, and ends that too."""
    values = {"account": account_id, "session": session_id, "now": now}
    return await transaction.fetch_one(_HOLD_PRINCIPAL, values)


_READ_WITHDRAWAL = Prepared(
    select(consents.c.version)
    .where(
        and_(
            consents.c.account_id == bindparam("account"),
            consents.c.client_id == bindparam("client"),
            consents.c.version > bindparam("after"),
            consents.c.kind == DecisionKind.WITHDRAWN.value,
        )
    )
    .limit(1)
)


async def is_withdrawn(transaction: Transaction, family: TokenFamily, version: int) -> bool:
    """Whether the person withdrew from the family's client after decision `version`.

    A statement of its own, after `hold_principal`: only then does it see a withdrawal for whose
    commit that one had to wait. Versions are compared and not times, which two hosts tell apart.
    """
    values = {"account": family.account_id, "client": family.client_id, "after": version}
    return await transaction.fetch_one(_READ_WITHDRAWAL, values) is not None


_READ_FAMILY_WITH_PRINCIPAL = Prepared(
    select(
        token_families,
        *_PRINCIPAL,
        _session_is_live(token_families.c.session_id).label("session_live"),
        exists().where(revoked_access_tokens.c.jti == bindparam("jti")).label("jti_revoked"),
    )
    .join(natural_persons, natural_persons.c.id == token_families.c.account_id)
    .join(subject_keys, has_subject_key())
    .where(token_families.c.id == bindparam("family"))
)


async def read_family_with_principal(
    transaction: Transaction, family_id: str, jti: str | None, now: datetime
) -> Row[Any] | None:
    """Return family, account, `session_live` and `jti_revoked`, in one statement.

    `jti` names the access token in question; None when a refresh token is.
    """
    values = {"family": family_id, "jti": jti, "now": now}
    return await transaction.fetch_one(_READ_FAMILY_WITH_PRINCIPAL, values)


_ROTATE = Prepared(
    update(token_families)
    .where(
        and_(
            token_families.c.id == bindparam("family"),
            token_families.c.client_id == bindparam("client"),
            token_families.c.generation == bindparam("step"),
            token_families.c.revoked_at.is_(None),
            token_families.c.idle_expires_at > _NOW,
            token_families.c.absolute_expires_at > _NOW,
        )
    )
    .values(
        generation=token_families.c.generation + 1,
        rotated_at=_NOW,
        idle_expires_at=bindparam("idle_until"),
    )
    .returning(token_families)
)


async def rotate(
    transaction: Transaction,
    family_id: str,
    client_id: str,
    generation: int,
    now: datetime,
    idle_expires_at: datetime,
) -> Row[Any] | None:
    """Step a living family from `generation` to the next; None when it is not at that step."""
    values = {
        "family": family_id,
        "client": client_id,
        "step": generation,
        "now": now,
        "idle_until": idle_expires_at,
    }
    return await transaction.fetch_one(_ROTATE, values)


async def read_family(transaction: Transaction, family_id: str) -> Row[Any] | None:
    """Return a family in any state."""
    result = await transaction.execute(
        select(token_families).where(token_families.c.id == family_id)
    )
    return result.one_or_none()


async def revoke_families(
    transaction: Transaction, condition: ColumnElement[bool], now: datetime, reason: str
) -> list[Row[Any]]:
    """Revoke the families that match and are not revoked yet; returns them."""
    result = await transaction.execute(
        update(token_families)
        .where(and_(condition, token_families.c.revoked_at.is_(None)))
        .values(revoked_at=now, revoke_reason=reason)
        .returning(token_families)
    )
    return list(result.all())


def of_authorization(authorization_id: str) -> ColumnElement[bool]:
    """The family that grew from this authorization's code."""
    return token_families.c.authorization_id == authorization_id


def with_id(family_id: str) -> ColumnElement[bool]:
    """This family."""
    return token_families.c.id == family_id


def online_in(session_ids: Sequence[str]) -> ColumnElement[bool]:
    """Families that live no longer than the session they were made in."""
    return and_(
        token_families.c.session_id.in_(session_ids), token_families.c.is_offline.is_(False)
    )


def of_account(account_id: str, client_id: str | None = None) -> ColumnElement[bool]:
    """All families of an account, or those at one client."""
    condition = token_families.c.account_id == account_id
    return (
        condition if client_id is None else and_(condition, token_families.c.client_id == client_id)
    )


def of_client(client_id: str) -> ColumnElement[bool]:
    """All families of a client."""
    return token_families.c.client_id == client_id


async def is_access_token_revoked(transaction: Transaction, jti: str) -> bool:
    """Whether one access token was revoked by name."""
    result = await transaction.execute(
        select(revoked_access_tokens.c.jti).where(revoked_access_tokens.c.jti == jti)
    )
    return result.one_or_none() is not None


async def revoke_access_token(transaction: Transaction, jti: str, expires_at: datetime) -> None:
    """Remember that one access token was revoked, until it would have expired."""
    await transaction.execute(
        insert_into(transaction, revoked_access_tokens)
        .values(jti=jti, expires_at=expires_at)
        .on_conflict_do_nothing()
    )


async def read_clients_of_sessions(
    transaction: Transaction, session_ids: Sequence[str]
) -> list[tuple[str, str]]:
    """Return the distinct (session id, client id) pairs that were entered."""
    result = await transaction.execute(
        select(token_families.c.session_id, token_families.c.client_id)
        .where(token_families.c.session_id.in_(session_ids))
        .distinct()
        .order_by(token_families.c.client_id)
    )
    return [(row.session_id, row.client_id) for row in result]


async def purge_tokens(database: Database, keep_until: datetime) -> int:
    """Delete what can no longer be presented; returns how many rows.

    Everything stays until `keep_until` lets it go: a late replay of a code is still recognised,
    and a host whose clock is ahead does not let a revoked token live again (R59).
    """
    families = token_families.c
    return (
        await delete_in_batches(database, revoked_access_tokens.c.expires_at, keep_until)
        + await delete_in_batches(database, families.absolute_expires_at, keep_until)
        + await delete_in_batches(database, families.revoked_at, keep_until)
    )


async def read_offline_clients(
    transaction: Transaction, account_id: str, now: datetime
) -> dict[str, datetime]:
    """Return the clients that hold a living offline family of an account, each with the time at
    which its last one ends in any case."""
    family = token_families.c
    result = await transaction.execute(
        select(family.client_id, func.max(family.absolute_expires_at).label("until"))
        .where(
            and_(
                family.account_id == account_id,
                family.is_offline.is_(True),
                family.revoked_at.is_(None),
                family.idle_expires_at > now,
                family.absolute_expires_at > now,
            )
        )
        .group_by(family.client_id)
    )
    return {row.client_id: row.until for row in result}
