"""The page of notice and consent (告知与授权)."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from idp.client_registry.client import Client
from idp.consents.service import ConsentState
from idp.http.browser_state import note_session
from idp.http.consent_binding import FIELD, ConsentBinding
from idp.http.consent_view import claim_views, has_changed, offline_days, receiver_view
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
from idp.sessions.session import Session
from idp.storage.database import Transaction
from idp.web.authorize import send

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, of whom, on behalf of which client, as it stands now."""

    step: StepVisit
    client: Client
    wanted: AuthorizationRequest
    session: Session
    state: ConsentState
    binding: ConsentBinding


@router.get("/consent")
async def show(request: Request) -> Response:
    """Show who receives what, why, and on what ground."""
    web = web_of(request)
    step = await open_step(request, web, request.query_params.get("transaction"))
    async with web.services.database.read() as transaction:
        question = await _read(request, web, step, transaction)
        return await _page(request, web, question, transaction)


@router.post("/consent")
async def submit(request: Request) -> Response:
    """Record the decision and return to the hub, or to the client with the refusal.

    Either decision counts only for what this very person was shown (R44).
    """
    web = web_of(request)
    form = await web.read_form(request)
    step = await open_step(request, web, form.get("transaction"))
    chosen = frozenset(form.as_lists().get("claims", ()))
    decision = form.get("decision")
    async with web.services.database.write() as transaction:
        question = await _read(request, web, step, transaction)
        if not question.binding.fits(form.get(FIELD)):
            # The ticks were made for another text, or by somebody else: they are not kept.
            return await _page(request, web, question, transaction, outdated=True)
        if decision == "deny":
            await _refuse(web, question, transaction)
        elif decision != "allow" or question.state.missing_essential(chosen):
            return await _page(request, web, question, transaction, chosen)
        else:
            await _allow(web, question, transaction, chosen)
    if decision == "deny":
        return _denied(request, web, question)
    await web.services.interactions.save(step.interaction.consented_in(question.session.id))
    return RedirectResponse(step.resume_url, status_code=303)


async def _allow(
    web: Web, question: _Question, transaction: Transaction, chosen: frozenset[str]
) -> None:
    await web.services.consents.allow(
        transaction,
        question.session.account_id,
        question.client,
        question.state,
        chosen,
        question.wanted.scope,
    )


async def _refuse(web: Web, question: _Question, transaction: Transaction) -> None:
    await web.services.consents.refuse(
        transaction,
        question.session.account_id,
        question.client,
        question.state,
        question.wanted.scope,
    )
    await web.services.interactions.complete(transaction, question.step.interaction)


def _denied(request: Request, web: Web, question: _Question) -> Response:
    wanted = question.wanted
    answer = responses.failure(
        web.services.settings.issuer_url,
        wanted.redirect_uri,
        wanted.response_mode,
        wanted.state,
        AccessDeniedError("The person did not agree to the release of claims"),
    )
    return send(request, web, question.step.visit, question.client, answer)


async def _read(request: Request, web: Web, step: StepVisit, transaction: Transaction) -> _Question:
    """Return the question; when the session ended meanwhile, the hub finds that signing in is
    due."""
    client, wanted = step.client, step.interaction.request
    if client is None or wanted is None:
        raise InteractionGoneError
    session = await web.find_session(request, transaction)
    note_session(request, session)
    if session is None:
        raise OutOfStepError(step.resume_url)
    state = await web.services.hub.consent_state(transaction, session.account_id, client, wanted)
    binding = ConsentBinding(
        web.services.foundation.root,
        session_id=session.id,
        interaction_id=step.interaction.id,
        client=client,
        state=state,
        scope=wanted.scope,
    )
    return _Question(step, client, wanted, session, state, binding)


async def _page(
    request: Request,
    web: Web,
    question: _Question,
    transaction: Transaction,
    chosen: frozenset[str] | None = None,
    *,
    outdated: bool = False,
) -> Response:
    """Show the question; `chosen` are the ticks of a form that came back incomplete."""
    step, client, state = question.step, question.client, question.state
    visit, account_id = step.visit, question.session.account_id
    life = web.services.settings.tokens.refresh_absolute_seconds
    status = 200 if chosen is None else 400
    return web.pages.show(
        request,
        visit,
        "consent.html",
        {
            "action": "/consent",
            "transaction": step.interaction.id,
            "shown": question.binding.value,
            "receiver": receiver_view(client, visit.language),
            "retention": _retention(client, visit),
            "rights_url": "/account",
            "is_new_version": has_changed(state),
            "offline_days": offline_days(question.wanted.scope, life),
            "claims": await claim_views(web, transaction, account_id, state, visit, chosen),
            "errors": _errors(state, chosen, visit),
            "notice": _outdated_notice(visit) if outdated else None,
        },
        client=client,
        status=409 if outdated else status,
    )


def _errors(state: ConsentState, chosen: frozenset[str] | None, visit: Visit) -> dict[str, str]:
    if chosen is None or not state.missing_essential(chosen):
        return {}
    return {"claim-1": translator(visit.language).gettext(wording.CONSENT_ESSENTIAL)}


def _outdated_notice(visit: Visit) -> dict[str, str]:
    gettext = translator(visit.language).gettext
    return {
        "kind": "warning",
        "title": gettext(wording.CONSENT_OUTDATED_TITLE),
        "text": gettext(wording.CONSENT_OUTDATED_TEXT),
    }


def _retention(client: Client, visit: Visit) -> str:
    told = client.retention(visit.language.value)
    untold = wording.RETENTION_UNTOLD if client.is_self_registered else wording.RETENTION_BY_LAW
    return told or translator(visit.language).gettext(untold)
