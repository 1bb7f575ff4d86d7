"""OpenID Connect Session Management 1.0, computed here as a portal's frame would ask for it."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Iterator
from http.cookies import Morsel, SimpleCookie
from pathlib import Path

import httpx2
import pytest

from idp.protocol.authorization.session_state import origin_of
from tests.protocol.browser import Browser, Callback
from tests.protocol.compatibility import HYBRID_TYPES, IMPLICIT_TYPES, old_portal
from tests.protocol.relying_party import RelyingParty
from tests.provider import Citizen, RunningProvider, running_provider

COOKIE = "tongxing_browser_state"
ORIGIN = "http://localhost:9"
Authorize = Callable[..., Callback]


@pytest.fixture(scope="module")
def managing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """A provider with the setting on."""
    folder = tmp_path_factory.mktemp("managing") / "home"
    compatibility = {"compatibility": True}
    with running_provider(folder, sessions={"management": True}, clients=compatibility) as running:
        yield running


@pytest.fixture
def watching(managing: RunningProvider) -> Iterator[RelyingParty]:
    with httpx2.Client(base_url=managing.url) as client:
        yield old_portal(managing, client, f"watching-{secrets.token_hex(4)}")


@pytest.fixture
def watched(managing: RunningProvider) -> Iterator[Browser]:
    browser = Browser(managing.url)
    yield browser
    browser.close()


@pytest.fixture
def person(managing: RunningProvider) -> Citizen:
    return managing.citizen()


@pytest.fixture
def sign_in(watched: Browser, watching: RelyingParty, person: Citizen) -> Authorize:
    def run(citizen: Citizen = person, **changes: str | None) -> Callback:
        page = watched.get("/authorize", watching.parameters(**changes))
        return watched.pass_pages(page, citizen)

    return run


def held(browser: Browser) -> str:
    """What the script in the provider's frame would read."""
    return browser.http.cookies.get(COOKIE) or ""


def ask(browser: Browser, portal: RelyingParty, session_state: str, origin: str = ORIGIN) -> str:
    """Section 3.2, as the specification's own example computes it."""
    salt = session_state.split(".")[1]
    text = f"{portal.client_id} {origin} {held(browser)} {salt}"
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
    return "unchanged" if session_state == f"{digest.decode()}.{salt}" else "changed"


def test_every_response_mode_carries_a_session_state_that_stands_until_logout(
    watched: Browser, watching: RelyingParty, sign_in: Authorize
) -> None:
    """Section 2."""
    states = [sign_in()["session_state"]]
    for response_type in (*HYBRID_TYPES, *IMPLICIT_TYPES):
        states.append(sign_in(response_type=response_type)["session_state"])
    page = watched.get("/authorize", watching.parameters(response_mode="form_post"))
    states.append(page.form().fields["session_state"])
    assert len(set(states)) == len(states), "each has a salt of its own"
    assert all(" " not in state for state in states)
    assert {ask(watched, watching, state) for state in states} == {"unchanged"}
    leaving = watched.get("/logout")
    watched.submit(leaving, leaving.form("/logout"), "logout-confirm")
    assert held(watched) == ""
    assert {ask(watched, watching, state) for state in states} == {"changed"}


def test_it_holds_for_one_client_at_one_origin_alone(
    managing: RunningProvider, watched: Browser, watching: RelyingParty, sign_in: Authorize
) -> None:
    state = sign_in()["session_state"]
    other = old_portal(managing, watching.http, f"watching-{secrets.token_hex(4)}")
    assert ask(watched, other, state) == "changed"
    assert ask(watched, watching, state, "http://localhost:10") == "changed"


def test_it_changes_with_the_person_and_not_when_the_same_one_signs_in_again(
    managing: RunningProvider, watched: Browser, watching: RelyingParty, sign_in: Authorize
) -> None:
    """A renewed session keeps its `sid`, and so its state."""
    first = sign_in()["session_state"]
    again = sign_in(prompt="login")["session_state"]
    assert ask(watched, watching, first) == "unchanged"
    assert ask(watched, watching, again) == "unchanged"
    other = sign_in(managing.citizen(), prompt="login")["session_state"]
    assert ask(watched, watching, first) == "changed"
    assert ask(watched, watching, other) == "unchanged"


def test_nobody_signed_in_is_a_state_too(
    watched: Browser, watching: RelyingParty, sign_in: Authorize
) -> None:
    """Section 2: an error response tells it as well, and signing in changes it."""
    answer = watched.callback(watched.get("/authorize", watching.parameters(prompt="none")))
    assert answer["error"] == "login_required"
    assert set(answer.names()) == {"error", "error_description", "state", "iss", "session_state"}
    assert ask(watched, watching, answer["session_state"]) == "unchanged"
    sign_in()
    assert ask(watched, watching, answer["session_state"]) == "changed"


def test_a_refusal_by_the_person_carries_the_state_of_their_session(
    watched: Browser, watching: RelyingParty, person: Citizen
) -> None:
    page = watched.sign_in(watched.get("/authorize", watching.parameters()), person)
    answer = watched.callback(watched.consent(page, press="consent-deny"))
    assert answer["error"] == "access_denied"
    assert ask(watched, watching, answer["session_state"]) == "unchanged"


@pytest.mark.parametrize("prompt", ["none", None])
def test_a_session_ended_from_elsewhere_changes_it_when_the_browser_next_comes(
    managing: RunningProvider,
    watched: Browser,
    watching: RelyingParty,
    sign_in: Authorize,
    prompt: str | None,
) -> None:
    state = sign_in()["session_state"]
    managing.clock.advance(managing.services.settings.sessions.idle_seconds + 1)
    assert ask(watched, watching, state) == "unchanged", "nobody has told the browser"
    watched.get("/authorize", watching.parameters(prompt=prompt))
    assert held(watched) == ""
    assert ask(watched, watching, state) == "changed"


def test_the_readable_cookie_opens_nothing_and_is_another_in_each_session(
    managing: RunningProvider, watched: Browser, sign_in: Authorize
) -> None:
    """R25: only what opens the session is a secret, and that no script can read."""
    sign_in()
    value = held(watched)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", value)
    thief = Browser(managing.url)
    for name in (COOKIE, "tongxing_session"):
        thief.http.cookies.set(name, value)
    assert thief.get("/account").path == "/login"
    thief.close()
    leaving = watched.get("/logout")
    watched.submit(leaving, leaving.form("/logout"), "logout-confirm")
    sign_in()
    assert held(watched) not in ("", value)


def test_an_app_without_an_origin_gets_none(
    managing: RunningProvider, watched: Browser, watching: RelyingParty, person: Citizen
) -> None:
    uri = "cn.gov.example.app:/callback"
    members = {"application_type": "native", "redirect_uris": [uri]}
    app = old_portal(managing, watching.http, f"app-{secrets.token_hex(4)}", **members)
    answer = watched.pass_pages(watched.get("/authorize", app.parameters()), person)
    assert "code" in answer.names()
    assert "session_state" not in answer.names()


@pytest.mark.parametrize(
    ("uri", "origin"),
    [
        ("https://Portal.Example.GOV.cn/cb?x=1", "https://portal.example.gov.cn"),
        ("https://portal.example.gov.cn:443/cb", "https://portal.example.gov.cn"),
        ("https://portal.example.gov.cn:8443/cb", "https://portal.example.gov.cn:8443"),
        ("http://[::1]:80/cb", "http://[::1]"),
        ("http://[0:0:0:0:0:0:0:1]:8080/cb", "http://[::1]:8080"),
        ("cn.gov.example.app:/cb", None),
    ],
)
def test_origins_are_spelt_as_browsers_do(uri: str, origin: str | None) -> None:
    assert origin_of(uri) == origin


def test_the_frame_is_the_same_for_everybody_and_may_stand_anywhere(
    managing: RunningProvider, watched: Browser, sign_in: Authorize
) -> None:
    """It is the only page that other sites may frame."""
    document = watched.http.get("/.well-known/openid-configuration").json()
    assert document["check_session_iframe"] == managing.url + "/session/check"
    stranger = httpx2.get(document["check_session_iframe"])
    sign_in()
    page = watched.get("/session/check")
    assert page.text == stranger.text
    for headers in (page.response.headers, stranger.headers):
        assert "x-frame-options" not in headers
        assert "frame-ancestors *" in headers["content-security-policy"]
        assert (
            "default-src 'none'; style-src 'self'; script-src 'self'"
            in (headers["content-security-policy"])
        )
        assert "set-cookie" not in headers
    (script,) = re.findall(r'<script src="([^"]+)" data-cookie="([^"]+)"', page.text)
    assert script[1] == COOKIE
    assert watched.get(script[0]).status == 200
    assert watched.get("/account").response.headers["x-frame-options"] == "DENY"


def test_without_the_setting_there_is_nothing_of_it(
    browser: Browser, http: httpx2.Client, authorize: Authorize, portal: RelyingParty
) -> None:
    assert "session_state" not in authorize(portal).names()
    assert held(browser) == ""
    assert browser.get("/session/check").status == 404
    assert browser.get("/session/check").response.headers["x-frame-options"] == "DENY"
    assert "check_session_iframe" not in http.get("/.well-known/openid-configuration").json()


def test_under_https_the_cookie_reaches_frames_of_other_sites_and_the_session_does_not(
    tmp_path: Path,
) -> None:
    """RFC 6265bis section 5.6.7: a frame of another site is given `SameSite=None` alone."""
    issuer = "https://id.example.gov.cn"
    sessions = {"management": True}
    with running_provider(tmp_path / "home", issuer=issuer, sessions=sessions) as secure:
        citizen = secure.citizen()
        with httpx2.Client(base_url=f"http://127.0.0.1:{secure.port}") as http:
            begun = http.get("/login")
            cookies = {name: morsel.value for name, morsel in left(begun).items()}
            page = http.get(begun.headers["location"], headers=sending(cookies))
            hidden = dict(re.findall(r'name="(csrf_token|transaction)" value="([^"]+)"', page.text))
            given = {**hidden, "username": citizen.phone, "password": citizen.password}
            answer = http.post("/login", data=given, headers=sending(cookies))
            set_now = left(answer)
            cookies |= {name: morsel.value for name, morsel in set_now.items()}
            frame = http.get("/session/check")
            gone = left(http.get("/logout", headers=sending({f"__Host-{COOKIE}": "stale"})))
    state, session = set_now[f"__Host-{COOKIE}"], set_now["__Host-tongxing_session"]
    assert (state["samesite"].lower(), state["httponly"]) == ("none", "")
    assert state["secure"] and state["path"] == "/" and not state["domain"]
    assert (session["samesite"].lower(), session["httponly"]) == ("lax", True)
    assert f'data-cookie="__Host-{COOKIE}"' in frame.text
    assert gone[f"__Host-{COOKIE}"]["max-age"] == "0" and gone[f"__Host-{COOKIE}"]["secure"]


def left(response: httpx2.Response) -> dict[str, Morsel[str]]:
    """The cookies that an answer sets."""
    headers = response.headers.get_list("set-cookie")
    return {name: morsel for text in headers for name, morsel in SimpleCookie(text).items()}


def sending(cookies: dict[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
