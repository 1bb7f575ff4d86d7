"""/backchannel-logout: the provider tells this portal that somebody signed out elsewhere.

OpenID Connect Back-Channel Logout 1.0, sections 2.5 to 2.8.
"""

from __future__ import annotations

import logging

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from clients.portals.errors import LogoutTokenError, ProviderUnavailableError
from clients.portals.forms import read_form
from clients.portals.portal import portal_of

log = logging.getLogger(__name__)


async def backchannel_logout(request: Request) -> Response:
    """End the named sessions: 200 when none of them is left, 400 for a bad token.

    503 asks the provider to deliver again: the keys to verify the token could not be fetched.
    """
    portal = portal_of(request)
    try:
        token = (await read_form(request)).get("logout_token")
        if not token:
            raise LogoutTokenError("logout_token is missing")
        notice = await portal.logout_tokens.verify(token)
    except HTTPException as error:
        return _refuse("the body is not a small urlencoded form", error.status_code)
    except LogoutTokenError as error:
        return _refuse(str(error), 400)
    except ProviderUnavailableError:
        return _refuse("the provider's keys are out of reach", 503)
    ended = portal.store.end_from_outside(notice.subject, notice.sid)
    log.info("%s: back-channel logout ended %d session(s)", portal.department.key, ended)
    return Response(status_code=200, headers={"cache-control": "no-store"})


def _refuse(reason: str, status_code: int) -> Response:
    log.warning("back-channel logout refused: %s", reason)
    return JSONResponse(
        {"error": "invalid_request", "error_description": reason},
        status_code=status_code,
        headers={"cache-control": "no-store"},
    )
