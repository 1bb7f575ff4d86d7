"""All services of one process."""

from __future__ import annotations

from dataclasses import dataclass

from idp.client_registry.directory import ClientDirectory
from idp.client_registry.registration.service import SelfRegistration
from idp.client_registry.service import ClientRegistry
from idp.clock import Clock, SystemClock
from idp.consents.service import Consents
from idp.interaction.answers import Answers
from idp.interaction.assurance import Assurance
from idp.interaction.claim_values import ClaimValues
from idp.interaction.interaction import Interactions
from idp.interaction.service import Hub
from idp.keys.service import KeyRing
from idp.logout.backchannel import BackChannel
from idp.logout.frontchannel import FrontChannel
from idp.logout.jobs import LogoutDeliveries
from idp.logout.service import LogoutService
from idp.protocol.authorization.validation import AuthorizationRequestValidator
from idp.protocol.server import ProtocolServer
from idp.services.enrolment import Enrolment, build_enrolment
from idp.services.foundation import Foundation, build_foundation
from idp.services.protocol import build_protocol
from idp.services.registration import build_self_registration
from idp.services.tokens import build_tokens
from idp.sessions.service import Sessions
from idp.settings import Settings
from idp.storage.database import Database
from idp.tokens.access import AccessTokens
from idp.tokens.codes import Codes
from idp.tokens.encryption import ResponseEncryption
from idp.tokens.service import Tokens


@dataclass(frozen=True, slots=True)
class Services:
    """Every service of this process."""

    foundation: Foundation
    enrolment: Enrolment
    registry: ClientRegistry
    self_registration: SelfRegistration
    sessions: Sessions
    consents: Consents
    codes: Codes
    tokens: Tokens
    access_tokens: AccessTokens
    encryption: ResponseEncryption
    validator: AuthorizationRequestValidator
    protocol: ProtocolServer
    interactions: Interactions
    hub: Hub
    logout: LogoutService
    logout_deliveries: LogoutDeliveries
    front_channel: FrontChannel

    @property
    def settings(self) -> Settings:
        return self.foundation.settings

    @property
    def database(self) -> Database:
        return self.foundation.database

    @property
    def directory(self) -> ClientDirectory:
        return self.foundation.directory

    @property
    def keys(self) -> KeyRing:
        return self.foundation.keys

    @property
    def clock(self) -> Clock:
        return self.foundation.clock

    async def close(self) -> None:
        """Give back every connection."""
        await self.foundation.close()


def build_services(settings: Settings, clock: Clock | None = None) -> Services:
    """Build everything from settings; opens no connection yet."""
    base = build_foundation(settings, clock or SystemClock())
    enrolment = build_enrolment(base)
    sessions = Sessions(base.audit, base.clock, settings.sessions)
    consents = Consents(base.audit, base.clock, settings.consents)
    tokens = build_tokens(base)
    protocol = build_protocol(base, tokens)
    return Services(
        foundation=base,
        enrolment=enrolment,
        registry=ClientRegistry(base.audit, base.secrets, base.clock),
        self_registration=build_self_registration(base),
        sessions=sessions,
        consents=consents,
        codes=tokens.codes,
        tokens=tokens.tokens,
        access_tokens=tokens.access_tokens,
        encryption=tokens.encryption,
        validator=protocol.validator,
        protocol=protocol.server,
        interactions=Interactions(base.database, base.root, base.clock),
        hub=Hub(
            consents=consents,
            answers=Answers(tokens.codes, tokens.granting),
            subjects=base.subjects,
            audit=base.audit,
            clock=base.clock,
            assurance=Assurance(settings.acr_values, enrolment.persons, base.clock),
            claim_values=ClaimValues(enrolment.persons),
        ),
        logout=LogoutService(sessions, tokens.tokens, base.audit, base.clock, settings.logout),
        logout_deliveries=_logout_deliveries(base),
        front_channel=FrontChannel(
            issuer=settings.issuer_url,
            directory=base.directory,
            subjects=base.subjects,
            clock=base.clock,
        ),
    )


def _logout_deliveries(base: Foundation) -> LogoutDeliveries:
    backchannel = BackChannel(
        issuer=base.settings.issuer_url,
        keys=base.keys,
        subjects=base.subjects,
        http=base.client_http,
        clock=base.clock,
        settings=base.settings.logout,
    )
    return LogoutDeliveries(
        database=base.database,
        directory=base.directory,
        backchannel=backchannel,
        audit=base.audit,
        clock=base.clock,
        settings=base.settings.logout,
    )
