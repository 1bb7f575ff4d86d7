"""An assertion that authenticates a client is good once, whichever worker it comes to (R18)."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from idp.client_registry.promises import RegistrationRules
from idp.client_registry.service import parse_registration
from tests.faults.fleet import WORKERS, Fleet
from tests.faults.visitors import Link

AT_ONCE = 16
ASSERTIONS = 10
KEY = ECKey.generate_key("P-256")
CLIENT = {
    "client_id": "by-key",
    "client_name": "社会保险",
    "redirect_uris": ["https://insurance.example/callback"],
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks": {"keys": [KEY.as_dict(private=False)]},
}
pytestmark = pytest.mark.asyncio


async def register(fleet: Fleet) -> None:
    registration = parse_registration(CLIENT, None, RegistrationRules())
    async with fleet.services() as services, services.database.write() as transaction:
        await services.registry.apply(transaction, [registration], prune=False)


async def new_form(link: Link) -> dict[str, str]:
    """Return the form of a good request with a new assertion."""
    document = (await link.http.get("/.well-known/openid-configuration")).json()
    client_id = str(CLIENT["client_id"])
    claims: dict[str, Any] = {
        "iss": client_id,
        "sub": client_id,
        "aud": document["issuer"],
        "jti": secrets.token_urlsafe(16),
        "exp": int(time.time()) + 60,
    }
    return {
        "token": "unknown",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt.encode({"alg": "ES256"}, claims, KEY),
    }


async def test_of_16_identical_assertions_at_once_one_is_believed(fleet: Fleet, link: Link) -> None:
    await register(fleet)
    for _ in range(ASSERTIONS):
        form = await new_form(link)
        answers = await asyncio.gather(
            *(link.http.post("/introspect", data=form) for _ in range(AT_ONCE))
        )
        assert Counter(a.status_code for a in answers) == {200: 1, 401: AT_ONCE - 1}
    assert fleet.serving_workers() == WORKERS


async def test_a_new_process_remembers_an_assertion_that_an_old_one_accepted(
    fleet: Fleet, link: Link
) -> None:
    await register(fleet)
    form = await new_form(link)
    assert (await link.http.post("/introspect", data=form)).status_code == 200
    fleet.crash_workers()
    assert (await link.http.post("/introspect", data=form)).status_code == 401
    assert (await link.http.post("/introspect", data=await new_form(link))).status_code == 200
