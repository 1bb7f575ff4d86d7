"""What a registration can end in besides an account."""

from __future__ import annotations

from fastapi.responses import Response

from idp.enrolment.identity_check import DocumentState
from idp.http.enrolment_visit import EnrolmentVisit
from idp.http.flow import REGISTRATION, FlowVisit
from idp.http.outcome_view import COUNTER, Way, show_outcome
from idp.i18n.translation import gettext_noop as N_

_SOURCE = N_("Public Security")
_RETRY_SECONDS = 30
_MINUTE = 60
_AGAIN = Way(
    N_("Check and enter it again"),
    N_("Compare every character with your document."),
    "/register/identity",
    N_("Try again"),
)
_OTHER_DOCUMENT = Way(
    N_("Use another document"),
    N_("If you hold another document or a newer one, enter that one."),
    "/register/identity",
    N_("Enter another document"),
)
_PHONE_TAKEN = (
    Way(
        N_("Sign in"),
        N_("Use this mobile number and your password."),
        "/login",
        N_("Sign in"),
        is_main=True,
    ),
    Way(
        N_("Recover your account"),
        N_("If you have forgotten the password, set a new one."),
        "/recover",
        N_("Set a new password"),
    ),
    Way(
        N_("Not your account?"),
        N_(
            "The number may have belonged to somebody else before. Call 12345, or take your"
            " identity document to a government service centre, and ask what to do."
        ),
    ),
)
_UNUSABLE = {
    DocumentState.EXPIRED: N_("The register says that this document has expired."),
    DocumentState.LOST: N_("The register says that this document was reported lost."),
}
_RENEW = Way(
    N_("Get a new document"),
    N_("A public security office near you issues it. Then register again."),
)
_TOGETHER = Way(
    COUNTER,
    N_(
        "This cannot be done online yet. Call 12345, or visit a government service centre, and ask"
        " how a parent or guardian can apply."
    ),
)
_NOT_ONLINE = Way(
    COUNTER,
    N_(
        "Take the document to a government service centre, or call 12345, and ask how you can be"
        " registered."
    ),
)


def show_not_verified(visit: EnrolmentVisit) -> Response:
    """One page for everything that does not fit: it must not tell which."""
    context = {
        "retry_url": visit.url("/register/identity"),
        "recover_url": visit.url("/recover"),
        "source_department": visit.text(_SOURCE),
    }
    return visit.show("register/not_verified.html", context, status=400)


def show_register_silent(at: FlowVisit, *, serves_kind: bool) -> Response:
    """The register does not answer, or holds no documents of this kind; no attempt was used up."""
    visit = at.visit
    if not serves_kind:
        lead = N_(
            "Documents of this kind are not in the register yet. This says nothing about you,"
            " and it does not count as an attempt."
        )
        title = N_("This document cannot be checked online")
        ways = (_OTHER_DOCUMENT, _NOT_ONLINE)
        return show_outcome(visit, title, visit.text(lead), ways, status=400)
    context = {
        "action": visit.url("/register/identity/retry"),
        "source_department": visit.text(_SOURCE),
        "kept_minutes": max(1, at.progress.seconds_left // _MINUTE),
    }
    template = "register/unavailable.html"
    return visit.show(template, context, status=503, retry_after=_RETRY_SECONDS)


def show_document_unusable(visit: EnrolmentVisit, state: DocumentState) -> Response:
    """Everything agrees, but the document does not count any more."""
    title = N_("This document cannot be used any more")
    lead = visit.text(_UNUSABLE[state])
    return show_outcome(visit, title, lead, (_RENEW, _OTHER_DOCUMENT), status=400)


def show_guardian_needed(visit: EnrolmentVisit) -> Response:
    """Under 14, a guardian decides (PIPL article 31)."""
    title = N_("A parent or guardian has to apply")
    lead = N_(
        "The number belongs to somebody under 14. By law a parent or other guardian has to"
        " agree before we may use a child's information."
    )
    return show_outcome(visit, title, visit.text(lead), (_TOGETHER, _AGAIN), status=400)


def show_phone_taken(visit: EnrolmentVisit) -> Response:
    """Said only to somebody who has just read a message sent to that phone."""
    title = N_("This mobile number already has an account")
    lead = N_(
        "You have shown that the number is yours, so we can tell you: an account with it"
        " exists already, and you do not need a second one."
    )
    response = show_outcome(visit, title, visit.text(lead), _PHONE_TAKEN, status=409)
    return REGISTRATION.forget(visit, response)
