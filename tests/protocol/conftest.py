"""One provider for all tests of this folder; each test has its own people, browsers and clients."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from joserfc.jwk import OctKey

from idp.audit.repository import read_account_events
from idp.audit.tags import Tag
from idp.client_registry.client_metadata import SECRET_METHODS
from tests.protocol.assertions import Signer, jwks, new_key
from tests.protocol.browser import Browser, Callback
from tests.protocol.relying_party import REDIRECT_URI, RelyingParty, Tokens
from tests.provider import Citizen, RunningProvider, running_provider

_CLIENTS = itertools.count(1)
NAME = {
    "name": "name",
    "purpose": "核对纳税人身份",
    "purpose#en": "To check who you are",
    "legal_basis": "statutory",
    "basis_text": "税收征收管理法",
}
PHONE = {"name": "phone_number", "purpose": "办理结果通知", "purpose#en": "To notify you"}


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    with running_provider(tmp_path_factory.mktemp("provider") / "home") as running:
        yield running
        # Nothing that any test of this folder sends may be a surprise (I10).
        assert not [line for line in running.log_lines() if line["level"] in ("error", "critical")]


@pytest.fixture
def http(provider: RunningProvider) -> Iterator[httpx2.Client]:
    """The back channel of relying parties: no cookies worth mentioning, no redirects."""
    with httpx2.Client(base_url=provider.url) as client:
        yield client


@pytest.fixture
def citizen(provider: RunningProvider) -> Citizen:
    return provider.citizen()


@pytest.fixture
def new_browser(provider: RunningProvider) -> Iterator[Callable[[], Browser]]:
    opened: list[Browser] = []

    def open_browser() -> Browser:
        opened.append(Browser(provider.url))
        return opened[-1]

    yield open_browser
    for browser in opened:
        browser.close()


@pytest.fixture
def browser(new_browser: Callable[[], Browser]) -> Browser:
    return new_browser()


NewPortal = Callable[..., RelyingParty]


@pytest.fixture
def new_portal(provider: RunningProvider, http: httpx2.Client) -> NewPortal:
    """Register a client; keyword arguments are members of its metadata."""

    def register(**changes: Any) -> RelyingParty:
        client_id = f"portal-{next(_CLIENTS)}"
        metadata = {
            "client_id": client_id,
            "client_name": "税务服务",
            "client_name#en": "Tax services",
            "redirect_uris": [REDIRECT_URI],
            "post_logout_redirect_uris": ["http://localhost:9/bye"],
            "grant_types": ["authorization_code", "refresh_token"],
            "scope": "openid profile phone",
            "claims": [NAME, PHONE],
            **changes,
        }
        method = metadata.get("token_endpoint_auth_method", "client_secret_basic")
        secret = secrets.token_urlsafe(32) if method in SECRET_METHODS else None
        provider.register(metadata, secret)
        return RelyingParty(provider.url, metadata, secret, http)

    return register


@pytest.fixture
def portal(new_portal: NewPortal) -> RelyingParty:
    return new_portal()


NewSigner = Callable[..., Signer]


@pytest.fixture
def new_signer(provider: RunningProvider, new_portal: NewPortal) -> NewSigner:
    """Register a client with a key of its own; keyword arguments are members of its metadata."""

    def register(alg: str = "ES256", kid: str | None = "first", **changes: Any) -> Signer:
        key = new_key(alg, kid)
        members = {"token_endpoint_auth_method": "private_key_jwt", "jwks": jwks(key), **changes}
        if "jwks_uri" in members:
            del members["jwks"]
        return Signer(new_portal(**members), provider.clock, key, alg)

    return register


@pytest.fixture
def signer(new_signer: NewSigner) -> Signer:
    """A named client that may also name an endpoint, and sign for an hour."""
    return new_signer(client_assertion_audience="issuer_or_endpoint")


@pytest.fixture
def with_secret(provider: RunningProvider, new_portal: NewPortal) -> NewSigner:
    """Register a client that computes MACs with its secret."""

    def register(alg: str = "HS256", **changes: Any) -> Signer:
        portal = new_portal(token_endpoint_auth_method="client_secret_jwt", **changes)
        return Signer(portal, provider.clock, OctKey.import_key(str(portal.secret)), alg)

    return register


@pytest.fixture
def authorize(browser: Browser, citizen: Citizen) -> Callable[..., Callback]:
    """Take this test's citizen through a whole authorization at a client."""

    def run(portal: RelyingParty, **changes: str | None) -> Callback:
        page = browser.get("/authorize", portal.parameters(**changes))
        return browser.pass_pages(page, citizen)

    return run


@pytest.fixture
def enter(authorize: Callable[..., Callback]) -> Callable[..., Tokens]:
    """The same, up to the tokens."""

    def run(portal: RelyingParty, **changes: str | None) -> Tokens:
        return portal.tokens(authorize(portal, **changes)["code"])

    return run


@pytest.fixture
def change(provider: RunningProvider) -> Callable[..., None]:
    """Change a client's registration, as an administrator would."""

    def apply(portal: RelyingParty, **changes: object) -> None:
        portal.metadata = {**portal.metadata, **changes}
        provider.register(portal.metadata, portal.secret)

    return apply


@pytest.fixture
def released(browser: Browser, citizen: Citizen) -> Callable[..., dict[str, object]]:
    """Go through an authorization, ticking `chosen`, and return what userinfo says."""

    def run(
        portal: RelyingParty, chosen: list[str] | None = None, **changes: str | None
    ) -> dict[str, object]:
        page = browser.get("/authorize", portal.parameters(**changes))
        if page.path == "/login":
            page = browser.sign_in(page, citizen)
        if chosen is not None:
            page = browser.consent(page, chosen)
        tokens = portal.tokens(browser.callback(page)["code"])
        claims: dict[str, object] = portal.userinfo(tokens.access_token).json()
        assert claims.pop("sub") == portal.claims(tokens.id_token)["sub"]
        return claims

    return run


@pytest.fixture
def decisions(provider: RunningProvider) -> Callable[..., int]:
    """Count what is on record of a person's decisions about a client, refusals included."""

    async def read(account_id: str, client_id: str) -> int:
        tags = (Tag.CONSENT_GRANTED.value, Tag.CONSENT_REFUSED.value)
        async with provider.services.database.read() as transaction:
            rows = await read_account_events(transaction, account_id, tags, 100)
        return sum(row.client_id == client_id for row in rows)

    def count(citizen: Citizen, portal: RelyingParty) -> int:
        return provider.call(read(citizen.account_id, portal.client_id))

    return count
