"""The account at a glance."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from idp.accounts.attributes import PersonColumn
from idp.http.owner import masked_owner
from idp.http.visit import Visit
from idp.http.web import Web, web_of
from idp.i18n.translation import gettext_noop as N_
from idp.i18n.translation import translator
from idp.sessions.session import Session
from idp.storage.database import Transaction
from idp.web.pages.account.events_view import event_views
from idp.web.pages.account.identity_view import document_views, identity_view
from idp.web.pages.account.records_view import consent_views, session_views

router = APIRouter(include_in_schema=False)

_COLUMNS = frozenset({PersonColumn.NAME, PersonColumn.PHONE})
_NOTICES = {
    "session-ended": (
        N_("That device is signed out"),
        N_("The services that were opened from it are being told."),
    ),
    "consent-withdrawn": (
        N_("Your consent is withdrawn"),
        N_("The service receives nothing more. It will ask you again when you next sign in to it."),
    ),
    "access-ended": (
        N_("The service's access has ended"),
        N_("It can read nothing more until you go to it and sign in again."),
    ),
}


@router.get("/account")
async def show(request: Request) -> Response:
    """Show identity, documents, consents, sessions and what has happened lately."""
    web = web_of(request)
    visit = web.visit(request)
    async with web.services.database.write() as transaction:
        session = await web.need_session(request, transaction)
        context = await _context(web, transaction, visit, session)
    notice = _notice(request.query_params.get("done"), visit)
    return web.pages.show(request, visit, "account/home.html", {**context, "notice": notice})


async def _context(
    web: Web, transaction: Transaction, visit: Visit, session: Session
) -> dict[str, object]:
    account_id, language = session.account_id, visit.language
    person = await web.services.enrolment.persons.read(transaction, account_id, _COLUMNS)
    return {
        "masked_name": masked_owner(person.attributes),
        "logout_url": "/logout",
        "identity": await identity_view(web, transaction, person, language),
        "documents": await document_views(web, transaction, account_id, language),
        "sessions": await session_views(web, transaction, session, language),
        "consents": await consent_views(web, transaction, account_id, language),
        "events": await event_views(web, transaction, account_id, language),
    }


def _notice(done: str | None, visit: Visit) -> dict[str, str] | None:
    if done not in _NOTICES:
        return None
    gettext = translator(visit.language).gettext
    title, text = _NOTICES[done]
    return {"kind": "success", "title": gettext(title), "text": gettext(text)}
