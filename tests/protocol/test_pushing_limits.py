"""How often strangers may push: what is pushed takes a row until it expires."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from tests.protocol.conftest import NewPortal
from tests.protocol.relying_party import RelyingParty
from tests.provider import RunningProvider, running_provider

PER_MINUTE = 5


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    folder = tmp_path_factory.mktemp("limited") / "home"
    limits = {"trusted_proxies": ("127.0.0.1/32",), "interactions_per_minute": PER_MINUTE}
    with running_provider(folder, http=limits) as running:
        yield running


def push(http: httpx2.Client, portal: RelyingParty, address: str) -> httpx2.Response:
    headers, credentials = portal.credentials()
    form = {**portal.parameters(), **credentials}
    return http.post("/par", data=form, headers={**headers, "X-Forwarded-For": address})


def test_a_network_may_push_so_often_for_a_client_that_anybody_can_be(
    http: httpx2.Client, new_portal: NewPortal
) -> None:
    portal = new_portal(token_endpoint_auth_method="none")
    answers = [push(http, portal, "203.0.113.7") for _ in range(PER_MINUTE + 3)]
    assert {answer.status_code for answer in answers[:PER_MINUTE]} == {201}
    last = answers[-1]
    assert (last.status_code, last.json()["error"]) == (429, "rate_limited")
    assert int(last.headers["retry-after"]) > 0
    assert push(http, portal, "198.51.100.7").status_code == 201


def test_a_client_that_authenticates_may_push_as_often_as_it_likes(
    http: httpx2.Client, new_portal: NewPortal
) -> None:
    """Its servers have few addresses and many visitors."""
    portal = new_portal()
    for _ in range(PER_MINUTE + 3):
        assert push(http, portal, "192.0.2.7").status_code == 201


def test_a_client_id_without_its_credentials_pushes_nothing(
    http: httpx2.Client, new_portal: NewPortal
) -> None:
    confidential, public = new_portal(), new_portal(token_endpoint_auth_method="none")
    form = {**confidential.parameters(), "client_id": public.client_id}
    headers, _ = confidential.credentials()
    answer = http.post("/par", data=form, headers=headers)
    assert answer.status_code in (400, 401), answer.text
