"""OpenID Connect Back-Channel Logout 1.0: the logout token and its delivery."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2

from idp.client_registry.client import Client
from idp.client_registry.client_http import ClientHttp
from idp.clock import Clock, epoch_seconds
from idp.crypto.identifiers import new_secret
from idp.keys.service import KeyRing
from idp.logout.delivery import Delivery, DeliveryState
from idp.logout.settings import LogoutSettings
from idp.tokens import jws
from idp.tokens.subject import Subjects

TYP = "logout+jwt"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
_ACCEPTED = (200, 204)


class BackChannel:
    """Tells one portal that one sign-in has ended."""

    def __init__(
        self,
        *,
        issuer: str,
        keys: KeyRing,
        subjects: Subjects,
        http: ClientHttp,
        clock: Clock,
        settings: LogoutSettings,
    ) -> None:
        self._issuer = issuer
        self._keys = keys
        self._subjects = subjects
        self._http = http
        self._clock = clock
        self._settings = settings

    async def deliver(self, client: Client, delivery: Delivery) -> tuple[DeliveryState, str]:
        """Send a fresh logout token; returns what came of it, and a word for the ledger that
        holds nothing from the portal's answer but its status."""
        uri = client.metadata.backchannel_logout_uri
        if uri is None:
            return DeliveryState.NOT_SUPPORTED, "no_uri"
        await self._keys.refresh()
        token = self._token(client, delivery)
        try:
            async with asyncio.timeout(self._settings.attempt_seconds):
                response = await self._http.of(client).post(uri, data={"logout_token": token})
        except TimeoutError:
            return DeliveryState.FAILED, "timeout"
        except httpx2.HTTPError as error:
            return DeliveryState.FAILED, type(error).__name__
        taken = response.status_code in _ACCEPTED
        state = DeliveryState.DELIVERED if taken else DeliveryState.FAILED
        return state, str(response.status_code)

    def _token(self, client: Client, delivery: Delivery) -> str:
        """Section 2.4: no nonce, and an empty object as the one event."""
        issued = epoch_seconds(self._clock.now())
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "sub": self._subjects.sub(client, delivery.account_id),
            "aud": client.client_id,
            "iat": issued,
            "exp": issued + self._settings.token_seconds,
            "jti": new_secret(16),
            "events": {EVENT: {}},
            "sid": self._subjects.sid(client, delivery.session_id),
        }
        alg = client.metadata.id_token_signed_response_alg
        return jws.sign(self._keys, alg, TYP, claims)
