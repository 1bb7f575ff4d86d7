"""All services of one process."""

from __future__ import annotations

from dataclasses import dataclass

from idp.accounts.attributes import AttributeReader
from idp.client_registry.directory import ClientDirectory
from idp.client_registry.service import ClientRegistry
from idp.clock import Clock, SystemClock
from idp.consents.service import Consents
from idp.crypto.envelope import SubjectKeys
from idp.interaction.interaction import Interactions
from idp.interaction.service import Hub
from idp.keys.service import KeyRing
from idp.logout.backchannel import BackChannel
from idp.logout.jobs import LogoutDeliveries
from idp.logout.service import LogoutService
from idp.protocol.authorization.validation import AuthorizationRequestValidator
from idp.protocol.client_auth.authenticator import ClientAuthenticator
from idp.protocol.server import ProtocolServer
from idp.services.enrolment import Enrolment, build_enrolment
from idp.services.foundation import Foundation, build_foundation
from idp.sessions.service import Sessions
from idp.settings import Settings
from idp.storage.database import Database
from idp.tokens.access import AccessTokens
from idp.tokens.codes import Codes
from idp.tokens.issuer import TokenIssuer
from idp.tokens.refresh_token import RefreshTokens
from idp.tokens.service import Tokens


@dataclass(frozen=True, slots=True)
class Services:
    """Every service of this process."""

    foundation: Foundation
    enrolment: Enrolment
    registry: ClientRegistry
    sessions: Sessions
    consents: Consents
    codes: Codes
    tokens: Tokens
    access_tokens: AccessTokens
    validator: AuthorizationRequestValidator
    protocol: ProtocolServer
    interactions: Interactions
    hub: Hub
    logout: LogoutService
    logout_deliveries: LogoutDeliveries

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
    sessions = Sessions(base.audit, base.clock, settings.sessions)
    consents = Consents(base.audit, base.clock, settings.consents)
    codes = Codes(base.root, base.clock, settings.tokens.code_seconds)
    attributes = AttributeReader(SubjectKeys(base.root))
    tokens = _tokens(base, attributes)
    access_tokens = AccessTokens(
        issuer=settings.issuer_url,
        keys=base.keys,
        audit=base.audit,
        attributes=attributes,
        clock=base.clock,
    )
    return Services(
        foundation=base,
        enrolment=build_enrolment(base),
        registry=ClientRegistry(base.audit, base.secrets, base.clock),
        sessions=sessions,
        consents=consents,
        codes=codes,
        tokens=tokens,
        access_tokens=access_tokens,
        validator=AuthorizationRequestValidator(base.directory, base.keys),
        protocol=ProtocolServer(
            issuer=settings.issuer_url,
            database=base.database,
            audit=base.audit,
            authenticator=ClientAuthenticator(base.directory, base.secrets),
            codes=codes,
            tokens=tokens,
            access_tokens=access_tokens,
            subjects=base.subjects,
            clock=base.clock,
        ),
        interactions=Interactions(base.database, base.root, base.clock),
        hub=Hub(
            consents=consents,
            codes=codes,
            subjects=base.subjects,
            audit=base.audit,
            clock=base.clock,
            acr_values=settings.acr_values,
        ),
        logout=LogoutService(sessions, tokens, base.audit, base.clock, settings.logout),
        logout_deliveries=_logout_deliveries(base),
    )


def _tokens(base: Foundation, attributes: AttributeReader) -> Tokens:
    refresh_tokens = RefreshTokens(base.root)
    issuer = TokenIssuer(
        issuer=base.settings.issuer_url,
        keys=base.keys,
        attributes=attributes,
        subjects=base.subjects,
        refresh_tokens=refresh_tokens,
        clock=base.clock,
        settings=base.settings.tokens,
    )
    return Tokens(
        issuer=issuer,
        audit=base.audit,
        refresh_tokens=refresh_tokens,
        clock=base.clock,
        settings=base.settings.tokens,
    )


def _logout_deliveries(base: Foundation) -> LogoutDeliveries:
    backchannel = BackChannel(
        issuer=base.settings.issuer_url,
        keys=base.keys,
        subjects=base.subjects,
        http=base.http,
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
