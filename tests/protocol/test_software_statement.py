"""Software statements (RFC 7591 section 2.3): a publisher vouches for what a client asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from joserfc.jwk import OctKey

from tests.protocol.assertions import Key, jwks, new_key, sign
from tests.protocol.documents import Documents, serving_documents
from tests.protocol.self_registered import (
    CALLBACK,
    Registrar,
    answered,
    refused,
    registering_provider,
)
from tests.provider import RunningProvider

PUBLISHER = "https://publisher.example"
INVALID, UNAPPROVED = "invalid_software_statement", "unapproved_software_statement"


@pytest.fixture(scope="module")
def documents() -> Iterator[Documents]:
    with serving_documents() as served:
        yield served


@pytest.fixture(scope="module")
def key() -> Key:
    return new_key("ES256", "first")


@pytest.fixture(scope="module")
def provider(
    tmp_path_factory: pytest.TempPathFactory, documents: Documents, key: Key
) -> Iterator[RunningProvider]:
    uri = documents.put("/jwks", jwks(key))
    with registering_provider(
        tmp_path_factory.mktemp("provider") / "home",
        software_statement_issuers={PUBLISHER: uri, "https://down.example": uri + "/none"},
        require_software_statement=True,
    ) as running:
        yield running


@pytest.fixture
def registrar(provider: RunningProvider, http: httpx2.Client) -> Registrar:
    return Registrar(provider, http)


def statement(key: Key, header: dict[str, Any] | None = None, **changes: Any) -> str:
    """Sign a good statement, unless `changes` of its claims make it another."""
    claims = {
        "iss": PUBLISHER,
        "software_id": "lockers",
        "client_name": "快递柜",
        "redirect_uris": [CALLBACK],
        **changes,
    }
    given = {name: value for name, value in claims.items() if value is not None}
    kept = header or {"alg": "ES256", "kid": "first"}
    return sign(kept, json.dumps(given).encode(), key)


def test_a_stated_name_stands_in_every_language(registrar: Registrar, key: Key) -> None:
    """A tagged name beside it would be shown in its place."""
    tagged = {"client_name#zh-CN": "国家税务总局", "client_name#en": "State Taxation"}
    client = registrar.register(software_statement=statement(key), **tagged)
    assert client["client_name"] == "快递柜"
    assert "client_name#en" not in client


def test_a_statement_overrides_what_the_client_says(registrar: Registrar, key: Key) -> None:
    signed = statement(key)
    client = registrar.register(
        redirect_uris=["https://evil.example/"], client_name="税务局", software_statement=signed
    )
    assert client["redirect_uris"] == [CALLBACK]
    assert client["client_name"] == "快递柜"
    assert client["software_id"] == "lockers"
    assert client["software_statement"] == signed


def test_a_registration_that_came_with_a_statement_can_be_sent_back(
    registrar: Registrar, key: Key
) -> None:
    client = registrar.register(software_statement=statement(key))
    read = answered(registrar.call("GET", client))
    hidden = ("client_id_issued_at", "registration_access_token", "registration_client_uri")
    update = {name: value for name, value in read.items() if name not in hidden}
    assert answered(registrar.call("PUT", client, update)) == read
    del update["software_statement"]
    refused(registrar.call("PUT", client, update), "A software statement", INVALID)


def test_where_a_statement_is_needed_nothing_goes_without(registrar: Registrar) -> None:
    refused(registrar.ask(), "A software statement is needed", INVALID)


def test_an_unknown_publisher_is_not_approved(registrar: Registrar, key: Key) -> None:
    for issuer in ("https://other.example", PUBLISHER + "/", None, 7, [PUBLISHER]):
        signed = statement(key, iss=issuer)
        refused(registrar.ask(software_statement=signed), "The publisher", UNAPPROVED)


def test_a_statement_of_another_key_or_algorithm_is_not_valid(
    registrar: Registrar, key: Key
) -> None:
    shared = OctKey.import_key("k" * 43)
    forged = [
        statement(new_key("ES256", "first")),
        statement(shared, {"alg": "HS256", "kid": "first"}),
        statement(key, {"alg": "ES256", "kid": "unknown"}),
        statement(key, {"alg": "ES256", "jwk": jwks(key)["keys"][0]}),
        statement(key)[:-4] + "AAAA",
        statement(key).rpartition(".")[0] + ".",
        "nonsense",
        "x" * 9000,
    ]
    for each in forged:
        response = registrar.ask(software_statement=each)
        refused(response, "software_statement:", INVALID)
    refused(registrar.ask(software_statement={"iss": PUBLISHER}), "software_statement:", INVALID)


@pytest.mark.parametrize(
    ("claim", "offset"), [("exp", -1), ("exp", 0), ("nbf", 60)], ids=["past", "now", "to come"]
)
def test_a_statement_counts_within_its_time(
    registrar: Registrar, key: Key, claim: str, offset: int
) -> None:
    at = int(registrar.provider.clock.now().timestamp()) + offset
    signed = statement(key, **{claim: at})
    refused(registrar.ask(software_statement=signed), "software_statement:", INVALID)
    odd = statement(key, **{claim: "tomorrow"})
    refused(registrar.ask(software_statement=odd), "software_statement:", INVALID)


def test_a_statement_for_another_server_does_not_count(registrar: Registrar, key: Key) -> None:
    signed = statement(key, aud=["https://other.example"])
    refused(registrar.ask(software_statement=signed), "software_statement:", INVALID)
    signed = statement(key, aud=["https://other.example", registrar.provider.url])
    registrar.register(software_statement=signed)


def test_a_publisher_grants_nothing_that_an_administrator_decides(
    registrar: Registrar, key: Key
) -> None:
    signed = statement(key, require_pkce=False)
    refused(registrar.ask(software_statement=signed), "require_pkce:")


def test_a_new_key_of_a_publisher_is_found_when_it_is_first_used(
    registrar: Registrar, documents: Documents, key: Key
) -> None:
    registrar.register(software_statement=statement(key))
    second = new_key("ES256", "second")
    documents.put("/jwks", jwks(key, second))
    registrar.provider.clock.advance(11)
    signed = statement(second, {"alg": "ES256", "kid": "second"})
    registrar.register(software_statement=signed)


def test_a_publisher_whose_keys_cannot_be_read_is_no_fault_of_the_client(
    registrar: Registrar, key: Key
) -> None:
    response = registrar.ask(software_statement=statement(key, iss="https://down.example"))
    assert response.status_code == 503
    assert "retry-after" in response.headers
