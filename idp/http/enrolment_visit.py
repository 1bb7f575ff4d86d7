"""A browser at a page of registration or recovery: what such pages read and answer with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from idp.http.step_page import StepVisit, open_step
from idp.http.web import Web, web_of
from idp.i18n.language import Language
from idp.i18n.translation import translator
from idp.messaging.message import Language as MessageLanguage
from idp.protocol.parameters import Parameters


@dataclass(frozen=True, slots=True)
class EnrolmentVisit:
    """One request. `form` is empty for a GET."""

    request: Request
    web: Web
    step: StepVisit
    form: Parameters = field(repr=False)

    @property
    def language(self) -> Language:
        """The language of the page."""
        return self.step.visit.language

    @property
    def message_language(self) -> MessageLanguage:
        """The language of messages that this request causes."""
        return "en" if self.language is Language.ENGLISH else "zh-CN"

    def text(self, message: str, **values: object) -> str:
        """Return a msgid in the reader's language, with its placeholders filled in."""
        translated = translator(self.language).gettext(message)
        return translated % values if values else translated

    def url(self, path: str, **more: str) -> str:
        """Return the address of another page of the same interaction."""
        return f"{path}?{urlencode({'transaction': self.step.interaction.id, **more})}"

    def redirect(self, path: str, **more: str) -> Response:
        """Go on to another page of the same interaction."""
        response = RedirectResponse(self.url(path, **more), status_code=303)
        self.step.visit.leave_cookies(response, self.web.cookies)
        return response

    def show(
        self,
        name: str,
        context: Mapping[str, object],
        *,
        status: int = 200,
        retry_after: int | None = None,
    ) -> Response:
        """Answer with a page; `retry_after` is in seconds."""
        response = self.web.pages.show(
            self.request,
            self.step.visit,
            name,
            {"transaction": self.step.interaction.id, **context},
            client=self.step.client,
            status=status,
        )
        if retry_after is not None:
            response.headers["Retry-After"] = str(retry_after)
        return response


async def open_page(request: Request) -> EnrolmentVisit:
    """Return the visit of a GET; raises InteractionGoneError."""
    web = web_of(request)
    step = await open_step(request, web, request.query_params.get("transaction"))
    return EnrolmentVisit(request, web, step, Parameters(()))


async def open_form(request: Request) -> EnrolmentVisit:
    """Return the visit of a POST; raises ForgedRequestError, InteractionGoneError and
    RateLimitedError."""
    web = web_of(request)
    form = await web.read_form(request)
    step = await open_step(request, web, form.get("transaction"))
    await web.limits.check_enrolment(request)
    return EnrolmentVisit(request, web, step, form)


async def begin_alone(request: Request, path: str) -> Response:
    """Begin an interaction for somebody whom no portal has sent, and show them `path`."""
    web = web_of(request)
    visit = web.visit(request)
    await web.limits.check_interaction(request)
    interaction = await web.services.interactions.begin(None, visit.browser)
    query = urlencode({"transaction": interaction.id})
    response = RedirectResponse(f"{path}?{query}", status_code=303)
    visit.leave_cookies(response, web.cookies)
    return response
