"""Putting a person who has just proven themselves into a session of this browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from idp.http.browser_state import set_browser_state
from idp.http.cookies import CookieName
from idp.http.device import recognise_device
from idp.http.web import Web
from idp.interaction.interaction import Interaction
from idp.logout.service import Logout
from idp.proofing.levels import reported_level
from idp.sessions.service import Authentication, StartedSession
from idp.sessions.session import EndReason
from idp.storage.database import Transaction


@dataclass(slots=True)
class SessionStart:
    """Starts or renews the session inside the transaction that records the success, and notes in
    `interaction` who has proven themselves for what it asks.

    A browser that already holds a session of the same person keeps it under a new secret; one of
    somebody else ends everywhere first, so that two people never share a browser's session.
    """

    request: Request
    web: Web
    interaction: Interaction
    started: StartedSession | None = field(default=None, repr=False)
    noted: bool = False
    """Whether the interaction goes on. It does not when it was completed in another window
    meanwhile; the session stands all the same."""
    ended: Logout | None = None

    async def start(
        self,
        transaction: Transaction,
        account_id: str,
        level: int,
        amr: tuple[str, ...],
        auth_time: datetime,
    ) -> None:
        """Start the session; it is good once `transaction` commits."""
        services = self.web.services
        acr = services.settings.acr_values[reported_level(level, amr) - 1]
        authentication = Authentication(account_id, acr, amr, auth_time)
        current = await self.web.find_session(self.request, transaction)
        if current is not None and current.account_id == account_id:
            self.started = await services.sessions.renew(transaction, current, authentication)
        elif current is not None:
            self.ended = await services.logout.end_session(
                transaction, current.account_id, current.id, EndReason.ANOTHER_PERSON
            )
        if self.started is None:
            device = recognise_device(self.request.headers.get("user-agent", ""))
            self.started = await services.sessions.start(transaction, authentication, device)
        proven = self.interaction.authenticated_by(self.started.session.id)
        self.noted = await services.interactions.note(transaction, proven)

    async def finish(self, response: Response, device_token: str | None = None) -> None:
        """After the commit: set the cookies, and tell the portals of whoever was here before."""
        if self.started is None:
            raise RuntimeError("no session was started")
        cookies = self.web.cookies
        cookies.set(response, CookieName.SESSION, self.started.cookie_value)
        set_browser_state(self.request, self.web, response, self.started.session)
        if device_token is not None:
            cookies.set_for_a_year(response, CookieName.DEVICE, device_token)
        if self.ended is not None:
            await self.web.services.logout_deliveries.deliver_now(self.ended.pending)
