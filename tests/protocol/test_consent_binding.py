"""A decision counts for what its page showed, for whom and to whom, and for nothing else (R44)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.protocol.browser import Browser
from tests.protocol.conftest import NAME, PHONE, NewPortal
from tests.protocol.relying_party import RelyingParty
from tests.provider import Citizen, RunningProvider

Released = Callable[..., dict[str, object]]


@pytest.mark.parametrize("press", ["consent-allow", "consent-deny"])
@pytest.mark.parametrize(
    "changes",
    [
        {"claims": [NAME, {**PHONE, "purpose": "营销"}]},
        {"claims": [NAME, {**PHONE, "purpose#en": "To advertise"}]},
        {"claims": [NAME]},
        {"client_name#en": "Another receiver"},
    ],
)
def test_a_decision_counts_only_for_what_was_shown(
    browser: Browser,
    citizen: Citizen,
    portal: RelyingParty,
    change: Callable[..., None],
    decisions: Callable[..., int],
    press: str,
    changes: dict[str, object],
) -> None:
    """R44: a registration that changes under an open page is read once more before it counts."""
    page = browser.sign_in(browser.get("/authorize", portal.parameters()), citizen)
    change(portal, **changes)
    again = browser.consent(page, ["phone_number"], press)
    assert (again.path, again.status) == ("/consent", 409)
    assert "This page has changed since you opened it" in again.text
    assert again.form("/consent").ticked() == [], "a tick for another text is not kept"
    assert decisions(citizen, portal) == 0
    assert browser.callback(browser.consent(again, [], press)).names()
    assert decisions(citizen, portal) == 1


@pytest.mark.parametrize("press", ["consent-allow", "consent-deny"])
def test_whoever_signs_in_in_a_second_tab_is_not_bound_by_the_firsts_page(
    provider: RunningProvider,
    browser: Browser,
    citizen: Citizen,
    portal: RelyingParty,
    decisions: Callable[..., int],
    press: str,
) -> None:
    """R26, R44."""
    other = provider.citizen()
    page = browser.sign_in(browser.get("/authorize", portal.parameters()), citizen)
    browser.sign_in(browser.get("/authorize", portal.parameters(prompt="login")), other)
    again = browser.consent(page, ["phone_number"], press)
    assert (again.path, again.status) == ("/consent", 409)
    assert "somebody else has signed in" in again.text
    assert decisions(citizen, portal) == decisions(other, portal) == 0
    browser.http.headers["Accept-Language"] = "zh-CN"
    assert "您打开页面后，内容已有变化" in browser.consent(page, ["phone_number"], press).text


@pytest.mark.parametrize("shown", [None, "", "x" * 43, "é"])
def test_a_form_that_does_not_say_what_was_shown_decides_nothing(
    browser: Browser,
    citizen: Citizen,
    portal: RelyingParty,
    decisions: Callable[..., int],
    shown: str | None,
) -> None:
    """R44."""
    page = browser.sign_in(browser.get("/authorize", portal.parameters()), citizen)
    again = browser.submit(page, page.form("/consent"), "consent-allow", shown=shown)
    assert (again.path, again.status) == ("/consent", 409)
    assert decisions(citizen, portal) == 0


def test_what_one_page_showed_does_not_decide_another_request(
    browser: Browser, citizen: Citizen, new_portal: NewPortal, decisions: Callable[..., int]
) -> None:
    """Two portals that ask for the same are two decisions."""
    first, second = new_portal(), new_portal()
    page = browser.sign_in(browser.get("/authorize", first.parameters()), citizen)
    other = browser.get("/authorize", second.parameters())
    shown = page.form("/consent").fields["shown"]
    again = browser.submit(other, other.form("/consent"), "consent-allow", shown=shown)
    assert again.status == 409
    assert decisions(citizen, second) == 0


def test_asking_again_for_the_same_does_not_claim_that_something_has_changed(
    portal: RelyingParty, released: Released, browser: Browser
) -> None:
    """A client may ask again by prompt=consent; what the page says of it has to be true."""
    released(portal, ["phone_number"])
    page = browser.get("/authorize", portal.parameters(prompt="consent"))
    assert page.path == "/consent"
    assert "has changed" not in page.text
