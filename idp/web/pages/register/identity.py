"""Step 3: name and document, which the register will be asked about."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from idp.accounts.identifiers.errors import IdentifierError, PersonNameError
from idp.enrolment.progress import Step
from idp.http.document_kinds import kind_options
from idp.http.enrolment_visit import open_form, open_page
from idp.http.flow import REGISTRATION, FlowVisit, need_step
from idp.http.identity_entry import IdentityEntry, field_errors
from idp.i18n.translation import gettext_noop as N_
from idp.web.pages.register.opening import prove_and_open
from idp.web.pages.register.outcomes import show_guardian_needed

router = APIRouter(include_in_schema=False)

_REGISTER = N_("national population register")
_LEGAL_BASIS = N_(
    "Article 5 of the State Council's Provisions on Online Government Services sets up one unified"
    " identity authentication, built on the national registers of persons. That is why your"
    " identity is checked there."
)


@router.get("/register/identity")
async def show(request: Request) -> Response:
    """Ask for name and document; what was entered before stands there again."""
    at = await need_step(REGISTRATION, await open_page(request), Step.IDENTITY)
    claim = await at.visit.web.services.enrolment.registration.declared_claim(at.flow_id)
    if claim is None:
        return _page(at, {}, {})
    identifier = claim.identifier
    entry = IdentityEntry(identifier.kind, claim.name, identifier.canonical)
    return _page(at, entry.as_form(), {})


@router.post("/register/identity")
async def submit(request: Request) -> Response:
    """Note what was entered and go on to the password. Whoever corrects it after the register's no
    has one already, and the register is asked again at once."""
    visit = await open_form(request)
    at = await need_step(REGISTRATION, visit, Step.IDENTITY)
    entry = IdentityEntry.of(visit.form)
    errors = entry.missing(needs_kind=True)
    if errors:
        return _page(at, entry.as_form(), errors)
    try:
        refusal = await visit.web.services.enrolment.registration.declare_identity(
            at.flow_id, entry.name, entry.kind, entry.number
        )
    except (PersonNameError, IdentifierError) as error:
        return _page(at, entry.as_form(), field_errors(error))
    if refusal is not None:
        return show_guardian_needed(visit)
    return await prove_and_open(at)


@router.get("/register/identity/retry")
async def retry_shown(request: Request) -> Response:
    """Lead back whoever reloads or switches the language of the answer to the button."""
    return (await open_page(request)).redirect("/register/identity")


@router.post("/register/identity/retry")
async def retry(request: Request) -> Response:
    """Ask the register again about what was entered before it fell silent."""
    return await prove_and_open(
        await need_step(REGISTRATION, await open_form(request), Step.IDENTITY)
    )


def _page(at: FlowVisit, form: dict[str, str], errors: dict[str, str]) -> Response:
    visit = at.visit
    context = {
        "action": visit.url("/register/identity"),
        "id_kinds": kind_options(visit.web.services.settings, visit.language),
        "register_name": visit.text(_REGISTER),
        "legal_basis": visit.text(_LEGAL_BASIS),
        "form": form,
        "errors": {name: visit.text(message) for name, message in errors.items()},
    }
    return visit.show("register/identity.html", context, status=400 if errors else 200)
