"""Who may register a client, and what the operator's settings change about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from idp.audit.tags import Tag
from idp.client_registry.registration.initial_access_tokens import InitialAccessTokens
from tests.protocol.self_registered import (
    CALLBACK,
    LOCAL_CALLBACK,
    Registrar,
    events,
    locked_out,
    made,
    refused,
    registering_provider,
)
from tests.protocol.surface import census
from tests.provider import RunningProvider, running_provider


@contextmanager
def registrar_of(running: RunningProvider) -> Iterator[Registrar]:
    with httpx2.Client(base_url=running.url) as http:
        yield Registrar(running, http)


def invite(running: RunningProvider, uses: int = 1, **life: float) -> str:
    """Make an initial access token, as the command line does."""
    services = running.services
    tokens = InitialAccessTokens(services.foundation.audit, services.clock)

    async def issue() -> str:
        async with services.database.write() as transaction:
            kept = timedelta(**(life or {"days": 1}))
            return await tokens.issue(transaction, uses=uses, life=kept, note="tests")

    return running.call(issue())


@pytest.fixture(scope="module")
def by_invitation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    folder = tmp_path_factory.mktemp("invited") / "home"
    with registering_provider(folder, registration="initial_access_token") as running:
        yield running


@pytest.fixture
def registrar(by_invitation: RunningProvider) -> Iterator[Registrar]:
    with registrar_of(by_invitation) as registrar:
        yield registrar


def ask(registrar: Registrar, token: str | None, **members: Any) -> httpx2.Response:
    return registrar.send({"redirect_uris": [CALLBACK], **members}, token)


def test_without_an_initial_access_token_nobody_registers(registrar: Registrar) -> None:
    before = census(registrar.provider)
    for token in (None, "unknown"):
        locked_out(ask(registrar, token))
    assert ask(registrar, None).headers["www-authenticate"] == "Bearer"
    basic = registrar.http.post("/clients", json={}, auth=("a", "b"))
    locked_out(basic)
    assert census(registrar.provider) == before


def test_an_initial_access_token_is_good_for_its_uses_and_no_more(registrar: Registrar) -> None:
    token = invite(registrar.provider, uses=2)
    for _ in range(2):
        made(ask(registrar, token))
    locked_out(ask(registrar, token))


def test_a_refused_registration_costs_no_use(registrar: Registrar) -> None:
    token = invite(registrar.provider)
    refused(ask(registrar, token, initiate_login_uri="http://app.example"), "initiate_login_uri:")
    made(ask(registrar, token))


def test_an_expired_initial_access_token_is_refused(registrar: Registrar) -> None:
    token = invite(registrar.provider, seconds=60)
    registrar.provider.clock.advance(61)
    locked_out(ask(registrar, token))


def test_an_initial_access_token_opens_nothing_else(registrar: Registrar) -> None:
    token = invite(registrar.provider, uses=2)
    client = made(ask(registrar, token))
    locked_out(registrar.call("GET", client, token=token))
    assert registrar.http.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).is_error
    locked_out(ask(registrar, client["registration_access_token"]))


def test_the_record_says_by_which_invitation_a_client_came(registrar: Registrar) -> None:
    client = made(ask(registrar, invite(registrar.provider)))
    details = events(registrar.provider, client["client_id"])
    assert len(details[Tag.CLIENT_SELF_REGISTERED]["invitation"]) == 32
    assert client["client_secret"] not in str(details)


def test_where_registration_is_closed_it_is_neither_named_nor_done(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("closed") / "home"
    with running_provider(folder) as running, registrar_of(running) as registrar:
        document = registrar.http.get("/.well-known/openid-configuration").json()
        assert "registration_endpoint" not in document
        before = census(running)
        response = registrar.ask()
        assert response.status_code == 403
        assert response.json()["error"] == "access_denied"
        assert census(running) == before


def test_clients_that_are_there_stay_when_registration_is_closed(
    registrar: Registrar,
) -> None:
    client = made(ask(registrar, invite(registrar.provider), redirect_uris=[LOCAL_CALLBACK]))
    settings = registrar.provider.services.settings.clients
    settings.registration = "closed"
    try:
        assert registrar.call("GET", client).status_code == 200
        response = registrar.call("PUT", client, {**client, "client_name": "x"})
        assert response.status_code == 403
        page = registrar.http.get("/authorize", params=registrar.party(client).parameters())
        assert page.status_code == 303
        assert registrar.call("DELETE", client).status_code == 204
    finally:
        settings.registration = "initial_access_token"


def test_one_network_registers_so_many_clients_in_a_minute(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("limited") / "home"
    limits = {"trusted_proxies": ("127.0.0.1/32",), "registrations_per_minute": 2}
    with (
        running_provider(folder, clients={"registration": "open"}, http=limits) as running,
        registrar_of(running) as registrar,
    ):
        statuses = [registrar.ask().status_code for _ in range(4)]
        assert statuses[:2] == [201, 201]
        assert statuses[-1] == 429
        elsewhere = registrar.http.post(
            "/clients",
            json={"redirect_uris": [CALLBACK]},
            headers={"X-Forwarded-For": "192.0.2.7"},
        )
        made(elsewhere)


@pytest.fixture(scope="module")
def compatible(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    folder = tmp_path_factory.mktemp("compatible") / "home"
    with registering_provider(
        folder, compatibility=True, registration_requires_pkce=False
    ) as running:
        yield running


def test_with_compatibility_every_flow_can_be_registered(compatible: RunningProvider) -> None:
    types = ["code", "token id_token", "code id_token token", "id_token"]
    with registrar_of(compatible) as registrar:
        client = registrar.register(
            grant_types=["authorization_code", "implicit", "refresh_token"],
            response_types=types,
            request_uris=["https://app.example/request.jwt#0a1b2c"],
            subject_type="public",
        )
    spelled = ["code", "id_token token", "code id_token token", "id_token"]
    assert client["response_types"] == spelled
    assert client["grant_types"] == ["authorization_code", "implicit", "refresh_token"]
    assert client["request_uris"] == ["https://app.example/request.jwt#0a1b2c"]
    assert client["subject_type"] == "public"


def test_for_certification_neither_pkce_nor_nonce_is_needed(compatible: RunningProvider) -> None:
    without = {"code_challenge": None, "code_challenge_method": None, "nonce": None}
    with registrar_of(compatible) as registrar:
        client = registrar.register(redirect_uris=[LOCAL_CALLBACK])
        asked = registrar.party(client).parameters(**without)
        page = registrar.http.get("/authorize", params=asked)
        assert page.headers["location"].startswith("/login")
        public = registrar.register(
            redirect_uris=[LOCAL_CALLBACK], token_endpoint_auth_method="none"
        )
        page = registrar.http.get(
            "/authorize", params=registrar.party(public).parameters(**without)
        )
        assert "error=invalid_request" in page.headers["location"]
