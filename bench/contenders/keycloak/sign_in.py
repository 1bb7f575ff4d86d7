"""Signing in at Keycloak's own login page."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

from bench.load.http_connection import UnexpectedAnswerError
from bench.load.target import PASSWORD, user_name
from bench.load.visitor import Visitor, code_of

_ACTION = re.compile(rb'<form id="kc-form-login"[^>]* action="([^"]+)"')


async def sign_in(visitor: Visitor) -> str:
    """Authorize, which is the login page, and the password; returns the code."""
    page = (await visitor.ask()).expect(200)
    action = _ACTION.search(page.body)
    if action is None:
        raise UnexpectedAnswerError("no login form")
    parts = urlsplit(html.unescape(action[1].decode()))
    form = {"username": user_name(visitor.account), "password": PASSWORD, "credentialId": ""}
    return code_of(await visitor.browse("password", "POST", f"{parts.path}?{parts.query}", form))
