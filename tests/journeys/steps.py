"""What people do on the pages, by the names that the pages promise."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.journeys.demonstration import Demonstration


def sign_in(page: Page, phone: str, password: str) -> None:
    """Fill in the login form that is open."""
    page.fill("input[name=username]", phone)
    page.fill("input[name=password]", password)
    page.click("#login-submit")


def enter(page: Page, portal: str) -> None:
    """Open a portal and press its sign-in button."""
    page.goto(portal)
    page.click("#sign-in")


def portal_session(page: Page, portal: str) -> dict[str, Any]:
    """What a portal knows of this browser."""
    answer: dict[str, Any] = page.request.get(f"{portal}/session").json()
    return answer


def register(page: Page, demo: Demonstration, phone: str, name: str, number: str) -> None:
    """Go through the registration that is open, from the phone to the password."""
    page.fill("input[name=phone]", phone)
    page.click("main form button[type=submit]")
    page.fill("input[name=code]", demo.last_code(phone))
    page.click("main form button[type=submit]")
    page.fill("input[name=name]", name)
    page.fill("input[name=id_number]", number)
    page.click("main form button[type=submit]")
    page.fill("input[name=password]", "mountain-river-cloud-lantern")
    page.click("main form button[type=submit]")
