"""Step 3: name and document number of the account's holder."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from idp.accounts.identifiers.errors import IdentifierError, PersonNameError
from idp.enrolment.answers import Wait
from idp.enrolment.progress import Step
from idp.enrolment.recovery import IdentityAnswer
from idp.http.enrolment_visit import EnrolmentVisit, open_form, open_page
from idp.http.flow import RECOVERY, FlowVisit, need_step
from idp.http.identity_entry import IdentityEntry, field_errors
from idp.http.outcome_view import COUNTER, Way, show_outcome, show_too_many_attempts
from idp.i18n.translation import gettext_noop as N_

router = APIRouter(include_in_schema=False)
_LOCKED = N_("This cannot be done online any more")
_LOCKED_TEXT = N_(
    "Name and number did not match too many times. For the protection of everybody's identity they"
    " are no longer checked online for this mobile number. A service centre can help you."
)
_COUNTER = Way(
    COUNTER,
    N_(
        "Take your identity document to a government service centre and ask how to get back into"
        " your account."
    ),
)
_HOTLINE = Way(
    N_("Call the hotline"),
    N_("12345 tells you where the next centre is and when it is open."),
)


@router.get("/recover/identity")
async def show(request: Request) -> Response:
    """Ask for name and number. Nothing stands there: who reads the phone may not be its owner."""
    at = await need_step(RECOVERY, await open_page(request), Step.IDENTITY)
    return _page(at, {}, {})


@router.post("/recover/identity")
async def submit(request: Request) -> Response:
    """Compare them with the account's own."""
    visit = await open_form(request)
    at = await need_step(RECOVERY, visit, Step.IDENTITY)
    entry = IdentityEntry.of(visit.form)
    errors = entry.missing(needs_kind=False)
    if errors:
        return _page(at, entry.as_form(), errors)
    try:
        answer = await visit.web.services.enrolment.recovery.prove(
            at.flow_id, entry.name, None, entry.number
        )
    except (PersonNameError, IdentifierError) as error:
        return _page(at, entry.as_form(), field_errors(error))
    match answer:
        case Wait():
            return show_too_many_attempts(visit, answer)
        case IdentityAnswer.REFUSED:
            return _refuse(visit)
        case IdentityAnswer.LOCKED:
            return _send_to_counter(visit)
        case IdentityAnswer.PROVEN:
            return at.go_on(Step.PASSWORD)


def _refuse(visit: EnrolmentVisit) -> Response:
    """One page whatever did not fit: it must not tell which, nor whether there is an account."""
    context = {
        "retry_url": visit.url("/recover/identity"),
        "restart_url": visit.url("/recover"),
    }
    return visit.show("recover/refused.html", context, status=400)


def _send_to_counter(visit: EnrolmentVisit) -> Response:
    """No waiting helps any more; the same page whether or not there is an account."""
    return show_outcome(visit, _LOCKED, visit.text(_LOCKED_TEXT), (_COUNTER, _HOTLINE), status=403)


def _page(at: FlowVisit, form: dict[str, str], errors: dict[str, str]) -> Response:
    visit = at.visit
    context = {
        "action": visit.url("/recover/identity"),
        "form": form,
        "errors": {name: visit.text(message) for name, message in errors.items()},
    }
    return visit.show("recover/identity.html", context, status=400 if errors else 200)
