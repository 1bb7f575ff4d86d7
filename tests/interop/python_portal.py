"""What the portals of the Python kits have in common: how they are run and what people see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import Page

from tests.interop.person import enter
from tests.interop.python_program import python_program
from tests.interop.registration import RegisteredClient
from tests.provider import Citizen


@dataclass(frozen=True)
class PythonPortal:
    """A portal that answers at `url`."""

    url: str
    log: Path

    @property
    def home(self) -> str:
        return f"{self.url}/"

    def enter(self, page: Page, citizen: Citizen) -> None:
        """Sign a person in who was not signed in at the provider."""
        enter(page, f"{self.url}/login", citizen)
        assert page.url == self.home

    def is_signed_in(self, page: Page) -> bool:
        page.goto(self.home)
        return page.locator("#sign-out").count() == 1

    def answer(self, page: Page, **changes: str | None) -> str:
        """Begin a sign-in and return the provider's answer, changed and not yet delivered.

        The person is signed in at the provider and has agreed. None leaves a parameter out.
        """
        request = _location(page, f"{self.url}/login")
        parts = urlsplit(_location(page, request))
        assert parts.path == "/callback"
        sent: dict[str, str | None] = {**dict(parse_qsl(parts.query)), **changes}
        query = urlencode({name: value for name, value in sent.items() if value is not None})
        return parts._replace(query=query).geturl()

    def forget(self, page: Page) -> None:
        """Let the browser lose the portal's cookies, and keep the provider's."""
        page.context.clear_cookies(domain="127.0.0.1")

    def deliver(self, page: Page, logout_token: str) -> int:
        """Bring a logout token; returns the status of the answer."""
        answer = page.context.request.post(
            f"{self.url}/backchannel-logout", form={"logout_token": logout_token}
        )
        return answer.status


def _location(page: Page, url: str) -> str:
    """Where the answer at `url` sends the browser, which does not go there."""
    return page.context.request.get(url, max_redirects=0).headers["location"]


@contextmanager
def python_portal(
    kit: str, issuer: str, client: RegisteredClient, port: int, **environment: str
) -> Iterator[PythonPortal]:
    """Run a kit's `portal.py` on `port` until the block ends."""
    url = f"http://127.0.0.1:{port}"
    given = {
        "PORTAL_ISSUER": issuer,
        "PORTAL_CLIENT_ID": client.client_id,
        "PORTAL_CLIENT_SECRET": client.secret,
        "PORTAL_BASE_URL": url,
        **environment,
    }
    with python_program(kit, "portal.py", port, given) as log:
        yield PythonPortal(url, log)
