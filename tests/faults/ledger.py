"""What the installation's own records say, to be compared with what clients were told."""

from __future__ import annotations

from sqlalchemy import func, select

from idp.accounts.aliases import AliasIndexes
from idp.accounts.identifiers.phones import canonicalise_phone
from idp.audit.models import audit_events
from idp.audit.tags import Tag
from idp.audit.verification import verify_log
from idp.authn.models import failure_counters
from idp.crypto.blind_index import BlindIndex
from idp.services.wiring import Services
from idp.tokens.models import token_families


async def account_id(services: Services, phone: str) -> str:
    """Return the account of a seeded person."""
    alias = AliasIndexes(BlindIndex(services.foundation.root)).phone(canonicalise_phone(phone))
    async with services.database.read() as transaction:
        found = await services.enrolment.persons.find_by_alias(transaction, alias)
    assert found is not None
    return found.account_id


async def count_events(services: Services, account: str, tag: Tag) -> int:
    """Return how often something was audited for an account."""
    async with services.database.read() as transaction:
        result = await transaction.execute(
            select(func.count())
            .select_from(audit_events)
            .where(audit_events.c.account_id == account, audit_events.c.tag == tag.value)
        )
        return int(result.scalar_one())


async def count_families(services: Services, account: str) -> int:
    """Return how many token families were begun for an account."""
    async with services.database.read() as transaction:
        result = await transaction.execute(
            select(func.count())
            .select_from(token_families)
            .where(token_families.c.account_id == account)
        )
        return int(result.scalar_one())


async def count_failures(services: Services, account: str) -> int:
    """Return the failure counter of an account's password."""
    async with services.database.read() as transaction:
        result = await transaction.execute(
            select(failure_counters.c.failures).where(
                failure_counters.c.subject == f"account:{account}"
            )
        )
        return int(result.scalar_one())


async def check_audit(services: Services) -> None:
    """Prove every chain of the audit log."""
    report = await verify_log(services.database, services.foundation.root, None)
    assert report.is_intact, report.findings
