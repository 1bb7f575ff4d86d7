"""Registration and recovery as rows of pages, of which only those whose turn it is may be seen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.responses import Response

from idp.enrolment.answers import Begun
from idp.enrolment.progress import EnrolmentProgress, Progress, Step
from idp.http.cookies import CookieName
from idp.http.enrolment_visit import EnrolmentVisit
from idp.http.errors import OutOfStepError
from idp.http.flow_cookie import FlowCookie


@dataclass(frozen=True, slots=True)
class Flow:
    """One of the two. Its pages are `path`, `path/code`, `path/identity` and `path/password`."""

    path: str
    cookie: CookieName
    read: Callable[[EnrolmentProgress, str], Awaitable[Progress]] = field(repr=False)

    def page(self, step: Step) -> str:
        """Return the path of a step's page."""
        return f"{self.path}/{step.value}"

    async def begun(self, visit: EnrolmentVisit, begun: Begun) -> Response:
        """Give a flow that has just begun to the browser, and go on to its code page.

        The interaction gets at least as much time as the flow has.
        """
        await visit.web.services.interactions.prolong(visit.step.interaction, begun.expires_at)
        response = visit.redirect(self.page(Step.CODE))
        FlowCookie(visit.web, self.cookie).leave(response, visit.step.visit, begun.flow_id)
        return response

    def forget(self, visit: EnrolmentVisit, response: Response) -> Response:
        """Take a finished flow away from the browser."""
        FlowCookie(visit.web, self.cookie).clear(response)
        return response


@dataclass(frozen=True, slots=True)
class FlowVisit:
    """A visit in a flow that this browser began."""

    flow: Flow
    visit: EnrolmentVisit
    progress: Progress
    flow_id: str = field(repr=False)

    def go_on(self, step: Step) -> Response:
        """Show the page of the step that comes after."""
        return self.visit.redirect(self.flow.page(step))


REGISTRATION = Flow("/register", CookieName.DRAFT, EnrolmentProgress.registration)
RECOVERY = Flow("/recover", CookieName.RECOVERY, EnrolmentProgress.recovery)


async def need_step(flow: Flow, visit: EnrolmentVisit, step: Step) -> FlowVisit:
    """Return the visit when it is this step's turn; raises FlowExpiredError, OutOfStepError."""
    flow_id = FlowCookie(visit.web, flow.cookie).read(visit.request)
    progress = await flow.read(visit.web.services.enrolment.progress, flow_id)
    if step not in progress.open:
        raise OutOfStepError(visit.url(flow.page(progress.next)))
    return FlowVisit(flow, visit, progress, flow_id)
