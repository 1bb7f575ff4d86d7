"""The resource-server kit: who is let in, and how a person gets further (RFC 9470)."""

from __future__ import annotations

import importlib.util
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from idp.accounts.person import IdentityLevel
from idp.clock import ManualClock, epoch_seconds
from idp.tokens import jws
from tests.interop.python_program import python_program
from tests.interop.registration import KITS, register_kit
from tests.protocol.browser import Browser
from tests.protocol.relying_party import REDIRECT_URI, RelyingParty
from tests.provider import Citizen, RunningProvider, running_provider
from tests.servers.ports import free_port

KIT = "resource-server"
AUDIENCE = "https://records.example.gov.cn"
L1, L2, L3, L4 = (f"urn:tongxing:acr:l{level}" for level in (1, 2, 3, 4))
BANK_ACCOUNT, DECLARATIONS, RECORDS = (
    ("PUT", "/bank-account"),
    ("POST", "/declarations"),
    (
        "GET",
        "/records",
    ),
)


@pytest.fixture(scope="module")
def provider_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """A provider that has been there for an hour, so that there are sign-ins of earlier."""
    clock = ManualClock(datetime.now(UTC) - timedelta(hours=1))
    folder = tmp_path_factory.mktemp("provider") / "home"
    with running_provider(folder, clock=clock) as running:
        yield running


@pytest.fixture(scope="module")
def api(provider_of_module: RunningProvider) -> Iterator[httpx2.Client]:
    """The kit's interface."""
    port, issuer = free_port(), provider_of_module.url
    given = {"API_ISSUER": issuer, "API_AUDIENCE": AUDIENCE, "API_PORT": str(port)}
    with (
        python_program(KIT, "api.py", port, given),
        httpx2.Client(base_url=f"http://127.0.0.1:{port}") as http,
    ):
        yield http


@pytest.fixture(scope="module")
def demands() -> Callable[[str], dict[str, str]]:
    """The kit's reader of challenges."""
    spec = importlib.util.spec_from_file_location("step_up", KITS / KIT / "step_up.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[[str], dict[str, str]] = module.demands
    return found


@pytest.fixture
def portal(provider: RunningProvider, new_client_id: Callable[[], str]) -> Iterator[RelyingParty]:
    client = register_kit(
        provider, KIT, client_id=new_client_id(), portal_url=REDIRECT_URI.removesuffix("/callback")
    )
    metadata = {
        "client_id": client.client_id,
        "redirect_uris": [REDIRECT_URI],
        "scope": "openid profile",
    }
    with httpx2.Client(base_url=provider.url) as http:
        yield RelyingParty(provider.url, metadata, client.secret, http)


@pytest.fixture
def browser(provider: RunningProvider) -> Iterator[Browser]:
    opened = Browser(provider.url)
    yield opened
    opened.close()


def call(api: httpx2.Client, operation: tuple[str, str], token: str) -> httpx2.Response:
    method, path = operation
    return api.request(method, path, headers={"Authorization": f"Bearer {token}"})


def sign_in(browser: Browser, portal: RelyingParty, citizen: Citizen, **wishes: str) -> Any:
    """Send the person to the provider; returns the portal's tokens."""
    page = browser.get("/authorize", portal.parameters(resource=AUDIENCE, **wishes))
    return portal.tokens(browser.pass_pages(page, citizen)["code"])


def test_a_sign_in_that_is_too_old_is_renewed_and_then_suffices(
    provider: RunningProvider,
    api: httpx2.Client,
    demands: Callable[[str], dict[str, str]],
    browser: Browser,
    portal: RelyingParty,
    citizen: Citizen,
) -> None:
    provider.clock.advance(-400)
    tokens = sign_in(browser, portal, citizen)
    provider.clock.advance(400)
    tokens = portal.read(portal.refresh(tokens.refresh_token))

    assert call(api, DECLARATIONS, tokens.access_token).status_code == 201
    refused = call(api, BANK_ACCOUNT, tokens.access_token)
    assert refused.status_code == 401
    challenge = refused.headers["www-authenticate"]
    assert challenge == 'Bearer error="insufficient_user_authentication", max_age="300"'

    page = browser.get("/authorize", portal.parameters(resource=AUDIENCE, **demands(challenge)))
    assert page.path == "/login", "the person is asked for the password again"
    tokens = portal.tokens(browser.pass_pages(page, citizen)["code"])
    assert call(api, BANK_ACCOUNT, tokens.access_token).status_code == 200


def test_a_level_that_is_too_low_is_refused_until_the_person_has_reached_it(
    provider: RunningProvider,
    api: httpx2.Client,
    demands: Callable[[str], dict[str, str]],
    browser: Browser,
    portal: RelyingParty,
) -> None:
    citizen = provider.citizen(level=1)
    tokens = sign_in(browser, portal, citizen)
    assert call(api, RECORDS, tokens.access_token).status_code == 200
    refused = call(api, DECLARATIONS, tokens.access_token)
    assert refused.status_code == 401
    wishes = demands(refused.headers["www-authenticate"])
    assert wishes == {"acr_values": f"{L2} {L3} {L4}"}

    # Beside a resource the wish is necessary: the provider says that the person has not reached it.
    page = browser.get("/authorize", portal.parameters(resource=AUDIENCE, **wishes))
    assert browser.callback(page)["error"] == "unmet_authentication_requirements"

    provider.call(_prove(provider, citizen))
    tokens = sign_in(browser, portal, citizen, **wishes)
    assert portal.claims(tokens.id_token)["acr"] == L2
    assert call(api, DECLARATIONS, tokens.access_token).status_code == 201


async def _prove(provider: RunningProvider, citizen: Citizen) -> None:
    """Let the person be known by name from now on."""
    level = IdentityLevel(2, reached_at=provider.clock.now())
    async with provider.services.database.write() as transaction:
        await provider.services.enrolment.persons.set_level(
            transaction, citizen.account_id, level, {}
        )


def test_level_and_age_are_asked_for_together(
    provider: RunningProvider, api: httpx2.Client, demands: Callable[[str], dict[str, str]]
) -> None:
    token = access_token(provider, acr=L1, auth_time=1)
    refused = call(api, BANK_ACCOUNT, token)
    assert demands(refused.headers["www-authenticate"]) == {
        "acr_values": f"{L2} {L3} {L4}",
        "max_age": "300",
    }


@pytest.mark.parametrize("missing", ["acr", "auth_time"])
def test_a_token_that_does_not_say_how_somebody_signed_in_is_not_enough(
    provider: RunningProvider, api: httpx2.Client, missing: str
) -> None:
    token = access_token(provider, **{missing: None})
    refused = call(api, BANK_ACCOUNT, token)
    assert refused.status_code == 401
    assert "insufficient_user_authentication" in refused.headers["www-authenticate"]


@pytest.mark.parametrize("header", ["", "Basic YTpi"], ids=["nothing", "another scheme"])
def test_without_a_token_nothing_is_called_an_error(api: httpx2.Client, header: str) -> None:
    """RFC 6750 section 3.1."""
    refused = api.get("/records", headers={"Authorization": header} if header else {})
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_tokens_that_the_provider_signed_are_accepted(
    provider: RunningProvider, api: httpx2.Client, alg: str
) -> None:
    token = access_token(provider, alg=alg)
    assert call(api, RECORDS, token).json()["sub"] == "somebody"


def test_a_token_for_several_audiences_is_accepted_by_each(
    provider: RunningProvider, api: httpx2.Client
) -> None:
    token = access_token(provider, aud=["https://other.example.gov.cn", AUDIENCE])
    assert call(api, RECORDS, token).status_code == 200


def test_a_token_for_the_provider_itself_is_refused(
    api: httpx2.Client, browser: Browser, portal: RelyingParty, citizen: Citizen
) -> None:
    """RFC 8707 section 2: without `resource` the token is for userinfo and nothing else."""
    callback = browser.pass_pages(browser.get("/authorize", portal.parameters()), citizen)
    assert_invalid(call(api, RECORDS, portal.tokens(callback["code"]).access_token))


FAULTS: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "https://other.example.gov.cn"},
    "no audience": {"aud": None},
    "another issuer": {"iss": "https://id.example.com"},
    "expired": {"exp": 1},
    "no expiry": {"exp": None},
    "an ID token": {"typ": "JWT"},
    "a logout token": {"typ": "logout+jwt"},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_token_with_anything_wrong_is_refused(
    provider: RunningProvider, api: httpx2.Client, fault: str
) -> None:
    """RFC 9068 section 4."""
    assert_invalid(call(api, RECORDS, access_token(provider, **FAULTS[fault])))


@pytest.mark.parametrize("kid", ["the provider's", "unknown"])
def test_a_token_under_another_key_is_refused(
    provider: RunningProvider, api: httpx2.Client, kid: str
) -> None:
    named = provider.services.keys.jwks()["keys"][0]["kid"] if kid != "unknown" else kid
    header = {"alg": "ES256", "kid": named, "typ": "at+jwt"}
    key = ECKey.generate_key("P-256")
    assert_invalid(
        call(api, RECORDS, jwt.encode(header, claims(provider), key, algorithms=["ES256"]))
    )


@pytest.mark.parametrize("token", ["a.b.c", "eyJhbGciOiJub25lIn0.e30.", "ü"])
def test_what_is_no_token_is_refused(api: httpx2.Client, token: str) -> None:
    header = f"Bearer {token}".encode()
    assert_invalid(api.get("/records", headers=[(b"Authorization", header)]))


def test_a_token_for_other_purposes_is_forbidden(
    provider: RunningProvider, api: httpx2.Client
) -> None:
    """RFC 6750 section 3.1."""
    refused = call(api, RECORDS, access_token(provider, scope="openid"))
    assert refused.status_code == 403
    challenge = 'Bearer error="insufficient_scope", scope="profile"'
    assert refused.headers["www-authenticate"] == challenge


def test_other_refusals_ask_nothing_of_the_person(demands: Callable[[str], dict[str, str]]) -> None:
    for header in ("", "Bearer", 'Bearer error="invalid_token", max_age="3"', 'Basic realm="x"'):
        assert demands(header) == {}


def assert_invalid(refused: httpx2.Response) -> None:
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def access_token(
    provider: RunningProvider, *, typ: str = "at+jwt", alg: Any = "ES256", **changes: Any
) -> str:
    return jws.sign(provider.services.keys, alg, typ, claims(provider, **changes))


def claims(provider: RunningProvider, **changes: Any) -> dict[str, Any]:
    """Return what an access token says; None leaves a claim out."""
    now = epoch_seconds(provider.clock.now())
    said = {
        "iss": provider.url,
        "aud": AUDIENCE,
        "sub": "somebody",
        "client_id": "example-portal",
        "scope": "openid profile",
        "iat": now,
        "exp": now + 60,
        "jti": secrets.token_urlsafe(16),
        "auth_time": now,
        "acr": L2,
        **changes,
    }
    return {name: value for name, value in said.items() if value is not None}
