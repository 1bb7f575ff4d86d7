"""Endpoints that authenticate a client beside the token endpoint, listed by hand."""

from __future__ import annotations

from idp.protocol.endpoints.introspection import IntrospectionEndpoint
from idp.protocol.endpoints.logout_deliveries import LogoutDeliveriesEndpoint
from idp.protocol.endpoints.revocation import RevocationEndpoint

ENDPOINTS = (IntrospectionEndpoint, RevocationEndpoint, LogoutDeliveriesEndpoint)
