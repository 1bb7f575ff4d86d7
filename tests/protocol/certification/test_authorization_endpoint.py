"""Authorization requests and their answers: lines 17 to 24 of docs/certification.md."""

from __future__ import annotations

import pytest

from tests.protocol.browser import Callback
from tests.protocol.certification.judgement import (
    judge_description,
    judge_error,
    judge_error_page,
    judge_placement,
    judge_success,
)
from tests.protocol.certification.suite_client import (
    CALLBACK,
    RESPONSE_TYPES,
    Suite,
    SuiteClient,
)

NOBODY = {
    "login_required",
    "interaction_required",
    "consent_required",
    "account_selection_required",
}


@pytest.mark.parametrize("response_type", RESPONSE_TYPES)
def test_unknown_parameters_are_ignored(
    suite: Suite, client: SuiteClient, response_type: str
) -> None:
    """17. OpenID Connect Core section 3.1.2.1, RFC 6749 section 3.1; PKCE is not sent either."""
    callback = suite.authorize(client, response_type=response_type, state="abc", extra="foobar")
    judge_success(callback, client, response_type, "abc")


@pytest.mark.parametrize("scope", ["openid email profile", "profile email openid"])
def test_the_order_of_scopes_does_not_matter(suite: Suite, client: SuiteClient, scope: str) -> None:
    """17. RFC 6749 section 3.3."""
    tokens = suite.enter(client, scope=scope)
    assert {"email", "name"} <= client.userinfo(tokens.access_token).json().keys()


def test_the_order_of_parameters_does_not_matter(suite: Suite, client: SuiteClient) -> None:
    """17. OpenID Connect Core section 13.1."""
    parameters = client.parameters(scope="openid")
    page = suite.browser.get("/authorize", dict(reversed(parameters.items())))
    callback = suite.browser.pass_pages(page, suite.user)
    judge_success(callback, client, "code", parameters["state"])


def test_a_request_may_be_posted(suite: Suite, client: SuiteClient) -> None:
    """17. OpenID Connect Core section 3.1.2.1: GET and POST."""
    parameters = client.parameters(scope="openid")
    page = suite.browser.post("/authorize", parameters)
    callback = suite.browser.pass_pages(page, suite.user)
    judge_success(callback, client, "code", parameters["state"])
    # Once more, with a session, as a form of the client's own site would bring it.
    again = suite.browser.callback(suite.browser.post("/authorize", parameters))
    judge_success(again, client, "code", parameters["state"])


def test_pkce_may_be_used_all_the_same(suite: Suite, client: SuiteClient) -> None:
    """17. RFC 7636 section 4: valid PKCE is honoured, and a wrong verifier refused."""
    challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    pkce = {"code_challenge": challenge, "code_challenge_method": "S256"}
    code = suite.authorize(client, **pkce)["code"]
    assert client.exchange(code, code_verifier="w" * 43).json()["error"] == "invalid_grant"
    code = suite.authorize(client, **pkce)["code"]
    assert client.exchange(code, code_verifier=verifier).status_code == 200


@pytest.mark.parametrize("response_type", ["code", "id_token token"])
@pytest.mark.parametrize("state", ["s" * 128, "a b&c=d%2F\u4e2d", None])
def test_the_state_comes_back_verbatim_or_not_at_all(
    suite: Suite, client: SuiteClient, response_type: str, state: str | None
) -> None:
    """18. RFC 6749 section 4.1.2; `iss` is that of RFC 9207 section 2."""
    callback = suite.authorize(client, response_type=response_type, state=state)
    judge_success(callback, client, response_type, state)


@pytest.mark.parametrize("state", ["s" * 128, None])
def test_the_state_comes_back_in_errors_too(
    suite: Suite, client: SuiteClient, state: str | None
) -> None:
    """18. RFC 6749 section 4.1.2.1."""
    judge_error(suite.silently(client, prompt="none", state=state), client, NOBODY, state)


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "https://rp.example/unregistered",
        "https://elsewhere.example/test/callback",
        CALLBACK + "?foo=bar",
        CALLBACK + "/",
        CALLBACK.upper(),
    ],
)
def test_an_unregistered_redirect_uri_is_answered_with_a_page(
    suite: Suite, client: SuiteClient, redirect_uri: str
) -> None:
    """19. OpenID Connect Core section 3.1.2.1, RFC 6749 section 4.1.2.1."""
    judge_error_page(suite.start(client, redirect_uri=redirect_uri))


@pytest.mark.parametrize("uris", [[CALLBACK, CALLBACK + "2"], [CALLBACK]])
def test_a_missing_redirect_uri_is_answered_with_a_page(suite: Suite, uris: list[str]) -> None:
    """19. OpenID Connect Core section 3.1.2.1: `redirect_uri` is required."""
    client = suite.register(redirect_uris=uris)
    judge_error_page(suite.start(client, redirect_uri=None))


def test_a_missing_response_type_is_an_error_in_the_query(
    suite: Suite, client: SuiteClient
) -> None:
    """20. RFC 6749 sections 3.1.1 and 4.1.2.1."""
    callback = suite.silently(client, response_type=None, state="abc")
    judge_placement(callback, CALLBACK, "?")
    judge_error(callback, client, {"invalid_request", "unsupported_response_type"}, "abc")


@pytest.mark.parametrize("response_type", RESPONSE_TYPES)
def test_errors_bring_known_parameters_alone_where_the_response_type_says(
    suite: Suite, client: SuiteClient, response_type: str
) -> None:
    """20. RFC 6749 section 4.1.2.1, Multiple Response Types section 5."""
    callback = suite.silently(client, response_type=response_type, prompt="none", state="abc")
    judge_error(callback, client, NOBODY, "abc")
    judge_placement(callback, CALLBACK, "?" if response_type == "code" else "#")


def test_a_refusal_by_the_person_brings_known_parameters_alone(
    suite: Suite, client: SuiteClient
) -> None:
    """20. RFC 6749 section 4.1.2.1, `access_denied`."""
    consent = suite.browser.sign_in(
        suite.start(client, scope="openid email", state="abc"), suite.user
    )
    callback = suite.browser.callback(suite.browser.consent(consent, press="consent-deny"))
    judge_error(callback, client, {"access_denied"}, "abc")


@pytest.mark.parametrize(
    "wrong",
    [
        {"response_type": None},
        {"response_type": "code\r\nid_token"},
        {"response_type": '"\\code'},
        {"scope": "profile"},
        {"max_age": "soon\t"},
        {"claims": "{"},
        {"prompt": "none login"},
        {"prompt": "\u4e2d\u6587"},
        {"request": "not a JWT"},
        {"registration": "{}"},
    ],
)
def test_descriptions_of_errors_are_plain_ascii_in_every_language(
    suite: Suite, client: SuiteClient, wrong: dict[str, str | None]
) -> None:
    """21. RFC 6749 section 4.1.2.1, `error_description`."""
    suite.browser.http.headers["Accept-Language"] = "zh-CN"
    callback = suite.silently(client, ui_locales="zh-CN", **wrong)
    assert callback["error"]
    judge_description(callback["error_description"])


def test_without_a_session_a_silent_request_fails(suite: Suite, client: SuiteClient) -> None:
    """22. OpenID Connect Core section 3.1.2.6."""
    judge_error(suite.silently(client, prompt="none", state="abc"), client, NOBODY, "abc")


@pytest.mark.parametrize("scope", ["openid", "openid profile email"])
def test_with_a_session_a_silent_request_succeeds_for_the_same_sign_in(
    suite: Suite, client: SuiteClient, scope: str
) -> None:
    """22. OpenID Connect Core section 3.1.2.1, `prompt=none`; what was agreed to is remembered."""
    first = suite.claims(client, scope=scope)
    suite.provider.clock.advance(2)
    code = suite.silently(client, scope=scope, prompt="none")["code"]
    second = client.claims(client.tokens(code).id_token)
    for name in ("iss", "sub", "aud", "auth_time"):
        assert second[name] == first[name]


def test_a_hint_about_the_person_succeeds_silently(suite: Suite, client: SuiteClient) -> None:
    """22. OpenID Connect Core section 3.1.2.1, `id_token_hint`."""
    tokens = suite.enter(client)
    callback = suite.silently(client, prompt="none", id_token_hint=tokens.id_token)
    second = client.claims(client.tokens(callback["code"]).id_token)
    assert second["sub"] == client.claims(tokens.id_token)["sub"]


def test_a_fresh_sign_in_can_be_asked_for_and_is_later(suite: Suite, client: SuiteClient) -> None:
    """23. OpenID Connect Core section 3.1.2.1, `prompt=login`."""
    first = suite.claims(client)
    suite.provider.clock.advance(2)
    page = suite.start(client, prompt="login")
    assert page.path == "/login" and page.status == 200
    code = suite.browser.pass_pages(page, suite.user)["code"]
    second = client.claims(client.tokens(code).id_token)
    assert second["auth_time"] > first["auth_time"]
    assert second["sub"] == first["sub"]


def test_to_be_asked_for_consent_is_accepted(suite: Suite, client: SuiteClient) -> None:
    """23. OpenID Connect Core section 3.1.2.1, `prompt=consent`."""
    suite.enter(client, scope="openid email")
    page = suite.start(client, scope="openid email", prompt="consent")
    assert page.path == "/consent"
    assert suite.browser.pass_pages(page, suite.user)["code"]


@pytest.mark.parametrize("response_type", ["code", "id_token", "code id_token"])
def test_a_sign_in_that_is_too_old_is_made_anew_and_its_time_is_told(
    suite: Suite, client: SuiteClient, response_type: str
) -> None:
    """23. OpenID Connect Core section 3.1.2.1, `max_age=1` after two seconds."""
    first = id_token(suite, client, response_type)
    suite.provider.clock.advance(2)
    assert suite.start(client, response_type=response_type, max_age="1").path == "/login"
    second = id_token(suite, client, response_type, max_age="1")
    assert second["auth_time"] > first["auth_time"]
    assert suite.now - second["auth_time"] <= 1


@pytest.mark.parametrize("response_type", ["code", "id_token", "code id_token"])
def test_a_sign_in_that_is_young_enough_is_kept_and_its_time_is_told(
    suite: Suite, client: SuiteClient, response_type: str
) -> None:
    """23. OpenID Connect Core section 2: `auth_time` is required when `max_age` was sent."""
    first = id_token(suite, client, response_type, max_age="10000")
    suite.provider.clock.advance(2)
    callback = suite.silently(client, response_type=response_type, max_age="10000")
    second = read_id_token(client, callback)
    assert second["auth_time"] == first["auth_time"]


@pytest.mark.parametrize(
    "wish",
    [
        {"display": "page"},
        {"display": "popup"},
        {"display": "nonsense"},
        {"ui_locales": "se"},
        {"claims_locales": "se"},
        {"login_hint": "buffy@rp.example"},
        {"acr_values": "1 2"},
    ],
)
def test_wishes_never_fail(suite: Suite, client: SuiteClient, wish: dict[str, str]) -> None:
    """24. OpenID Connect Core sections 3.1.2.1 and 15.1."""
    judge_success(suite.authorize(client, state="abc", **wish), client, "code", "abc")


def test_the_level_that_is_told_is_one_of_the_wishes(suite: Suite, client: SuiteClient) -> None:
    """24. OpenID Connect Core section 3.1.2.1, `acr_values`; a suite wishes for all on offer."""
    offered = suite.discovery()["acr_values_supported"]
    reached = suite.claims(client, acr_values=" ".join(reversed(offered)))["acr"]
    assert reached in offered
    for wished in offered[: offered.index(reached) + 1]:
        assert suite.claims(client, acr_values=wished)["acr"] == wished


def id_token(
    suite: Suite, client: SuiteClient, response_type: str, **changes: str
) -> dict[str, int]:
    return read_id_token(client, suite.authorize(client, response_type=response_type, **changes))


def read_id_token(client: SuiteClient, callback: Callback) -> dict[str, int]:
    """Return the claims of the ID token that came, or that the code gets."""
    if "id_token" in callback.names():
        return client.claims(callback["id_token"])
    return client.claims(client.tokens(callback["code"]).id_token)
