"""What a person is told about each claim, and whether an earlier decision still covers it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import Row

from idp.client_registry.claim_policy import ClaimPolicy


class DecisionKind(StrEnum):
    """How a decision came about."""

    ALLOWED = "allowed"
    NOTIFIED = "notified"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Decision:
    """The newest decision of a person about a client."""

    client_id: str
    version: int
    decided_at: datetime
    kind: DecisionKind
    granted: frozenset[str]
    refused: frozenset[str]
    terms: dict[str, str]

    @classmethod
    def from_row(cls, row: Row[Any]) -> Decision:
        return cls(
            client_id=row.client_id,
            version=row.version,
            decided_at=row.decided_at,
            kind=DecisionKind(row.kind),
            granted=frozenset(row.granted),
            refused=frozenset(row.refused),
            terms=dict(row.terms),
        )


def fingerprint(policy: ClaimPolicy) -> str:
    """Return a short digest of what a person is told about one claim.

    A new purpose or another legal basis changes it, and the person is asked again (article 22(6)).
    """
    told = [
        policy.purpose,
        policy.purpose_en,
        policy.legal_basis,
        policy.basis_text,
        policy.essential,
    ]
    return hashlib.sha256(orjson.dumps(told)).hexdigest()[:32]


def open_questions(
    policies: Sequence[ClaimPolicy],
    decision: Decision | None,
    now: datetime,
    cooldown: timedelta,
) -> list[ClaimPolicy]:
    """Return the claims about which the person has to be told or asked (again)."""
    if decision is None or decision.kind is DecisionKind.WITHDRAWN:
        return list(policies)
    return [policy for policy in policies if _is_open(policy, decision, now, cooldown)]


def _is_open(policy: ClaimPolicy, decision: Decision, now: datetime, cooldown: timedelta) -> bool:
    if decision.terms.get(policy.name) != fingerprint(policy):
        return True
    if policy.name in decision.granted:
        return False
    if policy.name in decision.refused:
        return policy.essential or now - decision.decided_at > cooldown
    return True
