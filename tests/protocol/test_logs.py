"""The log of a whole run holds no secret and no personal data (R51, I10)."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.protocol.browser import Browser
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import Citizen, RunningProvider

WRONG = "a-wrong-password-typed-by-mistake"
NEW_PHONE = "13712345678"
# Digits in the middle of a random id mean nothing.
_ALONE, _NO_MORE = r"(?<![0-9A-Za-z_.-])", r"(?![0-9A-Za-z_.-])"


def test_nothing_secret_or_personal_is_logged_even_at_debug(
    provider: RunningProvider,
    browser: Browser,
    citizen: Citizen,
    portal: RelyingParty,
    enter: Callable[..., Tokens],
) -> None:
    """R51: codes, tokens, OTPs, ID numbers, phones, names, passwords, cookies, secrets."""
    page = browser.get("/authorize", portal.parameters())
    browser.submit(page, page.form("/login"), username=citizen.id_number, password=WRONG)
    given = portal.parameters(login_hint=citizen.phone)
    page = browser.get("/authorize", given)
    login_token = page.form("/login").fields["csrf_token"]
    callback = browser.pass_pages(page, citizen)
    tokens = portal.tokens(callback["code"])
    portal.exchange(callback["code"])
    again = enter(portal)
    renewed = portal.read(portal.refresh(again.refresh_token))
    portal.userinfo(renewed.access_token)
    portal.http.get("/userinfo", params={"access_token": renewed.access_token})
    portal.introspect(renewed.access_token)
    portal.post("/revoke", token=renewed.refresh_token)
    portal.http.post("/token", data={"client_id": portal.client_id, "client_secret": WRONG})
    cookies = dict(browser.http.cookies)
    browser.get("/logout", {"id_token_hint": again.id_token})
    page = browser.get("/register")
    browser.submit(page, page.form(), phone=NEW_PHONE)
    otp = provider.code_for(f"+86{NEW_PHONE}")

    log = provider.log.read_text(encoding="utf-8")
    secrets = {
        "code": callback["code"],
        "access token": tokens.access_token,
        "refresh token": again.refresh_token,
        "ID token": again.id_token,
        "renewed token": renewed.access_token,
        "verifier": portal.verifier,
        "challenge": given["code_challenge"],
        "state": given["state"],
        "nonce": given["nonce"],
        "client secret": str(portal.secret),
        "password": citizen.password,
        "wrong password": WRONG,
        "phone": citizen.phone,
        "new phone": NEW_PHONE,
        "ID number": citizen.id_number,
        "name": citizen.name,
        "form token": login_token,
        **{f"cookie {name}": value for name, value in cookies.items() if len(value) > 20},
    }
    assert len(log) > 1000
    assert not [what for what, value in secrets.items() if value in log]
    assert not re.search(rf"{_ALONE}{otp}{_NO_MORE}", log)
    assert not re.search(r"eyJ[A-Za-z0-9_-]{10,}", log), "something that looks like a JWT"
    assert not re.search(rf"{_ALONE}1[3-9]\d{{9}}{_NO_MORE}", log), (
        "something that looks like a phone"
    )
    assert not re.search(rf"{_ALONE}\d{{17}}[\dX]{_NO_MORE}", log), (
        "something that looks like an ID number"
    )


def test_every_line_is_json_and_names_its_request(
    provider: RunningProvider, browser: Browser
) -> None:
    """R51: and an access line has the template of the route, never the path or the query."""
    browser.get("/login", {"login_hint": "x\ny", "unknown": "\u2028"})
    lines = [line for line in provider.log_lines() if line["event"] == "request"]
    assert lines
    for line in lines:
        assert line["request_id"]
        assert line["trace_id"]
        assert "?" not in line["route"]
