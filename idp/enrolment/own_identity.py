"""Whether a stated name and number are those of the account they are stated for."""

from __future__ import annotations

import hmac
import secrets

from idp.accounts.aliases import AliasIndexes
from idp.accounts.attributes import (
    AttributeReader,
    AttributeSealer,
    PersonAttributes,
    PersonColumn,
)
from idp.accounts.person import AccountStatus
from idp.accounts.service import NaturalPersons
from idp.crypto.envelope import SubjectKeys
from idp.crypto.identifiers import new_id
from idp.proofing.connectors.population_register.connector import PersonClaim
from idp.storage.database import Transaction

_COLUMNS = frozenset({PersonColumn.NAME})


class OwnIdentity:
    """Compares a claim with what an account holds, doing the same work where there is none."""

    def __init__(
        self, persons: NaturalPersons, indexes: AliasIndexes, subject_keys: SubjectKeys
    ) -> None:
        self._persons = persons
        self._indexes = indexes
        self._reader = AttributeReader(subject_keys)
        self._decoy, self._decoy_key = _decoy(subject_keys)

    async def matches(
        self, transaction: Transaction, account_id: str | None, claim: PersonClaim
    ) -> bool:
        """Return whether an active account has this name and holds this document now."""
        row_id = account_id or str(self._decoy["id"])
        held = await self._persons.document_indexes(transaction, row_id)
        typed = self._indexes.document(claim.identifier).index
        has_document = any(hmac.compare_digest(index, typed) for index in held)
        person = await self._persons.find(transaction, row_id, _COLUMNS)
        if person is None:
            decoy = self._reader.open(self._decoy, self._decoy_key, _COLUMNS)
            _is_same_name(decoy.name, claim.name)
            return False
        same_name = _is_same_name(person.attributes.name, claim.name)
        return has_document and same_name and person.status is AccountStatus.ACTIVE


def _is_same_name(known: str | None, stated: str) -> bool:
    return hmac.compare_digest((known or "").encode(), stated.encode()) and known is not None


def _decoy(subject_keys: SubjectKeys) -> tuple[dict[str, str | bytes | None], bytes]:
    account_id = new_id()
    key, wrapped_key = subject_keys.new(account_id)
    attributes = PersonAttributes(name=secrets.token_hex(4))
    sealed = AttributeSealer(account_id, key).seal_all(attributes)
    return {"id": account_id, **sealed}, wrapped_key
