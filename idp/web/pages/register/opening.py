"""The last step: the register confirms the person, the account is opened, the person signed in."""

from __future__ import annotations

from fastapi.responses import RedirectResponse, Response

from idp.enrolment.account_opening import Opened
from idp.enrolment.answers import Wait
from idp.enrolment.identity_check import DocumentUnusable, RegisterSilent
from idp.enrolment.progress import Step
from idp.enrolment.registration_answers import GuardianNeeded, NotVerified, PhoneTaken, ProveAnswer
from idp.http.flow import REGISTRATION, FlowVisit
from idp.http.outcome_view import show_too_many_attempts
from idp.http.session_start import SessionStart
from idp.proofing.levels import LEVEL_OF_METHOD, Method
from idp.storage.database import Transaction
from idp.web.pages.register import outcomes

_AMR = ("pwd", "sms")
"""RFC 8176: the person has just shown a password and a code sent to their phone."""


async def prove_and_open(at: FlowVisit) -> Response:
    """Settle what `declare_identity` noted, once there is a password too; the session starts as
    the account comes to be."""
    visit = at.visit
    registration = visit.web.services.enrolment.registration
    claim = await registration.declared_claim(at.flow_id)
    if claim is None:
        return visit.redirect("/register/identity")
    if not await registration.has_password(at.flow_id):
        return at.go_on(Step.PASSWORD)
    start = SessionStart(visit.request, visit.web, visit.step.interaction)
    device_token: str | None = None

    async def on_opened(transaction: Transaction, account_id: str) -> None:
        nonlocal device_token
        level = LEVEL_OF_METHOD[Method.REGISTER_MATCH]
        now = visit.web.services.clock.now()
        await start.start(transaction, account_id, level, _AMR, now)
        # Attackers who exhaust the account's counter do not shut its owner out of this browser.
        device_token = await visit.web.services.enrolment.devices.remember(transaction, account_id)

    answer = await registration.prove(
        at.flow_id,
        claim.name,
        claim.identifier.kind,
        claim.identifier.canonical,
        on_opened=on_opened,
    )
    if isinstance(answer, Opened):
        return await _welcome(at, start, device_token)
    return _refuse(at, answer)


async def _welcome(at: FlowVisit, start: SessionStart, device_token: str | None) -> Response:
    visit = at.visit
    if start.noted:
        response = visit.redirect("/register/done")
    else:
        response = RedirectResponse("/account", status_code=303)
    await start.finish(response, device_token)
    return REGISTRATION.forget(visit, response)


def _refuse(at: FlowVisit, answer: ProveAnswer) -> Response:
    match answer:
        case NotVerified():
            return outcomes.show_not_verified(at.visit)
        case DocumentUnusable():
            return outcomes.show_document_unusable(at.visit, answer.state)
        case RegisterSilent():
            return outcomes.show_register_silent(at, serves_kind=answer.serves_kind)
        case GuardianNeeded():
            return outcomes.show_guardian_needed(at.visit)
        case PhoneTaken():
            return outcomes.show_phone_taken(at.visit)
        case Wait():
            return show_too_many_attempts(at.visit, answer)
        case Opened():
            raise RuntimeError("an opened account is no refusal")
