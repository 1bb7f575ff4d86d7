"""Notice and consent: asked once, remembered, asked again when something changed."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.protocol.browser import Browser, Callback
from tests.protocol.conftest import NAME, PHONE, NewPortal
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import Citizen, RunningProvider

Authorize = Callable[..., Callback]
Enter = Callable[..., Tokens]
DAY = 86_400
ALLOWED = {"name", "phone_number", "phone_number_verified"}
EMAIL = {"name": "email", "purpose": "寄送凭证"}


Released = Callable[..., dict[str, object]]


def test_the_page_says_who_receives_what_and_why(
    browser: Browser, citizen: Citizen, new_portal: NewPortal
) -> None:
    """PIPL article 17, R44; nothing voluntary is ticked in advance (article 14)."""
    portal = new_portal(
        **{"department": "国家税务总局", "department#en": "Tax Administration"},
        contacts=["12366"],
        logo_uri="https://tax.example.cn/logo.png",
        policy_uri="https://tax.example.cn/policy",
        tos_uri="https://tax.example.cn/terms",
    )
    page = browser.sign_in(browser.get("/authorize", portal.parameters()), citizen)
    assert page.path == "/consent"
    for words in ("Tax services", "Tax Administration", "12366", "To check who you are",
                  "税收征收管理法", "To notify you", "https://tax.example.cn/logo.png",
                  "https://tax.example.cn/policy", "https://tax.example.cn/terms"):  # fmt: skip
        assert words in page.text
    form = page.form("/consent")
    assert form.boxes() == ["phone_number"], "a statutory claim is told, not asked"
    assert form.ticked() == []
    assert {"consent-allow", "consent-deny"} <= form.buttons.keys()
    assert citizen.phone not in page.text, "values are masked"
    assert citizen.name not in page.text


def test_a_decision_is_remembered(portal: RelyingParty, released: Released) -> None:
    """OpenID Connect Core section 3.1.2.4."""
    first = released(portal, ["phone_number"])
    assert first.keys() == ALLOWED
    assert released(portal) == first


def test_a_refused_voluntary_claim_is_not_released_and_not_asked_again_for_a_while(
    provider: RunningProvider, portal: RelyingParty, released: Released, browser: Browser
) -> None:
    """PIPL article 16: refusing does not cost the service; no repeated asking."""
    assert released(portal, []).keys() == {"name"}
    assert released(portal).keys() == {"name"}
    provider.clock.advance(181 * DAY)
    assert released(portal, ["phone_number"]).keys() == ALLOWED


def test_a_new_claim_asks_again_and_keeps_what_was_decided(
    portal: RelyingParty, released: Released, change: Callable[..., None], browser: Browser
) -> None:
    """R44: re-asked on new scope."""
    released(portal, ["phone_number"])
    change(portal, claims=[NAME, PHONE, EMAIL], scope="openid profile phone email")
    page = browser.get("/authorize", portal.parameters())
    assert page.path == "/consent"
    assert page.form("/consent").ticked() == ["phone_number"]
    assert "has changed" in page.text
    assert released(portal, ["phone_number"]).keys() == ALLOWED
    assert released(portal).keys() == ALLOWED


def test_a_changed_purpose_asks_again(
    portal: RelyingParty, released: Released, change: Callable[..., None]
) -> None:
    """PIPL article 14: a changed purpose needs a new consent."""
    released(portal, ["phone_number"])
    change(portal, claims=[NAME, {**PHONE, "purpose": "营销"}])
    assert released(portal, []).keys() == {"name"}


def test_a_changed_statutory_notice_is_recorded_and_takes_nothing_away(
    portal: RelyingParty, released: Released, change: Callable[..., None]
) -> None:
    """R44: what the person allowed before stays allowed when only a notice is new."""
    released(portal, ["phone_number"])
    change(portal, claims=[{**NAME, "purpose": "核验身份"}, PHONE])
    assert released(portal).keys() == ALLOWED
    assert released(portal).keys() == ALLOWED


def test_a_statutory_notice_alone_stops_nobody(new_portal: NewPortal, released: Released) -> None:
    """PIPL article 13: told and recorded; with a session even prompt=none succeeds."""
    portal = new_portal(claims=[NAME])
    assert released(portal).keys() == {"name"}
    assert released(portal, prompt="none").keys() == {"name"}


def test_an_essential_claim_left_unticked_is_asked_for_again_on_the_page(
    browser: Browser, citizen: Citizen, new_portal: NewPortal
) -> None:
    """The service cannot be given without it; the person may still say no to everything."""
    portal = new_portal(claims=[NAME, {**PHONE, "essential": True}])
    page = browser.sign_in(browser.get("/authorize", portal.parameters()), citizen)
    assert page.form("/consent").ticked() == ["phone_number"]
    refused = browser.consent(page, [])
    assert (refused.path, refused.status) == ("/consent", 400)
    assert browser.callback(browser.consent(refused, ["phone_number"]))["code"]


def test_denying_sends_access_denied_and_leaves_no_code(
    browser: Browser, citizen: Citizen, portal: RelyingParty
) -> None:
    """RFC 6749 section 4.1.2.1."""
    given = portal.parameters()
    page = browser.sign_in(browser.get("/authorize", given), citizen)
    callback = browser.callback(browser.consent(page, press="consent-deny"))
    assert callback["error"] == "access_denied"
    assert callback["state"] == given["state"]
    assert callback["iss"] == portal.issuer
    assert "code" not in callback.names()
    again = browser.get("/authorize", portal.parameters())
    assert again.path == "/consent", "a refusal is not remembered as an agreement"


def test_a_denied_interaction_cannot_be_taken_up_again(
    browser: Browser, citizen: Citizen, portal: RelyingParty
) -> None:
    """R26: no step can be replayed."""
    page = browser.sign_in(browser.get("/authorize", portal.parameters()), citizen)
    browser.consent(page, press="consent-deny")
    late = browser.consent(page, ["phone_number"])
    assert late.status == 400
    transaction = page.form("/consent").fields["transaction"]
    assert browser.get("/authorize/resume", {"transaction": transaction}).status == 400


def test_a_form_without_a_decision_decides_nothing(
    browser: Browser, citizen: Citizen, portal: RelyingParty
) -> None:
    """R44."""
    page = browser.sign_in(browser.get("/authorize", portal.parameters()), citizen)
    for decision in (None, "", "maybe"):
        again = browser.submit(page, page.form("/consent"), decision=decision)
        assert (again.path, again.status) == ("/consent", 400)


def test_ticking_a_claim_that_was_not_asked_for_grants_nothing(
    portal: RelyingParty, released: Released
) -> None:
    """R16."""
    assert released(portal, ["phone_number", "identity_document", "email"]).keys() == ALLOWED


def test_one_persons_decision_is_not_anothers(
    provider: RunningProvider, browser: Browser, citizen: Citizen, portal: RelyingParty
) -> None:
    """R26, R44: somebody who signs in between decision and answer is asked anew."""
    page = browser.sign_in(browser.get("/authorize", portal.parameters()), citizen)
    form = page.form("/consent")
    name, value = form.buttons["consent-allow"]
    sent = {**form.fields, name: value, "claims": "phone_number"}
    decided = browser.http.post("/consent", data=sent)
    assert decided.status_code == 303

    elsewhere = browser.get("/authorize", portal.parameters(prompt="login"))
    browser.sign_in(elsewhere, provider.citizen())
    resumed = browser.get(decided.headers["location"])
    assert resumed.path == "/consent"


def test_when_the_session_ends_at_the_consent_page_the_request_goes_on_with_a_login(
    provider: RunningProvider, browser: Browser, citizen: Citizen, portal: RelyingParty
) -> None:
    """R26: the hub decides from stored state; the client is not lost on the way."""
    page = browser.sign_in(browser.get("/authorize", portal.parameters()), citizen)
    browser.http.cookies.delete("tongxing_session")
    again = browser.consent(page)
    assert again.path == "/login"
    assert "Tax services" in again.text
    assert browser.pass_pages(again, citizen)["code"]


def test_claims_travel_only_where_they_were_asked_for(new_portal: NewPortal, enter: Enter) -> None:
    """OpenID Connect Core section 5.5: userinfo and ID token are separate places."""
    portal = new_portal(scope="openid")
    wanted = {"userinfo": {"name": {"essential": True}}, "id_token": {"phone_number": None}}
    tokens = enter(portal, claims=json.dumps(wanted))
    id_token = portal.claims(tokens.id_token)
    assert "phone_number" in id_token
    assert "name" not in id_token
    assert portal.userinfo(tokens.access_token).json().keys() == {"sub", "name"}


def test_a_claim_without_a_registered_purpose_is_never_released(
    new_portal: NewPortal, released: Released
) -> None:
    """R16: the minimum; asking for more than registered is ignored, not an error."""
    portal = new_portal(claims=[NAME])
    wanted = json.dumps({"userinfo": {"identity_document": {"essential": True}, "email": None}})
    assert released(portal, claims=wanted).keys() == {"name"}


def test_withdrawing_ends_what_was_released(
    provider: RunningProvider, citizen: Citizen, portal: RelyingParty, enter: Enter
) -> None:
    """R44: a withdrawn consent is asked for anew."""
    enter(portal)

    async def withdraw() -> bool:
        async with provider.services.database.write() as transaction:
            consents = provider.services.consents
            return await consents.withdraw(transaction, citizen.account_id, portal.client_id)

    assert provider.call(withdraw())
    browser = Browser(provider.url)
    page = browser.sign_in(browser.get("/authorize", portal.parameters()), citizen)
    assert page.path == "/consent"
    assert page.form("/consent").ticked() == []
    browser.close()


def test_access_without_the_person_needs_to_be_asked_about(
    new_portal: NewPortal, enter: Enter, browser: Browser
) -> None:
    """OpenID Connect Core section 11: offline_access counts only together with prompt=consent."""
    portal = new_portal(scope="openid offline_access", claims=[])
    assert enter(portal).body["scope"] == "openid"
    tokens = enter(portal, prompt="consent")
    assert tokens.body["scope"] == "openid offline_access"
    silent = enter(portal)
    browser.get("/logout", {"id_token_hint": tokens.id_token})
    assert portal.refresh(silent.refresh_token).json()["error"] == "invalid_grant"
    assert portal.refresh(tokens.refresh_token).status_code == 200


def test_access_without_the_person_is_told_before_it_is_given(
    browser: Browser, citizen: Citizen, new_portal: NewPortal
) -> None:
    """R44, PIPL article 17: in both languages, and where there is nothing else to decide."""
    portal = new_portal(scope="openid offline_access", claims=[])
    page = browser.sign_in(browser.get("/authorize", portal.parameters(prompt="consent")), citizen)
    assert page.path == "/consent"
    assert (
        "This service may go on reading this information while you are not signed in, until you"
        " withdraw or for at most 180 days."
    ) in page.text
    transaction = page.form("/consent").fields["transaction"]
    chinese = browser.get("/consent", {"transaction": transaction, "ui_locales": "zh-CN"})
    assert "最长不超过 180 天" in chinese.text
    assert browser.callback(browser.consent(page))["code"]


def test_the_page_is_silent_about_access_that_is_not_asked_for(
    browser: Browser, citizen: Citizen, new_portal: NewPortal
) -> None:
    """Without prompt=consent the scope is not granted, so it is not spoken of either."""
    portal = new_portal(scope="openid profile phone offline_access")
    page = browser.sign_in(browser.get("/authorize", portal.parameters()), citizen)
    assert page.path == "/consent"
    assert "while you are not signed in" not in page.text
