"""Rows of synthetic accounts, sealed and indexed by the same code as real ones.

Every account has a data key of its own, wrapped; name, phone, birth date, sex and document sealed
under it; blind indexes of phone and document; evidence and a password. Only two things are not as
in life: all accounts share one password hash, which costs as much to verify as any other, and no
audit events tell how the accounts came about.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench.load.target import user_name
from idp.accounts.aliases import IDENTITY_FIELD, AliasIndexes
from idp.accounts.attributes import AttributeSealer, PersonAttributes
from idp.accounts.identifiers.check_digits import mod_11_2
from idp.accounts.identifiers.identifier import Identifier
from idp.accounts.identifiers.parsing import parse_identifier
from idp.accounts.identifiers.phones import canonicalise_phone
from idp.accounts.person import AccountStatus, IdentityLevel
from idp.clock import epoch_seconds
from idp.crypto.blind_index import BlindIndex
from idp.crypto.envelope import SubjectKeys
from idp.crypto.identifiers import new_id
from idp.crypto.root_key import RootKey
from idp.proofing.levels import Method

Row = dict[str, Any]

_SOURCE = "import"
_LEVEL = 2
_FIRST_BIRTHDATE = date(1950, 1, 1)
_PER_BIRTHDATE = 1000


class AccountRows:
    """Makes the rows of accounts by number."""

    def __init__(self, root_key: bytes, password_hash: str) -> None:
        root = RootKey(root_key)
        self._subject_keys = SubjectKeys(root)
        self._indexes = AliasIndexes(BlindIndex(root))
        self._hash = password_hash
        self._now = datetime.now(UTC)

    def of(self, index: int) -> Iterator[tuple[str, Row]]:
        """Yield the rows of account `index`, each with its table."""
        account_id, now = new_id(), self._now
        key, wrapped = self._subject_keys.new(account_id)
        sealer = AttributeSealer(account_id, key)
        identifier = self._identifier(index)
        phone = canonicalise_phone(user_name(index))
        yield (
            "natural_persons",
            {
                "id": account_id,
                "status": AccountStatus.ACTIVE.value,
                "created_at": now,
                "updated_at": now,
                **IdentityLevel(_LEVEL, reached_at=now).as_columns(),
                "locale": "zh-CN",
                **sealer.seal_all(self._attributes(identifier, phone)),
            },
        )
        yield "subject_keys", {"subject_id": account_id, "wrapped_key": wrapped, "created_at": now}
        yield from self._names(account_id, identifier, phone)
        yield from self._proof(account_id, sealer, identifier)

    def _names(
        self, account_id: str, identifier: Identifier, phone: str
    ) -> Iterator[tuple[str, Row]]:
        document = self._indexes.document(identifier)
        yield "identity_keys", {
            "field": IDENTITY_FIELD, "blind_index": document.index, "account_id": account_id,
        }  # fmt: skip
        for alias in (document, self._indexes.phone(phone)):
            yield "login_aliases", {
                "kind": alias.kind.value, "blind_index": alias.index, "account_id": account_id,
                "verified_at": self._now,
            }  # fmt: skip

    def _proof(
        self, account_id: str, sealer: AttributeSealer, identifier: Identifier
    ) -> Iterator[tuple[str, Row]]:
        document_id, now = new_id(), self._now
        yield (
            "documents",
            {
                "id": document_id,
                "account_id": account_id,
                "kind": identifier.kind.value,
                "number_sealed": sealer.seal_document_number(document_id, identifier.canonical),
                "number_index": self._indexes.document(identifier).index,
                "source": _SOURCE,
                "verified_at": now,
                "valid_until": None,
                "replaced_at": None,
            },
        )
        yield (
            "identity_evidence",
            {
                "id": new_id(),
                "account_id": account_id,
                "method": Method.IMPORTED.value,
                "source": _SOURCE,
                "reference": None,
                "level": _LEVEL,
                "verified_at": now,
                "expires_at": None,
                "detail": "{}",
            },
        )
        yield "password_credentials", {
            "account_id": account_id, "hash": self._hash, "set_at": now, "updated_at": now,
        }  # fmt: skip

    def _attributes(self, identifier: Identifier, phone: str) -> PersonAttributes:
        return PersonAttributes(
            name="测量",
            phone=phone,
            birthdate=identifier.birthdate,
            sex=identifier.sex.value if identifier.sex else None,
            document_kind=identifier.kind.value,
            document_number=identifier.canonical,
            profile={"locale": "zh-CN", "updated_at": epoch_seconds(self._now)},
        )

    def _identifier(self, index: int) -> Identifier:
        day = _FIRST_BIRTHDATE + timedelta(days=index // _PER_BIRTHDATE)
        body = f"100000{day:%Y%m%d}{index % _PER_BIRTHDATE:03d}"
        return parse_identifier(body + mod_11_2(body), None, sandbox=True, today=self._now.date())


def decode_root_key(text: str) -> bytes:
    """Return the bytes of a root key file."""
    return base64.b64decode(text)
