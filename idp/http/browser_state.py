"""What Session Management 1.0 adds to a browser's session: a cookie that a script of ours may read,
and `session_state` in what goes back to clients.

Nothing of it exists unless the setting `sessions.management` is on. The cookie opens nothing: it is
computed from the session's id, which is no secret, under a key, and it goes with the session.
"""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from idp.client_registry.client import Client
from idp.crypto.identifiers import new_secret
from idp.http.cookies import CookieName
from idp.http.web import Web
from idp.protocol.authorization.response import AuthorizationResponse
from idp.protocol.authorization.session_state import origin_of, session_state
from idp.sessions.session import Session

_SALT_BYTES = 16


def note_session(request: Request, session: Session | None) -> None:
    """Remember, for the response to this request, who was found to be signed in, if anybody."""
    request.state.browser_session = session


def with_session_state(
    request: Request, web: Web, client: Client, answer: AuthorizationResponse
) -> AuthorizationResponse:
    """Return `answer` with `session_state` (Session Management section 3), on an error too.

    A request that was refused before anybody looked at the session is answered without it.
    """
    if not _is_on(web) or not _was_noted(request):
        return answer
    origin = origin_of(answer.redirect_uri)
    if origin is None:
        return answer
    state = _state_of(web, request.state.browser_session)
    value = session_state(client.client_id, origin, state, new_secret(_SALT_BYTES))
    return replace(answer, fields=(*answer.fields, ("session_state", value)))


def leave_browser_state(request: Request, web: Web, response: Response) -> None:
    """Make the cookie agree with what was noted: also where a session ended without this browser,
    or began before the setting was on."""
    if _is_on(web) and _was_noted(request):
        set_browser_state(request, web, response, request.state.browser_session)


def set_browser_state(
    request: Request, web: Web, response: Response, session: Session | None
) -> None:
    """Set the cookie for a session, or remove it when there is none."""
    held = web.cookies.read(request, CookieName.BROWSER_STATE)
    state = _state_of(web, session) if _is_on(web) else ""
    if state and state != held:
        web.cookies.set_readable(response, CookieName.BROWSER_STATE, state)
    elif held and not state:
        web.cookies.clear(response, CookieName.BROWSER_STATE)


def _is_on(web: Web) -> bool:
    return web.services.settings.sessions.management


def _was_noted(request: Request) -> bool:
    return hasattr(request.state, "browser_session")


def _state_of(web: Web, session: Session | None) -> str:
    return "" if session is None else web.services.foundation.subjects.browser_state(session.id)
