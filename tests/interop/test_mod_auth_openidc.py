"""Debian's mod_auth_openidc, configured by our kit, with a real Apache and a real Chromium."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from idp.sessions.models import sessions
from tests.interop.apache import ApachePortal, apache_portal
from tests.interop.person import (
    AuthorizationRequests,
    allow_everything,
    enter,
    sign_in,
    sign_out_at_the_provider,
)
from tests.interop.registration import register_kit
from tests.provider import Citizen, RunningProvider
from tests.servers.ports import free_port

NewPortal = Callable[..., ApachePortal]
SIDE_BY_SIDE = 8


def _run_portal(provider: RunningProvider, client_id: str, without: str) -> Iterator[ApachePortal]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    client = register_kit(
        provider, "mod_auth_openidc", client_id=client_id, portal_url=url, without=without
    )
    with apache_portal(provider.url, client, port) as portal:
        yield portal


@pytest.fixture
def portal(provider: RunningProvider, new_client_id: Callable[[], str]) -> Iterator[ApachePortal]:
    yield from _run_portal(provider, new_client_id(), "")


@pytest.fixture
def deaf_portal(
    provider: RunningProvider, new_client_id: Callable[[], str]
) -> Iterator[ApachePortal]:
    """A portal that is never told about a logout."""
    yield from _run_portal(provider, new_client_id(), "backchannel_logout_uri")


def _access_token(page: Page, portal: ApachePortal) -> str:
    answer = page.context.request.get(f"{portal.callback}?info=json")
    assert answer.status == 200
    return str(json.loads(answer.text())["access_token"])


def _is_signed_in(page: Page, portal: ApachePortal) -> bool:
    """Whether the portal itself serves the page, without a word to the provider."""
    status = page.context.request.get(portal.protected, max_redirects=0).status
    assert status in (200, 302)
    return status == 200


def test_a_person_signs_in_and_the_page_shows_who_they_are(
    page: Page, portal: ApachePortal, provider: RunningProvider, citizen: Citizen
) -> None:
    requests = AuthorizationRequests(page, provider.url)
    enter(page, portal.protected, citizen)
    assert page.url == portal.protected
    assert page.locator("#phone_number").inner_text().endswith(citizen.phone)
    assert page.locator("#acr").inner_text() in provider.services.settings.acr_values
    sent = parse_qs(urlsplit(requests.urls[0]).query)
    assert sent["response_type"] == ["code"]
    assert sent["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(sent)


def test_the_subject_is_the_same_at_every_sign_in(
    page: Page, portal: ApachePortal, provider: RunningProvider, citizen: Citizen
) -> None:
    enter(page, portal.protected, citizen)
    subject = page.locator("#sub").inner_text()
    sign_out_at_the_provider(page, provider.url)
    page.goto(portal.protected)
    sign_in(page, citizen)
    page.wait_for_url(portal.protected)
    assert page.locator("#sub").inner_text() == subject != ""


@pytest.mark.parametrize("level", [2, 3, 4])
def test_a_path_that_needs_level_3_is_closed_to_a_password_alone(
    page: Page, portal: ApachePortal, provider: RunningProvider, level: int
) -> None:
    """Whatever the person once proved: a password reaches level 2."""
    enter(page, portal.protected, provider.citizen(level=level))
    assert page.context.request.get(f"{portal.protected}level3/").status == 403


@pytest.mark.parametrize(("level", "status"), [(2, 403), (3, 200), (4, 200)])
def test_a_path_that_needs_level_3_opens_to_a_session_of_that_level(
    page: Page,
    portal: ApachePortal,
    provider: RunningProvider,
    citizen: Citizen,
    level: int,
    status: int,
) -> None:
    """No way to sign in reaches level 3 yet, so the session's level is set where it is stored."""

    async def lift() -> None:
        async with provider.services.database.write() as transaction:
            await transaction.execute(
                update(sessions)
                .where(sessions.c.account_id == citizen.account_id)
                .values(acr=f"urn:tongxing:acr:l{level}")
            )

    page.goto(f"{provider.url}/login")
    sign_in(page, citizen)
    page.wait_for_url(f"{provider.url}/account")
    provider.call(lift())
    page.goto(portal.protected)
    allow_everything(page)
    page.locator("#name").filter(has_text=citizen.name).wait_for()
    assert page.context.request.get(f"{portal.protected}level3/").status == status


def test_an_access_token_about_to_expire_is_refreshed(
    page: Page, portal: ApachePortal, citizen: Citizen
) -> None:
    enter(page, portal.protected, citizen)
    before = _access_token(page, portal)
    page.goto(portal.protected)
    assert page.locator("#name").inner_text() == citizen.name
    assert _access_token(page, portal) != before


def test_an_application_asks_the_module_to_refresh(
    page: Page, portal: ApachePortal, citizen: Citizen
) -> None:
    enter(page, portal.protected, citizen)
    before = _access_token(page, portal)
    back = f"{portal.url}/signed-out.html"
    page.goto(f"{portal.callback}?refresh={quote(back)}&access_token={before}")
    assert page.url == back  # no error_code
    assert _access_token(page, portal) != before


def test_requests_side_by_side_that_all_refresh_keep_the_session(
    page: Page, portal: ApachePortal, citizen: Citizen
) -> None:
    enter(page, portal.protected, citizen)
    statuses = page.evaluate(
        "([url, count]) => Promise.all(Array.from({length: count}, (_, n) =>"
        " fetch(`${url}?${n}`, {redirect: 'manual'}).then((answer) => answer.status)))",
        [portal.protected, SIDE_BY_SIDE],
    )
    assert statuses == [200] * SIDE_BY_SIDE
    assert _is_signed_in(page, portal)


def test_signing_out_at_the_portal_signs_out_at_the_provider(
    page: Page, portal: ApachePortal, provider: RunningProvider, citizen: Citizen
) -> None:
    enter(page, portal.protected, citizen)
    page.locator("#sign-out").click()
    page.wait_for_url(f"{portal.url}/signed-out.html")
    assert not _is_signed_in(page, portal)
    page.goto(portal.protected)
    assert page.url.startswith(f"{provider.url}/login")


def test_signing_out_at_the_provider_ends_the_session_of_the_portal(
    page: Page, portal: ApachePortal, provider: RunningProvider, citizen: Citizen
) -> None:
    enter(page, portal.protected, citizen)
    assert _is_signed_in(page, portal)
    sign_out_at_the_provider(page, provider.url)
    assert page.locator(".ledger-row .badge-success").count() == 1
    assert page.context.request.get(f"{portal.callback}?info=json").status == 401
    assert not _is_signed_in(page, portal)


def test_a_portal_that_was_not_told_ends_its_session_when_it_refreshes(
    page: Page, deaf_portal: ApachePortal, provider: RunningProvider, citizen: Citizen
) -> None:
    enter(page, deaf_portal.protected, citizen)
    sign_out_at_the_provider(page, provider.url)
    assert page.context.request.get(f"{deaf_portal.callback}?info=json").status == 200
    assert not _is_signed_in(page, deaf_portal)


def test_a_person_who_does_not_agree_comes_back_and_is_not_signed_in(
    page: Page, portal: ApachePortal, citizen: Citizen
) -> None:
    page.goto(portal.protected)
    sign_in(page, citizen)
    page.locator("#consent-deny").click()
    page.wait_for_url(f"{portal.callback}?**")
    assert "access_denied" in page.content()
    assert not _is_signed_in(page, portal)
