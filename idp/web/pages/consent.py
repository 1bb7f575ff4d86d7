"""The page of notice and consent (告知与授权)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from idp.client_registry.client import Client
from idp.consents.service import ConsentState
from idp.http.consent_view import claim_views, receiver_view
from idp.http.errors import OutOfStepError
from idp.http.step_page import StepVisit, open_step
from idp.http.visit import Visit
from idp.http.web import Web, web_of
from idp.i18n import wording
from idp.i18n.translation import translator
from idp.interaction.errors import InteractionGoneError
from idp.protocol.authorization import response as responses
from idp.protocol.authorization.request import AuthorizationRequest
from idp.protocol.errors import AccessDeniedError
from idp.protocol.parameters import Parameters
from idp.sessions.session import Session
from idp.storage.database import Transaction
from idp.web.authorize import send

router = APIRouter(include_in_schema=False)


@router.get("/consent")
async def show(request: Request) -> Response:
    """Show who receives what, why, and on what ground."""
    web = web_of(request)
    step = await open_step(request, web, request.query_params.get("transaction"))
    client, wanted = _asked(step)
    async with web.services.database.read() as transaction:
        session = await _session(request, web, step, transaction)
        state = await web.services.hub.consent_state(
            transaction, session.account_id, client, wanted
        )
        return await _page(request, web, step, client, session, state, transaction)


@router.post("/consent")
async def submit(request: Request) -> Response:
    """Record the decision and return to the hub, or to the client with the refusal."""
    web = web_of(request)
    form = await web.read_form(request)
    step = await open_step(request, web, form.get("transaction"))
    client, wanted = _asked(step)
    chosen = frozenset(form.as_lists().get("claims", ()))
    if form.get("decision") == "deny":
        return await _deny(request, web, step, client, wanted)
    async with web.services.database.write() as transaction:
        session = await _session(request, web, step, transaction)
        state = await web.services.hub.consent_state(
            transaction, session.account_id, client, wanted
        )
        if form.get("decision") != "allow" or state.missing_essential(chosen):
            return await _page(request, web, step, client, session, state, transaction, sent=form)
        await web.services.consents.allow(
            transaction, session.account_id, client, state, chosen, wanted.scope
        )
    await web.services.interactions.save(step.interaction.consented_in(session.id))
    return RedirectResponse(step.resume_url, status_code=303)


async def _deny(
    request: Request, web: Web, step: StepVisit, client: Client, wanted: AuthorizationRequest
) -> Response:
    async with web.services.database.write() as transaction:
        session = await _session(request, web, step, transaction)
        state = await web.services.hub.consent_state(
            transaction, session.account_id, client, wanted
        )
        await web.services.consents.refuse(
            transaction, session.account_id, client, state, wanted.scope
        )
        await web.services.interactions.complete(transaction, step.interaction)
    answer = responses.failure(
        web.services.settings.issuer_url,
        wanted.redirect_uri,
        wanted.response_mode,
        wanted.state,
        AccessDeniedError("The person did not agree to the release of claims"),
    )
    return send(request, web, step.visit, client, answer)


def _asked(step: StepVisit) -> tuple[Client, AuthorizationRequest]:
    wanted = step.interaction.request
    if step.client is None or wanted is None:
        raise InteractionGoneError
    return step.client, wanted


async def _session(
    request: Request, web: Web, step: StepVisit, transaction: Transaction
) -> Session:
    """Return the session; when it ended meanwhile, the hub finds that signing in is due."""
    session = await web.find_session(request, transaction)
    if session is None:
        raise OutOfStepError(step.resume_url)
    return session


async def _page(
    request: Request,
    web: Web,
    step: StepVisit,
    client: Client,
    session: Session,
    state: ConsentState,
    transaction: Transaction,
    sent: Parameters | None = None,
) -> Response:
    chosen = frozenset(sent.as_lists().get("claims", ())) if sent else None
    views = await claim_views(web, transaction, session.account_id, state, step.visit, chosen)
    return web.pages.show(
        request,
        step.visit,
        "consent.html",
        {
            "action": "/consent",
            "transaction": step.interaction.id,
            "receiver": receiver_view(client, step.visit.language),
            "retention": _retention(client, step.visit),
            "rights_url": "/account",
            "is_new_version": state.decision is not None,
            "claims": views,
            "errors": _errors(state, chosen, step.visit),
        },
        client=client,
        status=400 if sent else 200,
    )


def _errors(state: ConsentState, chosen: frozenset[str] | None, visit: Visit) -> dict[str, str]:
    if chosen is None or not state.missing_essential(chosen):
        return {}
    return {"claim-1": translator(visit.language).gettext(wording.CONSENT_ESSENTIAL)}


def _retention(client: Client, visit: Visit) -> str:
    told = client.retention(visit.language.value)
    return told or translator(visit.language).gettext(wording.RETENTION_BY_LAW)
