"""Making verified sandbox accounts from a list: test users for certification and demonstrations.

    - phone: "13800000001"
      password: correct-horse-battery      # or password_hash, in any format that sign-in reads
      name: 张三
      id_number: "100000199003077711"
      email: zhangsan@example.cn           # optional, as is all that follows
      level: 2
      locale: zh-CN
      claims: {nickname: 三儿, zoneinfo: Asia/Shanghai}

A file holds a list of such entries, in YAML or JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, model_validator

from idp.accounts.attributes import PersonAttributes
from idp.accounts.civil_date import civil_date
from idp.accounts.errors import IdentityHeldError
from idp.accounts.identifiers.kinds import IdentifierKind
from idp.accounts.identifiers.names import canonicalise_name
from idp.accounts.identifiers.parsing import parse_identifier
from idp.accounts.identifiers.phones import canonicalise_phone
from idp.accounts.person import IdentityLevel, NewPerson, VerifiedDocument
from idp.accounts.service import NaturalPersons
from idp.accounts.settings import AccountsSettings
from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.authn.methods.password.credentials import PasswordCredentials
from idp.clock import Clock, epoch_seconds
from idp.crypto.passwords import PasswordHasher
from idp.errors import TongxingError
from idp.proofing.evidence import Evidence, add_evidence
from idp.proofing.levels import LOWEST, Method
from idp.storage.database import Database

SOURCE = "import"

ClaimName = Literal[
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "zoneinfo",
    "address",
]
"""Standard claims (OpenID Connect Core section 5.1) that no other member of an entry gives."""


class NotASandboxError(TongxingError):
    """Accounts are not made up where real people have theirs."""

    code = "not_a_sandbox"


class SeedAccount(BaseModel):
    """One account to make."""

    model_config = ConfigDict(extra="forbid")

    phone: str = Field(repr=False)
    password: SecretStr | None = None
    password_hash: SecretStr | None = None
    name: str = Field(repr=False)
    id_number: str = Field(repr=False)
    id_kind: IdentifierKind | None = None
    email: str | None = Field(default=None, repr=False, pattern=r"^[^@\s]+@[^@\s]+$")
    level: int = Field(default=2, ge=1, le=4)
    locale: Literal["zh-CN", "en"] = "zh-CN"
    claims: dict[ClaimName, Any] = Field(default_factory=dict, repr=False)

    @model_validator(mode="after")
    def _has_one_password(self) -> SeedAccount:
        if (self.password is None) == (self.password_hash is None):
            raise ValueError("an account needs either password or password_hash")
        return self


@dataclass(frozen=True, slots=True)
class SeedReport:
    """Ids of the accounts that were made, and how many people had one already."""

    created: tuple[str, ...]
    skipped: int


def read_seed_file(path: Path) -> list[SeedAccount]:
    """Read a list of accounts; raises ValueError that names entries, not their values."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    adapter = TypeAdapter(list[SeedAccount], config=ConfigDict(hide_input_in_errors=True))
    return adapter.validate_python(entries)


class AccountSeeding:
    """Makes accounts without asking a register. Sandbox only."""

    def __init__(
        self,
        database: Database,
        persons: NaturalPersons,
        credentials: PasswordCredentials,
        hasher: PasswordHasher,
        audit: AuditLog,
        clock: Clock,
        settings: AccountsSettings,
    ) -> None:
        self._database = database
        self._persons = persons
        self._credentials = credentials
        self._hasher = hasher
        self._audit = audit
        self._clock = clock
        self._settings = settings

    async def import_accounts(self, entries: Sequence[SeedAccount]) -> SeedReport:
        """Make every account whose person has none yet.

        Raises NotASandboxError, IdentifierError, PersonNameError, PhoneError, AliasTakenError,
        UnknownHashError; accounts made before the faulty entry stay.
        """
        if not self._settings.sandbox:
            raise NotASandboxError("accounts are imported into a sandbox only")
        created: list[str] = []
        for entry in entries:
            account_id = await self._import(entry)
            if account_id is not None:
                created.append(account_id)
        return SeedReport(tuple(created), len(entries) - len(created))

    async def _import(self, entry: SeedAccount) -> str | None:
        password_hash = await self._password_hash(entry)
        person = self._person(entry)
        try:
            async with self._database.write() as transaction:
                account_id = await self._persons.create(transaction, person)
                for level in range(LOWEST + 1, entry.level + 1):
                    evidence = Evidence(Method.IMPORTED.value, SOURCE, level, self._clock.now())
                    await add_evidence(transaction, account_id, evidence)
                await self._credentials.set(transaction, account_id, password_hash, SOURCE)
                event = AuditEvent(Tag.ACCOUNT_IMPORTED, account_id=account_id)
                self._audit.record(transaction, event)
        except IdentityHeldError:
            return None
        return account_id

    async def _password_hash(self, entry: SeedAccount) -> str:
        if entry.password is not None:
            return await self._hasher.hash(entry.password.get_secret_value())
        stored = entry.password_hash.get_secret_value() if entry.password_hash else ""
        self._hasher.check_storable(stored)
        return stored

    def _person(self, entry: SeedAccount) -> NewPerson:
        now = self._clock.now()
        identifier = parse_identifier(
            entry.id_number,
            entry.id_kind,
            sandbox=self._settings.sandbox,
            today=civil_date(self._clock),
        )
        return NewPerson(
            attributes=PersonAttributes(
                name=canonicalise_name(entry.name),
                phone=canonicalise_phone(entry.phone),
                email=entry.email,
                birthdate=identifier.birthdate,
                sex=identifier.sex.value if identifier.sex else None,
                document_kind=identifier.kind.value,
                document_number=identifier.canonical,
                profile={
                    **{str(name): value for name, value in entry.claims.items()},
                    "locale": entry.locale,
                    "updated_at": epoch_seconds(now),
                },
            ),
            document=VerifiedDocument(identifier, SOURCE, now),
            level=IdentityLevel(entry.level, reached_at=now),
            locale=entry.locale,
        )
