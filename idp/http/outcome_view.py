"""Pages that end a row of pages otherwise than hoped: what happened, and the ways on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from idp.enrolment.answers import Wait
from idp.http.enrolment_visit import EnrolmentVisit
from idp.i18n.translation import gettext_noop as N_
from idp.i18n.waiting import format_wait

COUNTER = N_("Go to a counter")
_COUNTER_TODAY = N_(
    "If you cannot wait, take your identity document to a government service centre and ask for"
    " help there."
)
_TOO_MANY = N_("Too many attempts")
_PAUSED = N_(
    "For the protection of everybody's identity, checking is paused for now. You can try again in"
    " %(time)s."
)


@dataclass(frozen=True, slots=True)
class Way:
    """One thing a person can do now; msgids, and a path of ours where it leads somewhere."""

    title: str
    text: str
    path: str | None = None
    label: str = ""
    is_main: bool = False


def show_outcome(
    visit: EnrolmentVisit,
    title: str,
    lead: str,
    ways: Sequence[Way],
    *,
    status: int,
    retry_after: int | None = None,
) -> Response:
    """Answer with the page; `title` is a msgid, `lead` is translated already."""
    context = {
        "title": visit.text(title),
        "lead": lead,
        "ways": [
            {
                "title": visit.text(way.title),
                "text": visit.text(way.text),
                "url": visit.url(way.path) if way.path else None,
                "label": visit.text(way.label) if way.label else "",
                "main": way.is_main,
            }
            for way in ways
        ],
    }
    return visit.show("outcome.html", context, status=status, retry_after=retry_after)


def show_too_many_attempts(visit: EnrolmentVisit, wait: Wait) -> Response:
    """Say that checking identities is paused, the same for everybody."""
    lead = visit.text(_PAUSED, time=format_wait(wait.retry_after, visit.language))
    ways = (Way(COUNTER, _COUNTER_TODAY),)
    return show_outcome(visit, _TOO_MANY, lead, ways, status=429, retry_after=wait.retry_after)
