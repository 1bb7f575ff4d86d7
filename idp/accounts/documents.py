"""The documents that an account holds, read for their owner."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from idp.accounts import repository
from idp.accounts.attributes import AttributeReader
from idp.accounts.identifiers.kinds import IdentifierKind
from idp.crypto.envelope import SubjectKeys
from idp.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """A document that counts at present. `valid_until` is None where the source did not say."""

    kind: IdentifierKind
    source: str
    verified_at: datetime
    valid_until: datetime | None
    number: str = field(repr=False)


class HeldDocuments:
    """Reads documents and opens their numbers."""

    def __init__(self, subject_keys: SubjectKeys) -> None:
        self._reader = AttributeReader(subject_keys)

    async def of(self, transaction: Transaction, account_id: str) -> list[HeldDocument]:
        """Return an account's present documents, oldest first; raises SealBrokenError."""
        return [
            HeldDocument(
                kind=IdentifierKind(row.kind),
                source=row.source,
                verified_at=row.verified_at,
                valid_until=row.valid_until,
                number=self._reader.open_document_number(account_id, row._mapping),
            )
            for row in await repository.read_documents(transaction, account_id)
        ]
