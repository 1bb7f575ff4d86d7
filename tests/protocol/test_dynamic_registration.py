"""Dynamic client registration (RFC 7591, OpenID Connect Registration 1.0)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.protocol.assertions import jwks, new_key
from tests.protocol.browser import Browser
from tests.protocol.documents import Documents, serving_documents
from tests.protocol.self_registered import (
    CALLBACK,
    LOCAL_CALLBACK,
    Registrar,
    refused,
    registering_provider,
)
from tests.protocol.surface import census
from tests.provider import RunningProvider


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    with registering_provider(tmp_path_factory.mktemp("provider") / "home") as running:
        yield running


@pytest.fixture
def registrar(provider: RunningProvider, http: httpx2.Client) -> Registrar:
    return Registrar(provider, http)


@pytest.fixture(scope="module")
def documents() -> Iterator[Documents]:
    with serving_documents() as served:
        yield served


def test_a_client_is_told_its_id_its_secret_and_what_was_registered(registrar: Registrar) -> None:
    client = registrar.register(client_name="快递柜", contacts=["dev@app.example"])
    assert len(base64.urlsafe_b64decode(client["client_secret"] + "=")) == 32
    assert client["client_secret_expires_at"] == 0
    assert isinstance(client["client_id_issued_at"], int)
    assert client["client_name"] == "快递柜"
    assert client["contacts"] == ["dev@app.example"]
    uri = f"{registrar.provider.url}/clients/{client['client_id']}"
    assert client["registration_client_uri"] == uri


def test_discovery_names_the_endpoint(registrar: Registrar) -> None:
    assert registrar.endpoint == registrar.provider.url + "/clients"


def test_defaults_are_those_of_the_specification(registrar: Registrar) -> None:
    client = registrar.register()
    assert client["grant_types"] == ["authorization_code"]
    assert client["response_types"] == ["code"]
    assert client["token_endpoint_auth_method"] == "client_secret_basic"
    assert client["application_type"] == "web"
    assert client["id_token_signed_response_alg"] == "RS256"
    assert client["subject_type"] == "pairwise"
    assert client["client_name"] == "app.example"
    assert client["scope"] == "openid profile phone email address offline_access"


def test_a_self_registered_client_signs_people_in_with_one_click(
    registrar: Registrar, browser: Browser
) -> None:
    client = registrar.register(
        redirect_uris=[LOCAL_CALLBACK],
        grant_types=["authorization_code", "refresh_token"],
        scope="openid profile phone",
    )
    portal = registrar.party(client)
    page = browser.get("/authorize", portal.parameters())
    page = browser.sign_in(page, registrar.provider.citizen())
    form = page.form("/consent")
    assert form.ticked() == form.boxes()
    tokens = portal.tokens(browser.callback(browser.submit(page, form, "consent-allow"))["code"])
    assert {"sub", "name", "phone_number"} <= portal.userinfo(tokens.access_token).json().keys()
    assert portal.header(tokens.id_token)["alg"] == "RS256"


def test_the_secret_is_kept_as_a_keyed_hash_only(registrar: Registrar) -> None:
    client = registrar.register()
    secrets_of_client = (client["client_secret"], client["registration_access_token"])
    for file in registrar.provider.folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not [secret for secret in secrets_of_client if secret.encode() in content]


def test_a_client_without_credentials_gets_none(registrar: Registrar) -> None:
    client = registrar.register(token_endpoint_auth_method="none")
    assert "client_secret" not in client


def test_a_client_with_keys_that_have_no_kid_gets_no_secret(registrar: Registrar) -> None:
    client = registrar.register(
        token_endpoint_auth_method="private_key_jwt", jwks=jwks(new_key("RS256"))
    )
    assert client["token_endpoint_auth_method"] == "private_key_jwt"
    assert "client_secret" not in client


def test_what_is_not_offered_is_left_out_and_the_answer_says_so(registrar: Registrar) -> None:
    client = registrar.register(
        grant_types=["authorization_code", "implicit", "refresh_token", "client_credentials"],
        response_types=["code", "id_token token", "code id_token", "nonsense"],
        scope="openid identity profile elsewhere",
        request_uris=["https://app.example/request#0123"],
    )
    assert client["grant_types"] == ["authorization_code", "refresh_token"]
    assert client["response_types"] == ["code"]
    assert client["scope"] == "openid profile"
    assert "request_uris" not in client


def test_unknown_members_are_ignored(registrar: Registrar) -> None:
    client = registrar.register(software_color="blue", **{"client_name#fr": "Casier"})
    assert not {"software_color", "client_name#fr"} & client.keys()


def test_null_counts_as_absent(registrar: Registrar) -> None:
    assert "jwks_uri" not in registrar.register(jwks_uri=None, claims=None)


def test_names_are_chosen_by_language(registrar: Registrar) -> None:
    client = registrar.register(
        **{"client_name": "Lockers", "client_name#zh-Hant": "櫃", "client_name#zh-CN": "快递柜"}
    )
    assert client["client_name"] == "快递柜"
    assert client["client_name#en"] == "Lockers"
    client = registrar.register(**{"client_name": "柜", "client_name#en-GB": "Box"})
    assert (client["client_name"], client["client_name#en"]) == ("柜", "Box")


def test_one_signature_algorithm_governs_all(registrar: Registrar) -> None:
    client = registrar.register(userinfo_signed_response_alg="ES256")
    assert client["id_token_signed_response_alg"] == "ES256"
    response = registrar.ask(
        id_token_signed_response_alg="RS256", userinfo_signed_response_alg="ES256"
    )
    refused(response, "userinfo_signed_response_alg")


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("claims", [{"name": "name", "purpose": "any", "legal_basis": "statutory"}]),
        ("require_pkce", False),
        ("require_nonce", False),
        ("resources", ["https://api.example"]),
        ("resource_identifiers", ["https://api.example"]),
        ("sector_identifier", "tax.example.gov.cn"),
        ("client_assertion_audience", "issuer"),
        ("department", "国家税务总局"),
        ("department#en", "Tax Administration"),
        ("retention", "永久"),
        ("subject_type", "public"),
        ("client_id", "tax-portal"),
        ("client_secret", "s" * 43),
        ("registration_access_token", "t" * 43),
    ],
)
def test_what_an_administrator_decides_is_refused_by_name(
    registrar: Registrar, member: str, value: object
) -> None:
    """R22."""
    refused(registrar.ask(**{member: value}), f"{member}:")


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("initiate_login_uri", "http://app.example/login"),
        ("token_endpoint_auth_method", "password"),
        ("token_endpoint_auth_method", "tls_client_auth"),
        ("id_token_signed_response_alg", "none"),
        ("userinfo_signed_response_alg", "none"),
        ("grant_types", ["implicit"]),
        ("grant_types", "authorization_code"),
        ("response_types", ["id_token"]),
        ("response_types", [["code"]]),
        ("logo_uri", "javascript:alert(1)"),
        ("tos_uri", "http://app.example/terms"),
        ("jwks", {"keys": []}),
        ("jwks", {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}),
        ("backchannel_logout_session_required", "true"),
        ("default_max_age", "60"),
        ("default_max_age", 10**18),
        ("contacts", "dev@app.example"),
        ("scope", ["openid"]),
        ("client_name", "a\u202eb"),
        ("client_name", "a\u0000b"),
        ("client_name", 7),
        ("jwks", {"keys": [[[[[[[[[[]]]]]]]]]]}),
    ],
)
def test_an_invalid_value_is_refused_by_name(
    registrar: Registrar, member: str, value: object
) -> None:
    refused(registrar.ask(**{member: value}), f"{member}:")


@pytest.mark.parametrize(
    "uris",
    [
        ["https://app.example/callback#fragment"],
        ["http://app.example/callback"],
        ["https://app.example/\u4e2d\u6587\u0022"],
        ["/callback"],
        ["javascript:alert(1)"],
        [""],
        [7],
        "https://app.example/callback",
        [],
        None,
    ],
)
def test_an_unacceptable_redirect_uri_has_its_own_error(registrar: Registrar, uris: Any) -> None:
    refused(registrar.ask(redirect_uris=uris), "redirect_uris:", "invalid_redirect_uri")


def test_several_redirect_uris_of_one_host_are_kept_as_they_are(registrar: Registrar) -> None:
    uris = [CALLBACK, CALLBACK + "?dummy1=lorem&dummy2=ipsum"]
    assert registrar.register(redirect_uris=uris)["redirect_uris"] == uris


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"a":' * 5000, b"null"])
def test_what_is_no_json_object_is_refused(registrar: Registrar, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    response = registrar.http.post("/clients", content=body, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_request"


def test_a_form_is_not_a_registration(registrar: Registrar) -> None:
    response = registrar.http.post("/clients", data={"redirect_uris": CALLBACK})
    assert response.status_code == 400


def test_a_refused_registration_leaves_nothing_behind(registrar: Registrar) -> None:
    before = census(registrar.provider)
    registrar.ask(initiate_login_uri="http://app.example/login")
    assert census(registrar.provider) == before


TWO_HOSTS = [CALLBACK, "https://other.example/callback"]


def test_several_hosts_need_a_sector_document(registrar: Registrar) -> None:
    response = registrar.ask(redirect_uris=TWO_HOSTS)
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_client_metadata"


def test_the_sector_document_has_to_list_every_redirect_uri(
    registrar: Registrar, documents: Documents
) -> None:
    uri = documents.put("/sector.json", TWO_HOSTS)
    client = registrar.register(redirect_uris=TWO_HOSTS, sector_identifier_uri=uri)
    assert client["sector_identifier_uri"] == uri
    response = registrar.ask(redirect_uris=[CALLBACK + "/x"], sector_identifier_uri=uri)
    refused(response, "sector_identifier_uri:")


@pytest.mark.parametrize("content", [b"{}", b"[1]", b"not json", b"[" + b'"x",' * 20_000 + b'""]'])
def test_a_sector_document_of_another_kind_is_refused(
    registrar: Registrar, documents: Documents, content: bytes
) -> None:
    documents.content["/odd.json"] = content
    refused(
        registrar.ask(sector_identifier_uri=documents.url + "/odd.json"), "sector_identifier_uri:"
    )


def test_a_sector_document_that_is_not_there_is_refused(
    registrar: Registrar, documents: Documents
) -> None:
    refused(registrar.ask(sector_identifier_uri=documents.url + "/none"), "sector_identifier_uri:")
    refused(
        registrar.ask(sector_identifier_uri="https://10.0.0.1/sector"), "sector_identifier_uri:"
    )


def test_links_are_never_fetched(registrar: Registrar, documents: Documents) -> None:
    documents.asked.clear()
    links = ("logo_uri", "policy_uri", "tos_uri", "client_uri", "jwks_uri", "initiate_login_uri")
    client = registrar.register(**{name: f"{documents.url}/{name}" for name in links})
    assert all(client[name] == f"{documents.url}/{name}" for name in links)
    assert documents.asked == []


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_pages_show_the_logo_and_links_and_that_nobody_verified_them(
    registrar: Registrar, language: str
) -> None:
    client = registrar.register(
        redirect_uris=[LOCAL_CALLBACK],
        logo_uri="https://app.example/logo.png",
        policy_uri="https://app.example/policy",
        tos_uri="https://app.example/terms",
    )
    told = {"en": "This application registered itself", "zh-CN": "该应用自行登记，其自述未经核验"}
    visitor = Browser(registrar.provider.url, language=language)
    page = visitor.get("/authorize", registrar.party(client).parameters())
    for _ in range(2):
        assert 'src="https://app.example/logo.png"' in page.text
        assert 'href="https://app.example/policy"' in page.text
        assert 'href="https://app.example/terms"' in page.text
        assert told[language] in page.text
        policy = page.response.headers["content-security-policy"]
        assert "img-src 'self' data: https://app.example;" in policy
        if page.path == "/login":
            page = visitor.sign_in(page, registrar.provider.citizen())
    assert page.path == "/consent"
    untold = {"en": "The application has not said", "zh-CN": "该应用未作说明"}
    assert untold[language] in page.text
    assert "Department in charge" not in page.text
    assert "主管部门" not in page.text
    visitor.close()
