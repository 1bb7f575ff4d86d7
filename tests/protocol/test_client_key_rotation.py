"""Clients whose keys are published at their `jwks_uri` and change when the client likes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.protocol.assertions import Signer, accepted, ask, jwks, new_key
from tests.protocol.conftest import NewSigner
from tests.protocol.key_server import KeyServer, serving_keys
from tests.protocol.test_client_authentication import refused
from tests.provider import RunningProvider


@pytest.fixture
def published() -> Iterator[KeyServer]:
    with serving_keys() as keys:
        yield keys


@pytest.fixture
def signer(new_signer: NewSigner, published: KeyServer) -> Signer:
    """A client whose key is published."""
    signer = new_signer(jwks_uri=published.url)
    published.document = jwks(signer.key)
    return signer


def test_published_keys_are_looked_up_once(signer: Signer, published: KeyServer) -> None:
    for _ in range(3):
        accepted(ask(signer, signer.form()))
    assert published.requests == 1


def test_a_new_key_is_found_by_its_unknown_name(
    provider: RunningProvider, signer: Signer, published: KeyServer
) -> None:
    """OpenID Connect Core section 10.1.1."""
    accepted(ask(signer, signer.form()))
    old, signer.key = signer.key, new_key("ES256", "second")
    published.document = jwks(signer.key, old)
    provider.clock.advance(11)
    accepted(ask(signer, signer.form()))
    signer.key = old
    accepted(ask(signer, signer.form()))
    assert published.requests == 2


def test_a_withdrawn_key_counts_no_more_once_the_copy_is_old(
    provider: RunningProvider, signer: Signer, published: KeyServer
) -> None:
    accepted(ask(signer, signer.form()))
    published.document = jwks(new_key("ES256", "second"))
    provider.clock.advance(601)
    refused(ask(signer, signer.form()))


def test_a_client_that_withdraws_all_its_keys_is_not_believed_by_a_copy_of_them(
    provider: RunningProvider, signer: Signer, published: KeyServer
) -> None:
    """Whose key was stolen may have nothing to put in its place yet: the set is empty, and the
    copy that outlives a key server is for one that is down."""
    accepted(ask(signer, signer.form()))
    published.document = {"keys": []}
    provider.clock.advance(601)
    refused(ask(signer, signer.form()))


def test_invented_key_names_do_not_make_us_ask_again_and_again(
    signer: Signer, published: KeyServer
) -> None:
    accepted(ask(signer, signer.form()))
    signer.key = new_key("ES256", "invented")
    for _ in range(5):
        refused(ask(signer, signer.form()))
    assert published.requests == 1


def test_without_a_key_server_the_client_is_told_to_come_again_and_nothing_is_spent(
    provider: RunningProvider, signer: Signer, published: KeyServer
) -> None:
    """Nobody knows whether the credentials are right, so they are not called wrong."""
    document, published.document = published.document, None
    fields = signer.form()
    response = ask(signer, fields)
    assert (response.status_code, response.json()["error"]) == (503, "temporarily_unavailable")
    assert int(response.headers["retry-after"]) > 0
    published.document = document
    provider.clock.advance(11)
    accepted(ask(signer, fields))


def test_a_copy_of_the_keys_outlives_the_key_server_for_a_while(
    provider: RunningProvider, signer: Signer, published: KeyServer
) -> None:
    accepted(ask(signer, signer.form()))
    published.document = None
    provider.clock.advance(3600)
    accepted(ask(signer, signer.form()))
    provider.clock.advance(86400)
    assert ask(signer, signer.form()).status_code == 503
