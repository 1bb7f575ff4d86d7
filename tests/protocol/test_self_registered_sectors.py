"""Whose subjects a client that registers itself may see: those of hosts that answer for it alone
(OpenID Connect Core section 8.1, Registration section 5, R15)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from tests.protocol.browser import Callback
from tests.protocol.documents import Reply, serving_documents
from tests.protocol.self_registered import Registrar, refused, registering_provider
from tests.provider import RunningProvider

VICTIM = "https://tax.gov.example"
PUBLIC = {
    "token_endpoint_auth_method": "none",
    "scope": "openid",
    "grant_types": ["authorization_code", "refresh_token"],
}


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    with registering_provider(tmp_path_factory.mktemp("provider") / "home") as running:
        yield running


@pytest.fixture
def registrar(provider: RunningProvider, http: httpx2.Client) -> Registrar:
    return Registrar(provider, http)


def replace(registrar: Registrar, client: dict[str, Any], **members: Any) -> httpx2.Response:
    document = {**PUBLIC, "client_id": client["client_id"], **members}
    return registrar.call("PUT", client, document)


@pytest.mark.parametrize(
    "own", ["com.evil.app://tax.gov.example/cb", "http://127.0.0.1/cb", "com.evil.app:/cb"]
)
@pytest.mark.parametrize("order", [1, -1])
def test_an_app_with_an_address_of_its_own_does_not_join_the_sector_of_a_host(
    registrar: Registrar, own: str, order: int
) -> None:
    """Anybody may invent a scheme and write a department's host behind it."""
    uris = [f"{VICTIM}/cb", own][::order]
    answer = registrar.ask(application_type="native", redirect_uris=uris, **PUBLIC)
    assert answer.status_code == 400, answer.text
    assert "sector_identifier" in answer.json()["error_description"]


def test_an_app_may_have_several_addresses_that_prove_nothing(registrar: Registrar) -> None:
    uris = ["com.own.app:/cb", "com.own.app://host/cb", "http://127.0.0.1/cb", "http://[::1]/cb"]
    registrar.register(application_type="native", redirect_uris=uris, **PUBLIC)


def test_a_client_keeps_its_sector_for_life(
    registrar: Registrar, authorize: Callable[..., Callback]
) -> None:
    """What people granted to it would else be answered with the subjects of another host."""
    client = registrar.register(redirect_uris=["https://evil.example/cb"], **PUBLIC)
    party = registrar.party(client)
    tokens = party.tokens(authorize(party)["code"])
    before = party.claims(tokens.id_token)["sub"]
    refused(replace(registrar, client, redirect_uris=[f"{VICTIM}/cb"]), "sector_identifier_uri")
    again = party.read(party.refresh(tokens.refresh_token))
    assert party.claims(again.id_token)["sub"] == before
    same_host = {"redirect_uris": ["https://evil.example/other"]}
    assert replace(registrar, client, **same_host).status_code == 200


def test_nor_does_a_document_move_it(registrar: Registrar) -> None:
    with serving_documents() as documents:
        uri = documents.put("/sector", ["https://evil.example/cb"])
        client = registrar.register(redirect_uris=["https://evil.example/cb"], **PUBLIC)
        moved = {"redirect_uris": ["https://evil.example/cb"], "sector_identifier_uri": uri}
        refused(replace(registrar, client, **moved), "sector_identifier_uri")
        settled = registrar.register(**moved, **PUBLIC)
        assert replace(registrar, settled, **moved).status_code == 200
        del moved["sector_identifier_uri"]
        refused(replace(registrar, settled, **moved), "sector_identifier_uri")


def test_an_app_without_a_host_does_not_move_to_one(registrar: Registrar) -> None:
    own = {"application_type": "native", "redirect_uris": ["com.evil.app:/cb"]}
    client = registrar.register(**own, **PUBLIC)
    refused(replace(registrar, client, redirect_uris=[f"{VICTIM}/cb"]), "sector_identifier_uri")


def test_slow_documents_leave_connections_for_others(registrar: Registrar) -> None:
    """A stranger's server may take ten seconds; logouts and keys must not wait for it."""
    with serving_documents() as documents, ThreadPoolExecutor(20) as pool:
        documents.replies["/slow"] = Reply(b"[]", delay=1)
        slow = {"sector_identifier_uri": f"{documents.url}/slow"}
        waiting = [pool.submit(registrar.ask, **slow) for _ in range(20)]
        answers = [each.result() for each in waiting]
        assert {answer.status_code for answer in answers} == {400, 503}
        assert len(documents.asked) < 20
        turned_away = next(answer for answer in answers if answer.status_code == 503)
        assert int(turned_away.headers["retry-after"]) > 0
        documents.replies.clear()
        uri = documents.put("/sector", ["https://app.example/callback"])
        registrar.register(sector_identifier_uri=uri)
