"""The page of Session Management 1.0 that clients load in a frame (`check_session_iframe`)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from idp.http.cookies import CookieName
from idp.http.errors import NotFoundError
from idp.http.web import Web, web_of
from idp.middleware.content_security_policy import allow_framing
from idp.protocol.metadata import CHECK_SESSION_PATH

router = APIRouter(include_in_schema=False)

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Session state</title>
<meta name="robots" content="noindex">
<script src="{script}" data-cookie="{cookie}"></script>
</head>
<body></body>
</html>
"""


@router.get(CHECK_SESSION_PATH)
async def check(request: Request) -> Response:
    """Answer with the page whose script answers clients' messages (section 3.2); 404 when off.

    It sets no cookie and looks at none, so that it is the same for everybody.
    """
    web: Web = web_of(request)
    if not web.services.settings.sessions.management:
        raise NotFoundError
    # Any site may frame it: nobody says which client asks, the page shows nothing that could be
    # clicked, changes nothing, and its script answers only who knows a `session_state` of theirs.
    allow_framing(request.scope)
    script = web.pages.static_url("check_session.js")
    cookie = web.cookies.name(CookieName.BROWSER_STATE)
    return HTMLResponse(_PAGE.format(script=script, cookie=cookie))
