"""The services that speak the protocol."""

from __future__ import annotations

from dataclasses import dataclass

from idp.logout.ledger import LogoutLedger
from idp.protocol.authorization.pushed_requests import PushedRequests
from idp.protocol.authorization.referenced_requests import ReferencedRequests
from idp.protocol.authorization.request_object import RequestObjects
from idp.protocol.authorization.sources import RequestSources
from idp.protocol.authorization.validation import AuthorizationRequestValidator
from idp.protocol.client_auth.authenticator import ClientAuthenticator
from idp.protocol.client_auth.context import Context
from idp.protocol.client_jwt import ClientJwts
from idp.protocol.endpoints.tools import EndpointTools
from idp.protocol.metadata import PATHS
from idp.protocol.pushing import RequestPushing
from idp.protocol.server import ProtocolServer
from idp.protocol.used_jwt_ids import UsedJwtIds
from idp.services.foundation import Foundation
from idp.services.tokens import TokenServices


@dataclass(frozen=True, slots=True)
class ProtocolServices:
    """What checks authorization requests, and what answers clients."""

    validator: AuthorizationRequestValidator
    server: ProtocolServer


def build_protocol(base: Foundation, tokens: TokenServices) -> ProtocolServices:
    """Build what answers clients and judges their authorization requests."""
    pushed = PushedRequests(base.database, base.root, base.clock)
    jwts = ClientJwts(base.client_keys, base.secrets)
    sources = _request_sources(base, pushed, jwts)
    validator = AuthorizationRequestValidator(
        base.directory,
        base.keys,
        sources,
        compatibility=base.settings.clients.compatibility,
    )
    server = ProtocolServer(
        database=base.database,
        audit=base.audit,
        authenticator=_authenticator(base, jwts),
        codes=tokens.codes,
        granting=tokens.granting,
        encryption=tokens.encryption,
        pushing=RequestPushing(base.database, sources, validator, pushed),
        tools=_endpoint_tools(base, tokens),
    )
    return ProtocolServices(validator, server)


def _endpoint_tools(base: Foundation, tokens: TokenServices) -> EndpointTools:
    return EndpointTools(
        issuer=base.settings.issuer_url,
        clock=base.clock,
        keys=base.keys,
        directory=base.directory,
        subjects=base.subjects,
        access_tokens=tokens.access_tokens,
        tokens=tokens.tokens,
        logout_ledger=LogoutLedger(
            root=base.root,
            subjects=base.subjects,
            clock=base.clock,
            settings=base.settings.logout,
        ),
    )


def _request_sources(base: Foundation, pushed: PushedRequests, jwts: ClientJwts) -> RequestSources:
    compatibility = base.settings.clients.compatibility
    return RequestSources(
        RequestObjects(base.settings.issuer_url, jwts, base.clock),
        pushed,
        ReferencedRequests(base.client_http, compatibility=compatibility),
    )


def _authenticator(base: Foundation, jwts: ClientJwts) -> ClientAuthenticator:
    issuer = base.settings.issuer_url
    context = Context(
        issuer=issuer,
        token_endpoint=issuer + PATHS["token_endpoint"],
        secrets=base.secrets,
        keys=base.client_keys,
        jwts=jwts,
        used_jwt_ids=UsedJwtIds(base.database),
        clock=base.clock,
    )
    return ClientAuthenticator(base.directory, context)
