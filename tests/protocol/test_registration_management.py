"""Dynamic client registration management (RFC 7592): a client reads, replaces, deletes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from idp.audit.tags import Tag
from idp.client_registry.directory import MAX_AGE
from tests.protocol.assertions import jwks, new_key
from tests.protocol.browser import Browser
from tests.protocol.documents import Documents, serving_documents
from tests.protocol.self_registered import (
    CALLBACK,
    LOCAL_CALLBACK,
    Registrar,
    answered,
    bearer,
    events,
    locked_out,
    refused,
    registering_provider,
)
from tests.provider import RunningProvider

MADE_HERE = ("client_secret_expires_at", "client_id_issued_at")
ABOUT_ITSELF = ("registration_access_token", "registration_client_uri")


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    with registering_provider(tmp_path_factory.mktemp("provider") / "home") as running:
        yield running


@pytest.fixture
def registrar(provider: RunningProvider, http: httpx2.Client) -> Registrar:
    return Registrar(provider, http)


@pytest.fixture
def notice(provider: RunningProvider) -> Callable[[], None]:
    """Let the time pass in which every worker notices a change."""
    return lambda: provider.clock.advance(MAX_AGE.total_seconds() + 0.5)


def update_of(client: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return what a client sends to replace its registration (RFC 7592 section 2.2)."""
    kept = {k: v for k, v in client.items() if k not in (*MADE_HERE, *ABOUT_ITSELF)}
    return {**kept, **changes}


def test_a_client_reads_all_that_it_registered_but_its_secret(registrar: Registrar) -> None:
    client = registrar.register(initiate_login_uri="https://app.example/login", scope="openid")
    read = answered(registrar.call("GET", client))
    once = {"client_secret", "client_secret_expires_at"}
    assert read == {name: value for name, value in client.items() if name not in once}
    assert read["initiate_login_uri"] == "https://app.example/login"


def test_what_was_read_can_be_sent_back(registrar: Registrar) -> None:
    client = registrar.register(jwks=jwks(new_key("RS256")), default_max_age=300)
    read = answered(registrar.call("GET", client))
    again = answered(registrar.call("PUT", client, update_of(read)))
    assert again == read


def test_replacing_takes_away_what_is_not_sent(
    registrar: Registrar, notice: Callable[[], None]
) -> None:
    client = registrar.register(
        redirect_uris=[LOCAL_CALLBACK], tos_uri="https://app.example/terms", scope="openid"
    )
    document = {"client_id": client["client_id"], "redirect_uris": ["http://localhost:9/new"]}
    changed = answered(registrar.call("PUT", client, document))
    assert "tos_uri" not in changed
    assert changed["scope"].startswith("openid profile")
    notice()
    old = registrar.http.get("/authorize", params=registrar.party(client).parameters())
    assert old.status_code == 400
    new = registrar.http.get("/authorize", params=registrar.party(changed).parameters())
    assert new.status_code == 303
    details = events(registrar.provider, client["client_id"])
    assert "redirect_uris" in details[Tag.CLIENT_SELF_UPDATED]["members"]


def test_the_secret_stays_when_a_registration_is_replaced(registrar: Registrar) -> None:
    client = registrar.register()
    changed = answered(registrar.call("PUT", client, update_of(client, client_name="x")))
    assert "client_secret" not in changed
    portal = registrar.party({**client, **changed, "client_secret": client["client_secret"]})
    assert portal.introspect("unknown") == {"active": False}


def test_a_secret_is_issued_when_it_becomes_needed_and_gone_when_not(
    registrar: Registrar, notice: Callable[[], None]
) -> None:
    client = registrar.register()
    public = update_of(client, token_endpoint_auth_method="none")
    assert "client_secret" not in answered(registrar.call("PUT", client, public))
    notice()
    portal = registrar.party(client)
    assert portal.post("/introspect", token="unknown").status_code == 401
    del public["client_secret"]
    public["token_endpoint_auth_method"] = "client_secret_post"
    changed = answered(registrar.call("PUT", client, public))
    assert len(changed["client_secret"]) == 43
    assert changed["client_secret"] != client["client_secret"]
    notice()
    assert registrar.party(changed).introspect("unknown") == {"active": False}


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("client_id", "another"),
        ("client_id", None),
        ("client_secret", "s" * 43),
        ("client_secret", 7),
        ("registration_access_token", "t"),
        ("registration_client_uri", "https://app.example"),
        ("client_secret_expires_at", 0),
        ("client_id_issued_at", 0),
        ("require_pkce", False),
        ("initiate_login_uri", "http://app.example/"),
    ],
)
def test_a_replacement_is_judged_like_a_registration(
    registrar: Registrar, member: str, value: object
) -> None:
    client = registrar.register()
    before = answered(registrar.call("GET", client))
    refused(registrar.call("PUT", client, update_of(client, **{member: value})), f"{member}:")
    assert answered(registrar.call("GET", client)) == before


def test_the_sector_document_is_fetched_again(registrar: Registrar) -> None:
    with serving_documents() as documents:
        served: Documents = documents
        uri = served.put("/sector", [CALLBACK])
        client = registrar.register(sector_identifier_uri=uri)
        assert registrar.call("PUT", client, update_of(client)).status_code == 200
        served.put("/sector", ["https://other.example/"])
        refused(registrar.call("PUT", client, update_of(client)), "sector_identifier_uri:")
        assert served.asked == ["/sector"] * 3


def test_a_wrong_token_and_an_unknown_client_look_the_same(registrar: Registrar) -> None:
    client, other = registrar.register(), registrar.register()
    nobody = {**client, "registration_client_uri": f"{registrar.provider.url}/clients/{'0' * 32}"}
    odd = {**client, "registration_client_uri": f"{registrar.provider.url}/clients/%00"}
    for method in ("GET", "PUT", "DELETE"):
        answers = [
            registrar.call(method, client, {}, other["registration_access_token"]),
            registrar.call(method, client, {}, client["client_secret"]),
            registrar.call(method, nobody, {}),
        ]
        for answer in answers:
            locked_out(answer)
        assert len({answer.content for answer in answers}) == 1
        locked_out(registrar.call(method, client, {}, None))
        assert registrar.call(method, odd, {}).status_code in (400, 401)
    assert registrar.call("GET", client).status_code == 200


def test_a_client_of_the_operator_has_no_token(registrar: Registrar) -> None:
    member = {"client_id": "tax", "client_name": "税务", "redirect_uris": [CALLBACK]}
    registrar.provider.register(member, "s" * 43)
    for token in (None, "unknown", "s" * 43):
        response = registrar.http.get("/clients/tax", headers=bearer(token))
        locked_out(response)


def test_a_client_that_the_operator_takes_over_changes_itself_no_more(
    registrar: Registrar,
) -> None:
    client = registrar.register()
    document = {
        "client_id": client["client_id"],
        "client_name": "快递柜",
        "redirect_uris": [CALLBACK],
    }
    registrar.provider.register(document, None)
    locked_out(registrar.call("GET", client))
    locked_out(registrar.call("DELETE", client))


def test_deleting_ends_the_client_and_what_was_granted_to_it(
    registrar: Registrar, browser: Browser, notice: Callable[[], None]
) -> None:
    client = registrar.register(
        redirect_uris=[LOCAL_CALLBACK],
        grant_types=["authorization_code", "refresh_token"],
        scope="openid profile",
    )
    portal = registrar.party(client)
    page = browser.get("/authorize", portal.parameters())
    callback = browser.pass_pages(page, registrar.provider.citizen())
    tokens = portal.tokens(callback["code"])
    response = registrar.call("DELETE", client)
    assert (response.status_code, response.content) == (204, b"")
    for method in ("GET", "PUT", "DELETE"):
        locked_out(registrar.call(method, client, {}))
    notice()
    assert portal.userinfo(tokens.access_token).status_code == 401
    assert portal.refresh(tokens.refresh_token).status_code == 401
    page = browser.get("/authorize", portal.parameters())
    assert page.status == 400
    assert Tag.CLIENT_SELF_DELETED in events(registrar.provider, client["client_id"])


def test_a_disabled_client_cannot_bring_itself_back(registrar: Registrar) -> None:
    client = registrar.register()
    registrar.provider.disable(client["client_id"])
    for method in ("GET", "PUT", "DELETE"):
        locked_out(registrar.call(method, client, update_of(client)))
