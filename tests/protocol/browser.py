"""A plain browser without scripts: cookies, redirects, forms."""

from __future__ import annotations

import itertools
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx2

from tests.provider import Citizen

_ADDRESSES = itertools.count(1)
_MAX_REDIRECTS = 10


@dataclass
class Form:
    """A form of a page: where it goes, what it carries, what can be ticked or pressed."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    checkboxes: list[tuple[str, str, bool]] = field(default_factory=list)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)

    def ticked(self) -> list[str]:
        """Values of the boxes that are ticked when the page is shown."""
        return [value for _, value, checked in self.checkboxes if checked]

    def boxes(self) -> list[str]:
        """Values of all boxes."""
        return [value for _, value, _ in self.checkboxes]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif self.forms and tag in ("input", "button") and ("name" in given or "id" in given):
            _add(self.forms[-1], tag, given, checked="checked" in given)


def _add(form: Form, tag: str, given: Mapping[str, str], *, checked: bool) -> None:
    name, value = given.get("name", ""), given.get("value", "")
    if tag == "button":
        form.buttons[given.get("id", name)] = (name, value)
    elif given.get("type") == "checkbox":
        form.checkboxes.append((name, value, checked))
    elif name:
        form.fields[name] = value


@dataclass
class Page:
    """A response that the browser stopped at."""

    response: httpx2.Response

    @property
    def url(self) -> str:
        return str(self.response.url)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return self.response.text

    @property
    def location(self) -> str:
        return self.response.headers.get("location", "")

    def forms(self) -> list[Form]:
        parser = _Forms()
        parser.feed(self.text)
        return parser.forms

    def form(self, action: str | None = None) -> Form:
        """Return the form that goes to `action`, or the only one."""
        found = [form for form in self.forms() if action in (None, form.action)]
        assert len(found) == 1, f"{len(found)} forms on {self.path} ({self.status})"
        return found[0]


@dataclass(frozen=True)
class Callback:
    """What reached the client: the whole address, and the parameters of its query or, where there
    is one, of its fragment."""

    url: str
    parameters: list[tuple[str, str]]

    @classmethod
    def at(cls, location: str) -> Self:
        parts = urlsplit(location)
        return cls(location, parse_qsl(parts.fragment or parts.query, keep_blank_values=True))

    def __getitem__(self, name: str) -> str:
        values = [value for key, value in self.parameters if key == name]
        assert len(values) == 1, f"{name} is there {len(values)} times: {self.names()}"
        return values[0]

    def names(self) -> list[str]:
        return [name for name, _ in self.parameters]


class Browser:
    """One browser with its cookies, at an address of its own. `trust` says whose certificates it
    believes, where that is not what every browser believes."""

    def __init__(
        self, origin: str, *, language: str = "en", trust: ssl.SSLContext | None = None
    ) -> None:
        self.origin = origin
        number = next(_ADDRESSES)
        self.http = httpx2.Client(
            base_url=origin,
            verify=trust or True,
            headers={
                "Accept": "text/html",
                "Accept-Language": language,
                "X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
            },
        )

    def close(self) -> None:
        self.http.close()

    def get(self, url: str, params: Mapping[str, str] | None = None) -> Page:
        """Fetch a page and follow redirects as long as they stay at the provider."""
        return self._follow(self.http.get(url, params=params))

    def post(self, url: str, data: Mapping[str, str | list[str]]) -> Page:
        return self._follow(self.http.post(url, data=dict(data)))

    def submit(
        self, page: Page, form: Form, press: str = "", **changes: str | list[str] | None
    ) -> Page:
        """Send a form, with some fields changed; None leaves a field out."""
        sent: dict[str, str | list[str]] = dict(form.fields)
        for name in {name for name, _, _ in form.checkboxes}:
            sent[name] = [v for n, v, checked in form.checkboxes if n == name and checked]
        if press:
            name, value = form.buttons[press]
            sent[name] = value
        for name, change in changes.items():
            sent.pop(name, None)
            if change is not None:
                sent[name] = change
        return self.post(urljoin(page.url, form.action), sent)

    def sign_in(self, page: Page, citizen: Citizen) -> Page:
        """Fill in the login page."""
        assert page.path == "/login", f"{page.path} {page.status}"
        return self.submit(
            page, page.form("/login"), username=citizen.phone, password=citizen.password
        )

    def consent(
        self, page: Page, claims: Iterable[str] | None = None, press: str = "consent-allow"
    ) -> Page:
        """Decide on the consent page; every claim is ticked unless `claims` names some."""
        assert page.path == "/consent", f"{page.path} {page.status}"
        form = page.form("/consent")
        chosen = form.boxes() if claims is None else list(claims)
        return self.submit(page, form, press, claims=chosen)

    def pass_pages(self, page: Page, citizen: Citizen) -> Callback:
        """Sign in and agree wherever asked, until the client is reached."""
        if page.path == "/login" and page.status == 200:
            page = self.sign_in(page, citizen)
        if page.path == "/consent" and page.status == 200:
            page = self.consent(page)
        return self.callback(page)

    def callback(self, page: Page) -> Callback:
        """Return what the client receives; the browser must have been sent away."""
        assert page.status == 303, f"not sent to the client but shown {page.path} {page.status}"
        assert not page.location.startswith(self.origin + "/")
        return Callback.at(page.location)

    def _follow(self, response: httpx2.Response) -> Page:
        for _ in range(_MAX_REDIRECTS):
            location = response.headers.get("location")
            if location is None:
                break
            target = urljoin(str(response.url), location)
            if not target.startswith(self.origin + "/"):
                break
            response = self.http.get(target)
        return Page(response)
