"""What the audit log says about tokens."""

from __future__ import annotations

from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.storage.database import Transaction
from idp.tokens.family import TokenFamily


class TokenRecords:
    """Records what happens to token families."""

    def __init__(self, audit: AuditLog) -> None:
        self._audit = audit

    def add(
        self,
        transaction: Transaction,
        tag: Tag,
        family: TokenFamily,
        detail: dict[str, list[str]] | None = None,
    ) -> None:
        """Record what happened to a family."""
        event = AuditEvent(
            tag,
            account_id=family.account_id,
            client_id=family.client_id,
            session_id=family.session_id,
            detail={"family": family.id, "scope": family.scope, **(detail or {})},
        )
        self._audit.record(transaction, event)

    def add_release(
        self, transaction: Transaction, family: TokenFamily, released: tuple[str, ...]
    ) -> None:
        """What an ID token carries is released like what userinfo answers (R49)."""
        if released:
            self.add(transaction, Tag.CLAIMS_RELEASED, family, {"claims": list(released)})

    def add_client_token(
        self, transaction: Transaction, client_id: str, scope: str, resources: tuple[str, ...]
    ) -> None:
        """Record that a client got a token for itself."""
        event = AuditEvent(
            Tag.TOKEN_ISSUED,
            client_id=client_id,
            detail={"scope": scope, "resources": list(resources)},
        )
        self._audit.record(transaction, event)
