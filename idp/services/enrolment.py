"""The services by which people come to an account, sign in to it and get it back."""

from __future__ import annotations

from dataclasses import dataclass

from idp.accounts.aliases import AliasIndexes
from idp.accounts.documents import HeldDocuments
from idp.accounts.service import NaturalPersons
from idp.accounts.settings import AccountsSettings
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
from idp.enrolment.notifier import Notifier
from idp.enrolment.own_identity import OwnIdentity
from idp.enrolment.progress import EnrolmentProgress
from idp.enrolment.recovery import PasswordRecovery
from idp.enrolment.recovery_store import Recoveries
from idp.enrolment.registration import Registration
from idp.enrolment.registration_proof import RegistrationProof
from idp.enrolment.seeding import AccountSeeding
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
    documents: HeldDocuments
    credentials: PasswordCredentials
    opening: AccountOpening
    registration: Registration
    recovery: PasswordRecovery
    progress: EnrolmentProgress
    sign_in: PasswordSignIn
    policy: PasswordPolicy
    seeding: AccountSeeding
    notifier: Notifier


def _register(base: Foundation) -> PopulationRegister:
    settings = base.settings
    if settings.population_register is not None:
        return HttpPopulationRegister(settings.population_register, base.http, base.clock)
    if settings.population_register_view is not None and base.register_engine is not None:
        return SqlPopulationRegister(
            settings.population_register_view, base.register_engine, base.clock
        )
    raise UnsafeSettingsError(["no population register is configured: IDP_POPULATION_REGISTER"])


def build_enrolment(base: Foundation) -> Enrolment:
    settings, database, audit, clock = base.settings, base.database, base.audit, base.clock
    accounts = AccountsSettings(sandbox=settings.sandbox)
    subject_keys = SubjectKeys(base.root)
    indexes = AliasIndexes(BlindIndex(base.root))
    persons = NaturalPersons(subject_keys, indexes, audit, clock)
    devices = KnownDevices(clock, settings.authn.known_devices)
    credentials = PasswordCredentials(devices, audit, clock)
    throttle = Throttle(clock, settings.authn.throttle)
    hasher = PasswordHasher(settings.passwords)
    policy = PasswordPolicy(settings.authn.password_policy)
    codes = OneTimeCodes(base.root, audit, clock, settings.authn.one_time_codes)
    sender = MeteredSender(sender_for(settings.messaging, client=base.http, clock=clock))
    notifier = Notifier(sender)
    check = IdentityCheck(
        MeteredPopulationRegister(_register(base)), clock, accounts, settings.proofing
    )
    drafts = Drafts(base.ephemeral.space("registration"), base.root, clock)
    recoveries = Recoveries(base.root, clock, settings.enrolment.recovery_seconds)
    opening = AccountOpening(database, persons, credentials, notifier, audit, clock)
    return Enrolment(
        persons=persons,
        documents=HeldDocuments(subject_keys),
        credentials=credentials,
        opening=opening,
        registration=Registration(
            database=database,
            drafts=drafts,
            codes=codes,
            sender=sender,
            policy=policy,
            hasher=hasher,
            check=check,
            proof=RegistrationProof(
                database,
                ProofingAttempts(database, clock, settings.proofing),
                check,
                opening,
                indexes,
                audit,
            ),
            persons=persons,
            indexes=indexes,
            settings=settings.enrolment,
        ),
        recovery=PasswordRecovery(
            database=database,
            recoveries=recoveries,
            persons=persons,
            indexes=indexes,
            codes=codes,
            check=check,
            own_identity=OwnIdentity(persons, indexes, subject_keys),
            throttle=throttle,
            policy=policy,
            hasher=hasher,
            credentials=credentials,
            sender=sender,
            notifier=notifier,
            audit=audit,
        ),
        progress=EnrolmentProgress(database, drafts, recoveries, clock),
        sign_in=PasswordSignIn(
            database,
            Usernames(indexes, clock, accounts),
            hasher,
            throttle,
            devices,
            audit,
            clock,
        ),
        policy=policy,
        seeding=AccountSeeding(database, persons, credentials, hasher, audit, clock, accounts),
        notifier=notifier,
    )
