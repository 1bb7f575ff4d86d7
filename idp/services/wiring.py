"""All services of one process."""

from __future__ import annotations

from dataclasses import dataclass

from idp.accounts.attributes import AttributeReader
from idp.client_registry.directory import ClientDirectory
from idp.client_registry.registration.service import SelfRegistration
from idp.client_registry.service import ClientRegistry
from idp.clock import Clock, SystemClock
from idp.consents.service import Consents
from idp.crypto.envelope import SubjectKeys
from idp.interaction.answers import Answers
from idp.interaction.interaction import Interactions
from idp.interaction.service import Hub
from idp.keys.service import KeyRing
from idp.logout.backchannel import BackChannel
from idp.logout.frontchannel import FrontChannel
from idp.logout.jobs import LogoutDeliveries
from idp.logout.ledger import LogoutLedger
from idp.logout.service import LogoutService
from idp.protocol.authorization.pushed_requests import PushedRequests
from idp.protocol.authorization.referenced_requests import ReferencedRequests
from idp.protocol.authorization.request_object import RequestObjects
from idp.protocol.authorization.sources import RequestSources
from idp.protocol.authorization.validation import AuthorizationRequestValidator
from idp.protocol.client_auth.authenticator import ClientAuthenticator
from idp.protocol.client_auth.context import Context
from idp.protocol.client_jwt import ClientJwts
from idp.protocol.metadata import PATHS
from idp.protocol.pushing import RequestPushing
from idp.protocol.server import ProtocolServer
from idp.protocol.used_jwt_ids import UsedJwtIds
from idp.services.enrolment import Enrolment, build_enrolment
from idp.services.foundation import Foundation, build_foundation
from idp.services.registration import build_self_registration
from idp.sessions.service import Sessions
from idp.settings import Settings
from idp.storage.database import Database
from idp.tokens.access import AccessTokens
from idp.tokens.codes import Codes
from idp.tokens.encryption import ResponseEncryption
from idp.tokens.granting import TokenGranting
from idp.tokens.issuer import TokenIssuer
from idp.tokens.records import TokenRecords
from idp.tokens.refresh_token import RefreshTokens
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
    granting: TokenGranting
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
    sessions = Sessions(base.audit, base.clock, settings.sessions)
    consents = Consents(base.audit, base.clock, settings.consents)
    codes = Codes(base.root, base.clock, settings.tokens.code_seconds)
    attributes = AttributeReader(SubjectKeys(base.root))
    refresh_tokens = RefreshTokens(base.root)
    records = TokenRecords(base.audit)
    tokens = Tokens(records, refresh_tokens, base.clock)
    encryption = ResponseEncryption(base.client_keys)
    granting = _granting(base, attributes, records, refresh_tokens)
    access_tokens = AccessTokens(
        issuer=settings.issuer_url,
        keys=base.keys,
        audit=base.audit,
        attributes=attributes,
        clock=base.clock,
    )
    pushed = PushedRequests(base.database, base.root, base.clock)
    sources = _request_sources(base, pushed)
    validator = AuthorizationRequestValidator(
        base.directory, base.keys, sources, compatibility=settings.clients.compatibility
    )
    return Services(
        foundation=base,
        enrolment=build_enrolment(base),
        registry=ClientRegistry(base.audit, base.secrets, base.clock),
        self_registration=build_self_registration(base),
        sessions=sessions,
        consents=consents,
        codes=codes,
        tokens=tokens,
        granting=granting,
        access_tokens=access_tokens,
        encryption=encryption,
        validator=validator,
        protocol=ProtocolServer(
            issuer=settings.issuer_url,
            database=base.database,
            audit=base.audit,
            authenticator=_authenticator(base),
            codes=codes,
            tokens=tokens,
            granting=granting,
            encryption=encryption,
            pushing=RequestPushing(base.database, sources, validator, pushed),
            access_tokens=access_tokens,
            subjects=base.subjects,
            keys=base.keys,
            directory=base.directory,
            clock=base.clock,
            logout_ledger=LogoutLedger(
                root=base.root,
                subjects=base.subjects,
                clock=base.clock,
                settings=settings.logout,
            ),
        ),
        interactions=Interactions(base.database, base.root, base.clock),
        hub=Hub(
            consents=consents,
            answers=Answers(codes, granting),
            subjects=base.subjects,
            audit=base.audit,
            clock=base.clock,
            acr_values=settings.acr_values,
        ),
        logout=LogoutService(sessions, tokens, base.audit, base.clock, settings.logout),
        logout_deliveries=_logout_deliveries(base),
        front_channel=FrontChannel(
            issuer=settings.issuer_url,
            directory=base.directory,
            subjects=base.subjects,
            clock=base.clock,
        ),
    )


def _request_sources(base: Foundation, pushed: PushedRequests) -> RequestSources:
    jwts = ClientJwts(base.client_keys, base.secrets)
    compatibility = base.settings.clients.compatibility
    return RequestSources(
        RequestObjects(base.settings.issuer_url, jwts, base.clock),
        pushed,
        ReferencedRequests(base.http, compatibility=compatibility),
    )


def _authenticator(base: Foundation) -> ClientAuthenticator:
    issuer = base.settings.issuer_url
    context = Context(
        issuer=issuer,
        token_endpoint=issuer + PATHS["token_endpoint"],
        secrets=base.secrets,
        keys=base.client_keys,
        jwts=ClientJwts(base.client_keys, base.secrets),
        used_jwt_ids=UsedJwtIds(base.database),
        clock=base.clock,
    )
    return ClientAuthenticator(base.directory, context)


def _granting(
    base: Foundation,
    attributes: AttributeReader,
    records: TokenRecords,
    refresh_tokens: RefreshTokens,
) -> TokenGranting:
    issuer = TokenIssuer(
        issuer=base.settings.issuer_url,
        keys=base.keys,
        attributes=attributes,
        subjects=base.subjects,
        refresh_tokens=refresh_tokens,
        clock=base.clock,
        settings=base.settings.tokens,
    )
    return TokenGranting(
        issuer=issuer,
        records=records,
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
