"""The rooms of people's accounts, wired for tests: real parts, a manual clock, cheap hashes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from idp.accounts.aliases import AliasIndexes
from idp.accounts.attributes import PersonAttributes
from idp.accounts.civil_date import civil_date
from idp.accounts.identifiers.parsing import parse_identifier
from idp.accounts.person import IdentityLevel, NewPerson, VerifiedDocument
from idp.accounts.service import NaturalPersons
from idp.accounts.settings import AccountsSettings
from idp.audit.service import AuditLog
from idp.authn.known_devices import KnownDevices
from idp.authn.methods.password.credentials import PasswordCredentials
from idp.authn.methods.password.sign_in import PasswordSignIn
from idp.authn.one_time_codes import OneTimeCodes
from idp.authn.password_policy import PasswordPolicy
from idp.authn.settings import AuthnSettings
from idp.authn.throttle import Throttle
from idp.authn.usernames import Usernames
from idp.clock import ManualClock
from idp.crypto.blind_index import BlindIndex
from idp.crypto.envelope import SubjectKeys
from idp.crypto.password_settings import PasswordHashingSettings
from idp.crypto.passwords import PasswordHasher
from idp.crypto.root_key import RootKey
from idp.storage.database import Database

START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
NAME, PHONE, NUMBER = "张晓明", "+8613800001234", "100000199003077711"
PASSWORD = "purple-kettle-river-91"
ROOT = RootKey(bytes(range(32)))
CHEAP = PasswordHashingSettings(memory_kib=64, passes=1, threads=2, max_waiting=500)


@dataclass
class Rooms:
    """Everything up to `authn`, on one database."""

    database: Database
    settings: AuthnSettings = field(default_factory=AuthnSettings)
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))

    def __post_init__(self) -> None:
        self.accounts_settings = AccountsSettings(sandbox=True)
        self.indexes = AliasIndexes(BlindIndex(ROOT))
        self.subject_keys = SubjectKeys(ROOT)
        self.audit = AuditLog(ROOT, self.clock, lambda: None)
        self.persons = NaturalPersons(self.subject_keys, self.indexes, self.audit, self.clock)
        self.hasher = PasswordHasher(CHEAP)
        self.throttle = Throttle(self.clock, self.settings.throttle)
        self.devices = KnownDevices(self.clock, self.settings.known_devices)
        self.usernames = Usernames(self.indexes, self.clock, self.accounts_settings)
        self.policy = PasswordPolicy(self.settings.password_policy)
        self.credentials = PasswordCredentials(self.devices, self.audit, self.clock)
        self.codes = OneTimeCodes(ROOT, self.audit, self.clock, self.settings.one_time_codes)
        self.sign_in = PasswordSignIn(
            self.database,
            self.usernames,
            self.hasher,
            self.throttle,
            self.devices,
            self.audit,
            self.clock,
        )

    def new_person(
        self, name: str = NAME, phone: str | None = PHONE, number: str = NUMBER
    ) -> NewPerson:
        """Describe a person at level 2."""
        identifier = parse_identifier(number, sandbox=True, today=civil_date(self.clock))
        return NewPerson(
            attributes=PersonAttributes(
                name=name,
                phone=phone,
                email="zhang@example.cn",
                birthdate=identifier.birthdate,
                sex=identifier.sex.value if identifier.sex else None,
                document_kind=identifier.kind.value,
                document_number=identifier.canonical,
            ),
            document=VerifiedDocument(identifier, "人口库", self.clock.now()),
            level=IdentityLevel(2, self.clock.now()),
        )

    async def add_account(
        self, person: NewPerson | None = None, *, password_hash: str | None = None
    ) -> str:
        """Create an account with a password; returns its id."""
        stored = password_hash or await self.hasher.hash(PASSWORD)
        async with self.database.write() as transaction:
            account_id = await self.persons.create(transaction, person or self.new_person())
            await self.credentials.set(transaction, account_id, stored, "test")
        return account_id
