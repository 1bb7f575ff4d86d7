"""Clients that registered themselves authenticate with the keys and secrets they registered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from joserfc.jwk import OctKey

from tests.protocol.assertions import Signer, accepted, ask, jwks, new_key
from tests.protocol.documents import Documents, serving_documents
from tests.protocol.self_registered import Registrar, registering_provider
from tests.provider import RunningProvider


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    with registering_provider(tmp_path_factory.mktemp("provider") / "home") as running:
        yield running


@pytest.fixture
def registrar(provider: RunningProvider, http: httpx2.Client) -> Registrar:
    return Registrar(provider, http)


@pytest.fixture
def documents() -> Iterator[Documents]:
    with serving_documents() as served:
        yield served


def signer_of(registrar: Registrar, key: Any, alg: str, **members: Any) -> Signer:
    client = registrar.register(token_endpoint_auth_method="private_key_jwt", **members)
    return Signer(registrar.party(client), registrar.provider.clock, key, alg)


def test_registered_keys_need_no_kid(registrar: Registrar) -> None:
    key = new_key("RS256")
    signer = signer_of(registrar, key, "RS256", jwks=jwks(new_key("RS256"), key))
    accepted(ask(signer, signer.form()))


def test_a_secret_for_macs_is_shown_once_and_works(registrar: Registrar) -> None:
    client = registrar.register(token_endpoint_auth_method="client_secret_jwt")
    key = OctKey.import_key(client["client_secret"])
    signer = Signer(registrar.party(client), registrar.provider.clock, key, "HS256")
    accepted(ask(signer, signer.form()))


def test_odd_keys_among_published_ones_are_passed_over(
    registrar: Registrar, documents: Documents
) -> None:
    key = new_key("ES256", "first")
    good = jwks(key)["keys"][0]
    odd = [{"kty": "AKP"}, "x", {"kty": "oct", "k": "c2VjcmV0"}]
    uri = documents.put("/jwks", {"keys": [*odd, good]})
    signer = signer_of(registrar, key, "ES256", jwks_uri=uri)
    assert documents.asked == []
    accepted(ask(signer, signer.form()))


@pytest.mark.parametrize("document", [{}, [], {"keys": [{"kty": "RSA"}] * 31}])
def test_what_is_no_key_set_is_no_answer(
    registrar: Registrar, documents: Documents, document: Any
) -> None:
    uri = documents.put("/jwks", document)
    signer = signer_of(registrar, new_key("ES256", "first"), "ES256", jwks_uri=uri)
    assert ask(signer, signer.form()).status_code == 503
