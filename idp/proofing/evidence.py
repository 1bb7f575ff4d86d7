"""Evidence: what was checked, by whom, when, and how long it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from idp.crypto.identifiers import new_id
from idp.proofing import repository
from idp.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Evidence:
    """One check that succeeded. `reference` is the source's own log number; `detail` holds no
    personal data."""

    method: str
    source: str
    level: int
    verified_at: datetime
    expires_at: datetime | None = None
    reference: str | None = None
    detail: Mapping[str, str] = field(default_factory=dict)

    def is_valid_at(self, moment: datetime) -> bool:
        """Return whether the evidence counts at `moment`."""
        return self.expires_at is None or moment < self.expires_at


async def add_evidence(transaction: Transaction, account_id: str, evidence: Evidence) -> str:
    """Keep evidence for an account; returns its id."""
    evidence_id = new_id()
    await repository.insert_evidence(
        transaction,
        {
            "id": evidence_id,
            "account_id": account_id,
            "method": evidence.method,
            "source": evidence.source,
            "reference": evidence.reference,
            "level": evidence.level,
            "verified_at": evidence.verified_at,
            "expires_at": evidence.expires_at,
            "detail": dict(evidence.detail),
        },
    )
    return evidence_id


async def evidence_of(transaction: Transaction, account_id: str) -> list[Evidence]:
    """Return an account's evidence, oldest first, expired evidence included."""
    return [
        Evidence(
            method=row.method,
            source=row.source,
            level=row.level,
            verified_at=row.verified_at,
            expires_at=row.expires_at,
            reference=row.reference,
            detail=row.detail,
        )
        for row in await repository.read_evidence(transaction, account_id)
    ]
