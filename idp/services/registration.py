"""Services of clients that register themselves."""

from __future__ import annotations

from idp.client_registry.registration.initial_access_tokens import InitialAccessTokens
from idp.client_registry.registration.offer import RegistrationOffer
from idp.client_registry.registration.requested_metadata import RequestedMetadata
from idp.client_registry.registration.service import SelfRegistration
from idp.client_registry.registration.stored_clients import StoredClients
from idp.protocol.authorization.checks.check_response_type import offered_response_types
from idp.protocol.client_auth.offered import offered_methods
from idp.protocol.software_statement import SoftwareStatements
from idp.services.foundation import Foundation
from idp.settings import Settings
from idp.tokens.claims import BY_NAME, SCOPES, claims_of_scopes


def build_self_registration(base: Foundation) -> SelfRegistration:
    """Build what the registration endpoint needs."""
    settings, issuer = base.settings.clients, base.settings.issuer_url
    return SelfRegistration(
        issuer=issuer,
        settings=settings,
        database=base.database,
        stored=StoredClients(base.audit, base.secrets, base.clock),
        initial_access_tokens=InitialAccessTokens(base.audit, base.clock),
        requested=RequestedMetadata(_offer(base.settings), settings),
        statements=SoftwareStatements(
            issuer, settings.software_statement_issuers, base.published_keys, base.clock
        ),
        http=base.client_http.for_strangers,
    )


def _offer(settings: Settings) -> RegistrationOffer:
    """What is served here, told by those who serve it."""
    rules = settings.registration_rules
    return RegistrationOffer(
        rules=rules,
        response_types=offered_response_types(compatibility=rules.compatibility),
        auth_methods=offered_methods(settings.http),
        algorithms=tuple(settings.keys.algorithms),
        scopes=SCOPES,
        claims_of=_claims_to_decide,
    )


def _claims_to_decide(scope: str) -> tuple[str, ...]:
    return tuple(name for name in claims_of_scopes(scope) if BY_NAME[name].follows is None)
