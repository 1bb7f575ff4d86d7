"""Finding out what must be asked, and recording what was decided."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import orjson

from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.client_registry.claim_policy import ClaimPolicy
from idp.client_registry.client import Client
from idp.clock import Clock
from idp.consents import repository
from idp.consents.errors import DecisionConflictError
from idp.consents.settings import ConsentSettings
from idp.consents.terms import Decision, DecisionKind, fingerprint, open_questions
from idp.sessions.repository import lock_sessions_of_account
from idp.storage.database import Transaction

_TAGS = {
    DecisionKind.ALLOWED: Tag.CONSENT_GRANTED,
    DecisionKind.NOTIFIED: Tag.CONSENT_GRANTED,
    DecisionKind.REFUSED: Tag.CONSENT_REFUSED,
    DecisionKind.WITHDRAWN: Tag.CONSENT_WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is granted to a client, and by which decision; None when nothing was decided."""

    granted: frozenset[str]
    version: int | None


@dataclass(frozen=True, slots=True)
class ConsentState:
    """Where a person stands with the claims of one request."""

    policies: tuple[ClaimPolicy, ...]
    questions: tuple[ClaimPolicy, ...]
    decision: Decision | None
    is_introduction: bool = False
    """Whether the client registered itself and the person has not agreed to meet it yet."""

    @property
    def needs_page(self) -> bool:
        """Whether the person has something to decide.

        For a client that registered itself that begins with whether it may learn who they are: it
        could else recognise whoever comes by, and nobody would have told them. A statutory claim
        is told, not asked: it is recorded and shown on the account page, and does not stop anybody
        between two portals.
        """
        asks = any(policy.legal_basis == "consent" for policy in self.questions)
        return asks or self.is_introduction

    @property
    def needs_record(self) -> bool:
        """Whether a notice has to be recorded although there is nothing to decide."""
        return bool(self.questions) and not self.needs_page

    def missing_essential(self, chosen: frozenset[str]) -> list[str]:
        """Return the essential claims that the person was asked about and did not choose."""
        return [
            policy.name
            for policy in self.policies
            if policy.essential and policy.legal_basis == "consent" and policy.name not in chosen
        ]

    @property
    def standing(self) -> Standing:
        """What may be released now, and by which decision."""
        return Standing(self.granted, self.decision.version if self.decision else None)

    @property
    def granted(self) -> frozenset[str]:
        """Names of the claims that may be released now."""
        asked = frozenset(policy.name for policy in self.policies)
        return asked & (self.decision.granted if self.decision else frozenset())


class Consents:
    """Decisions of persons about clients."""

    def __init__(self, audit: AuditLog, clock: Clock, settings: ConsentSettings) -> None:
        self._audit = audit
        self._clock = clock
        self._cooldown = timedelta(days=settings.refusal_cooldown_days)

    async def state(
        self, transaction: Transaction, account_id: str, client: Client, claims: Sequence[str]
    ) -> ConsentState:
        """Compare what is asked with what was decided. Claims that the client's registration
        gives no purpose for are not released and not asked about."""
        wanted = set(claims)
        policies = tuple(p for p in client.metadata.claims if p.name in wanted)
        row = await repository.read_newest(transaction, account_id, client.client_id)
        decision = Decision.from_row(row) if row else None
        questions = open_questions(policies, decision, self._clock.now(), self._cooldown)
        is_known = decision is not None and decision.kind is not DecisionKind.WITHDRAWN
        is_introduction = client.is_self_registered and not is_known
        return ConsentState(policies, tuple(questions), decision, is_introduction)

    async def allow(
        self,
        transaction: Transaction,
        account_id: str,
        client: Client,
        state: ConsentState,
        chosen: frozenset[str],
        scope: str,
    ) -> Standing:
        """Record that the person goes on with the claims `chosen`; statutory ones are told, not
        chosen. Returns what is granted from now on."""
        granted = {
            policy.name
            for policy in state.policies
            if policy.legal_basis == "statutory" or policy.name in chosen
        }
        refused = {policy.name for policy in state.policies} - granted
        kind = DecisionKind.ALLOWED if state.needs_page else DecisionKind.NOTIFIED
        return await self._record(
            transaction, account_id, client, state, kind, granted, refused, scope
        )

    async def refuse(
        self,
        transaction: Transaction,
        account_id: str,
        client: Client,
        state: ConsentState,
        scope: str,
    ) -> None:
        """Record that the person does not go on to this client. What was granted before stays
        as it is; only withdrawal takes it back."""
        event = AuditEvent(
            Tag.CONSENT_REFUSED,
            account_id=account_id,
            client_id=client.client_id,
            detail={"claims": [p.name for p in state.questions], "scope": scope},
        )
        self._audit.record(transaction, event)

    async def withdraw(self, transaction: Transaction, account_id: str, client_id: str) -> bool:
        """Take back everything a client was allowed; returns whether there was anything.

        Waits for codes that are being redeemed, so that the caller, who ends the client's tokens
        next, finds what they gave; later redemptions find this decision.
        """
        await lock_sessions_of_account(transaction, account_id)
        row = await repository.read_newest(transaction, account_id, client_id)
        if row is None or row.kind == DecisionKind.WITHDRAWN:
            return False
        await self._insert(
            transaction,
            account_id,
            client_id,
            row.version + 1,
            DecisionKind.WITHDRAWN,
            row.scope,
            granted=[],
            refused=sorted({*row.granted, *row.refused}),
            terms=dict(row.terms),
        )
        return True

    async def list_newest(self, transaction: Transaction, account_id: str) -> list[Decision]:
        """Return the newest decision about each client, latest first."""
        rows = await repository.read_newest_of_account(transaction, account_id)
        return [Decision.from_row(row) for row in rows]

    async def _record(
        self,
        transaction: Transaction,
        account_id: str,
        client: Client,
        state: ConsentState,
        kind: DecisionKind,
        granted: set[str],
        refused: set[str],
        scope: str,
    ) -> Standing:
        terms = dict(state.decision.terms) if state.decision else {}
        terms |= {policy.name: fingerprint(policy) for policy in state.policies}
        earlier = state.decision
        if earlier is not None and earlier.kind is not DecisionKind.WITHDRAWN:
            asked = {policy.name for policy in state.policies}
            granted = granted | (set(earlier.granted) - asked)
            refused = refused | (set(earlier.refused) - asked)
        version = earlier.version + 1 if earlier else 1
        await self._insert(
            transaction,
            account_id,
            client.client_id,
            version,
            kind,
            scope,
            granted=sorted(granted),
            refused=sorted(refused),
            terms=terms,
        )
        return Standing(frozenset(granted), version)

    async def _insert(
        self,
        transaction: Transaction,
        account_id: str,
        client_id: str,
        version: int,
        kind: DecisionKind,
        scope: str,
        *,
        granted: list[str],
        refused: list[str],
        terms: dict[str, str],
    ) -> None:
        inserted = await repository.insert_decision(
            transaction,
            {
                "account_id": account_id,
                "client_id": client_id,
                "version": version,
                "decided_at": self._clock.now(),
                "kind": kind.value,
                "scope": scope,
                "granted": granted,
                "refused": refused,
                "terms": terms,
                "terms_hash": hashlib.sha256(
                    orjson.dumps(terms, option=orjson.OPT_SORT_KEYS)
                ).digest(),
            },
        )
        if not inserted:
            if kind is DecisionKind.NOTIFIED:
                return  # another window recorded the same notice at the same moment
            raise DecisionConflictError
        event = AuditEvent(
            _TAGS[kind],
            account_id=account_id,
            client_id=client_id,
            detail={"version": version, "granted": granted, "refused": refused},
        )
        self._audit.record(transaction, event)
