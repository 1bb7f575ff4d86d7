"""What every page of a step does first: load the interaction and see that it is this browser's."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from idp.client_registry.client import Client
from idp.http.cookies import CookieName
from idp.http.visit import Visit
from idp.http.web import Web
from idp.interaction.interaction import Interaction
from idp.middleware.content_security_policy import allow_source


@dataclass(frozen=True, slots=True)
class StepVisit:
    """A browser at a step of its interaction. `client` is None on the way to the account."""

    interaction: Interaction
    client: Client | None
    visit: Visit

    @property
    def resume_url(self) -> str:
        """Where the step returns to."""
        return f"/authorize/resume?transaction={self.interaction.id}"


async def open_step(request: Request, web: Web, interaction_id: str | None) -> StepVisit:
    """Return the step's visit; raises InteractionGoneError.

    The page's forms may end in a redirect to the client, which browsers check against
    `form-action`, so the client's proven redirect URI is allowed there.
    """
    interaction = await web.services.interactions.load(
        interaction_id or "", web.cookies.read(request, CookieName.BROWSER)
    )
    wanted = interaction.request
    if wanted is None:
        return StepVisit(interaction, None, web.visit(request))
    client = await web.services.directory.find(wanted.client_id)
    if client is not None and client.has_redirect_uri(wanted.redirect_uri):
        allow_source(request.scope, "form-action", wanted.redirect_uri)
    return StepVisit(interaction, client, web.visit(request, wanted.ui_locales))
