"""Going through registration and recovery the way a person does: page by page."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.protocol.browser import Browser, Form, Page
from tests.provider import RunningProvider

PASSWORD = "seven umbrellas for a quiet river"
RESIDENT_ID = "resident_id"
SOMEBODY = ("张伟", "100000199003077711")
"""Name and number of nobody in particular, well-formed."""


@dataclass
class Enrolling:
    """A browser on its way through one of the two."""

    provider: RunningProvider
    browser: Browser

    def fill(self, page: Page, path: str = "", **fields: str | list[str] | None) -> Page:
        """Fill in the form that goes to `path`, by default to the page's own address."""
        return self.browser.submit(page, form_to(page, path or page.path), "", **fields)

    def send_code(self, phone: str, path: str = "/register", page: Page | None = None) -> Page:
        """Ask for a code; returns the code page."""
        page = page or self.browser.get(path)
        assert page.path == path, f"{page.path} {page.status}"
        return self.fill(page, phone=phone)

    def verify_phone(self, phone: str, path: str = "/register", page: Page | None = None) -> Page:
        """Type the code that was sent; returns the page after."""
        page = self.send_code(phone, path, page)
        assert page.path == f"{path}/code", f"{page.path} {page.status}"
        return self.fill(page, code=self.provider.code_for(f"+86{phone}"))

    def declare(self, page: Page, name: str, id_number: str, kind: str = RESIDENT_ID) -> Page:
        """Fill in the identity page of a registration."""
        assert page.path == "/register/identity", f"{page.path} {page.status}"
        return self.fill(page, name=name, id_kind=kind, id_number=id_number)

    def identify(self, phone: str, name: str, id_number: str, page: Page | None = None) -> Page:
        """Register up to the password page."""
        return self.declare(self.verify_phone(phone, page=page), name, id_number)

    def register(self, phone: str, name: str, id_number: str, page: Page | None = None) -> Page:
        """Register from the first page to the last."""
        page = self.identify(phone, name, id_number, page)
        assert page.path == "/register/password", f"{page.path} {page.status}"
        return self.fill(page, password=PASSWORD)

    def declare_again(self, page: Page, name: str, id_number: str) -> Page:
        """Go back from a page of a registration and enter the identity once more."""
        back = self.browser.get(f"/register/identity?{urlsplit(page.url).query}")
        return self.declare(back, name, id_number)

    def sign_in(self, username: str, password: str, page: Page | None = None) -> Page:
        """Sign in; returns the page after."""
        page = page or self.browser.get("/login")
        return self.fill(page, username=username, password=password)


def form_to(page: Page, path: str) -> Form:
    """Return the form of a page that goes to `path`, whatever its query."""
    found = [form for form in page.forms() if form.action.partition("?")[0] == path]
    assert len(found) == 1, f"{len(found)} forms to {path} on {page.path} ({page.status})"
    return found[0]
