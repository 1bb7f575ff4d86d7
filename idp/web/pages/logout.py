"""RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0) and its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from idp.client_registry.client import Client
from idp.http.cookies import CookieName
from idp.http.errors import BadRequestError, NotFoundError
from idp.http.owner import read_owner
from idp.http.parameters import encode_query, read_form, read_query
from idp.http.receipts import Receipts
from idp.http.session_end import finish_logout, forget_session
from idp.http.web import Web, web_of
from idp.logout.delivery import Delivery
from idp.middleware.content_security_policy import allow_source
from idp.protocol.parameters import Parameters
from idp.sessions.session import EndReason, Session
from idp.tokens import id_token, jws

router = APIRouter(include_in_schema=False)

_REQUEST_FIELDS = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales")


@dataclass(frozen=True, slots=True)
class LogoutRequest:
    """A checked logout request.

    `hint` holds the claims of a genuine ID token of ours. `redirect` is set only when the URI is
    registered for the client that the hint proves (section 3).
    """

    client: Client | None
    hint: dict[str, Any] | None
    redirect: str | None
    parameters: Parameters


@router.get("/logout")
async def show(request: Request) -> Response:
    """Log out at once when a valid hint proves who asks, else ask the person first (section 6)."""
    return await _logout(request, read_query(request))


@router.post("/logout")
async def submit(request: Request) -> Response:
    """A client's POST (section 2), or the form of our own confirmation page.

    Browsers keep our cookies back from another site's POST (SameSite=Lax). Answered at once, it
    would take the cookie away and leave the session alive on the server, so it continues as a GET.
    """
    web = web_of(request)
    form = await read_form(request)
    if form.get("decision") is None:
        return RedirectResponse(f"/logout?{encode_query(form)}", status_code=303)
    web.csrf.check(request, form, web.cookies.read(request, CookieName.BROWSER))
    checked = await _check(web, form)
    return await _end(request, web, await _current(request, web), checked)


async def _logout(request: Request, parameters: Parameters) -> Response:
    web = web_of(request)
    checked = await _check(web, parameters)
    session = await _current(request, web)
    if session is None or _is_proven(web, checked, session):
        return await _end(request, web, session, checked)
    return await _confirm(request, web, session, checked)


async def _check(web: Web, parameters: Parameters) -> LogoutRequest:
    if any(parameters.is_repeated(name) for name in _REQUEST_FIELDS):
        raise BadRequestError("A parameter was sent more than once")
    await web.services.keys.refresh()
    hint = _read_hint(web, parameters.get("id_token_hint"))
    client_id = parameters.get("client_id")
    if hint is not None and client_id is not None and hint["aud"] != client_id:
        raise BadRequestError("client_id is not the audience of id_token_hint")
    known = client_id or (hint["aud"] if hint else None)
    client = await web.services.directory.find(known) if known else None
    redirect = _redirect(client, parameters) if hint is not None else None
    if parameters.get("post_logout_redirect_uri") is not None and redirect is None:
        raise BadRequestError("post_logout_redirect_uri is not registered, or id_token_hint misses")
    return LogoutRequest(client, hint, redirect, parameters)


def _read_hint(web: Web, text: str | None) -> dict[str, Any] | None:
    """An ID token of ours counts even when it has expired (section 2)."""
    if text is None:
        return None
    try:
        return id_token.read_hint(web.services.keys, text)
    except jws.NotOurTokenError as error:
        raise BadRequestError("id_token_hint is not an ID token of this issuer") from error


def _redirect(client: Client | None, parameters: Parameters) -> str | None:
    """Section 3: compared byte for byte with what is registered; `state` goes back unchanged."""
    uri = parameters.get("post_logout_redirect_uri")
    if client is None or uri is None or uri not in client.metadata.post_logout_redirect_uris:
        return None
    state = parameters.get("state")
    if state is None:
        return uri
    separator = "&" if "?" in uri else "?"
    return f"{uri}{separator}{urlencode({'state': state}, quote_via=quote)}"


async def _current(request: Request, web: Web) -> Session | None:
    async with web.services.database.read() as transaction:
        return await web.find_session(request, transaction)


def _is_proven(web: Web, checked: LogoutRequest, session: Session) -> bool:
    """Whether the hint is about this very session at this client."""
    if checked.hint is None or checked.client is None:
        return False
    expected = web.services.foundation.subjects.sid(checked.client, session.id)
    return checked.hint.get("sid") == expected


async def _confirm(
    request: Request, web: Web, session: Session, checked: LogoutRequest
) -> Response:
    visit = web.visit(request, checked.parameters.get("ui_locales"))
    async with web.services.database.read() as transaction:
        ids = await web.services.logout.clients_to_tell(transaction, session.id)
        owner = await read_owner(web, transaction, session.account_id)
    clients = [await web.services.directory.find(client_id) for client_id in ids]
    kept = [(name, checked.parameters.get(name)) for name in _REQUEST_FIELDS]
    if checked.redirect is not None:
        allow_source(request.scope, "form-action", checked.redirect)
    return web.pages.show(
        request,
        visit,
        "logout/confirm.html",
        {
            "action": "/logout",
            "signed_in_as": owner,
            "portals": [
                {"client_name": client.name(visit.language.value)} for client in clients if client
            ],
            "kept_fields": [(name, value) for name, value in kept if value],
            "cancel_url": "/account",
        },
        client=checked.client,
    )


async def _end(
    request: Request, web: Web, session: Session | None, checked: LogoutRequest
) -> Response:
    """End the session everywhere, then go back to the client or show who was told."""
    visit = web.visit(request, checked.parameters.get("ui_locales"))
    target = checked.redirect
    if session is None:
        response = RedirectResponse(target or "/logout/done", status_code=303)
        forget_session(request, web, response)
        visit.leave_cookies(response, web.cookies)
        return response
    async with web.services.database.write() as transaction:
        logout = await web.services.logout.end_session(
            transaction, session.account_id, session.id, EndReason.LOGOUT
        )
    return await finish_logout(
        request, web, visit, logout, session.id, target=target, client=checked.client
    )


@router.get("/logout/done")
async def done(request: Request) -> Response:
    """Say that the person is signed out, and which portals took note of it."""
    web = web_of(request)
    visit = web.visit(request)
    receipt = request.query_params.get("receipt")
    logout_id = Receipts(web.services.foundation.root).read(receipt) if receipt else None
    if receipt and logout_id is None:
        raise NotFoundError
    deliveries: list[Delivery] = []
    if logout_id is not None:
        async with web.services.database.read() as transaction:
            deliveries = await web.services.logout.ledger(transaction, logout_id)
    client_id = request.query_params.get("client_id")
    client = await web.services.directory.find(client_id) if client_id else None
    return web.pages.show(
        request,
        visit,
        "logout/done.html",
        {
            "deliveries": [await _line(web, item, visit.language.value) for item in deliveries],
            "refresh_url": f"/logout/done?{request.url.query}",
            "continue_url": client.metadata.client_uri if client else None,
            "login_url": None if client else "/login",
        },
        client=client,
    )


async def _line(web: Web, delivery: Delivery, language: str) -> dict[str, Any]:
    client = await web.services.directory.find(delivery.client_id)
    return {
        "client_name": client.name(language) if client else delivery.client_id,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "at": delivery.settled_at,
        "asked": delivery.browser_asked_at is not None,
    }
