"""What a client may demand of the sign-in: prompt, max_age, acr, a certain person."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.protocol.browser import Browser, Callback
from tests.protocol.conftest import NewPortal
from tests.protocol.refusals import sent_back
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import Citizen, RunningProvider

Authorize = Callable[..., Callback]
Enter = Callable[..., Tokens]
L1, L2, L3 = (f"urn:tongxing:acr:l{level}" for level in (1, 2, 3))


def silently(browser: Browser, portal: RelyingParty, **changes: str | None) -> Callback:
    """Ask with prompt=none; no page may appear."""
    return browser.callback(browser.get("/authorize", portal.parameters(prompt="none", **changes)))


def test_prompt_none_without_a_session_is_login_required(
    browser: Browser, portal: RelyingParty
) -> None:
    """OpenID Connect Core section 3.1.2.6."""
    assert silently(browser, portal)["error"] == "login_required"


def test_prompt_none_with_a_session_answers_silently_about_the_same_sign_in(
    provider: RunningProvider, browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """OpenID Connect Core section 3.1.2.1: same sub, same auth_time."""
    first = portal.claims(enter(portal).id_token)
    provider.clock.advance(30)
    second = portal.claims(portal.tokens(silently(browser, portal)["code"]).id_token)
    assert (second["sub"], second["sid"]) == (first["sub"], first["sid"])
    assert second["auth_time"] == first["auth_time"]
    assert second["iat"] > first["iat"]


def test_prompt_none_before_any_consent_is_consent_required(
    browser: Browser, citizen: Citizen, new_portal: NewPortal
) -> None:
    """OpenID Connect Core section 3.1.2.6."""
    browser.sign_in(browser.get("/authorize", new_portal().parameters()), citizen)
    assert silently(browser, new_portal())["error"] == "consent_required"


def test_prompt_login_always_asks_and_gives_a_later_auth_time(
    provider: RunningProvider,
    browser: Browser,
    citizen: Citizen,
    portal: RelyingParty,
    enter: Enter,
) -> None:
    """OpenID Connect Core section 3.1.2.1."""
    first = portal.claims(enter(portal).id_token)
    provider.clock.advance(3)
    page = browser.get("/authorize", portal.parameters(prompt="login"))
    assert page.path == "/login"
    second = portal.claims(portal.tokens(browser.pass_pages(page, citizen)["code"]).id_token)
    assert second["auth_time"] == first["auth_time"] + 3
    assert second["sub"] == first["sub"]
    assert second["sid"] == first["sid"], "the sign-in was renewed, not replaced"


def test_select_account_asks_too(browser: Browser, portal: RelyingParty, enter: Enter) -> None:
    """OpenID Connect Core section 3.1.2.1."""
    enter(portal)
    page = browser.get("/authorize", portal.parameters(prompt="select_account"))
    assert page.path == "/login"


def test_prompt_login_is_not_satisfied_by_resuming_without_signing_in(
    browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """R26: no step can be skipped."""
    enter(portal)
    page = browser.get("/authorize", portal.parameters(prompt="login"))
    transaction = page.form("/login").fields["transaction"]
    again = browser.get("/authorize/resume", {"transaction": transaction})
    assert again.path == "/login"


def test_prompt_consent_asks_although_it_was_decided(
    browser: Browser, citizen: Citizen, portal: RelyingParty, enter: Enter
) -> None:
    """OpenID Connect Core section 3.1.2.1."""
    enter(portal)
    page = browser.get("/authorize", portal.parameters(prompt="consent"))
    assert page.path == "/consent"
    assert page.form("/consent").ticked() == ["phone_number"], "as decided before"
    assert browser.pass_pages(page, citizen)["code"]


def test_prompt_login_and_consent_together_ask_both(
    browser: Browser, citizen: Citizen, portal: RelyingParty, enter: Enter
) -> None:
    """OpenID Connect Core section 3.1.2.1."""
    enter(portal)
    page = browser.get("/authorize", portal.parameters(prompt="login consent"))
    assert page.path == "/login"
    page = browser.sign_in(page, citizen)
    assert page.path == "/consent"
    assert browser.pass_pages(page, citizen)["code"]


def test_an_older_sign_in_than_max_age_is_asked_for_again(
    provider: RunningProvider,
    browser: Browser,
    citizen: Citizen,
    portal: RelyingParty,
    enter: Enter,
) -> None:
    """OpenID Connect Core section 3.1.2.1."""
    first = portal.claims(enter(portal).id_token)
    provider.clock.advance(2)
    page = browser.get("/authorize", portal.parameters(max_age="1"))
    assert page.path == "/login"
    second = portal.claims(portal.tokens(browser.pass_pages(page, citizen)["code"]).id_token)
    assert second["auth_time"] == first["auth_time"] + 2


def test_a_recent_enough_sign_in_is_not_asked_for_again(
    browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """OpenID Connect Core section 3.1.2.1: auth_time is there and unchanged."""
    first = portal.claims(enter(portal).id_token)
    page = browser.get("/authorize", portal.parameters(max_age="10000"))
    second = portal.claims(portal.tokens(browser.callback(page)["code"]).id_token)
    assert second["auth_time"] == first["auth_time"]


def test_max_age_zero_asks_once_and_no_more(
    browser: Browser, citizen: Citizen, portal: RelyingParty, enter: Enter
) -> None:
    """OpenID Connect Core section 3.1.2.1: like prompt=login."""
    enter(portal)
    page = browser.get("/authorize", portal.parameters(max_age="0"))
    assert page.path == "/login"
    assert browser.pass_pages(page, citizen)["code"]


def test_max_age_holds_on_the_silent_path_too(
    provider: RunningProvider, browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """R9."""
    enter(portal)
    provider.clock.advance(2)
    assert silently(browser, portal, max_age="1")["error"] == "login_required"
    assert silently(browser, portal, max_age="100")["code"]


def test_a_clients_default_max_age_counts_when_the_request_is_silent(
    provider: RunningProvider, browser: Browser, new_portal: NewPortal, enter: Enter
) -> None:
    """OpenID Connect Registration section 2."""
    portal = new_portal(default_max_age=60)
    enter(portal)
    provider.clock.advance(61)
    assert browser.get("/authorize", portal.parameters()).path == "/login"
    assert browser.get("/authorize", portal.parameters(max_age="1000")).location


def test_an_id_token_hint_of_the_signed_in_person_is_answered_silently(
    provider: RunningProvider, browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """OpenID Connect Core section 3.1.2.1: also when the ID token has expired."""
    hint = enter(portal).id_token
    assert silently(browser, portal, id_token_hint=hint)["code"]
    provider.clock.advance(600)
    assert silently(browser, portal, id_token_hint=hint)["code"]


def test_an_id_token_hint_of_somebody_else_needs_a_login(
    provider: RunningProvider,
    browser: Browser,
    new_browser: Callable[[], Browser],
    portal: RelyingParty,
    enter: Enter,
) -> None:
    """OpenID Connect Core section 3.1.2.1: never an answer about another person."""
    enter(portal)
    other, elsewhere = provider.citizen(), new_browser()
    page = elsewhere.get("/authorize", portal.parameters())
    hint = portal.tokens(elsewhere.pass_pages(page, other)["code"]).id_token
    assert silently(browser, portal, id_token_hint=hint)["error"] == "login_required"
    assert browser.get("/authorize", portal.parameters(id_token_hint=hint)).path == "/login"


def test_when_another_person_than_the_expected_one_signs_in_the_client_gets_an_error(
    provider: RunningProvider,
    browser: Browser,
    new_browser: Callable[[], Browser],
    citizen: Citizen,
    portal: RelyingParty,
    enter: Enter,
) -> None:
    """OpenID Connect Core section 3.1.2.1."""
    hint = enter(portal).id_token
    elsewhere = new_browser()
    page = elsewhere.get("/authorize", portal.parameters(id_token_hint=hint))
    assert elsewhere.pass_pages(page, provider.citizen())["error"] == "login_required"
    page = elsewhere.get("/authorize", portal.parameters(id_token_hint=hint, prompt="login"))
    assert elsewhere.pass_pages(page, citizen)["code"]


def test_a_hint_issued_to_another_client_or_of_another_kind_is_refused(
    browser: Browser, new_portal: NewPortal, enter: Enter
) -> None:
    """R13: tokens are not interchangeable."""
    portal, other = new_portal(), new_portal()
    theirs = enter(other)
    mine = enter(portal)
    for hint in (theirs.id_token, mine.access_token, mine.refresh_token):
        assert silently(browser, portal, id_token_hint=hint)["error"] == "invalid_request"


def test_the_claims_parameter_can_name_the_person(
    provider: RunningProvider, browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """OpenID Connect Core section 5.5.1: sub with a value."""
    sub = portal.claims(enter(portal).id_token)["sub"]

    def wanting(value: str) -> str:
        return json.dumps({"id_token": {"sub": {"value": value}}})

    assert silently(browser, portal, claims=wanting(sub))["code"]
    assert silently(browser, portal, claims=wanting("x"))["error"] == "login_required"


@pytest.mark.parametrize(
    ("wished", "told"),
    [(None, L2), (L2, L2), (L1, L1), (f"{L3} {L2}", L2), (L3, L2), ("urn:unknown", L2)],
)
def test_acr_is_the_first_wish_that_was_reached_else_the_truth(
    portal: RelyingParty, enter: Enter, wished: str | None, told: str
) -> None:
    """OpenID Connect Core sections 2 and 3.1.2.1: acr_values is voluntary, R9."""
    claims = portal.claims(enter(portal, acr_values=wished).id_token)
    assert claims["acr"] == told
    assert claims["amr"] == ["pwd"]


def test_a_voluntary_acr_of_the_claims_parameter_counts_like_acr_values(
    portal: RelyingParty, enter: Enter
) -> None:
    """OpenID Connect Core section 5.5.1.1."""
    for request in ({"values": [L3, L1]}, {"value": L1}, {"essential": False, "value": L1}):
        tokens = enter(portal, claims=json.dumps({"id_token": {"acr": request}}))
        assert portal.claims(tokens.id_token)["acr"] == L1


def test_an_essential_acr_is_reached_or_refused(
    browser: Browser, portal: RelyingParty, authorize: Authorize
) -> None:
    """OpenID Connect Core section 5.5.1.1, Unmet Authentication Requirements 1.0 section 2."""

    def essential(*values: str) -> str:
        return json.dumps({"id_token": {"acr": {"essential": True, "values": values}}})

    code = authorize(portal, claims=essential(L3, L2))["code"]
    assert portal.claims(portal.tokens(code).id_token)["acr"] == L2
    callback = authorize(portal, claims=essential(L3))
    assert callback["error"] == "unmet_authentication_requirements"
    refused = silently(browser, portal, claims=essential("urn:unknown"))
    assert refused["error"] == "unmet_authentication_requirements"


def test_a_persons_own_level_is_what_acr_says(
    provider: RunningProvider, browser: Browser, portal: RelyingParty
) -> None:
    """R9: acr states what really is."""
    page = browser.get("/authorize", portal.parameters())
    code = browser.pass_pages(page, provider.citizen(level=1))["code"]
    assert portal.claims(portal.tokens(code).id_token)["acr"] == L1


def test_a_hint_and_a_claim_that_name_two_people_are_refused(
    browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """OpenID Connect Core sections 3.1.2.1 and 5.5.1."""
    hint = enter(portal).id_token
    other = json.dumps({"id_token": {"sub": {"value": "somebody-else"}}})
    parameters = portal.parameters(id_token_hint=hint, claims=other)
    page = browser.get("/authorize", parameters)
    sent_back(page, portal, "invalid_request", parameters["state"])


def test_a_session_that_ran_out_needs_a_login(
    provider: RunningProvider, browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """R28: idle and absolute limits hold on the silent path."""
    enter(portal)
    provider.clock.advance(provider.services.settings.sessions.idle_seconds + 1)
    assert silently(browser, portal)["error"] == "login_required"


def test_a_session_ends_at_its_absolute_limit_however_often_it_is_used(
    provider: RunningProvider, browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """R28."""
    enter(portal)
    settings = provider.services.settings.sessions
    for _ in range(settings.absolute_seconds // 1500):
        provider.clock.advance(1500)
        assert silently(browser, portal)["code"]
    provider.clock.advance(1500)
    assert silently(browser, portal)["error"] == "login_required"


def test_another_persons_login_in_the_same_browser_ends_the_first_ones_session(
    provider: RunningProvider, browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """R30: never another's session."""
    first = enter(portal)
    page = browser.get("/authorize", portal.parameters(prompt="login"))
    second = portal.tokens(browser.pass_pages(page, provider.citizen())["code"])
    one, two = portal.claims(first.id_token), portal.claims(second.id_token)
    assert one["sub"] != two["sub"]
    assert one["sid"] != two["sid"]
    assert portal.userinfo(first.access_token).status_code == 401
    assert portal.userinfo(second.access_token).json()["sub"] == two["sub"]


def test_changing_the_language_after_a_failed_login_keeps_the_request(
    browser: Browser, citizen: Citizen, portal: RelyingParty
) -> None:
    """R26: the person stays on the way to the client."""
    page = browser.get("/authorize", portal.parameters())
    failed = browser.submit(page, page.form("/login"), username=citizen.phone, password="wrong")
    assert failed.status == 400
    transaction = page.form("/login").fields["transaction"]
    links = [part.split('"')[0] for part in failed.text.split('href="') if "ui_locales" in part]
    queries = [parse_qs(urlsplit(link.replace("&amp;", "&")).query) for link in links]
    assert queries
    assert all(query.get("transaction") == [transaction] for query in queries)
