"""The services by which people come to an account, sign in to it and get it back."""

from __future__ import annotations

from dataclasses import dataclass

from idp.accounts.aliases import AliasIndexes
from idp.accounts.documents import HeldDocuments
from idp.accounts.service import NaturalPersons
from idp.authn.known_devices import KnownDevices
from idp.authn.methods.password.credentials import PasswordCredentials
from idp.authn.methods.password.sign_in import PasswordSignIn
from idp.authn.one_time_codes import OneTimeCodes
from idp.authn.password_policy import PasswordPolicy
from idp.authn.throttle import Throttle
from idp.authn.usernames import Usernames
from idp.crypto.blind_index import BlindIndex
from idp.crypto.envelope import SubjectKeys
from idp.crypto.passwords import PasswordHasher
from idp.enrolment.account_opening import AccountOpening
from idp.enrolment.drafts import Drafts
from idp.enrolment.identity_check import IdentityCheck
from idp.enrolment.own_identity import OwnIdentity
from idp.enrolment.progress import EnrolmentProgress
from idp.enrolment.recovery import PasswordRecovery
from idp.enrolment.recovery_store import Recoveries
from idp.enrolment.registration import Registration
from idp.enrolment.registration_proof import RegistrationProof
from idp.enrolment.seeding import AccountSeeding
from idp.messaging.notice_jobs import NoticeBox, NoticeDeliveries
from idp.messaging.selection import sender_for
from idp.proofing.attempts import ProofingAttempts
from idp.proofing.connectors.population_register.connector import PopulationRegister
from idp.proofing.connectors.population_register.http import HttpPopulationRegister
from idp.proofing.connectors.population_register.sql import SqlPopulationRegister
from idp.services.foundation import Foundation
from idp.services.metered import MeteredPopulationRegister, MeteredSender
from idp.settings import UnsafeSettingsError


@dataclass(frozen=True, slots=True)
class Enrolment:
    """How people come to an account and back to it."""

    persons: NaturalPersons
    usernames: Usernames
    documents: HeldDocuments
    credentials: PasswordCredentials
    devices: KnownDevices
    opening: AccountOpening
    registration: Registration
    recovery: PasswordRecovery
    progress: EnrolmentProgress
    sign_in: PasswordSignIn
    policy: PasswordPolicy
    seeding: AccountSeeding
    notice_deliveries: NoticeDeliveries


def _register(base: Foundation) -> PopulationRegister:
    settings = base.settings
    if settings.population_register is not None:
        return HttpPopulationRegister(settings.population_register, base.http, base.clock)
    if settings.population_register_view is not None and base.register_engine is not None:
        return SqlPopulationRegister(
            settings.population_register_view, base.register_engine, base.clock
        )
    raise UnsafeSettingsError(["no population register is configured: IDP_POPULATION_REGISTER"])


class _Shared:
    """What registration, recovery and sign-in have in common."""

    def __init__(self, base: Foundation) -> None:
        settings, audit, clock = base.settings, base.audit, base.clock
        self.subject_keys = SubjectKeys(base.root)
        self.indexes = AliasIndexes(BlindIndex(base.root))
        self.persons = NaturalPersons(self.subject_keys, self.indexes, audit, clock)
        self.usernames = Usernames(self.indexes, clock, settings.accounts)
        self.devices = KnownDevices(clock, settings.authn.known_devices)
        self.credentials = PasswordCredentials(self.devices, audit, clock)
        self.throttle = Throttle(clock, settings.authn.throttle)
        self.hasher = PasswordHasher(settings.passwords, workers=settings.server.workers)
        self.policy = PasswordPolicy(settings.authn.password_policy)
        self.codes = OneTimeCodes(base.root, audit, clock, settings.authn.one_time_codes)
        self.sender = MeteredSender(sender_for(settings.messaging, client=base.http, clock=clock))
        self.notices = NoticeBox(base.root, clock)
        self.check = IdentityCheck(
            MeteredPopulationRegister(_register(base)), clock, settings.accounts, settings.proofing
        )
        self.drafts = Drafts(base.ephemeral.space("registration"), base.root, clock)
        self.recoveries = Recoveries(base.root, clock, settings.enrolment.recovery_seconds)
        self.opening = AccountOpening(
            base.database, self.persons, self.credentials, self.notices, audit, clock
        )


def build_enrolment(base: Foundation) -> Enrolment:
    """Build everything about coming to an account; raises UnsafeSettingsError."""
    database, audit, clock = base.database, base.audit, base.clock
    shared = _Shared(base)
    return Enrolment(
        persons=shared.persons,
        usernames=shared.usernames,
        documents=HeldDocuments(shared.subject_keys),
        credentials=shared.credentials,
        devices=shared.devices,
        opening=shared.opening,
        registration=_registration(base, shared),
        recovery=_recovery(base, shared),
        progress=EnrolmentProgress(database, shared.drafts, shared.recoveries, clock),
        sign_in=PasswordSignIn(
            database,
            shared.usernames,
            shared.hasher,
            shared.throttle,
            shared.devices,
            audit,
            clock,
        ),
        policy=shared.policy,
        seeding=AccountSeeding(
            database,
            shared.persons,
            shared.credentials,
            shared.hasher,
            audit,
            clock,
            base.settings.accounts,
        ),
        notice_deliveries=NoticeDeliveries(database, shared.sender, base.root, clock),
    )


def _registration(base: Foundation, shared: _Shared) -> Registration:
    return Registration(
        database=base.database,
        drafts=shared.drafts,
        codes=shared.codes,
        sender=shared.sender,
        policy=shared.policy,
        hasher=shared.hasher,
        check=shared.check,
        proof=RegistrationProof(
            base.database,
            ProofingAttempts(base.database, base.clock, base.settings.proofing),
            shared.check,
            shared.opening,
            shared.indexes,
            base.audit,
        ),
        persons=shared.persons,
        indexes=shared.indexes,
        settings=base.settings.enrolment,
    )


def _recovery(base: Foundation, shared: _Shared) -> PasswordRecovery:
    return PasswordRecovery(
        database=base.database,
        recoveries=shared.recoveries,
        persons=shared.persons,
        indexes=shared.indexes,
        codes=shared.codes,
        check=shared.check,
        own_identity=OwnIdentity(shared.persons, shared.indexes, shared.subject_keys),
        throttle=shared.throttle,
        policy=shared.policy,
        hasher=shared.hasher,
        credentials=shared.credentials,
        sender=shared.sender,
        notices=shared.notices,
        audit=base.audit,
        settings=base.settings.enrolment,
    )
