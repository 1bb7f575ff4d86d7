"""Statements of the hot paths: token families together with the persons behind them.

Each path is as few statements as its locks allow; see docs/architecture.md.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    FromClause,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from idp.accounts.attributes import PersonColumn
from idp.accounts.models import natural_persons, subject_keys
from idp.accounts.repository import has_subject_key
from idp.consents.models import consents
from idp.consents.terms import DecisionKind
from idp.sessions.models import sessions
from idp.sessions.repository import is_live
from idp.storage.database import Transaction
from idp.storage.metadata import UtcDateTime
from idp.storage.prepared import Prepared
from idp.storage.upsert import insert_for
from idp.tokens.family import TokenFamily
from idp.tokens.models import revoked_access_tokens, token_families

_NOW = bindparam("now", type_=UtcDateTime)
_PERSON = (
    natural_persons.c.status.label("account_status"),
    *(natural_persons.c[column.stored_as] for column in PersonColumn),
    subject_keys.c.wrapped_key,
)


def _session_is_live(session_id: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(and_(sessions.c.id == session_id, is_live(_NOW)))


def _claim(dialect: str) -> postgresql.Insert | sqlite.Insert:
    return insert_for(dialect, token_families).on_conflict_do_nothing()


_HOLD = (
    select(
        natural_persons.c.id.label("account_id"),
        *_PERSON,
        literal(True).label("session_live"),
    )
    .join(subject_keys, has_subject_key())
    .join(sessions, sessions.c.id == bindparam("session"))
    .where(and_(natural_persons.c.id == bindparam("account"), is_live(_NOW)))
    .with_for_update(read=True, of=sessions)
)


def _claim_and_hold(dialect: str) -> Executable:
    claimed = _claim(dialect).returning(token_families.c.id).cte("claimed")
    held = _HOLD.cte("held")
    return select(held).select_from(claimed.outerjoin(held, true()))


_CLAIM_ALONE = Prepared(lambda dialect: _claim(dialect).returning(token_families.c.id))
_HOLD_ALONE = Prepared(_HOLD)
_CLAIM_AND_HOLD = Prepared(_claim_and_hold)


async def claim_authorization(
    transaction: Transaction, family: dict[str, Any], now: datetime
) -> tuple[bool, Row[Any] | None]:
    """Insert the family of an authorization; False when that was claimed before.

    With it comes the account, if the session lives. Then the session does not end before the
    transaction does: whoever ends it finds what this transaction made, and ends that too.
    """
    session = {"account": family["account_id"], "session": family["session_id"], "now": now}
    if transaction.dialect == "postgresql":
        row = await transaction.fetch_one(_CLAIM_AND_HOLD, family | session)
        return row is not None, row if row is not None and row.account_id is not None else None
    # A SELECT of SQLite cannot insert.
    if await transaction.fetch_one(_CLAIM_ALONE, family) is None:
        return False, None
    return True, await transaction.fetch_one(_HOLD_ALONE, session)


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

    A statement of its own, after `claim_authorization`: only then does it see a withdrawal for
    whose commit that one had to wait. Versions are compared and not times, which two hosts tell
    apart.
    """
    values = {"account": family.account_id, "client": family.client_id, "after": version}
    return await transaction.fetch_one(_READ_WITHDRAWAL, values) is not None


_STEP = (
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


def _with_person(family: FromClause) -> Select[Any]:
    """The columns of a family beside those of its person; nothing where that was erased."""
    return (
        select(family, *_PERSON, _session_is_live(family.c.session_id).label("session_live"))
        .join(natural_persons, natural_persons.c.id == family.c.account_id)
        .join(subject_keys, has_subject_key())
    )


_STEP_ALONE = Prepared(_STEP)
_STEP_AND_READ = Prepared(_with_person(_STEP.cte("stepped")))
_READ_FAMILY = Prepared(
    _with_person(token_families)
    .add_columns(
        exists().where(revoked_access_tokens.c.jti == bindparam("jti")).label("jti_revoked")
    )
    .where(token_families.c.id == bindparam("family"))
)


async def read_family_with_principal(
    transaction: Transaction, family_id: str, jti: str | None, now: datetime
) -> Row[Any] | None:
    """Return family, account, `session_live` and `jti_revoked`, in one statement.

    `jti` names the access token in question; None when a refresh token is.
    """
    values = {"family": family_id, "jti": jti, "now": now}
    return await transaction.fetch_one(_READ_FAMILY, values)


async def rotate(
    transaction: Transaction,
    family_id: str,
    client_id: str,
    generation: int,
    now: datetime,
    idle_expires_at: datetime,
) -> Row[Any] | None:
    """Step a living family from `generation` to the next and return it as
    `read_family_with_principal` does; None when it is not at that step.

    A session that ends ends its online families too, so whoever ends one either finds the family
    locked by this statement, or has made it wait and then find nothing at that step.
    """
    values = {
        "family": family_id,
        "client": client_id,
        "step": generation,
        "now": now,
        "idle_until": idle_expires_at,
    }
    if transaction.dialect == "postgresql":
        return await transaction.fetch_one(_STEP_AND_READ, values)
    if await transaction.fetch_one(_STEP_ALONE, values) is None:
        return None
    return await read_family_with_principal(transaction, family_id, None, now)
