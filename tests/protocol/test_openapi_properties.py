"""The JSON endpoints keep what their OpenAPI description says, whatever is sent to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import httpx2
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from idp.app import create_api
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.protocol.self_registered import Registrar, registering_provider
from tests.provider import RunningProvider

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
QUICK = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
AnyCase: TypeAlias = Case[Any]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture(scope="module")
def schema(provider: RunningProvider) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_dict(create_api(provider.services).openapi())


def check_everything(
    schema: schemathesis.BaseSchema, url: str, headers: dict[str, str]
) -> set[int]:
    """Send generated cases of every operation; return the statuses that were answered."""
    statuses: set[int] = set()
    with requests.Session() as session:
        for found in schema.get_all_operations():
            assert isinstance(found, Ok)
            operation = found.ok()
            # What takes no input cannot be given a wrong one.
            for mode in MODES if operation.body else MODES[:1]:
                strategy = operation.as_strategy(generation_mode=mode)
                statuses |= _check(strategy, url, headers, session)
    return statuses


def _check(
    strategy: st.SearchStrategy[AnyCase],
    url: str,
    headers: dict[str, str],
    session: requests.Session,
) -> set[int]:
    statuses: set[int] = set()

    @QUICK
    @given(case=strategy)
    def conforms(case: AnyCase) -> None:
        response = case.call(base_url=url, headers=headers, session=session)
        case.validate_response(response, checks=CHECKS)
        statuses.add(response.status_code)

    conforms()
    return statuses


def test_strangers_get_documented_answers(
    provider: RunningProvider, schema: schemathesis.BaseSchema
) -> None:
    """I10: no 5xx; every status, type and body as described."""
    statuses = check_everything(schema, provider.url, {})
    assert {200, 400, 401} <= statuses


def test_authenticated_clients_get_documented_answers(
    provider: RunningProvider, schema: schemathesis.BaseSchema, portal: RelyingParty
) -> None:
    """The same behind client authentication, where more code is reached."""
    headers, _ = portal.credentials()
    assert {200, 400} <= check_everything(schema, provider.url, headers)


def test_bearers_get_documented_answers(
    provider: RunningProvider,
    schema: schemathesis.BaseSchema,
    portal: RelyingParty,
    enter: Callable[..., Tokens],
) -> None:
    """The same with a living access token that does not reach as far as userinfo."""
    tokens = enter(portal)
    narrow = portal.read(portal.refresh(tokens.refresh_token, scope="profile")).access_token
    headers = {"Authorization": f"Bearer {narrow}"}
    assert 403 in check_everything(schema, provider.url, headers)


def test_clients_that_register_themselves_get_documented_answers(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The same where registration is open, with the token of a client that is there."""
    with registering_provider(tmp_path_factory.mktemp("open") / "home") as running:
        with httpx2.Client(base_url=running.url) as link:
            client = Registrar(running, link).register()
        document = create_api(running.services).openapi()
        schema = schemathesis.openapi.from_dict(document).include(path_regex="^/clients")
        headers = {"Authorization": f"Bearer {client['registration_access_token']}"}
        assert {400, 401} <= check_everything(schema, running.url, headers)
