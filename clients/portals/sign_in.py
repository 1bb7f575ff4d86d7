"""/login, /initiate-login and /callback: the way to the provider and back."""

from __future__ import annotations

import logging
import re
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from clients.portals.browser_session import visit_of
from clients.portals.errors import SignInError
from clients.portals.forms import read_form
from clients.portals.portal import portal_of

log = logging.getLogger(__name__)

ACR = re.compile(r"[A-Za-z0-9:._/+-]{1,200}")
PROMPTS = frozenset({"none", "login", "consent", "select_account", "create"})
ERROR_CODE = re.compile(r"[a-z_]{1,64}")
UNPRINTABLE = re.compile(r"[^\x20-\x7e]")
LOGIN_HINT_LENGTH = 300
INITIATION_PARAMETERS = frozenset({"iss", "login_hint", "target_link_uri"})


async def login(request: Request) -> Response:
    """Send the browser to the provider; `acr` asks for a level, `prompt` for a behaviour."""
    parameters: dict[str, str] = {}
    if acr := request.query_params.get("acr"):
        if not ACR.fullmatch(acr):
            raise SignInError("bad_link")
        parameters["acr_values"] = acr
    if prompt := request.query_params.get("prompt"):
        if not PROMPTS.issuperset(prompt.split()):
            raise SignInError("bad_link")
        parameters["prompt"] = prompt
    return await _begin(request, parameters, "/")


async def initiate_login(request: Request) -> Response:
    """Begin a sign-in that another site suggests (OpenID Connect Core 1.0, section 4)."""
    portal = portal_of(request)
    if request.method == "POST":
        # A cross-site POST comes without our cookie; a GET after it comes with it.
        form = await read_form(request)
        known = {name: text for name, text in form.items() if name in INITIATION_PARAMETERS}
        return RedirectResponse("/initiate-login?" + urlencode(known), status_code=303)
    if request.query_params.get("iss") != portal.settings.issuer:
        raise SignInError("issuer_mismatch")
    hint = request.query_params.get("login_hint", "")
    if len(hint) > LOGIN_HINT_LENGTH:
        raise SignInError("bad_link")
    target = request.query_params.get("target_link_uri")
    return_to = path_within(portal.settings.base_url, target) if target else "/"
    return await _begin(request, {"login_hint": hint} if hint else {}, return_to)


def path_within(base_url: str, target: str) -> str:
    """Return the path of `target` if it is a page of this portal, or raise SignInError.

    Whoever sends people here must not be able to send them anywhere else afterwards.
    """
    base, parts = urlsplit(base_url), urlsplit(target)
    same_site = (parts.scheme, parts.netloc) == (base.scheme, base.netloc)
    if not same_site or "\\" in target or parts.path.startswith("//"):
        raise SignInError("bad_link")
    return parts.path or "/"


async def _begin(request: Request, parameters: dict[str, str], return_to: str) -> Response:
    portal, visit = portal_of(request), visit_of(request)
    return await portal.relying_party.begin(
        request, visit.open(), now=portal.now(), return_to=return_to, parameters=parameters
    )


async def callback(request: Request) -> Response:
    """Take the provider's answer: sign in, or raise SignInError."""
    portal, visit = portal_of(request), visit_of(request)
    answer = request.query_params
    if len(answer.multi_items()) != len(answer):
        raise SignInError("invalid_response")
    session = visit.session
    under_way = session.claim(answer.get("state", ""), portal.now()) if session else None
    if under_way is None:
        # A reload of an answer that was already taken is no reason to worry a signed-in visitor.
        if visit.sign_in is not None:
            return RedirectResponse("/", status_code=303)
        raise SignInError("state_mismatch")
    if "error" in answer:
        raise _told_by_provider(answer["error"], answer.get("error_description", ""))
    if "code" not in answer:
        raise SignInError("invalid_response")
    sign_in = await portal.relying_party.finish(request, under_way)
    if portal.store.has_ended(sign_in.sid):
        raise SignInError("session_ended")
    visit.start_signed_in(sign_in)
    log.info("%s: signed in", portal.department.key)
    return RedirectResponse(under_way.return_to, status_code=303)


def _told_by_provider(error: str, description: str) -> SignInError:
    if not ERROR_CODE.fullmatch(error):
        return SignInError("invalid_response")
    return SignInError(error, UNPRINTABLE.sub("", description)[:300])


async def _refuse(request: Request, error: SignInError) -> Response:
    portal = portal_of(request)
    log.info("%s: sign-in refused: %s", portal.department.key, error.error)
    return portal.explain(request, error)


async def on_sign_in_error(request: Request, error: Exception) -> Response:
    """Exception handler: a page for people, with the code for whoever helps them."""
    if not isinstance(error, SignInError):
        raise error
    return await _refuse(request, error)
