"""Answering with a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse

from idp.client_registry.client import Client
from idp.http.cookies import Cookies
from idp.http.csrf import CsrfGuard
from idp.http.errors import Verdict
from idp.http.templating import Templates
from idp.http.visit import Visit
from idp.i18n import wording
from idp.i18n.language import Language
from idp.i18n.translation import translator
from idp.middleware.content_security_policy import allow_source
from idp.observability.request_context import current_trace_id


@dataclass(frozen=True, slots=True)
class ClientView:
    """What a page shows of the portal that sent the person."""

    name: str
    department: str | None
    logo_uri: str | None
    policy_uri: str | None
    tos_uri: str | None
    is_self_registered: bool = False

    @classmethod
    def of(cls, client: Client, language: Language) -> ClientView:
        metadata = client.metadata
        return cls(
            name=client.name(language.value),
            department=client.department(language.value),
            logo_uri=metadata.logo_uri,
            policy_uri=metadata.policy_uri,
            tos_uri=metadata.tos_uri,
            is_self_registered=client.is_self_registered,
        )


class Pages:
    """Renders pages with what every page needs."""

    def __init__(self, templates: Templates, csrf: CsrfGuard, cookies: Cookies) -> None:
        self._templates = templates
        self._csrf = csrf
        self._cookies = cookies

    def static_url(self, path: str) -> str:
        """Return the address of a static file for a page that is no template."""
        return self._templates.static_url(path)

    def show(
        self,
        request: Request,
        visit: Visit,
        name: str,
        context: Mapping[str, object],
        *,
        client: Client | None = None,
        status: int = 200,
    ) -> HTMLResponse:
        """Answer `request` with the page `name`; `context` is what its template lists."""
        if client is not None and client.metadata.logo_uri is not None:
            allow_source(request.scope, "img-src", client.metadata.logo_uri)
        html = self._templates.render(
            name,
            language=visit.language,
            context={
                "language_links": _language_links(request, visit, context.get("transaction")),
                "trace_id": current_trace_id() or "",
                "csrf_token": self._csrf.token(visit.browser),
                "client": ClientView.of(client, visit.language) if client else None,
                **context,
            },
        )
        response = HTMLResponse(html, status_code=status)
        visit.leave_cookies(response, self._cookies)
        return response

    def show_error(
        self,
        request: Request,
        visit: Visit,
        verdict: Verdict,
        *,
        parameter: str | None = None,
        client: Client | None = None,
    ) -> HTMLResponse:
        """Say what happened and what to do next."""
        gettext = translator(visit.language).gettext
        response = self.show(
            request,
            visit,
            "error.html",
            {
                "title": gettext(verdict.explanation.title),
                "what_happened": gettext(verdict.explanation.what_happened),
                "what_next": gettext(verdict.explanation.what_next),
                "status": verdict.status,
                "parameter": parameter,
                "error_code": verdict.error,
                "links": [{"label": gettext(wording.HOME_PAGE), "url": "/"}],
            },
            client=client,
            status=verdict.status,
        )
        if verdict.retry_after is not None:
            response.headers["Retry-After"] = str(verdict.retry_after)
        return response


def _language_links(request: Request, visit: Visit, transaction: object) -> list[dict[str, object]]:
    """The same address in each language. After a form was sent there is nothing to link to but
    the page that showed it, which has the same path and carries the transaction in its query."""
    kept = [(k, v) for k, v in request.query_params.multi_items() if k != "ui_locales"]
    if isinstance(transaction, str) and "transaction" not in request.query_params:
        kept.append(("transaction", transaction))
    # One slash: two would make a path into the address of another host.
    path = "/" + request.url.path.lstrip("/")
    return [
        {
            "code": language.value,
            "label": language.native_name,
            "url": f"{path}?{urlencode([*kept, ('ui_locales', language.value)])}",
            "current": language is visit.language,
        }
        for language in Language
    ]
