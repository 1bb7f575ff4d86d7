"""How often one network may ask for things that cost us something.

A convenience for availability, never a security boundary: the counters that protect accounts are
in SQL. When the ephemeral store does not answer, requests are let through.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from starlette.requests import Request

from idp.crypto.root_key import Purpose, RootKey
from idp.http.errors import RateLimitedError
from idp.middleware.client_address import client_network
from idp.middleware.settings import HttpSettings
from idp.observability import metrics
from idp.storage.ephemeral import EphemeralUnavailableError
from idp.storage.gcra import Limit, RateLimiter

_MINUTE = timedelta(minutes=1)


class RequestLimits:
    """Limits per network address; offices and mobile networks share one, so they are generous."""

    def __init__(self, limiter: RateLimiter, root: RootKey, settings: HttpSettings) -> None:
        self._limiter = limiter
        self._key = root.derive(Purpose.NETWORK_ALIASES)
        self._interaction = Limit(settings.interactions_per_minute, _MINUTE)
        self._sign_in = Limit(settings.sign_ins_per_minute, _MINUTE)
        self._enrolment = Limit(settings.enrolment_steps_per_minute, _MINUTE)
        self._registration = Limit(settings.registrations_per_minute, _MINUTE)

    async def check_sign_in(self, request: Request) -> None:
        """Count an attempt to sign in; raises RateLimitedError."""
        await self._check(request, "sign-in", self._sign_in)

    async def check_enrolment(self, request: Request) -> None:
        """Count a step of registration or recovery; raises RateLimitedError."""
        await self._check(request, "enrolment", self._enrolment)

    async def check_registration(self, request: Request) -> None:
        """Count an attempt to register a client; raises RateLimitedError."""
        await self._check(request, "client-registration", self._registration)

    def network_alias(self, request: Request) -> str:
        """Stand for a network without naming it: addresses are personal data."""
        network = client_network(request.scope).encode()
        return hmac.digest(self._key, network, hashlib.sha256).hex()[:32]

    async def check_interaction(self, request: Request) -> None:
        """Count a new interaction; raises RateLimitedError."""
        await self._check(request, "interaction", self._interaction)

    async def _check(self, request: Request, name: str, limit: Limit) -> None:
        try:
            decision = await self._limiter.hit(name, self.network_alias(request), limit)
        except EphemeralUnavailableError:
            return
        if not decision.allowed:
            metrics.RATE_LIMITED.labels(name).inc()
            raise RateLimitedError(max(1, int(decision.retry_after.total_seconds())))
