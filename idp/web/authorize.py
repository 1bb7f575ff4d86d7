"""The hub's doors: the authorization endpoint, and where steps return to."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from idp.client_registry.client import Client
from idp.http.browser_state import leave_browser_state, note_session, with_session_state
from idp.http.cookies import CookieName
from idp.http.errors import Verdict
from idp.http.parameters import encode_query, read_form, read_query
from idp.http.visit import Visit
from idp.http.web import Web, web_of
from idp.i18n import wording
from idp.interaction.errors import InteractionGoneError
from idp.interaction.interaction import Interaction
from idp.interaction.service import Answer, Next, ShowStep
from idp.middleware.content_security_policy import allow_source
from idp.protocol.authorization import response as responses
from idp.protocol.authorization.response import AuthorizationResponse
from idp.protocol.authorization.validation import RefusedRequest, ValidRequest
from idp.protocol.parameters import Parameters
from idp.sessions.session import Session
from idp.storage.database import Transaction
from idp.tokens.encryption import Encrypter

router = APIRouter(include_in_schema=False)


@router.get("/authorize")
async def authorize(request: Request) -> Response:
    """Begin an authorization (RFC 6749 section 3.1, OpenID Connect Core section 3.1.2.1)."""
    return await _authorize(request, read_query(request))


@router.post("/authorize")
async def authorize_post(request: Request) -> Response:
    """The same by POST, which other sites' forms use.

    Browsers keep our cookies back from such a POST (SameSite=Lax), so the request continues as a
    GET, to which they do send them.
    """
    parameters = await read_form(request)
    return RedirectResponse(f"/authorize?{encode_query(parameters)}", status_code=303)


async def _authorize(request: Request, parameters: Parameters) -> Response:
    web = web_of(request)
    await web.services.keys.refresh()
    checked = await web.services.validator.validate(parameters)
    if isinstance(checked, RefusedRequest):
        return _refuse(request, web, checked)
    visit = web.visit(request, checked.request.ui_locales)
    encrypter = await _encrypter(web, checked)
    outcome = await _decide(request, web, checked, None)
    if isinstance(outcome, ShowStep):
        await web.limits.check_interaction(request)
        interaction = await web.services.interactions.begin(checked.request, visit.browser)
        return _show_step(request, web, visit, outcome, interaction)
    return _respond(request, web, visit, checked, _encrypted(outcome, encrypter))


@router.get("/authorize/resume")
async def resume(request: Request) -> Response:
    """Come back from a step; the hub decides anew from what is stored."""
    web = web_of(request)
    interaction = await load_interaction(request, web)
    if interaction.request is None:
        async with web.services.database.write() as transaction:
            await web.services.interactions.complete(transaction, interaction)
        return RedirectResponse("/account", status_code=303)
    wanted = interaction.request
    client = await web.services.directory.find(wanted.client_id)
    if client is None or not client.has_redirect_uri(wanted.redirect_uri):
        raise InteractionGoneError
    visit = web.visit(request, wanted.ui_locales)
    await web.services.keys.refresh()
    valid = ValidRequest(client, wanted)
    encrypter = await _encrypter(web, valid)
    outcome = await _decide(request, web, valid, interaction)
    if isinstance(outcome, ShowStep):
        return _show_step(request, web, visit, outcome, interaction)
    return _respond(request, web, visit, valid, _encrypted(outcome, encrypter))


async def load_interaction(request: Request, web: Web) -> Interaction:
    """Return the interaction that the query names; raises InteractionGoneError."""
    return await web.services.interactions.load(
        request.query_params.get("transaction", ""),
        web.cookies.read(request, CookieName.BROWSER),
    )


async def _decide(
    request: Request, web: Web, valid: ValidRequest, interaction: Interaction | None
) -> Next:
    """Ask the hub, within one transaction. A new browser without a session needs no database.

    An answer takes the interaction with it: of several windows that resume it at once one is
    answered, and only that one is on record. Raises InteractionGoneError.
    """
    cookie = web.cookies.read(request, CookieName.SESSION)
    if cookie is None and interaction is None:
        note_session(request, None)
        return web.services.hub.without_session(valid.request)
    async with web.services.database.read_then_write() as transaction:
        session = await web.services.sessions.visit(transaction, cookie) if cookie else None
        note_session(request, session)
        outcome = await _ask_hub(web, transaction, valid, session, interaction)
        if interaction is not None and not isinstance(outcome, ShowStep):
            await web.services.interactions.complete(transaction, interaction)
        return outcome


async def _ask_hub(
    web: Web,
    transaction: Transaction,
    valid: ValidRequest,
    session: Session | None,
    interaction: Interaction | None,
) -> Next:
    if session is None:
        return web.services.hub.without_session(valid.request)
    return await web.services.hub.next_step(
        transaction, valid.client, valid.request, session, interaction
    )


def _show_step(
    request: Request, web: Web, visit: Visit, outcome: ShowStep, interaction: Interaction
) -> RedirectResponse:
    response = RedirectResponse(
        f"/{outcome.step.value}?transaction={interaction.id}", status_code=303
    )
    visit.leave_cookies(response, web.cookies)
    leave_browser_state(request, web, response)
    return response


def _respond(
    request: Request,
    web: Web,
    visit: Visit,
    valid: ValidRequest,
    outcome: Next,
) -> Response:
    issuer, wanted = web.services.settings.issuer_url, valid.request
    if isinstance(outcome, Answer):
        answer = responses.success(issuer, wanted, outcome.fields)
    elif isinstance(outcome, ShowStep):
        raise RuntimeError("a step is not an answer")
    else:
        answer = responses.failure(
            issuer, wanted.redirect_uri, wanted.response_mode, wanted.state, outcome.error
        )
    return send(request, web, visit, valid.client, answer)


async def _encrypter(web: Web, valid: ValidRequest) -> Encrypter | None:
    """Look up how an ID token that goes through the browser is encrypted, if at all."""
    if "id_token" not in valid.request.response_type.split(" "):
        return None
    return await web.services.encryption.for_id_tokens(valid.client)


def _encrypted(outcome: Next, encrypter: Encrypter | None) -> Next:
    if encrypter is None or not isinstance(outcome, Answer):
        return outcome
    return Answer(
        tuple(
            (name, encrypter.seal_jwt(value) if name == "id_token" else value)
            for name, value in outcome.fields
        )
    )


def send(
    request: Request, web: Web, visit: Visit, client: Client, answer: AuthorizationResponse
) -> Response:
    """Send the browser back to the client, by redirect or by a form that posts itself."""
    answer = with_session_state(request, web, client, answer)
    if answer.response_mode == "form_post":
        allow_source(request.scope, "form-action", answer.redirect_uri)
        page = web.pages.show(
            request,
            visit,
            "form_post.html",
            {"redirect_uri": answer.redirect_uri, "fields": dict(answer.fields)},
            client=client,
        )
        leave_browser_state(request, web, page)
        return page
    # 303 and not 302: a browser must not repeat a form with a password in it (RFC 9700, 4.12).
    response = Response(status_code=303, headers={"Location": answer.location})
    visit.leave_cookies(response, web.cookies)
    leave_browser_state(request, web, response)
    return response


def _refuse(request: Request, web: Web, refused: RefusedRequest) -> Response:
    visit = web.visit(request)
    if refused.redirect_uri is None or refused.client is None:
        verdict = Verdict(400, refused.error.error, wording.AUTHORIZATION_REFUSED)
        return web.pages.show_error(request, visit, verdict, parameter=refused.error.parameter)
    answer = responses.failure(
        web.services.settings.issuer_url,
        refused.redirect_uri,
        refused.response_mode,
        refused.state,
        refused.error,
    )
    return send(request, web, visit, refused.client, answer)
