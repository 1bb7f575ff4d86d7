"""Signing in at this provider."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from bench.load.target import PASSWORD, user_name
from bench.load.visitor import Visitor, code_of, target_of

_CSRF = re.compile(rb'name="csrf_token" value="([^"]+)"')


async def sign_in(visitor: Visitor) -> str:
    """Authorize, login page, password, back; returns the code."""
    login = target_of(await visitor.ask())
    page = (await visitor.browse("login page", "GET", login)).expect(200)
    token = _CSRF.search(page.body)
    form = {
        "csrf_token": token[1].decode() if token else "",
        "transaction": parse_qs(urlsplit(login).query)["transaction"][0],
        "username": user_name(visitor.account),
        "password": PASSWORD,
    }
    back = target_of(await visitor.browse("password", "POST", "/login", form))
    return code_of(await visitor.browse("resume", "GET", back))
