"""Every parameter of an authorization request: accepted, refused on a page, refused by redirect."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from tests.protocol.browser import Browser, Callback
from tests.protocol.conftest import NewPortal
from tests.protocol.refusals import ALLOWED_IN_ERRORS, sent_back, shown_on_a_page
from tests.protocol.relying_party import RelyingParty
from tests.provider import Citizen, RunningProvider

Authorize = Callable[..., Callback]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "none"}, "unsupported_response_type"),
        ({"response_mode": "web_message"}, "invalid_request"),
        ({"response_mode": "nonsense"}, "invalid_request"),
        ({"request": "e30.e30."}, "invalid_request_object"),
        ({"request_uri": "https://client.example/r"}, "request_uri_not_supported"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request_uri"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "openid email"}, "invalid_scope"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": "s256"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "*" * 43}, "invalid_request"),
        ({"code_challenge": "a" * 44}, "invalid_request"),
        ({"nonce": "n" * 513}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "create"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"max_age": "1.5"}, "invalid_request"),
        ({"max_age": "9" * 20}, "invalid_request"),
        ({"claims": "{"}, "invalid_request"),
        ({"claims": "[]"}, "invalid_request"),
        ({"claims": '{"userinfo": []}'}, "invalid_request"),
        ({"claims": '{"id_token": {"name": 1}}'}, "invalid_request"),
        ({"claims": '{"id_token": {"acr": {"essential": true, "values": 1}}}'}, "invalid_request"),
        ({"claims": "[" * 4000}, "invalid_request"),
        ({"id_token_hint": "e30.e30.e30"}, "invalid_request"),
        ({"id_token_hint": "W10.W10.W10"}, "invalid_request"),
        ({"id_token_hint": "bnVsbA.bnVsbA."}, "invalid_request"),
    ],
)
def test_after_the_redirect_uri_is_proven_an_error_goes_to_the_client(
    browser: Browser, portal: RelyingParty, changes: dict[str, str | None], error: str
) -> None:
    """RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6, RFC 9207 section 2."""
    parameters = portal.parameters(**changes)
    sent_back(browser.get("/authorize", parameters), portal, error, parameters["state"])


@pytest.mark.parametrize(
    "name",
    [
        "response_type", "scope", "nonce", "prompt", "max_age", "claims", "acr_values",
        "code_challenge", "code_challenge_method", "response_mode", "login_hint", "id_token_hint",
        "ui_locales", "display",
    ],
)  # fmt: skip
def test_a_repeated_parameter_is_refused(browser: Browser, portal: RelyingParty, name: str) -> None:
    """RFC 6749 section 3.1."""
    given = portal.parameters()
    twice = [(name, given.get(name, "none")), (name, given.get(name, "none"))]
    pairs = [(key, value) for key, value in given.items() if key != name] + twice
    page = browser.get(f"/authorize?{urlencode(pairs)}")
    sent_back(page, portal, "invalid_request", given["state"])


def test_a_repeated_state_is_refused_and_neither_value_is_returned(
    browser: Browser, portal: RelyingParty
) -> None:
    """RFC 6749 section 3.1."""
    pairs = [*portal.parameters().items(), ("state", "another")]
    sent_back(browser.get(f"/authorize?{urlencode(pairs)}"), portal, "invalid_request", None)


@pytest.mark.parametrize("state", ["s\nX: 1", "s\r\nX: 1", "s\tX"])
def test_a_state_with_control_characters_is_refused(
    browser: Browser, portal: RelyingParty, state: str
) -> None:
    """RFC 6749 appendix A.5: state is made of visible characters, R6."""
    page = browser.get("/authorize", portal.parameters(state=state))
    sent_back(page, portal, "invalid_request", None)


def test_an_error_without_state_comes_back_without_state(
    browser: Browser, portal: RelyingParty
) -> None:
    """RFC 6749 section 4.1.2.1: state only if it was in the request."""
    page = browser.get("/authorize", portal.parameters(state=None, response_type=None))
    sent_back(page, portal, "invalid_request", None)


def test_an_overlong_state_is_refused(browser: Browser, portal: RelyingParty) -> None:
    """R6."""
    page = browser.get("/authorize", portal.parameters(state="s" * 2049))
    sent_back(page, portal, "invalid_request", None)


@pytest.mark.parametrize("state", ["s" * 128, "a b+c&d=e%/?#\u00e9\u4e2d", "{}[]'<>~", None])
def test_state_comes_back_unchanged(
    portal: RelyingParty, authorize: Authorize, state: str | None
) -> None:
    """RFC 6749 section 4.1.2, R5."""
    callback = authorize(portal, state=state)
    assert set(callback.names()) == {"code", "iss"} | ({"state"} if state else set())
    assert callback["iss"] == portal.issuer
    if state:
        assert callback["state"] == state


def test_a_code_has_at_least_128_random_bits(portal: RelyingParty, authorize: Authorize) -> None:
    """RFC 6749 section 10.10; a checker measures the entropy of the text itself."""
    code = authorize(portal)["code"]
    share = [count / len(code) for count in Counter(code).values()]
    assert -sum(p * math.log2(p) for p in share) * len(code) >= 128
    assert authorize(portal)["code"] != code


def test_unknown_parameters_are_ignored_and_order_does_not_matter(
    portal: RelyingParty, authorize: Authorize
) -> None:
    """OpenID Connect Core section 3.1.2.1."""
    callback = authorize(portal, extra="foobar", scope="phone openid unheard-of profile")
    tokens = portal.tokens(callback["code"])
    assert tokens.body["scope"] == "openid profile phone"


def test_an_empty_parameter_counts_as_omitted(portal: RelyingParty, authorize: Authorize) -> None:
    """RFC 6749 section 3.1."""
    empty = {
        "prompt": "",
        "max_age": "",
        "claims": "",
        "request": "",
        "nonce": "",
        "acr_values": "",
    }
    tokens = portal.tokens(authorize(portal, **empty)["code"])
    assert "nonce" not in portal.claims(tokens.id_token)


@pytest.mark.parametrize(
    "changes",
    [
        {"display": "page"},
        {"display": "popup"},
        {"display": "nonsense"},
        {"ui_locales": "se"},
        {"ui_locales": "en zh-CN"},
        {"claims_locales": "se"},
        {"login_hint": "buffy@localhost"},
        {"login_hint": "h" * 1000},
        {"acr_values": "1 2"},
        {"acr_values": "urn:example:silver"},
        {"claims": '{"userinfo": {"unheard-of": {"essential": true}}, "other": 1}'},
        {"claims": '{"userinfo": {"name": null}, "id_token": {"acr": null}}'},
    ],
)
def test_wishes_never_make_a_request_fail(
    portal: RelyingParty, authorize: Authorize, changes: dict[str, str]
) -> None:
    """OpenID Connect Core section 3.1.2.1 and 15.1."""
    assert authorize(portal, **changes)["code"]


def test_login_hint_is_filled_in_and_escaped(browser: Browser, portal: RelyingParty) -> None:
    """OpenID Connect Core section 3.1.2.1."""
    page = browser.get("/authorize", portal.parameters(login_hint='"><script>13900000001'))
    assert page.form("/login").fields["username"] == '"><script>13900000001'
    assert "<script>1" not in page.text


@pytest.mark.parametrize(
    ("locales", "words"),
    [("en", "Sign in"), ("zh-CN", "登录"), ("se zh", "登录"), ("se en", "Sign in")],
)
def test_ui_locales_choose_the_language_of_the_pages(
    provider: RunningProvider, portal: RelyingParty, locales: str, words: str
) -> None:
    """OpenID Connect Core section 3.1.2.1: in order of preference."""
    browser = Browser(provider.url, language="fr")
    page = browser.get("/authorize", portal.parameters(ui_locales=locales))
    assert f">{words}</" in page.text
    browser.close()


def test_a_post_is_served_like_a_get(
    browser: Browser, citizen: Citizen, portal: RelyingParty
) -> None:
    """OpenID Connect Core section 3.1.2.1: both methods."""
    callback = browser.pass_pages(browser.post("/authorize", portal.parameters()), citizen)
    assert portal.exchange(callback["code"]).status_code == 200


def test_a_post_with_a_repeated_parameter_is_refused_too(
    browser: Browser, portal: RelyingParty
) -> None:
    """RFC 6749 section 3.1."""
    given = portal.parameters()
    page = browser.post("/authorize", {**given, "scope": ["openid", "openid"]})
    sent_back(page, portal, "invalid_request", given["state"])


def test_form_post_sends_success_by_a_form_and_puts_nothing_into_the_url(
    browser: Browser, citizen: Citizen, portal: RelyingParty
) -> None:
    """OAuth 2.0 Form Post Response Mode section 2; R31: the form may go to this client only."""
    given = portal.parameters(response_mode="form_post")
    page = browser.get("/authorize", given)
    page = browser.consent(browser.sign_in(page, citizen))
    assert page.status == 200
    form = page.form(portal.redirect_uri)
    assert form.method == "post"
    assert set(form.fields) == {"code", "state", "iss"}
    assert form.fields["state"] == given["state"]
    policy = page.response.headers["content-security-policy"]
    assert "form-action 'self' http://localhost:9;" in policy
    assert page.response.headers["cache-control"] == "no-store"
    assert portal.exchange(form.fields["code"]).status_code == 200


def test_form_post_sends_errors_by_a_form(browser: Browser, portal: RelyingParty) -> None:
    """OAuth 2.0 Form Post Response Mode section 2."""
    given = portal.parameters(response_mode="form_post", prompt="none", state='<&">')
    form = browser.get("/authorize", given).form(portal.redirect_uri)
    assert form.fields["error"] == "login_required"
    assert form.fields["state"] == '<&">'
    assert set(form.fields) <= ALLOWED_IN_ERRORS


def test_a_client_exempted_from_pkce_needs_a_nonce(
    browser: Browser, citizen: Citizen, new_portal: NewPortal
) -> None:
    """RFC 9700 section 2.1.1, R4."""
    portal = new_portal(require_pkce=False)
    plain = {"code_challenge": None, "code_challenge_method": None}
    given = portal.parameters(**plain, nonce=None)
    sent_back(browser.get("/authorize", given), portal, "invalid_request", given["state"])
    page = browser.get("/authorize", portal.parameters(**plain))
    callback = browser.pass_pages(page, citizen)
    assert portal.exchange(callback["code"], code_verifier=None).status_code == 200


def test_a_disabled_client_is_refused_on_a_page(
    provider: RunningProvider, browser: Browser, portal: RelyingParty
) -> None:
    """R12: effective within seconds."""
    browser.get("/authorize", portal.parameters())
    provider.disable(portal.client_id)
    provider.clock.advance(5)
    shown_on_a_page(browser.get("/authorize", portal.parameters()), "client_id")


def test_the_login_page_shows_the_clients_name_logo_and_terms(
    browser: Browser, new_portal: NewPortal
) -> None:
    """OpenID Connect Registration section 2: logo, policy and terms, without fetching them."""
    portal = new_portal(
        logo_uri="https://tax.example.cn/logo.png",
        policy_uri="https://tax.example.cn/policy",
        tos_uri="https://tax.example.cn/terms",
    )
    page = browser.get("/authorize", portal.parameters())
    assert "Tax services" in page.text
    for member in ("logo_uri", "policy_uri", "tos_uri"):
        assert f'"{portal.metadata[member]}"' in page.text
