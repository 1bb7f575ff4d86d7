"""One visit of a browser: its binding cookie and its language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from idp.crypto.identifiers import new_secret
from idp.http.cookies import CookieName, Cookies
from idp.i18n.language import Language
from idp.i18n.negotiation import negotiate_language

_BROWSER = re.compile(r"[A-Za-z0-9_-]{43}")
_SWITCH = "ui_locales"
# Where `ui_locales` is a client's wish and not a click on the language switch.
_PROTOCOL_PATHS = ("/authorize", "/logout")


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known about the browser that sent a request.

    `browser` is a random secret that ties pages, forms and interactions to it; it says nothing
    about who sits there. It is new when the browser sent none.
    """

    browser: str = field(repr=False)
    is_new: bool
    language: Language
    switched: bool

    def leave_cookies(self, response: Response, cookies: Cookies) -> None:
        """Set what the browser has to bring along next time."""
        if self.is_new:
            cookies.set(response, CookieName.BROWSER, self.browser)
        if self.switched:
            cookies.set_for_a_year(response, CookieName.LANGUAGE, self.language.value)


def visit_of(request: Request, cookies: Cookies, wished: str | None = None) -> Visit:
    """Return this request's visit. `wished` is the `ui_locales` of the portal that sent us the
    person; a language chosen here counts more, the browser's own less."""
    sent = cookies.read(request, CookieName.BROWSER)
    known = sent is not None and _BROWSER.fullmatch(sent) is not None
    switch = (
        request.query_params.get(_SWITCH) if request.scope["path"] not in _PROTOCOL_PATHS else None
    )
    language = negotiate_language(
        switch,
        cookies.read(request, CookieName.LANGUAGE) or wished,
        request.headers.get("accept-language"),
    )
    made: str | None = getattr(request.state, "new_browser", None)
    if not known and made is None:
        made = request.state.new_browser = new_secret()
    return Visit(
        browser=sent if known and sent else made or "",
        is_new=not known,
        language=language,
        switched=switch is not None,
    )
