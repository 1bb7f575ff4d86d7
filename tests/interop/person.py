"""What a person does in the provider's pages, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, Request

from tests.provider import Citizen


def sign_in(page: Page, citizen: Citizen) -> None:
    """Fill the login page in and send it."""
    page.locator("[name=username]").fill(citizen.phone)
    page.locator("[name=password]").fill(citizen.password)
    page.locator("#login-submit").click()


def allow_everything(page: Page) -> None:
    """Tick every box of the consent page and agree."""
    for box in page.locator("[name=claims]").all():
        box.check()
    page.locator("#consent-allow").click()


def enter(page: Page, url: str, citizen: Citizen) -> None:
    """Open `url` of a portal and pass the provider's pages until it shows the person's name."""
    page.goto(url)
    sign_in(page, citizen)
    allow_everything(page)
    page.locator("#name").filter(has_text=citizen.name).wait_for()


def sign_out_at_the_provider(page: Page, issuer: str) -> None:
    """Sign out on the provider's own page; every portal that registered is told."""
    page.goto(f"{issuer}/logout")
    page.locator("#logout-confirm").click()
    page.wait_for_url(f"{issuer}/logout/done**")


class AuthorizationRequests:
    """The authorization requests that a page sends, in order."""

    def __init__(self, page: Page, issuer: str) -> None:
        self.urls: list[str] = []
        self._start = f"{issuer}/authorize?"
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.url.startswith(self._start):
            self.urls.append(request.url)
