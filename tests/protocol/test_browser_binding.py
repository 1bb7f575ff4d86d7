"""What belongs to one browser is worth nothing in another, and no page sends people away."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from tests.protocol.browser import Browser
from tests.protocol.raw_http import ask
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.protocol.surface import STATIC, endpoints
from tests.provider import Citizen, RunningProvider

Enter = Callable[..., Tokens]
EVIL = "https://evil.example/"
LURES = (
    "next", "return_to", "returnUrl", "return", "redirect", "redirect_uri", "redirect_url", "url",
    "continue", "continue_url", "goto", "target", "rd", "r", "to", "back", "dest", "callback",
    "cancel_url", "post_logout_redirect_uri", "target_link_uri", "iss", "client_uri", "RelayState",
)  # fmt: skip
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}


def test_an_interaction_of_another_browser_is_gone(
    browser: Browser,
    new_browser: Callable[[], Browser],
    citizen: Citizen,
    portal: RelyingParty,
) -> None:
    """R26: nobody takes a step for another."""
    page = browser.get("/authorize", portal.parameters())
    transaction = page.form("/login").fields["transaction"]
    thief = new_browser()
    thief.get("/login")
    for path in ("/login", "/consent", "/authorize/resume"):
        stolen = thief.get(path, {"transaction": transaction})
        assert (stolen.status, stolen.location) == (400, "")
    own = thief.get("/login")
    stolen = thief.submit(
        own,
        own.form("/login"),
        transaction=transaction,
        username=citizen.phone,
        password=citizen.password,
    )
    assert stolen.status == 400
    assert browser.pass_pages(page, citizen)["code"], "its owner was not disturbed"


@pytest.mark.parametrize("transaction", ["", "x", "0" * 32, "\u4e2d" * 32, "x" * 5000, "'--"])
def test_an_interaction_that_never_was_is_gone(browser: Browser, transaction: str) -> None:
    """R26."""
    browser.get("/login")
    for path in ("/consent", "/authorize/resume"):
        page = browser.get(path, {"transaction": transaction})
        assert (page.status, page.location) == (400, "")


def test_a_form_token_of_another_browser_is_refused(
    browser: Browser, new_browser: Callable[[], Browser], citizen: Citizen
) -> None:
    """R27: the token is bound to the browser's cookie."""
    page, other = browser.get("/login"), new_browser().get("/login")
    stolen = other.form("/login").fields["csrf_token"]
    given = {"username": citizen.phone, "password": citizen.password}
    assert browser.submit(page, page.form("/login"), csrf_token=stolen, **given).status == 400
    assert browser.submit(page, page.form("/login"), csrf_token=None, **given).status == 400


@pytest.mark.parametrize(
    ("name", "value"),
    [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"),
     ("Sec-Fetch-Site", "same-site"), ("Origin", "http://localhost")],
)  # fmt: skip
def test_a_form_sent_by_another_site_is_refused_even_with_a_right_token(
    browser: Browser, citizen: Citizen, name: str, value: str
) -> None:
    """R27."""
    page = browser.get("/login")
    form = page.form("/login")
    sent = {**form.fields, "username": citizen.phone, "password": citizen.password}
    assert browser.http.post("/login", data=sent, headers={name: value}).status_code == 400
    assert browser.http.post("/login", data=sent, headers={"Origin": "null"}).status_code == 303


def test_a_session_cookie_sent_twice_is_nobodys(
    provider: RunningProvider, browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """R30: one of the two was planted."""
    enter(portal)
    session = dict(browser.http.cookies)["tongxing_session"]
    target = "/authorize?" + urlencode(portal.parameters(prompt="none"))
    for cookies, outcome in (
        (f"tongxing_session={session}", "code="),
        (f"tongxing_session={session}; tongxing_session={session}", "login_required"),
        (f"tongxing_session=x; tongxing_session={session}", "login_required"),
        (f'tongxing_session="{session}"', "login_required"),
        (f"Tongxing_session={session}", "login_required"),
        (f"tongxing_session={session[:-1]}", "login_required"),
        ("tongxing_session=" + "x" * 10_000, "login_required"),
    ):
        answer = ask(provider.port, "GET", target, [(b"Cookie", cookies.encode())])
        assert answer.status == 303
        assert outcome in (answer.header("location") or ""), cookies[:40]


def test_the_session_gets_a_new_secret_at_every_sign_in(
    browser: Browser, citizen: Citizen, portal: RelyingParty, enter: Enter
) -> None:
    """R25: fixation; and the old secret is dead."""
    browser.http.cookies.set("tongxing_session", "planted" * 6, domain="localhost.local")
    enter(portal)
    first = dict(browser.http.cookies)["tongxing_session"]
    assert first != "planted" * 6
    page = browser.get("/authorize", portal.parameters(prompt="login"))
    browser.pass_pages(page, citizen)
    second = dict(browser.http.cookies)["tongxing_session"]
    assert second != first
    browser.http.cookies.clear()
    browser.http.cookies.set("tongxing_session", first, domain="localhost.local")
    silent = browser.callback(browser.get("/authorize", portal.parameters(prompt="none")))
    assert silent["error"] == "login_required"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(
    browser: Browser, citizen: Citizen, portal: RelyingParty
) -> None:
    """R25."""
    page = browser.get("/authorize", portal.parameters())
    form = page.form("/login")
    sent = {**form.fields, "username": citizen.phone, "password": citizen.password}
    response = browser.http.post("/login", data=sent)
    cookies = response.headers.get_list("set-cookie")
    assert any(cookie.startswith("tongxing_session=") for cookie in cookies)
    for cookie in cookies:
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= attributes
        assert not any(attribute.startswith("domain") for attribute in attributes)


def test_no_page_is_an_open_redirector(
    provider: RunningProvider, browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """R8: before login and after it."""
    query = urlencode([(name, EVIL) for name in LURES])
    for signed_in in (False, True):
        if signed_in:
            enter(portal)
        for endpoint in endpoints(provider):
            if "GET" not in endpoint.methods or endpoint.path == "/logout":
                continue
            response = browser.http.get(f"{endpoint.path}?{query}")
            assert response.status_code < 500
            location = response.headers.get("location", "/")
            assert location.startswith("/"), endpoint.path
            assert not location.startswith("//"), endpoint.path
            for attribute in ("href", "action", "src", "content"):
                assert f'{attribute}="{EVIL}' not in response.text, endpoint.path


@pytest.mark.parametrize(
    "target", ["//evil.example", "//evil.example/login", "/\\evil.example", "/%5cevil.example",
               "/https://evil.example", "https://evil.example/", "/.evil.example", "/login//evil"]
)  # fmt: skip
def test_odd_paths_never_become_redirects(provider: RunningProvider, target: str) -> None:
    """R8."""
    answer = ask(provider.port, "GET", target)
    assert "evil" not in (answer.header("location") or "")
    assert answer.status in (200, 400, 404)


def test_addresses_come_from_the_settings_and_not_from_the_request(
    provider: RunningProvider,
) -> None:
    """R32: neither Host nor forwarding headers name us."""
    lies = [
        (b"X-Forwarded-Host", b"evil.example"),
        (b"X-Forwarded-Proto", b"https"),
        (b"X-Forwarded-Prefix", b"/evil"),
        (b"X-Original-URL", b"/evil"),
        (b"Forwarded", b"host=evil.example;proto=https"),
    ]
    for path in ("/.well-known/openid-configuration", "/login", "/", "/nowhere", "/authorize"):
        answer = ask(provider.port, "GET", path, lies, host=b"evil.example")
        assert b"evil" not in answer.body
        assert "evil" not in str(answer.headers)
    document = ask(provider.port, "GET", "/.well-known/openid-configuration", host=b"evil.example")
    assert document.json()["issuer"] == provider.url


def test_every_response_has_the_security_headers(provider: RunningProvider) -> None:
    """R31: pages, errors, redirects, JSON, static files, refusals of the outermost layer."""
    requests = [
        (method, endpoint.path)
        for endpoint in endpoints(provider)
        for method in (*sorted(endpoint.methods), "PUT")
    ]
    requests += [
        ("GET", "/nowhere"),
        ("GET", "/static/nothing.css"),
        ("GET", STATIC + "?v=1"),
        ("GET", "/login?a=%"),
        ("GET", "/?" + "x" * 17_000),
        ("GET", "/.well-known/nothing"),
    ]
    for method, target in requests:
        answer = ask(provider.port, method, target)
        what = f"{method} {target[:60]} {answer.status}"
        for name, value in HEADERS.items():
            assert answer.header(name) == value, what
        policy = answer.header("content-security-policy") or ""
        assert "default-src 'none'" in policy, what
        assert "frame-ancestors 'none'" in policy, what
        assert "base-uri 'none'" in policy, what
        assert "unsafe" not in policy, what
        assert answer.header("permissions-policy"), what
        assert answer.header("x-request-id"), what
        assert answer.header("server") is None, what
        caching = answer.header("cache-control") or ""
        is_public = target.startswith(("/static/", "/.well-known/", "/jwks"))
        assert caching == "no-store" or (is_public and caching.startswith("public")), what


def test_pages_have_no_inline_script_or_style(
    browser: Browser, citizen: Citizen, portal: RelyingParty
) -> None:
    """R31: the policy would stop them, and the pages do without."""
    login = browser.get("/authorize", portal.parameters())
    consent = browser.sign_in(login, citizen)
    for page in (browser.get("/"), login, consent, browser.get("/logout"), browser.get("/nowhere")):
        for inline in ("<script>", " style=", "<style", " onclick=", " onload=", "javascript:"):
            assert inline not in page.text, page.path
